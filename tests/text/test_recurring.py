"""What an outlet repeats under its articles, learned and forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.text.recurring import ARTICLES, LINES, STORIES, Memory, after, mark, sheet, version

PROMOTION = "Our reporters follow this and other ports along the coast on every day of the week."
BACKGROUND = "The war began in March, when troops crossed the river at three places."


def told(memory: Memory, number: int, *lines: str, story: str | None = None) -> Memory:
    article = f"article-{number}"
    every = [*lines, f"This sentence stands in article number {number} only."]
    return after(memory, sheet(article, story or f"story-{number}", every), every)


def test_a_line_under_articles_of_several_stories_is_learned() -> None:
    """Not earlier, and nothing else with it."""
    memory = Memory()
    for number in range(STORIES):
        assert memory.learned == {}
        memory = told(memory, number, PROMOTION)
    assert memory.learned == {mark(PROMOTION): PROMOTION}


def test_background_within_a_story_is_not() -> None:
    """However often an agency repeats it."""
    memory = Memory()
    for number in range(3 * STORIES):
        memory = told(memory, number, BACKGROUND, story="the war")
    assert memory.learned == {}


def test_revisions_of_an_article_count_once() -> None:
    """The last of them."""
    memory = Memory()
    for number in range(3 * STORIES):
        memory = told(memory, 1, PROMOTION, story=f"story-{number}")
    assert memory.learned == {}
    assert len(memory.sheets) == 1


def test_a_line_is_forgotten_when_no_article_has_it_any_more() -> None:
    """As long as one of the last has it, it is known."""
    memory = Memory()
    for number in range(STORIES):
        memory = told(memory, number, PROMOTION)
    for number in range(STORIES, STORIES + ARTICLES - 1):
        memory = told(memory, number)
        assert memory.learned
    assert not told(memory, STORIES + ARTICLES).learned


def test_case_and_punctuation_make_no_other_line() -> None:
    """Words and numbers do."""
    assert mark("Join our READERS today!") == mark("“Join our readers” today")
    assert mark("Join our readers today!") != mark("Join our writers today!")
    assert mark("Shares rose by 2 percent.") != mark("Shares rose by 3 percent.")


def test_short_and_long_lines_are_never_learned() -> None:
    """Headings recur in articles that they belong to, and nobody repeats a long paragraph by rote."""
    memory = Memory()
    for number in range(STORIES + 1):
        memory = told(memory, number, "What happens next", "A long paragraph. " * 30)
    assert memory.learned == {}


@given(st.lists(st.lists(st.sampled_from([PROMOTION, BACKGROUND, *(f"A line that recurs, {x}." for x in "abcdefg")]))))
def test_memory_is_bounded_and_holds_only_lines_in_use(articles: list[list[str]]) -> None:
    """Whatever comes; and the name of the set tells whether it is the same."""
    memory = Memory()
    for number, lines in enumerate(articles):
        before, memory = memory, told(memory, number, *lines)
        assert len(memory.sheets) <= ARTICLES
        assert len(memory.learned) <= LINES
        assert all(mark(text) == one for one, text in memory.learned.items())
        assert all(any(one in known.marks for known in memory.sheets) for one in memory.learned)
        same = before.learned.keys() == memory.learned.keys()
        assert (version("x", before.learned) == version("x", memory.learned)) is same

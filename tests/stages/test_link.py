"""Duplicates, revisions and stories over the stream."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from msgspec.structs import replace

from copydesk import codec
from copydesk.errors import Reject
from copydesk.events import (
    Block,
    ClassifiedArticle,
    Clutter,
    EnrichedArticle,
    Entity,
    EventItem,
    Mention,
    Moment,
    Origin,
    Place,
    PlaceItem,
    PoliticalEvent,
    Provenance,
    Quote,
    QuoteItem,
    Removed,
    Source,
    StageRun,
    Story,
    Topic,
)
from copydesk.records import Emission
from copydesk.settings import Settings
from copydesk.stages import link
from copydesk.text.windows import Window

START = datetime(2026, 3, 1, 8, tzinfo=UTC)

FERRY = """The ferry Aurora ran aground off the island of Brannoe early on Monday with 214 people on board, the \
coastguard said.

Rescue helicopters lifted 31 passengers from the listing ship before tugs arrived from the port of Calder. Nobody \
was seriously hurt, according to the harbour master, Ines Holt.

“We heard a long scraping noise and then the lights went out,” said one passenger, a teacher from Calder. The \
operator, Northern Lines, said that the ship had drifted after an engine failure in heavy seas.

Investigators will look at why the crew asked for help only forty minutes after the engine stopped."""

FERRY_TOLD_AGAIN = """Northern Lines is under pressure to explain why the crew of its ferry Aurora waited forty \
minutes before calling the coastguard when the engine failed near Brannoe.

The Aurora hit rocks off the island in heavy seas on Monday. All 214 people on board got away safely, some of them \
by rescue helicopter, and were taken to Calder. Harbour master Ines Holt praised the tugs that kept the ferry from \
capsizing."""

FERRY_THIRD = """Passengers of the Aurora have told of panic in the dark after the ferry grounded off Brannoe. Tugs \
from Calder held the listing ship while helicopters of the coastguard winched people to safety. Northern Lines has \
blamed an engine failure for the accident. Ines Holt, the harbour master, said that the ferry would be towed to \
Calder."""

CHEESE = """A small dairy in the valley of Orne has won the national cheese prize for the third time in a row.

The judges praised the blue goat's cheese of the Perrin family for its nutty flavour. “My grandmother wrote the \
recipe on the back of a calendar,” said Lucie Perrin, who runs the dairy with her brother.

The prize comes with a place at the agricultural fair in the capital, where last year the family sold all of its \
cheese within two hours."""


def article(
    article_id: str,
    text: str,
    minutes: float = 0,
    outlet: str | None = None,
    title: str | None = None,
    published: datetime | None = None,
    **values: Any,
) -> ClassifiedArticle:
    blocks, start = [], 0
    for paragraph in text.split("\n\n"):
        blocks.append(Block(kind="paragraph", start=start, end=start + len(paragraph)))
        start += len(paragraph) + 2
    run = StageRun(name="classify", at=START + timedelta(minutes=minutes), ms=1.0)
    known: dict[str, Any] = {
        "id": article_id,
        "revision": None,
        "unchanged": False,
        "changed": [],
        "url": None,
        "source": Source(name=outlet, domain=outlet),
        "published_at": Moment(value=published, precision="day", zone="none") if published else None,
        "modified_at": None,
        "fetched_at": None,
        "section": None,
        "truncated": False,
        "clutter": None,
        "language": None,
        "title": title,
        "text": text,
        "blocks": blocks,
        "removed": [],
        "raw_map": None,
        "authors": [],
        "dateline": None,
        "credits": [],
        "limits": [],
        "provenance": Provenance(
            pipeline="1", model=None, stages=[run], origin=Origin(topic="news.raw.v1", partition=0, offset=0)
        ),
        "entities": [],
        "places": [],
        "quotes": [],
        "events": [],
        "dates": [],
        "amounts": [],
        "topics": [],
        "genre": None,
        "urgency": None,
        "sentiment": None,
        "entity_sentiment": [],
        "keywords": [],
        "summary": [],
    }
    return ClassifiedArticle(**(known | values))


def feed(window: Window, *articles: ClassifiedArticle) -> EnrichedArticle:
    """Link the articles one after the other; returns the last."""
    for one in articles:
        enriched = enriched_of(link.link(window, one))
        link.fold(window, one.id, enriched)
    return enriched


def enriched_of(emissions: list[Emission]) -> EnrichedArticle:
    return cast(EnrichedArticle, emissions[0].event)


def stories_of(emissions: list[Emission]) -> dict[str, Story | None]:
    return {one.key: cast(Story | None, one.event) for one in emissions if one.kind is Story}


@pytest.fixture
def window() -> Window:
    return link.new_window()


# --- duplicates


def test_same_words_under_another_id_are_an_exact_copy(window: Window) -> None:
    """Line breaks, marks and capitals do not make another text."""
    copy = FERRY.replace("\n\n", "\n").upper()
    found = feed(window, article("a", FERRY), article("b", CHEESE), article("c", copy))
    assert (found.duplicate_of, found.duplicate_kind) == ("a", "exact")


@pytest.mark.parametrize(
    "edited",
    [
        FERRY.replace("31 passengers", "33 passengers").replace("early on Monday ", ""),
        FERRY.rsplit("\n\n", 2)[0],
        FERRY + "\n\nRead more about shipping and sign up for our letter. " + "Latest news about travel. " * 3,
    ],
    ids=["words changed", "cut short", "with clutter"],
)
def test_small_edits_are_near_duplicates(window: Window, edited: str) -> None:
    """Another outlet's edited, cut or cluttered version is near the first."""
    found = feed(window, article("a", FERRY, outlet="one.example"), article("b", edited, outlet="two.example"))
    assert (found.duplicate_of, found.duplicate_kind) == ("a", "near")


def test_an_outlets_own_new_version_is_revised(window: Window) -> None:
    """The same outlet under another id has updated its article."""
    edited = FERRY.replace("214", "216")
    found = feed(window, article("a", FERRY, outlet="one.example"), article("b", edited, outlet="one.example"))
    assert (found.duplicate_of, found.duplicate_kind) == ("a", "revised")


def test_all_copies_name_the_earliest(window: Window) -> None:
    """A copy of a copy is a copy of the first."""
    first, second = FERRY.replace("214", "about 200"), FERRY.replace("forty", "thirty").replace("214", "about 200")
    found = feed(window, article("a", FERRY), article("b", first), article("c", second))
    assert found.duplicate_of == "a"


def test_the_same_story_in_other_words_is_no_duplicate(window: Window) -> None:
    """Retelling is not copying."""
    assert feed(window, article("a", FERRY), article("b", FERRY_TOLD_AGAIN)).duplicate_of is None


def test_a_retracted_original_is_named_no_more(window: Window) -> None:
    """Copies of a retracted article are copies of the earliest one left."""
    feed(window, article("a", FERRY), article("b", FERRY.replace("214", "215")))
    link.fold(window, "a", None)
    assert feed(window, article("c", FERRY)).duplicate_of == "b"


# --- revisions


def test_the_same_again_is_unchanged(window: Window) -> None:
    """The number stays, and nothing but the article is published again."""
    feed(window, article("a", FERRY))
    emissions = link.link(window, article("a", FERRY, minutes=5))
    assert [one.kind for one in emissions] == [EnrichedArticle]
    assert (enriched_of(emissions).revision, enriched_of(emissions).unchanged) == (1, True)


def test_a_revision_names_the_blocks_that_changed(window: Window) -> None:
    """Indexes into the new blocks; an article is never a duplicate of its own earlier self."""
    feed(window, article("a", FERRY))
    found = feed(window, article("a", FERRY.replace("31 passengers", "33 passengers"), minutes=5))
    assert (found.revision, found.unchanged, found.changed, found.duplicate_of) == (2, False, [1], None)


def test_a_new_pipeline_version_makes_a_revision(window: Window) -> None:
    """No block changed, but what is found in them may have."""
    feed(window, article("a", FERRY))
    again = article("a", FERRY, minutes=5)
    found = feed(window, replace(again, provenance=replace(again.provenance, pipeline="2")))
    assert (found.revision, found.unchanged, found.changed) == (2, False, [])


def test_revisions_go_on_after_a_retraction(window: Window) -> None:
    """What comes after a tombstone is newer than what was before it."""
    feed(window, article("a", FERRY))
    link.fold(window, "a", None)
    assert feed(window, article("a", FERRY, minutes=5)).revision == 2


# --- stories


def test_three_outlets_make_one_story(window: Window) -> None:
    """Told three times in other words, with something else between."""
    emissions = []
    for one in (
        article("a", FERRY, 0, "one.example", "Ferry Aurora runs aground off Brannoe"),
        article("x", CHEESE, 10, "one.example", "Orne dairy wins cheese prize"),
        article("b", FERRY_TOLD_AGAIN, 20, "two.example", "Why did the Aurora wait?"),
        article("c", FERRY_THIRD, 30, "three.example", "Panic on the Aurora"),
    ):
        emissions = link.link(window, one)
        link.fold(window, one.id, enriched_of(emissions))
    (story,) = stories_of(emissions).values()
    assert story is not None
    assert story.members == ["a", "b", "c"]
    assert story.title == "Ferry Aurora runs aground off Brannoe"
    assert story.sources == 3
    assert (story.first_seen, story.last_seen) == (START, START + timedelta(minutes=30))
    reference = enriched_of(emissions).story
    assert reference is not None
    assert (reference.id, reference.size, reference.first_seen) == (story.id, 3, START)


def test_a_duplicate_joins_the_story_of_its_original(window: Window) -> None:
    """Also when the copy is published long after."""
    first = feed(window, article("a", FERRY))
    copy = feed(window, article("b", FERRY, 60, published=START + timedelta(days=40)))
    assert first.story is not None
    assert copy.story is not None
    assert copy.story.id == first.story.id


def test_likeness_counts_less_with_time(window: Window) -> None:
    """Words in common half a year apart are another happening."""
    half_a_year_ago = START - timedelta(days=180)
    first = feed(window, article("a", FERRY, published=half_a_year_ago))
    second = feed(window, article("b", FERRY_TOLD_AGAIN, published=START))
    assert first.story != second.story


def test_a_rewritten_article_moves_to_another_story(window: Window) -> None:
    """The story that it leaves is published without it, before the one that it joins."""
    feed(window, article("a", FERRY), article("b", FERRY_TOLD_AGAIN, 1), article("c", CHEESE, 2))
    emissions = link.link(window, article("b", CHEESE, 3))
    left, joined = stories_of(emissions).values()
    assert left is not None
    assert left.members == ["a"]
    assert joined is not None
    assert joined.members == ["c", "b"]


def test_other_languages_have_no_story(window: Window) -> None:
    """Without a background of the language nothing can be told from its words; copies are still found."""
    limits: list[Any] = ["language-not-supported"]
    found = feed(window, article("a", FERRY, limits=limits), article("b", FERRY, 1, limits=limits))
    assert found.story is None
    assert found.duplicate_kind == "exact"


def test_a_story_sums_up_its_members(window: Window) -> None:
    """People, places and topics, those of most members first."""
    mention = Mention(start=0, end=3, kind="name")
    shared: dict[str, Any] = {"salience": 0.5, "country": None, "sectors": [], "roles": [], "mentions": [mention]}
    holt = Entity(id="e1", name="Ines Holt", type="PERSON", **shared)
    other = Entity(id="e2", name="Per Lund", type="PERSON", **shared)
    topics = [Topic(code="medtop:03000000", name="disaster, accident and emergency incident", score=0.9)]
    feed(window, article("a", FERRY, entities=[other, holt], topics=topics))
    emissions = link.link(window, article("b", FERRY_TOLD_AGAIN, 1, entities=[holt], topics=topics))
    (story,) = stories_of(emissions).values()
    assert story is not None
    assert story.people == ["Ines Holt", "Per Lund"]
    assert story.topics == ["medtop:03000000"]


# --- items and tombstones


def test_items_carry_their_words_and_where_they_are_from(window: Window) -> None:
    """One message for each quote, event and place."""
    content = FERRY.index("“We heard"), FERRY.index("out,”") + 5
    place = FERRY.index("Brannoe")
    trigger = FERRY.index("ran aground")
    quote = Quote(kind="direct", content=[content], cue=[], source=[], speaker=None, speaker_name=None, confidence=0.9)
    event = PoliticalEvent(
        type="AID",
        quad=2,
        actors=[],
        recipients=[],
        trigger=(trigger, trigger + 11),
        sentence=(0, 40),
        factuality="asserted",
        place=None,
        date=None,
        confidence=0.5,
    )
    located = Place(
        entity="e1",
        name="Brannoe",
        latitude=58.0,
        longitude=6.0,
        country="NO",
        admin1=None,
        geonames_id=None,
        feature=None,
        confidence=0.5,
        mentions=[(place, place + 7)],
    )
    emissions = link.link(
        window, article("a", FERRY, title="Aground", quotes=[quote], events=[event], places=[located])
    )
    items = {one.kind: one for one in emissions if one.kind in {QuoteItem, EventItem, PlaceItem}}
    assert cast(QuoteItem, items[QuoteItem].event).text.startswith("“We heard a long scraping noise")
    assert cast(EventItem, items[EventItem].event).text == FERRY[:40]
    assert cast(PlaceItem, items[PlaceItem].event).text == "Brannoe"
    assert {(one.key, one.part) for one in items.values()} == {("a", "0")}
    assert cast(PlaceItem, items[PlaceItem].event).revision == 1


def test_a_retraction_passes_through_every_topic(window: Window) -> None:
    """Tombstones for the article and its items; its story goes on without it, or ends."""
    feed(window, article("a", FERRY), article("b", FERRY_TOLD_AGAIN, 1))
    emissions = link.retract(window, "a")
    assert [one.kind for one in emissions if one.event is None] == [EnrichedArticle, QuoteItem, EventItem, PlaceItem]
    (story,) = stories_of(emissions).values()
    assert story is not None
    assert story.members == ["b"]
    link.fold(window, "a", None)
    assert list(stories_of(link.retract(window, "b")).values()) == [None]


def test_what_was_never_seen_can_be_retracted(window: Window) -> None:
    """A tombstone passes, whatever is known of its article."""
    assert [one.event for one in link.retract(window, "unknown")] == [None] * 4
    link.fold(window, "unknown", None)
    assert not window.entries
    assert not window.past


def test_an_article_without_time_is_rejected(window: Window) -> None:
    """Rather than dated by a clock, which says something else when the window is rebuilt."""
    bare = article("a", FERRY)
    with pytest.raises(Reject, match="stages"):
        link.link(window, replace(bare, provenance=replace(bare.provenance, stages=[])))


# --- the window


PROMOTION = "Our reporters follow this and other ports along the coast on every day of the week."


def unlike(number: int) -> str:
    """An article that is like no other: each word in it stands for its number."""
    words = [
        f"{word}{'xyz'[number % 3]}{number}" for word in ["harbour", "council", "museum", "bridge", "ferry", "school"]
    ]
    return f"The {words[0]} of the {words[1]} met {words[2]} today.\n\nThe {words[3]}, {words[4]} and {words[5]} wait."


def clutter_of(emissions: list[Emission]) -> list[Clutter]:
    return [cast(Clutter, emission.event) for emission in emissions if emission.kind is Clutter]


def test_what_an_outlet_repeats_is_published_once_and_again_when_it_changes(window: Window) -> None:
    """The fourth story teaches it; further ones with it, and copies, say nothing new; disuse forgets it."""
    published = []
    for number in range(60):
        text = f"{unlike(number)}\n\n{PROMOTION}" if number < 8 else unlike(number)
        emissions = link.link(window, article(f"a-{number}", text, number, "harbour.example"))
        link.fold(window, f"a-{number}", enriched_of(emissions))
        published += [(number, clutter) for clutter in clutter_of(emissions)]
    (first, learned), (last, forgotten) = published
    assert (first, learned.outlet, learned.lines) == (3, "harbour.example", [PROMOTION])
    assert learned.version.startswith("harbour.example/")
    assert (last, forgotten.lines) == (57, [])
    assert forgotten.version != learned.version


def test_a_line_that_is_removed_everywhere_is_still_in_use(window: Window) -> None:
    """Articles that were cleaned by what was learned keep it alive."""
    for number in range(4):
        feed(window, article(f"a-{number}", f"{unlike(number)}\n\n{PROMOTION}", number, "harbour.example"))
    cut = [Removed(text=PROMOTION, reason="repeated", raw_start=None, raw_end=None)]
    for number in range(4, 70):
        emissions = link.link(window, article(f"a-{number}", unlike(number), number, "harbour.example", removed=cut))
        link.fold(window, f"a-{number}", enriched_of(emissions))
        assert clutter_of(emissions) == []


def test_copies_and_other_outlets_teach_nothing(window: Window) -> None:
    """One article under many ids is one; what two outlets print is learned of neither by the other."""
    copies = [article(f"copy-{number}", f"{CHEESE}\n\n{PROMOTION}", number, "harbour.example") for number in range(9)]
    others = [article(f"o-{n}", f"{unlike(n)}\n\n{PROMOTION}", n, f"{n}.example") for n in range(9)]
    for one in (*copies, *others):
        emissions = link.link(window, one)
        link.fold(window, one.id, enriched_of(emissions))
        assert clutter_of(emissions) == []


def test_the_window_is_bounded_in_articles_and_days(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first, and with the last of its members a story goes; revisions are remembered."""
    monkeypatch.setattr(link, "settings", lambda: Settings(window_articles=100, window_days=2.0))
    for number in range(150):
        feed(window, article(f"n{number}", f"{CHEESE} {number} " + f"extra{number} words{number} here{number} " * 40))
    assert len(window.entries) == len(window.numbers) == 100
    assert "n0" in window.past
    feed(window, article("late", FERRY, minutes=3 * 24 * 60))
    assert set(window.numbers) == {"late"}
    assert len(window.stories) == 1
    assert len(window.past) == 151


def test_links_decide_without_changing_the_window(window: Window) -> None:
    """Asked twice, the answer is the same: whoever cannot commit may ask again."""
    feed(window, article("a", FERRY), article("x", CHEESE, 1))
    copy = article("b", FERRY_TOLD_AGAIN, 2)
    assert link.link(window, copy) == link.link(window, copy)
    assert link.retract(window, "a") == link.retract(window, "a")


TEXTS = (
    FERRY,
    FERRY_TOLD_AGAIN,
    FERRY_THIRD,
    CHEESE,
    FERRY.replace("214", "216"),
    CHEESE.upper(),
    "Short.",
    FERRY[:300],
    *(f"{unlike(number)}\n\n{PROMOTION}" for number in range(5)),
)
STEPS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([*TEXTS, None]), st.integers(0, 2_000)), max_size=25
)


def _decisions(window: Window, steps: list[tuple[str, str | None, int]], minutes: int) -> Iterator[list[Emission]]:
    for position, (article_id, text, gap) in enumerate(steps):
        minutes += gap
        if text is None:
            emissions = link.retract(window, article_id)
        else:
            outlet = f"{position % 3}.example"
            emissions = link.link(window, article(article_id, text, minutes, outlet, f"Title of {text[:20]}"))
        link.fold(window, article_id, cast(EnrichedArticle | None, emissions[0].event))
        yield emissions


@examples(deadline=None)
@given(before=STEPS, after=STEPS)
def test_a_window_folded_from_committed_output_decides_the_same(
    before: list[tuple[str, str | None, int]], after: list[tuple[str, str | None, int]]
) -> None:
    """Committed output, as bytes and with link's own entry among the stages, is all that is needed to go on."""
    live, rebuilt = link.new_window(), link.new_window()
    for emissions in _decisions(live, before, 0):
        event = emissions[0].event
        if event is None:
            link.fold(rebuilt, emissions[0].key, None)
            continue
        written = cast(EnrichedArticle, event)
        run = StageRun(name="link", at=datetime(2027, 1, 1, tzinfo=UTC), ms=0.1)
        written = replace(written, provenance=replace(written.provenance, stages=[*written.provenance.stages, run]))
        link.fold(rebuilt, written.id, codec.decode(codec.encode(written), EnrichedArticle))
    assert rebuilt.past == live.past
    assert rebuilt.stories == live.stories
    assert rebuilt.outlets == live.outlets
    later = 25 * 2_000
    assert list(_decisions(rebuilt, after, later)) == list(_decisions(live, after, later))


@examples(deadline=None)
@given(steps=STEPS)
def test_every_story_holds_exactly_its_articles(steps: list[tuple[str, str | None, int]]) -> None:
    """Whatever comes, moves and goes: each article of the window is a member of its story and of no other."""
    window = link.new_window()
    for _ in _decisions(window, steps, 0):
        for entry in window.entries.values():
            holders = [story.id for story in window.stories.values() if entry.id in story.members]
            assert holders == [entry.story]
        assert {entry.story for entry in window.entries.values()} == set(window.stories)

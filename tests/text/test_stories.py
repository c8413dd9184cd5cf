"""Likeness of articles, and the choice of a story."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from copydesk.text.stories import MEMBERS, Cluster, Kin, Member, TermIndex, choose, joined, summary, without
from copydesk.text.terms import vector, words

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def member(title: str | None = None, outlet: str | None = None) -> Member:
    return Member(at=NOW, title=title, outlet=outlet, places=(), people=(), topics=())


def test_the_most_similar_comes_first() -> None:
    """An identical text has likeness 1; one without a common term is no neighbour."""
    index = TermIndex()
    volcano = vector(words("The volcano on the island erupted and lava reached the harbour."), [], ["Ana Dorn"], 40)
    index.add(0, vector(words("The harbour on the island was closed by a strike."), [], [], 40))
    index.add(1, volcano)
    index.add(2, vector(words("Parliament debates pensions."), [], [], 40))
    found = index.neighbours(volcano)
    assert [row.number for row in found] == [1, 0]
    assert found[0].similarity > 0.99
    assert found[1].similarity < 0.5


def test_what_is_removed_is_no_neighbour() -> None:
    """And leaves nothing behind."""
    index = TermIndex()
    one = vector(words("The volcano erupted."), [], [], 40)
    index.add(0, one)
    index.remove(0)
    assert index.neighbours(one) == []


def test_one_stray_member_does_not_chain() -> None:
    """The two closest members must be close on average, where two are among the neighbours."""
    stray = [Kin("s", 0.3, NOW), Kin("s", 0.01, NOW)]
    assert choose(stray, NOW) is None
    assert choose(stray[:1], NOW) == "s"


def test_likeness_halves_with_the_days_between() -> None:
    """In both directions of time."""
    kin = [Kin("s", 0.3, NOW)]
    assert choose(kin, NOW + timedelta(days=3)) == "s"
    assert choose(kin, NOW + timedelta(days=30)) is None
    assert choose(kin, NOW - timedelta(days=30)) is None


def test_a_story_is_bounded_and_sums_up() -> None:
    """The oldest members leave; the title is that of the first that has one."""
    cluster = Cluster("s", NOW, {})
    for number in range(MEMBERS + 5):
        cluster = joined(cluster, f"a{number}", member(f"Title {number}" if number else None, f"outlet{number % 3}"))
    assert len(cluster.members) == MEMBERS
    assert "a4" not in cluster.members
    assert summary(cluster).outlets == 3
    assert summary(joined(Cluster("s", NOW, {"a": member()}), "b", member("Second"))).title == "Second"


def test_the_last_member_takes_the_story_with_it() -> None:
    """Nothing is left of it."""
    assert without(joined(Cluster("s", NOW, {}), "a", member()), "a") is None


@examples(deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5))
def test_vectors_are_the_same_whenever_computed(text: str, title: str, names: list[str]) -> None:
    """At most as many terms as asked for, each with a weight."""
    one = vector(words(text), words(title), names, 10)
    assert one == vector(words(text), words(title), names, 10)
    assert len(one.terms) == len(one.weights) <= 10
    assert all(one.weights)

"""Each way to break the promise, made by hand, is found; a history without faults passes."""

from dataclasses import replace

import pytest

from benchmarks.chaos.verifier import Enriched, Group, Origin, Seen, Verdict, verify
from copydesk.pipeline import CLASSIFIED, CLEAN, DEAD, ENRICHED, EVENTS, EXTRACTED, PLACES, QUOTES, RAW, STORIES

IDLE = [Group("copydesk-link", "Stable", 0)]
PASSED = [topic.name for topic in (CLEAN, EXTRACTED, CLASSIFIED)]


class History:
    """What a run would have left, built record by record."""

    def __init__(self) -> None:
        self.records: list[Seen] = []
        self.accepted: list[Origin] = []

    def add(self, topic: str, key: str, origin: Origin | None, **more: object) -> None:
        offset = sum(record.topic == topic for record in self.records)
        self.records.append(Seen(topic, 0, offset, key, origin, **more))  # type: ignore[arg-type]

    def article(self, key: str, revision: int | None, *, unchanged: bool = False, quotes: int = 1) -> Origin:
        """A raw article, and all that follows from it."""
        origin = self.raw(key)
        for topic in PASSED:
            self.add(topic, key, origin)
        self.add(ENRICHED.name, key, origin, article=Enriched(revision, unchanged, (quotes, 0, 0)))
        for index in range(0 if unchanged else quotes):
            self.add(QUOTES.name, key, origin, identity=f"{origin}-{index}")
        return origin

    def retraction(self, key: str) -> Origin:
        origin = self.raw(key)
        for topic in (*PASSED, ENRICHED.name):
            self.add(topic, key, origin, tombstone=True)
        for item in (QUOTES, EVENTS, PLACES):
            self.add(item.name, key, origin, identity=f"{item.name}-{origin}", tombstone=True)
        return origin

    def dead(self, key: str, reason: str) -> Origin:
        origin = self.raw(key)
        self.add(DEAD.name, key, origin, reason=reason)
        return origin

    def raw(self, key: str) -> Origin:
        origin = (0, len(self.accepted))
        self.accepted.append(origin)
        self.add(RAW.name, key, origin)
        return origin

    def drop(self, topic: str, origin: Origin) -> None:
        self.records = [record for record in self.records if (record.topic, record.origin) != (topic, origin)]

    def swap(self, topic: str, key: str) -> None:
        """Turn the order of a key's first two records on a topic around."""
        first, second = [i for i, record in enumerate(self.records) if (record.topic, record.key) == (topic, key)][:2]
        self.records[first], self.records[second] = self.records[second], self.records[first]

    def verdict(self, groups: list[Group] = IDLE) -> Verdict:
        return verify(self.records, self.accepted, groups)


@pytest.fixture
def history() -> History:
    """Two articles, of which one is revised, repeated, retracted and comes back; and one of poison."""
    made = History()
    made.article("a", 1)
    made.article("b", 1, quotes=2)
    made.article("a", 2)
    made.article("a", 2, unchanged=True)
    made.retraction("a")
    made.article("a", 3)
    made.dead("poison-kill-1", "killed-worker")
    return made


def violated(verdict: Verdict) -> set[str]:
    return {kind for kind, found in verdict.violations.items() if found}


def test_a_history_without_faults_passes(history: History) -> None:
    verdict = history.verdict()
    assert verdict.kept
    assert violated(verdict) == set()
    assert (verdict.raw, verdict.enriched, verdict.dead) == (7, 6, {"killed-worker": 1})
    assert verdict.unexpected == ()


def test_nothing_at_all_is_not_proof_of_what_was_accepted() -> None:
    assert violated(verify([], [(0, 0)], IDLE)) == {"unaccepted"}


def test_an_article_without_an_outcome_is_lost(history: History) -> None:
    history.raw("c")
    assert violated(history.verdict()) == {"lost"}


def test_a_lost_dead_letter_is_lost(history: History) -> None:
    history.drop(DEAD.name, (0, 6))
    assert violated(history.verdict()) == {"lost"}


def test_an_article_that_ends_twice_is_doubled(history: History) -> None:
    history.add(ENRICHED.name, "b", (0, 1), article=Enriched(1, True, (2, 0, 0)))
    assert "doubled" in violated(history.verdict())


def test_an_article_that_is_both_enriched_and_dead_is_doubled(history: History) -> None:
    history.add(DEAD.name, "b", (0, 1), reason="deadline")
    assert violated(history.verdict()) == {"doubled"}


@pytest.mark.parametrize("topic", PASSED)
def test_an_article_that_passes_a_topic_twice_is_doubled(history: History, topic: str) -> None:
    history.add(topic, "b", (0, 1))
    assert violated(history.verdict()) == {"doubled"}


def test_an_outcome_without_an_article_is_invented(history: History) -> None:
    history.add(DEAD.name, "c", (3, 99), reason="empty")
    assert violated(history.verdict()) == {"invented"}


def test_an_outcome_that_does_not_say_what_it_follows_from_is_invented(history: History) -> None:
    history.add(CLEAN.name, "c", None)
    assert violated(history.verdict()) == {"invented"}


@pytest.mark.parametrize("topic", [*PASSED, QUOTES.name])
def test_a_later_article_of_a_key_before_an_earlier_one_is_out_of_order(history: History, topic: str) -> None:
    history.swap(topic, "a")
    assert violated(history.verdict()) == {"out_of_order"}


def test_a_story_that_goes_back_is_out_of_order(history: History) -> None:
    history.add(STORIES.name, "story", (0, 2), linked=2)
    assert history.verdict().kept
    history.add(STORIES.name, "story", (0, 1), linked=1)
    assert violated(history.verdict()) == {"out_of_order"}


@pytest.mark.parametrize(("revision", "unchanged"), [(3, False), (5, False), (1, False), (4, True)])
def test_a_revision_that_is_skipped_or_repeated_is_found(history: History, revision: int, unchanged: bool) -> None:
    assert history.verdict().kept
    history.article("a", revision, unchanged=unchanged)
    assert violated(history.verdict()) == {"revisions"}


def test_nothing_is_unchanged_after_its_retraction(history: History) -> None:
    history.retraction("b")
    history.article("b", 1, unchanged=True)
    assert violated(history.verdict()) == {"revisions"}


def test_a_missing_item_is_found(history: History) -> None:
    history.drop(QUOTES.name, (0, 1))
    assert violated(history.verdict()) == {"items"}


def test_an_item_too_many_is_found(history: History) -> None:
    history.add(PLACES.name, "b", (0, 1), identity="new")
    assert violated(history.verdict()) == {"items"}


def test_a_retraction_without_its_tombstones_is_found(history: History) -> None:
    history.drop(EVENTS.name, (0, 4))
    assert violated(history.verdict()) == {"items"}


def test_an_item_with_the_identity_of_another_is_found(history: History) -> None:
    history.records = [
        record._replace(identity="same") if record.topic == QUOTES.name and not record.tombstone else record
        for record in history.records
    ]
    assert violated(history.verdict()) == {"items"}


@pytest.mark.parametrize("group", [Group("g", "Stable", 1), Group("g", "PreparingRebalance", 0), Group("g", "Dead", 0)])
def test_a_group_that_lags_or_is_stuck_is_found(history: History, group: Group) -> None:
    assert violated(history.verdict([*IDLE, group])) == {"groups"}


def test_dead_letters_that_no_poison_explains_are_told_but_break_nothing(history: History) -> None:
    history.dead("c", "deadline")
    history.dead("poison-large-1", "killed-worker")
    verdict = history.verdict()
    assert verdict.kept
    assert len(verdict.unexpected) == 2


def test_each_kind_of_violation_breaks_the_promise(history: History) -> None:
    clean = history.verdict()
    for kind in clean.violations:
        assert not replace(clean, **{kind: ("something",)}).kept  # type: ignore[arg-type]


def test_an_article_that_was_not_linked_has_no_revision_to_go_on_from(history: History) -> None:
    history.article("a", None)
    history.article("a", None)
    assert len(history.verdict().revisions) == 2
    history.article("a", 6)
    assert len(history.verdict().revisions) == 2

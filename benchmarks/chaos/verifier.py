"""Whether the promise was kept: pure functions over everything that was read, so that each can be tried by hand.

The raw topic itself is the ground truth: each of its records must be the origin of exactly one enriched record or dead
letter, whatever happened in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from benchmarks.chaos import poison
from copydesk.pipeline import CLASSIFIED, CLEAN, DEAD, ENRICHED, EXTRACTED, ITEMS, RAW, STORIES

Origin = tuple[int, int]
"""Partition and offset on the raw topic."""

_BETWEEN: Final = tuple(topic.name for topic in (CLEAN, EXTRACTED, CLASSIFIED))
_ITEMS: Final = tuple(topic.name for topic in ITEMS)
_IN_ORDER: Final = (*_BETWEEN, ENRICHED.name, *_ITEMS)


class Enriched(NamedTuple):
    """What is checked of an enriched article. ``items``: how many quotes, events and places it has."""

    revision: int | None
    unchanged: bool
    items: tuple[int, ...]


class Seen(NamedTuple):
    """What is checked of a record, in the order of its partition.

    Attributes:
        origin: of a raw record itself, of others what their header says; ``None`` where it says nothing.
        identity: the CloudEvents id, where there is one.
        linked: offset of the classified record that an output of *link* follows from.
        reason: of a dead letter.
        article: of an enriched record that is no tombstone.
    """

    topic: str
    partition: int
    offset: int
    key: str | None
    origin: Origin | None
    identity: str | None = None
    linked: int | None = None
    reason: str | None = None
    tombstone: bool = False
    article: Enriched | None = None


class Group(NamedTuple):
    """A consumer group once everything is done: its state in Kafka's word, and the records it has not committed."""

    name: str
    state: str
    lag: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. Each violation is a line for people; none means that the promise was kept.

    Attributes:
        raw, enriched: how many records.
        dead: dead letters by reason.
        unexpected: dead letters that no poison explains: no violation, but worth a look.
    """

    raw: int
    enriched: int
    dead: Mapping[str, int]
    unexpected: tuple[str, ...]
    unaccepted: tuple[str, ...]
    lost: tuple[str, ...]
    invented: tuple[str, ...]
    doubled: tuple[str, ...]
    out_of_order: tuple[str, ...]
    revisions: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def violations(self) -> dict[str, tuple[str, ...]]:
        """All violations by kind; an empty tuple where there are none."""
        kinds = ("unaccepted", "lost", "invented", "doubled", "out_of_order", "revisions", "items", "groups")
        return {kind: getattr(self, kind) for kind in kinds}

    @property
    def kept(self) -> bool:
        """Whether nothing was violated."""
        return not any(self.violations.values())


def verify(records: Sequence[Seen], accepted: Iterable[Origin], groups: Iterable[Group]) -> Verdict:
    """Check everything.

    Args:
        records: all committed records of all topics, each partition in its order.
        accepted: the raw records that the broker has acknowledged to the publisher.
        groups: the groups as they stand after the last record.
    """
    by_topic: dict[str, list[Seen]] = {}
    for record in records:
        by_topic.setdefault(record.topic, []).append(record)
    raw = {record.origin for record in by_topic.get(RAW.name, ())}
    ended = [*by_topic.get(ENRICHED.name, ()), *by_topic.get(DEAD.name, ())]
    dead = by_topic.get(DEAD.name, [])
    enriched = by_topic.get(ENRICHED.name, [])
    return Verdict(
        raw=len(raw),
        enriched=len(enriched),
        dead=Counter(record.reason or "?" for record in dead),
        unexpected=tuple(_line(record) for record in dead if not poison.is_expected(record.key, record.reason or "")),
        unaccepted=tuple(f"{RAW.name}: acknowledged, and not there: {at}" for at in sorted(set(accepted) - raw)),
        lost=tuple(_lost(by_topic.get(RAW.name, ()), {record.origin for record in ended})),
        invented=tuple(_line(record) for record in records if record.origin not in raw),
        doubled=tuple(_doubled(by_topic, ended)),
        out_of_order=tuple(_out_of_order(by_topic)),
        revisions=tuple(_revisions(enriched)),
        items=tuple(_items(by_topic, enriched)),
        groups=tuple(
            f"{group.name}: {group.state}, {group.lag} not committed"
            for group in groups
            if group.lag or group.state != "Stable"
        ),
    )


def _lost(raw: Iterable[Seen], ended: set[Origin | None]) -> Iterator[str]:
    return (_line(record) for record in raw if record.origin not in ended)


def _doubled(by_topic: Mapping[str, Sequence[Seen]], ended: Sequence[Seen]) -> Iterator[str]:
    """An origin ends once, and passes each topic in between at most once."""
    for records in (ended, *(by_topic.get(topic, ()) for topic in _BETWEEN)):
        times = Counter(record.origin for record in records)
        for record in records:
            if times[record.origin] > 1:
                yield f"{_line(record)}, {times[record.origin]} times"


def _out_of_order(by_topic: Mapping[str, Sequence[Seen]]) -> Iterator[str]:
    """Per key, what follows from a later raw record comes later. A story has many origins: there *link*'s order counts.

    Dead letters come from all stages at once, and promise no order.
    """
    for topic in (*_IN_ORDER, STORIES.name):
        newest: dict[str | None, tuple[int, ...]] = {}
        for record in by_topic.get(topic, ()):
            place = record.origin if topic != STORIES.name else (record.linked or 0,)
            before = newest.get(record.key, ())
            if place is not None and before and place < before:
                yield f"{_line(record)}, after {before}"
            newest[record.key] = max(before, place or ())


def _revisions(enriched: Iterable[Seen]) -> Iterator[str]:
    """Revisions of an article are 1, 2, 3…; one that changes nothing keeps the number, also across a retraction."""
    known: dict[str | None, int] = {}
    retracted: set[str | None] = set()
    for record in enriched:
        if record.article is None:
            retracted.add(record.key)
            continue
        before = known.get(record.key, 0)
        may_repeat = before and record.key not in retracted
        expected = before if record.article.unchanged and may_repeat else before + 1
        if record.article.revision != expected:
            yield f"{_line(record)}: revision {record.article.revision}, not {expected}"
        known[record.key] = record.article.revision or expected
        retracted.discard(record.key)


def _items(by_topic: Mapping[str, Sequence[Seen]], enriched: Iterable[Seen]) -> Iterator[str]:
    """Each item once, and as many as the enriched article says: none if it repeats, one tombstone if it retracts."""
    found = [Counter(record.origin for record in by_topic.get(topic, ())) for topic in _ITEMS]
    expected: list[dict[Origin | None, int]] = [{} for _ in _ITEMS]
    for record in enriched:
        counts = (1,) * len(_ITEMS) if record.article is None else record.article.items
        unchanged = record.article is not None and record.article.unchanged
        for wanted, count in zip(expected, counts, strict=True):
            wanted[record.origin] = 0 if unchanged else count
    for topic, counted, wanted in zip(_ITEMS, found, expected, strict=True):
        for origin in sorted((counted.keys() | wanted.keys()) - {None}, key=str):
            if counted[origin] != wanted.get(origin, 0):
                yield f"{topic} of {origin}: {counted[origin]}, not {wanted.get(origin, 0)}"
        for identity, times in Counter(record.identity for record in by_topic.get(topic, ())).items():
            if times > 1:
                yield f"{topic}: {identity}, {times} times"


def _line(record: Seen) -> str:
    reason = f" ({record.reason})" if record.reason else ""
    return f"{record.topic}/{record.partition}/{record.offset}{reason} of {record.origin}, key {record.key}"

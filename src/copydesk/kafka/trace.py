"""Trace: where an article went, answered from the topics themselves."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from aiokafka import TopicPartition

from copydesk.events import Origin, Replay
from copydesk.kafka import dead_letters
from copydesk.kafka.courses import Course, courses, origin_of
from copydesk.kafka.reading import Places, Reader, committed
from copydesk.kafka.replay import is_marked, marks
from copydesk.kafka.subjects import subject
from copydesk.pipeline import CLASSIFIED, CLEAN, DEAD, ENRICHED, EXTRACTED, ITEMS, RAW, STAGES, TOPICS, Stage
from copydesk.records import RECEIVED, Record, place_text, read_place
from copydesk.settings import Settings
from copydesk.stages import clean
from copydesk.text import identity

_STATES: Final = (CLEAN, EXTRACTED, CLASSIFIED, ENRICHED)
_NAMES: Final = frozenset(topic.name for topic in TOPICS)
_SKEW: Final = timedelta(seconds=60)
"""How far the clocks of two brokers may be apart."""
_TOGETHER: Final = timedelta(seconds=20)
"""What one transaction writes, the broker gets within its timeout: items lie that near to their article."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an article went.

    Args:
        asked: what was asked for.
        article: the article's id, as far as it can be told.
        courses: one for each raw record that brought it, the oldest first; none if it was not found.
        looked: the topics and partitions where it was looked for.
    """

    asked: str
    article: str | None
    courses: tuple[Course, ...]
    looked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Target:
    """What is looked for: all courses of an article, or with ``origin`` the one of a raw record.

    ``raw`` is that record as far as it is kept. ``names`` are the ways in which dead letters and raw records may call
    the article.
    """

    article: str | None
    names: frozenset[str]
    origin: Origin | None = None
    raw: Record | None = None

    def admits(self, record: Record) -> bool:
        if self.origin is not None:
            return origin_of(record) == self.origin
        if record.topic in {RAW.name, DEAD.name}:
            return bool(self.names & subject(record).ids)
        return record.key == (self.article or "").encode("utf-8", "replace")


async def trace(settings: Settings, asked: str, since: datetime | None = None) -> Trace:
    """Find out where an article went.

    The topics that are keyed by the article's id are read in the one partition of the key; items around the time of
    their article; raw records where the others say that they lie, and else only from where *clean* goes on; dead
    letters, whose keys are the publishers', in all partitions unless the raw record is known.

    Args:
        settings: where the broker is, and the group of the workers.
        asked: id or URL of an article, or the place of a record (``news.raw.v1/3/17``, ``news.dead.v1/0/4``).
        since: look only at what the broker got then or later; ``None`` looks at all that is kept.

    Raises:
        UsageError: no broker answers, or the topics do not exist.
    """
    async with Reader(settings) as reader, Reader(settings, single=True) as single:
        target = await _target(single, asked)
        if target is None:
            return Trace(asked, None, (), (asked,))
        search = _Search(settings, reader, target, since)
        # In the order of the flow: what moves on meanwhile is met again further down.
        found = await search.backlog()
        for topic in _STATES:
            found += await search.state(topic.name)
        found += await search.items([record for record in found if record.topic == ENRICHED.name])
        found += await search.dead({origin for record in found if (origin := origin_of(record))})
        found += await _raws(single, found)
        marked = await _marked(reader, [record for record in found if record.topic == DEAD.name])
    ways = await _placed(settings, courses(found, marked))
    return Trace(asked, target.article, tuple(ways), tuple(sorted(search.looked)))


async def _target(single: Reader, asked: str) -> _Target | None:
    place = read_place(asked)
    if place is None or place.topic not in _NAMES:
        article = identity.key_id(asked)
        return _Target(article, frozenset({asked, article}))
    record = await single.at(place)
    if place.topic == RAW.name:
        return _Target(_article_of(record), frozenset(), place, record)
    origin = None if record is None else origin_of(record)
    if record is None or origin is None:
        return None
    raw = await single.at(origin)
    raw = raw if raw and _is_raw_of(raw, record) else None
    return _Target(_article_of(raw or record), frozenset(), origin, raw)


def _article_of(record: Record | None) -> str | None:
    """The id that *clean* gives a raw record, or the key of any other, which is the id."""
    if record is None:
        return None
    failed = dead_letters.read(record).topic if record.topic == DEAD.name else record.topic
    if failed != RAW.name:
        return (record.key or b"").decode("utf-8", "replace")
    try:
        return clean.retracted_id(record.key) if record.value is None else clean.read(record).id
    except Exception:  # whatever made it a dead letter leaves it without an id here too
        return None


# --- reading ----------------------------------------------------------------------------------------------------------


class _Search:
    """Reads the topics for a target, and remembers where it has looked."""

    def __init__(self, settings: Settings, reader: Reader, target: _Target, since: datetime | None) -> None:
        self._settings = settings
        self._reader = reader
        self._target = target
        self._since = since
        if target.raw is not None:
            received = datetime.fromtimestamp(target.raw.timestamp / 1000, UTC) - _SKEW
            self._since = max(received, since) if since else received
        self.looked: set[str] = set()

    async def backlog(self) -> list[Record]:
        """The raw record itself where its place is known, else those that *clean* has not read yet."""
        if self._target.origin is not None:
            self.looked.add(place_text(self._target.origin))
            return [self._target.raw] if self._target.raw else []
        partitions = await self._reader.partitions(RAW.name)
        starts = await self._reader.starts(partitions, self._since)
        gone_on = await committed(self._settings, _reader_of(RAW.name), partitions)
        return await self._read({partition: max(start, gone_on[partition] or 0) for partition, start in starts.items()})

    async def state(self, topic: str) -> list[Record]:
        """What a stage wrote of the article."""
        if self._target.article is not None:
            partitions = [await self._reader.partition_of(topic, self._target.article.encode("utf-8", "replace"))]
        elif self._target.raw is None:
            partitions = await self._reader.partitions(topic)
        else:
            return []  # *clean* gave it no id, and so wrote nothing
        return await self._read(await self._reader.starts(partitions, self._since))

    async def items(self, articles: Sequence[Record]) -> list[Record]:
        """The items of enriched articles, each around the time of its article."""
        found: list[Record] = []
        for article in articles:
            at = datetime.fromtimestamp(article.timestamp / 1000, UTC)
            for topic in ITEMS:
                partition = await self._reader.partition_of(topic.name, article.key or b"")
                starts = await self._reader.starts([partition], at - _TOGETHER)
                ends = await self._reader.starts([partition], at + _TOGETHER)
                found += await self._read(starts, ends, partial(_is_item_of, article))
        return found

    async def dead(self, origins: Collection[Origin]) -> list[Record]:
        """Letters about the article, and those of the given raw records."""
        target = self._target
        partitions = await self._reader.partitions(DEAD.name)
        if target.raw is not None and target.raw.key is not None:
            keys = {target.raw.key, (target.article or "").encode("utf-8", "replace")} - {b""}
            partitions = sorted({await self._reader.partition_of(DEAD.name, key) for key in keys})
        starts = await self._reader.starts(partitions, self._since)
        return await self._read(starts, admits=lambda record: origin_of(record) in origins or target.admits(record))

    async def _read(
        self, starts: Places, ends: Places | None = None, admits: Callable[[Record], bool] | None = None
    ) -> list[Record]:
        self.looked |= {f"{partition.topic}/{partition.partition}" for partition in starts}
        admits = admits or self._target.admits
        ends = await self._reader.ends(starts) if ends is None else ends
        async with aclosing(self._reader.records(starts, ends)) as records:
            return [record async for record in records if admits(record)]


async def _raws(single: Reader, found: Sequence[Record]) -> list[Record]:
    """The raw records that the others follow from, as far as they are kept."""
    followers: dict[str, Record] = {}
    for record in found:
        origin = origin_of(record)
        if origin is not None:
            followers.setdefault(place_text(origin), record)
    raws = []
    for place, follower in followers.items():
        origin = read_place(place)
        raw = await single.at(origin) if origin and follower.topic != RAW.name else None
        if raw is not None and _is_raw_of(raw, follower):
            raws.append(raw)
    return raws


def _is_item_of(article: Record, record: Record) -> bool:
    return record.key == article.key and record.origin == article.origin


def _is_raw_of(raw: Record, follower: Record) -> bool:
    """The same place may hold another record after the topic was deleted and made anew."""
    return follower.header(RECEIVED) in {None, str(raw.timestamp)}


async def _marked(reader: Reader, dead: Sequence[Record]) -> Mapping[str, Replay]:
    found = [(letter, (await marks(reader, letter.place)).get(letter.place)) for letter in dead]
    return {letter.place: mark for letter, mark in found if mark and is_marked(letter, mark)}


def _reader_of(topic: str) -> Stage:
    return next(stage for stage in STAGES if stage.reads.name == topic)


async def _placed(settings: Settings, ways: Sequence[Course]) -> list[Course]:
    """With the number of records before those that are on their way."""
    waiting = {way.origin: TopicPartition(way.hops[-1].topic, way.hops[-1].partition) for way in ways if way.waits_for}
    gone_on: dict[TopicPartition, int | None] = {}
    for partition in set(waiting.values()):
        gone_on |= await committed(settings, _reader_of(partition.topic), [partition])
    placed = []
    for way in ways:
        reached = gone_on[waiting[way.origin]] if way.waits_for else None
        placed.append(way if reached is None else replace(way, ahead=way.hops[-1].offset - reached))
    return placed

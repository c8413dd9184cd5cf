"""Dead letters: the record as it was, and why it could not be enriched; written, read back and chosen."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from copydesk.events import Origin
from copydesk.kafka.reading import Reader
from copydesk.kafka.subjects import outlet, subject
from copydesk.limits import header_size
from copydesk.pipeline import DEAD, RAW
from copydesk.records import DEAD_PREFIX, ORIGIN, RECEIVED, Failure, Header, Output, Record, passed_on, read_place
from copydesk.runner import MESSAGE_LIMIT
from copydesk.text import identity
from copydesk.version import PIPELINE_VERSION

LIMIT: Final = MESSAGE_LIMIT + 900_000
"""Largest dead letter in bytes: what the producers send, and the topic of dead letters takes.

A raw topic that we have created lets in no record that does not fit with what a dead letter adds.
"""
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
"""Offsets have 63 bits; anybody may write a record that says more."""
_LONGEST: Final = 2_000
"""Characters of a message that are kept."""
_FRAME: Final = 32
"""Most bytes that the record format adds to each header, and to the record."""
_TOLD: Final = 300
"""Bytes of the header that says what was left out."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as people read it.

    ``id`` is its place on the dead topic, ``PARTITION/OFFSET``, and ``at`` when the broker got it, RFC 3339 UTC: a
    letter that was never on a topic has neither. ``topic``, ``partition`` and ``offset`` are of the record that failed.
    """

    id: str | None
    at: str | None
    stage: str
    reason: str
    exception: str
    message: str
    stack: str
    topic: str
    partition: int
    offset: int
    attempts: int
    first_failure: str
    pipeline: str
    origin: str
    key: bytes | None
    value: bytes | None


def letter(stage: str, record: Record, failure: Failure, attempts: int, first_failure: datetime) -> Output:
    """Make the dead letter of a record.

    Key, value and headers stay byte for byte as they were (a record with neither key nor value gets an empty key); what
    is added says where, when and why. Of a record that is too large for any letter, as a topic that is not ours may
    hold, the largest of the three is left out, and a header says so.

    Args:
        stage: the stage that could not go on.
        record: what it was given.
        failure: why.
        attempts: how often it was tried.
        first_failure: when it failed first.
    """
    why = {
        "stage": stage,
        "reason": failure.reason.value,
        "exception": failure.exception,
        "message": failure.message[:_LONGEST],
        "stack": failure.stack,
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "attempts": str(attempts),
        "first-failure": first_failure.isoformat().replace("+00:00", "Z"),
        "pipeline": PIPELINE_VERSION,
    }
    origin: list[Header] = [
        header for header in passed_on(record) if header[0] in {ORIGIN, RECEIVED} and header not in record.headers
    ]
    added = [(DEAD_PREFIX + name, text.encode("utf-8", "replace")) for name, text in why.items()]
    kept, left_out = _bounded(record, LIMIT - _size((*origin, *added)))
    if left_out:
        added.append((DEAD_PREFIX + "left-out", left_out.encode()))
    # A record with neither key nor value cannot be told from none: the client refuses to send one.
    key = b"" if kept.key is None and kept.value is None else kept.key
    return Output(DEAD.name, key, kept.value, (*kept.headers, *origin, *added))


def _bounded(record: Record, limit: int) -> tuple[Record, str]:
    """The record without its largest parts, as far as it is larger than the limit, and what was left out."""
    sizes = {"key": len(record.key or b""), "value": len(record.value or b""), "headers": _size(record.headers)}
    told = []
    while sum(sizes.values()) + _TOLD > limit:
        name = max(sizes, key=lambda part: sizes[part])
        told.append(f"{name} ({sizes.pop(name)} bytes)")
        # A value that is left out is not null: the record was no tombstone.
        record = replace(record, **{name: {"key": None, "value": b"", "headers": ()}[name]})  # type: ignore[arg-type]
    return record, f"{', '.join(told)}: too large for a dead letter, still in the topic" if told else ""


def _size(headers: Sequence[Header]) -> int:
    return header_size(headers) + _FRAME * (len(headers) + 1)


def read(record: Record) -> DeadLetter:
    """Read a dead letter back. What a header does not say is empty, or -1."""

    def text(name: str) -> str:
        return record.header(DEAD_PREFIX + name) or ""

    def number(name: str) -> int:
        stated = text(name)
        return int(stated) if _NUMBER.fullmatch(stated) else -1

    sent = record.offset >= 0
    return DeadLetter(
        id=f"{record.partition}/{record.offset}" if sent else None,
        at=record.time if sent else None,
        stage=text("stage"),
        reason=text("reason"),
        exception=text("exception"),
        message=text("message"),
        stack=text("stack"),
        topic=text("topic"),
        partition=number("partition"),
        offset=number("offset"),
        attempts=number("attempts"),
        first_failure=text("first-failure"),
        pipeline=text("pipeline"),
        origin=record.header(ORIGIN) or "",
        key=record.key,
        value=record.value,
    )


def raw_place(letter: DeadLetter) -> Origin | None:
    """Where the raw record of a letter lay; ``None`` if its headers do not tell."""
    if letter.topic != RAW.name:
        found = read_place(letter.origin)
        return found if found and found.topic == RAW.name else None
    return (
        None
        if min(letter.partition, letter.offset) < 0
        else Origin(topic=RAW.name, partition=letter.partition, offset=letter.offset)
    )


# --- choosing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Which letters are meant: those that fit every field that is given, by any of its values.

    Args:
        reasons: of the closed list.
        stages: names of the stages that gave up.
        sources: names or domains of outlets, as `subjects.subject` finds them; case does not matter.
        ids: places of letters (``3/17`` or ``news.dead.v1/3/17``), keys, and ids or addresses of articles.
        since: only what the broker got then or later.
        until: only what the broker got before.
    """

    reasons: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, record: Record) -> bool:
        """Whether a record of the dead topic is meant."""
        found = read(record)
        if (self.reasons and found.reason not in self.reasons) or (self.stages and found.stage not in self.stages):
            return False
        if not self._in_time(record):
            return False
        if not self.sources and (not self.ids or self.ids & {found.id, record.place}):
            return True
        about = subject(record)
        outlets = {outlet(name) for name in self.sources}
        wanted = self.ids | {identity.key_id(text) for text in self.ids}
        return (not outlets or bool(outlets & about.sources)) and (
            not wanted or bool(wanted & {found.id, record.place, *about.ids})
        )

    def _in_time(self, record: Record) -> bool:
        after = self.since is None or record.timestamp >= self.since.timestamp() * 1000
        return after and (self.until is None or record.timestamp < self.until.timestamp() * 1000)


def letter_place(text: str) -> Origin | None:
    """Read the place of a letter, with or without the name of the topic; ``None`` if the text is something else.

    >>> letter_place("3/17") == letter_place("news.dead.v1/3/17"), letter_place("news.raw.v1/3/17")
    (True, None)
    """
    found = read_place(text) or read_place(f"{DEAD.name}/{text}")
    return found if found and found.topic == DEAD.name else None


async def letters(reader: Reader, wanted: Filter) -> AsyncGenerator[Record, None]:
    """Read the letters that are meant and there now, in the order of each partition.

    Letters that are all named by their places are read there, and nothing else is.
    """
    places = {text: letter_place(text) for text in wanted.ids}
    found = {(place.partition, place.offset): place for place in places.values() if place}
    if places and all(places.values()):
        for _, place in sorted(found.items()):
            record = await reader.at(place)
            if record and wanted.admits(record):
                yield record
        return
    partitions = await reader.partitions(DEAD.name)
    ends = await (reader.starts(partitions, wanted.until) if wanted.until else reader.ends(partitions))
    async with aclosing(reader.records(await reader.starts(partitions, wanted.since), ends)) as records:
        async for record in records:
            if wanted.admits(record):
                yield record

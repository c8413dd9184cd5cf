"""Records: what Kafka carries, as plain data, and the headers that Copydesk reads and writes."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from copydesk.errors import Reason
from copydesk.events import Event, Origin

Header = tuple[str, bytes | None]
"""Name and value; Kafka allows a null for a value."""

RAW_TOPIC: Final = "news.raw.v1"
CONTENT_TYPE: Final = "content-type"
EVENT_TYPE: Final = "ce_type"
TRACEPARENT: Final = "traceparent"
ORIGIN: Final = "copydesk-origin"
"""``topic/partition/offset`` of the raw record, on every record that follows from it."""
RECEIVED: Final = "copydesk-received"
"""The broker's timestamp of the raw record, in milliseconds since 1970: where latency end to end is counted from."""
LINKED_OFFSET: Final = "copydesk-linked-offset"
"""Offset of the classified record that an output of *link* follows from: the order in which its state is rebuilt."""
REPLAY_OF: Final = "copydesk-replay-of"
"""On a raw record: the dead letter that it repeats."""
UNREADABLE: Final = "copydesk-unreadable"
"""On a record that could not be read as it was sent: ``reason: message``. No topic holds it but that of dead letters:
whoever reads the record adds it.
"""
DEAD_PREFIX: Final = "copydesk-dead-"
"""Headers that a dead letter adds to those of its record."""

PASSED_ON: Final = frozenset({ORIGIN, RECEIVED, TRACEPARENT, REPLAY_OF})
"""Headers that go from the input of a stage to its outputs."""

_PLACE: Final = re.compile(r"([A-Za-z0-9._-]{1,249})/([0-9]{1,10})/([0-9]{1,18})")
_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}")
_CE_NAMESPACE: Final = uuid.UUID("5b0d6c52-6f43-5c1e-9a83-0a7d7d7f2f10")


@dataclass(frozen=True, slots=True)
class Record:
    """A record read from a topic. ``timestamp`` is the broker's, in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()

    def header(self, name: str) -> str | None:
        """The last header of that name as text, or ``None``."""
        for key, value in reversed(self.headers):
            if key == name:
                return None if value is None else value.decode("utf-8", "replace")
        return None

    @property
    def place(self) -> str:
        """``topic/partition/offset``: where the record lies, as headers and people write it."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def time(self) -> str:
        """The timestamp in RFC 3339, UTC, with milliseconds."""
        moment = datetime.fromtimestamp(self.timestamp / 1000, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def origin(self) -> Origin:
        """The raw record that this one follows from.

        A raw record is its own origin, whatever its headers say: a replayed dead letter brings those of its first life.
        So is any record whose header names no place.
        """
        stated = None if self.topic == RAW_TOPIC else read_place(self.header(ORIGIN) or "")
        return stated or Origin(topic=self.topic, partition=self.partition, offset=self.offset)

    @property
    def received(self) -> int:
        """When the broker received the raw record that this one follows from, in milliseconds since 1970."""
        stated = None if self.topic == RAW_TOPIC else _MILLISECONDS.fullmatch(self.header(RECEIVED) or "")
        return int(stated[0]) if stated else self.timestamp


@dataclass(frozen=True, slots=True)
class Output:
    """A record to be written. The partition follows from the key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Emission:
    """An event that a stage wants published; its class tells the topic. ``event=None`` is a tombstone for the key."""

    kind: type[Event]
    key: str
    event: Event | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a record becomes a dead letter; ``stack`` is bounded, and empty where the article is at fault."""

    reason: Reason
    exception: str
    message: str
    stack: str = ""


def unreadable(reason: Reason, message: str) -> bytes:
    """The value of the header `UNREADABLE`.

    >>> unreadable(Reason.INVALID, "the name of a header is no UTF-8")
    b'invalid: the name of a header is no UTF-8'
    """
    return f"{reason}: {message}".encode()


def read_place(text: str) -> Origin | None:
    """Read ``topic/partition/offset``, or tell with ``None`` that a text is something else.

    >>> read_place("news.raw.v1/3/17"), read_place("ferry-7")
    (Origin(topic='news.raw.v1', partition=3, offset=17), None)
    """
    found = _PLACE.fullmatch(text)
    return Origin(topic=found[1], partition=int(found[2]), offset=int(found[3])) if found else None


def place_text(origin: Origin) -> str:
    """The other way round: ``topic/partition/offset``."""
    return f"{origin.topic}/{origin.partition}/{origin.offset}"


def passed_on(record: Record) -> tuple[Header, ...]:
    """The headers that every output of a record carries: its origin, and what the publisher wants to see again."""
    # By name: of several headers of one name, the last is meant.
    kept = {name: value for name, value in record.headers if name in {TRACEPARENT, REPLAY_OF}}
    return (*kept.items(), (ORIGIN, place_text(record.origin).encode()), (RECEIVED, str(record.received).encode()))


def cloud_event(
    record: Record, event_type: str, subject: str, pipeline: str, now: datetime, part: str = ""
) -> list[Header]:
    """Headers of the CloudEvents 1.0 Kafka binary mode for an output.

    Args:
        record: the input that the output follows from.
        event_type: the topic's name, such as ``news.clean.v1``: state and version in one.
        subject: the article's id.
        pipeline: the pipeline's version.
        now: the time of the event.
        part: tells outputs of one input on one topic apart.

    Returns:
        The headers. ``ce_id`` is the same whenever the same input offset is processed by the same pipeline version.
    """
    name = f"{record.place}/{pipeline}/{event_type}/{part}"
    texts = {
        "ce_specversion": "1.0",
        "ce_id": str(uuid.uuid5(_CE_NAMESPACE, name)),
        "ce_source": "copydesk",
        EVENT_TYPE: event_type,
        "ce_subject": subject,
        "ce_time": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_dataschema": f"urn:copydesk:schema:{event_type}",
        CONTENT_TYPE: "application/json",
    }
    return [(key, text.encode()) for key, text in texts.items()]

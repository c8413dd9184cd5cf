"""Dead letters: the record as it was, and why it could not be enriched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from copydesk.pipeline import DEAD
from copydesk.records import DEAD_PREFIX, ORIGIN, RECEIVED, Failure, Header, Output, Record, passed_on
from copydesk.version import PIPELINE_VERSION

_LONGEST: Final = 2_000
"""Characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter as people read it."""

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

    Key, value and headers stay byte for byte as they were; what is added says where, when and why.

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
    return Output(DEAD.name, record.key, record.value, (*record.headers, *origin, *added))


def read(record: Record) -> DeadLetter:
    """Read a dead letter back. What a header does not say is empty, or -1."""

    def text(name: str) -> str:
        return record.header(DEAD_PREFIX + name) or ""

    def number(name: str) -> int:
        stated = text(name)
        return int(stated) if stated.isdecimal() else -1

    return DeadLetter(
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

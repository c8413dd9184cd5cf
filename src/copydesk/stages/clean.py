"""Clean: cut the clutter away, find title, dates, authors and credits."""

import uuid

from copydesk.errors import Reason, Reject
from copydesk.events import Block, CleanArticle, Provenance, ReceivedArticle, Source
from copydesk.records import Record
from copydesk.version import PIPELINE_VERSION


def warm() -> None:
    """Load what the stage needs, once per process."""


def retracted_id(key: bytes | None) -> str:
    """The id of the article that a tombstone retracts."""
    if not key:
        raise Reject(Reason.INVALID, "a tombstone needs a key: the article's id or its URL")
    return key.decode()


def read(record: Record) -> ReceivedArticle:
    """Read a raw article of any accepted form from its record."""
    content = (record.value or b"").decode("utf-8", "replace")
    return ReceivedArticle(content=content, origin=record.origin, id=record.key.decode() if record.key else None)


def clean(raw: ReceivedArticle) -> CleanArticle:
    """Clean a raw article."""
    text = raw.content.strip()
    if not text:
        raise Reject(Reason.EMPTY, "no content")
    return CleanArticle(
        id=raw.id or str(uuid.uuid4()),
        revision=None,
        unchanged=False,
        changed=[],
        url=None,
        source=Source(name=None, domain=None),
        published_at=None,
        modified_at=None,
        fetched_at=None,
        section=None,
        truncated=False,
        clutter=None,
        language=None,
        title=None,
        text=text,
        blocks=[Block(kind="paragraph", start=0, end=len(text))],
        removed=[],
        raw_map=None,
        authors=[],
        dateline=None,
        credits=[],
        limits=[],
        provenance=Provenance(pipeline=PIPELINE_VERSION, model=None, stages=[], origin=raw.origin),
    )

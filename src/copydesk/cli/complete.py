"""Clean articles that others have cleaned: what they do not state is unknown."""

from dataclasses import replace
from typing import Any

from copydesk import codec
from copydesk.errors import Reason, Reject
from copydesk.events import CleanArticle
from copydesk.records import Record
from copydesk.text.parses import paragraphs
from copydesk.version import PIPELINE_VERSION


def completed(record: Record) -> Record:
    """Complete a clean article of which ``id`` and ``text`` are required; the text stays exactly as it is.

    Raises:
        Reject: ``undecodable`` or ``invalid``, naming the field.
    """
    stated = codec.parse(record.value or b"")
    if not isinstance(stated, dict):
        raise Reject(Reason.INVALID, "not a JSON object")
    for name in ("id", "text"):
        if not isinstance(stated.get(name), str) or not stated[name]:
            raise Reject(Reason.INVALID, f"$.{name}: a clean article needs it, and not empty")
    article = codec.convert(_unknown(stated["text"], record) | stated, CleanArticle)
    return replace(record, key=article.id.encode("utf-8", "replace"), value=codec.encode(article))


def _unknown(text: str, record: Record) -> dict[str, Any]:
    origin = record.origin
    stated_origin = {"topic": origin.topic, "partition": origin.partition, "offset": origin.offset}
    nothing = ("revision", "url", "published_at", "modified_at", "fetched_at", "section", "clutter", "language")
    return {
        **dict.fromkeys((*nothing, "title", "raw_map", "dateline")),
        **{name: [] for name in ("changed", "removed", "authors", "credits", "limits")},
        "unchanged": False,
        "truncated": False,
        "source": {"name": None, "domain": None},
        "blocks": [{"kind": "paragraph", "start": start, "end": end} for start, end in paragraphs(text)],
        "provenance": {"pipeline": PIPELINE_VERSION, "model": None, "stages": [], "origin": stated_origin},
    }

"""What the invalid examples have wrong: each is the valid one with a single fault."""

from dataclasses import dataclass
from typing import Any, Final

from copydesk.pipeline import (
    CLASSIFIED,
    CLEAN,
    CLUTTER,
    ENRICHED,
    EVENTS,
    EXTRACTED,
    PLACES,
    QUOTES,
    RAW,
    REPLAYS,
    STORIES,
    Topic,
)

MISSING: Final = object()
"""The key is left out."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in the valid example of a topic.

    Args:
        topic: whose example.
        name: of the file.
        path: keys and indexes to the value that is wrong.
        value: what stands there instead, or ``MISSING``.
        codec_only: whether JSON Schema cannot express it, as with an offset beyond the text.
    """

    topic: Topic
    name: str
    path: Path
    value: Any
    codec_only: bool = False

    @property
    def file(self) -> str:
        """The name of the example, which tells what cannot be found with the JSON Schema alone."""
        return f"{self.name}.codec-only" if self.codec_only else self.name


FAULTS: Final = (
    Fault(RAW, "no-content", ("content",), MISSING),
    Fault(RAW, "content-not-text", ("content",), 42),
    Fault(RAW, "unknown-content-type", ("content_type",), "application/pdf"),
    Fault(RAW, "authors-not-a-list", ("authors",), "Erik Novak"),
    Fault(RAW, "title-too-long", ("title",), "Ferry " * 200),
    Fault(CLEAN, "no-text", ("text",), MISSING),
    Fault(CLEAN, "text-null", ("text",), None),
    Fault(CLEAN, "no-provenance", ("provenance",), MISSING),
    Fault(CLEAN, "unknown-block-kind", ("blocks", 1, "kind"), "sidebar"),
    Fault(CLEAN, "unknown-removed-reason", ("removed", 0, "reason"), "boring"),
    Fault(CLEAN, "negative-offset", ("blocks", 0, "start"), -1),
    Fault(CLEAN, "time-without-zone", ("published_at", "value"), "2026-03-03T12:00:00"),
    Fault(CLEAN, "confidence-above-one", ("language", "confidence"), 1.5),
    Fault(CLEAN, "block-beyond-text", ("blocks", 3, "end"), 100_000, codec_only=True),
    Fault(CLEAN, "span-ends-before-it-starts", ("dateline", "end"), 0, codec_only=True),
    Fault(CLEAN, "start-without-end", ("authors", 0, "start"), 5, codec_only=True),
    Fault(CLEAN, "run-beyond-text", ("raw_map", 0, 2), 100_000, codec_only=True),
    Fault(EXTRACTED, "no-entities", ("entities",), MISSING),
    Fault(EXTRACTED, "unknown-entity-type", ("entities", 0, "type"), "PER"),
    Fault(EXTRACTED, "country-not-a-code", ("entities", 0, "country"), "Austria"),
    Fault(EXTRACTED, "latitude-above-90", ("places", 0, "latitude"), 148.2),
    Fault(EXTRACTED, "span-of-three", ("quotes", 0, "content", 0), [1, 2, 3]),
    Fault(EXTRACTED, "quote-beyond-text", ("quotes", 0, "cue", 0), [100_000, 100_004], codec_only=True),
    Fault(CLASSIFIED, "topic-not-a-code", ("topics", 0, "code"), "politics"),
    Fault(CLASSIFIED, "urgency-above-nine", ("urgency",), 10),
    Fault(CLASSIFIED, "tone-below-minus-one", ("sentiment", "tone"), -2.0),
    Fault(CLASSIFIED, "no-summary", ("summary",), MISSING),
    Fault(CLASSIFIED, "summary-beyond-text", ("summary", 0), [0, 100_000], codec_only=True),
    Fault(ENRICHED, "no-story", ("story",), MISSING),
    Fault(ENRICHED, "unknown-duplicate-kind", ("duplicate_kind",), "similar"),
    Fault(ENRICHED, "story-of-nobody", ("story", "size"), 0),
    Fault(QUOTES, "revision-null", ("revision",), None),
    Fault(QUOTES, "unknown-quote-kind", ("quote", "kind"), "rumour"),
    Fault(EVENTS, "unknown-event-type", ("event", "type"), "ATTACK"),
    Fault(EVENTS, "quad-above-four", ("event", "quad"), 5),
    Fault(PLACES, "no-longitude", ("place", "longitude"), MISSING),
    Fault(PLACES, "index-negative", ("index",), -1),
    Fault(STORIES, "members-null", ("members",), None),
    Fault(STORIES, "date-for-a-time", ("first_seen",), "2026-03-03"),
    Fault(CLUTTER, "no-version", ("version",), MISSING),
    Fault(CLUTTER, "line-no-text", ("lines", 0), 7),
    Fault(REPLAYS, "letter-without-offset", ("letter",), "news.dead.v1/3"),
    Fault(REPLAYS, "no-time", ("at",), MISSING),
)


def broken(valid: Any, path: Path, value: Any) -> Any:
    """A copy of plain values with one value replaced or left out.

    >>> broken({"a": [1, 2]}, ("a", 0), "x")
    {'a': ['x', 2]}
    >>> broken({"a": 1, "b": 2}, ("a",), MISSING)
    {'b': 2}
    """
    key, *rest = path
    inner = broken(valid[key], tuple(rest), value) if rest else value
    if isinstance(valid, list):
        return [inner if index == key else item for index, item in enumerate(valid)]
    return {name: inner if name == key else item for name, item in valid.items() if (name, inner) != (key, MISSING)}

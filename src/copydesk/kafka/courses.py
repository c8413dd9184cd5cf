"""Courses: the records that follow from one raw record, in the order of the flow, and what they tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from copydesk import codec
from copydesk.errors import Reject
from copydesk.events import Origin, Replay
from copydesk.kafka import dead_letters
from copydesk.pipeline import CLASSIFIED, CLEAN, DEAD, ENRICHED, EXTRACTED, ITEMS, RAW, STAGES, TOPICS
from copydesk.records import CONTENT_TYPE, REPLAY_OF, Record, place_text

Facts = dict[str, Any]

_ORDER: Final = {topic.name: place for place, topic in enumerate(TOPICS)}
_ITEM_TOPICS: Final = frozenset(topic.name for topic in ITEMS)
_COUNTED: Final = ("entities", "quotes", "events", "places")


@dataclass(frozen=True, slots=True)
class Hop:
    """A record on the way; of items, the first one stands for all on its topic.

    Args:
        topic: where it lies, with partition and offset.
        partition: see ``topic``.
        offset: see ``topic``.
        time: when the broker got it, RFC 3339 UTC.
        seconds: since the hop before.
        stage: which stage made it; ``None`` for a raw record.
        ms: milliseconds that the stage took, where the event tells.
        facts: what it tells of the article, by name.
    """

    topic: str
    partition: int
    offset: int
    time: str
    seconds: float | None
    stage: str | None
    ms: float | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Course:
    """The way of one raw record.

    Args:
        origin: place of the raw record.
        end: ``enriched``, ``retracted``, ``dead``, or ``on its way``.
        waits_for: the stage that has to read the last record, where it is on its way.
        ahead: records that the stage has to read before that; negative if it has read the record already, and what it
            wrote is not there: not yet, or not any more. ``None`` if it has not read anything.
        replay_of: place of the dead letter that the raw record repeats.
        hops: its records.
    """

    origin: str
    end: str
    waits_for: str | None
    ahead: int | None
    replay_of: str | None
    hops: tuple[Hop, ...]


def origin_of(record: Record) -> Origin | None:
    """The raw record that a record follows from; ``None`` where a dead letter does not tell."""
    return dead_letters.raw_place(dead_letters.read(record)) if record.topic == DEAD.name else record.origin


def courses(records: Iterable[Record], marks: Mapping[str, Replay]) -> list[Course]:
    """Sort the records of an article into courses, the oldest first.

    Args:
        records: from any topics, in any order; each once.
        marks: of those of the dead letters that were replayed, by their places.
    """
    ways: dict[str, list[Record]] = {}
    for record in records:
        origin = origin_of(record)
        if origin is not None:
            ways.setdefault(place_text(origin), []).append(record)
    found = [_course(origin, sorted(way, key=_in_flow), marks) for origin, way in ways.items()]
    return sorted(found, key=lambda course: course.hops[0].time)


def _in_flow(record: Record) -> tuple[int, int, int]:
    return _ORDER[record.topic], record.partition, record.offset


def _course(origin: str, way: list[Record], marks: Mapping[str, Replay]) -> Course:
    hops: list[Hop] = []
    before: Record | None = None
    for topic, several in groupby(way, key=lambda record: record.topic):
        here = list(several)
        shown = here[:1] if topic in _ITEM_TOPICS else here
        for record in shown:
            seconds = None if before is None else round((record.timestamp - before.timestamp) / 1000, 3)
            hops.append(_hop(record, seconds, len(here), marks))
            before = record
    end = _end(way)
    waits_for = next((stage.name for stage in STAGES if stage.reads.name == hops[-1].topic), None)
    return Course(
        origin=origin,
        end=end,
        waits_for=waits_for if end == "on its way" else None,
        ahead=None,
        replay_of=next((stated for record in way if (stated := record.header(REPLAY_OF))), None),
        hops=tuple(hops),
    )


def _end(way: list[Record]) -> str:
    ends = [record for record in way if record.topic in {ENRICHED.name, DEAD.name}]
    if not ends:
        return "on its way"
    if ends[-1].topic == DEAD.name:
        return "dead"
    return "retracted" if ends[-1].value is None else "enriched"


# --- what a record tells ----------------------------------------------------------------------------------------------


def _hop(record: Record, seconds: float | None, count: int, marks: Mapping[str, Replay]) -> Hop:
    stage: str | None = None
    ms: float | None = None
    if record.topic == RAW.name:
        facts = _of_raw(record)
    elif record.topic == DEAD.name:
        letter = dead_letters.read(record)
        stage, facts = letter.stage, _of_letter(letter, marks.get(record.place))
    else:
        stage = next(one.name for one in STAGES if record.topic in {topic.name for topic in (one.writes, *one.also)})
        if record.topic in _ITEM_TOPICS:
            facts = {"retracted": True} if record.value is None else {"count": count}
        else:
            ms, facts = _of_article(record, stage)
    return Hop(record.topic, record.partition, record.offset, record.time, seconds, stage, ms, facts)


def _of_raw(record: Record) -> Facts:
    key = None if record.key is None else record.key.decode("utf-8", "replace")
    told = {"retracts": True} if record.value is None else {"bytes": len(record.value)}
    return {"key": key, **told, "content_type": record.header(CONTENT_TYPE)}


def _of_letter(letter: dead_letters.DeadLetter, mark: Replay | None) -> Facts:
    replayed = None if mark is None else mark.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    again = {"replayed": replayed, "replayed_as": mark.raw if mark else None}
    return {"letter": letter.id, "reason": letter.reason, "message": letter.message, "failed": letter.topic, **again}


def _of_article(record: Record, stage: str) -> tuple[float | None, Facts]:
    if record.value is None:
        return None, {"retracted": True}
    try:
        article = codec.parse(record.value)
        run = next((run for run in reversed(article["provenance"]["stages"]) if run["name"] == stage), None)
        return run and run["ms"], _FACTS[record.topic](article)
    except (Reject, KeyError, TypeError) as error:
        return None, {"unreadable": f"no event that {stage} writes: {error!r}"}


def _of_clean(article: Facts) -> Facts:
    return {"title": article["title"], "characters": len(article["text"]), "removed": len(article["removed"])}


def _of_extracted(article: Facts) -> Facts:
    return {name: len(article[name]) for name in _COUNTED}


def _of_classified(article: Facts) -> Facts:
    return {"topics": [topic["name"] for topic in article["topics"]]}


def _of_enriched(article: Facts) -> Facts:
    story = article["story"] or {"id": None, "size": None}
    decided = {name: article[name] for name in ("revision", "unchanged", "duplicate_of", "duplicate_kind")}
    counts = {name: len(article[name]) for name in ("quotes", "events", "places")}
    return decided | {"story": story["id"], "story_size": story["size"]} | counts


_FACTS: Final = {
    CLEAN.name: _of_clean,
    EXTRACTED.name: _of_extracted,
    CLASSIFIED.name: _of_classified,
    ENRICHED.name: _of_enriched,
}

"""What a worker process does with a record: decode, run the stage, encode; or say why not."""

import time
import traceback
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final, cast

from msgspec.structs import replace

from copydesk import codec, limits
from copydesk.errors import Reason, Reject
from copydesk.events import ClassifiedArticle, CleanArticle, Clutter, EnrichedArticle, Event, StageRun
from copydesk.pipeline import RAW, TOPICS, Stage
from copydesk.records import (
    EVENT_TYPE,
    LINKED_OFFSET,
    Emission,
    Failure,
    Header,
    Output,
    Record,
    cloud_event,
    passed_on,
)
from copydesk.stages import clean, link
from copydesk.version import PIPELINE_VERSION

STACK_LIMIT: Final = 4_000
"""Longest stack in a dead letter's header, in characters."""
TOLD: Final = 2_000
"""Longest message of a dead letter, in characters: some cite what they are about."""
EXPLAIN: Final = "explain"
"""What a worker process is asked for besides the stages."""
MESSAGE_LIMIT: Final = 16_000_000
"""Largest record in bytes; the topics are created with it."""

_TOPIC_OF: Final = {topic.event: topic for topic in TOPICS if topic.event is not Event}

Outcome = list[Output] | Failure


def process(stage: Stage, record: Record) -> Outcome:
    """Run a stage without state on a record.

    Returns:
        The records to write, or the reason for a dead letter. Never raises: whatever a stage does is an outcome.
    """
    return _guarded(lambda: _process(stage, record))


class Linker:
    """Runs *link* on records in the order of the classified topic, and owns its window.

    The window runs ahead of what is committed: whoever cannot commit an outcome makes a new `Linker` and restores it
    from committed output.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._window = link.new_window()

    def restore(self, records: Iterable[Record]) -> None:
        """Fold committed enriched records, given in the order of the classified records that they follow from."""
        for record in records:
            article = None if record.value is None else codec.trusted(record.value, EnrichedArticle)
            link.fold(self._window, _text(record.key), article)

    def process(self, record: Record) -> Outcome:
        """Link one record; like `process`, but advances the window."""
        return _guarded(lambda: self._process(record))

    def _process(self, record: Record) -> list[Output]:
        started = time.perf_counter()
        limits.check(record)
        if record.value is None:
            emissions = link.retract(self._window, _text(record.key))
        else:
            _check_type(self._stage, record)
            emissions = self._stage.run(self._window, codec.decode(record.value, ClassifiedArticle))
        outputs = _outputs(self._stage, record, emissions, started)
        # Only what could be encoded is folded: a dead letter leaves no trace in the window.
        for emission in emissions:
            if emission.kind is EnrichedArticle:
                link.fold(self._window, emission.key, cast(EnrichedArticle | None, emission.event))
        return outputs


def explanation(record: Record) -> bytes:
    """JSON of the clean article, and of each line of the raw one with what became of it and why.

    Raises:
        Reject: as *clean* does.
    """
    article, verdicts = clean.explain(clean.read(record))
    told = {"article": codec.parse(codec.encode(article)), "lines": [verdict._asdict() for verdict in verdicts]}
    return codec.dump(told)


def explain(record: Record) -> Outcome:
    """The explanation of a raw record as an output that is never written, or why there is none."""
    return _guarded(lambda: [Output(EXPLAIN, record.key, explanation(record))])


def learn(records: Iterable[Record]) -> None:
    """Have *clean* take in what was learned of outlets, from records of the topic `CLUTTER` in its order."""
    for record in records:
        clean.learn(_text(record.key), None if record.value is None else codec.trusted(record.value, Clutter))


def _process(stage: Stage, record: Record) -> list[Output]:
    started = time.perf_counter()
    limits.check(record)
    if record.value is None:
        key = clean.retracted_id(record.key) if stage.reads is RAW else _text(record.key)
        emission = Emission(stage.writes.event, key, None)
    else:
        _check_type(stage, record)
        article: CleanArticle = stage.run(_read(stage, record))
        emission = Emission(stage.writes.event, article.id, article)
    return _outputs(stage, record, [emission], started)


def _read(stage: Stage, record: Record) -> Event:
    if stage.reads is RAW:
        return clean.read(record)
    return codec.decode(record.value or b"", stage.reads.event)


def _check_type(stage: Stage, record: Record) -> None:
    """Raw records may say anything of themselves; between the stages only the stated version is understood."""
    stated = record.header(EVENT_TYPE)
    if stated is not None and stated != stage.reads.name and stage.reads is not RAW:
        message = f"header {EVENT_TYPE}: {stated!r} is not {stage.reads.name!r}, which is all that {stage.name} reads"
        raise Reject(Reason.UNKNOWN_VERSION, message)


def _outputs(stage: Stage, record: Record, emissions: Iterable[Emission], started: float) -> list[Output]:
    now = datetime.now(UTC)
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    run = StageRun(name=stage.name, at=now, ms=milliseconds)
    return [_output(stage, record, emission, run) for emission in emissions]


def _output(stage: Stage, record: Record, emission: Emission, run: StageRun) -> Output:
    topic = _TOPIC_OF[emission.kind]
    event = emission.event
    if isinstance(event, CleanArticle):
        event = replace(event, provenance=replace(event.provenance, stages=[*event.provenance.stages, run]))
    value = None if event is None else codec.encode(event)
    if value is not None and len(value) > MESSAGE_LIMIT:
        raise Reject(Reason.TOO_LARGE, f"the event has {len(value)} bytes; a record may have {MESSAGE_LIMIT}")
    headers: list[Header] = [
        *passed_on(record),
        *cloud_event(record, topic.name, emission.key, PIPELINE_VERSION, run.at, emission.part),
    ]
    if stage.stateful:
        headers.append((LINKED_OFFSET, str(record.offset).encode()))
    return Output(topic.name, emission.key.encode(), value, tuple(headers))


def _guarded(work: Callable[[], list[Output]]) -> Outcome:
    try:
        return work()
    except Reject as error:
        return Failure(error.reason, type(error).__name__, error.message[:TOLD])
    except Exception as error:  # a defect of ours must cost this article only, and be seen
        stack = "".join(traceback.format_exception(error))[-STACK_LIMIT:]
        return Failure(Reason.STAGE_FAILED, type(error).__name__, str(error)[:500], stack)


def _text(key: bytes | None) -> str:
    return (key or b"").decode("utf-8", "replace")

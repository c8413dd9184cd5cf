"""Replay: dead letters become new input again, once each."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidProducerEpoch,
    InvalidProducerIdMapping,
    InvalidTxnState,
    KafkaError,
    ProducerFenced,
)

from copydesk import codec
from copydesk.errors import CopydeskError, Reject
from copydesk.events import Replay
from copydesk.kafka import dead_letters
from copydesk.kafka.dead_letters import Filter, letters
from copydesk.kafka.reading import Reader
from copydesk.kafka.settings import client_settings
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import RAW, REPLAYS
from copydesk.records import DEAD_PREFIX, ORIGIN, RECEIVED, REPLAY_OF, Output, Record, cloud_event, place_text
from copydesk.runner import MESSAGE_LIMIT
from copydesk.settings import Settings
from copydesk.version import PIPELINE_VERSION

BATCH_LETTERS: Final = 100
"""Most letters in one transaction."""
BATCH_BYTES: Final = 8_000_000
"""Bytes of raw articles from which a transaction is full."""
TRANSACTION_TIMEOUT: Final = 15.0
"""Seconds after which the broker aborts what a killed replay left open: nobody can read past it until then."""
START_DEADLINE: Final = 30.0
"""Seconds to fence older replays and to settle what they left open."""
STOP_DEADLINE: Final = 5.0
HEADROOM: Final = 1_000_000
"""Bytes that headers may add to the largest record."""

_TAKEN_OVER: Final = (ProducerFenced, InvalidProducerEpoch, InvalidProducerIdMapping, InvalidTxnState)
"""What one that is fenced is told, according to what it asks for: to begin, to add a partition, to write or to end."""

_OURS: Final = frozenset({ORIGIN, RECEIVED, REPLAY_OF})
"""Headers of an earlier life, beside those that begin with `DEAD_PREFIX`."""


class Outcome(StrEnum):
    """What becomes of a letter that was chosen."""

    REPLAYED = "replayed"
    WOULD_BE = "would be replayed"
    BEFORE = "replayed before"
    LOST = "not replayable"


@dataclass(frozen=True, slots=True)
class Fate:
    """A letter, and what became of it: where its raw record lies now, or why there is none."""

    letter: Record
    outcome: Outcome
    raw: str | None = None
    why: str = ""


_Planned = AsyncGenerator[tuple[Record, Output | Fate], None]
"""Letters with the raw records that repeat them, or with their fates if there will be none."""


class ReplayStoppedError(CopydeskError):
    """A replay could not go on; what it had replayed stays replayed, and the next one goes on from there."""


async def replay(
    settings: Settings, wanted: Filter, *, again: bool = False, dry_run: bool = False, limit: int | None = None
) -> AsyncGenerator[Fate, None]:
    """Put the letters that are meant, and there now, back on the raw topic, each in one transaction with its mark.

    One transactional id serves all replays of a group: a later one fences the earlier, and what that left open is
    aborted or completed before the marks are read. So a letter goes once, however many replays run and whatever is
    killed.

    Args:
        settings: where the broker is, and the group that gives the transactional id.
        wanted: which letters.
        again: also those that were replayed before.
        dry_run: only tell what would go; nothing is written, and no other replay is disturbed.
        limit: end after so many that were, or would be, replayed.

    Yields:
        The fate of each letter, after its transaction was committed.

    Raises:
        ReplayStoppedError: another replay has taken over, or the broker did not take a transaction.
        UsageError: no broker answers.
    """
    if not dry_run:
        await ensure_topics(settings)
    async with (
        Reader(settings) as reader,
        Reader(settings, single=True) as single,
        nullcontext() if dry_run else _producer(settings) as producer,
    ):
        planned = _planned(reader, single, wanted, {} if again else await marks(reader), limit)
        async with aclosing(_told(planned) if dry_run else _committed(producer, planned)) as fates:
            async for fate in fates:
                yield fate


async def marks(reader: Reader, letter: str | None = None) -> dict[str, Replay]:
    """Read which letters were replayed, by their places.

    Args:
        reader: of the broker.
        letter: only this one, which is quicker.
    """
    if not await reader.has(REPLAYS.name):  # a cluster of an earlier version
        return {}
    partitions = (
        [await reader.partition_of(REPLAYS.name, letter.encode())] if letter else await reader.partitions(REPLAYS.name)
    )
    found: dict[str, Replay] = {}
    async with aclosing(reader.records(await reader.starts(partitions), await reader.ends(partitions))) as records:
        async for record in records:
            mark = _mark(record)
            if mark and letter in {None, mark.letter}:
                found[mark.letter] = mark
    return found


def is_marked(letter: Record, mark: Replay | None) -> bool:
    """Whether a mark is that of this letter, and not of one that lay in its place before the topic was made anew."""
    return mark is not None and mark.written == _written(letter)


async def _planned(
    reader: Reader, single: Reader, wanted: Filter, marked: dict[str, Replay], limit: int | None
) -> _Planned:
    """Each letter with its raw record, or its fate if there will be none."""
    count = 0
    async with aclosing(letters(reader, wanted)) as found:
        async for letter in found:
            mark = marked.get(letter.place)
            if mark and is_marked(letter, mark):
                yield letter, Fate(letter, Outcome.BEFORE, mark.raw, f"at {mark.at:%Y-%m-%d %H:%M:%S} UTC")
                continue
            next_life = await _next_life(letter, single)
            yield letter, next_life
            count += isinstance(next_life, Output)
            if count == limit:
                return


async def _next_life(letter: Record, single: Reader) -> Output | Fate:
    """The raw record that repeats a letter: the letter itself if it failed as raw, else what the event was made of."""
    told = dead_letters.read(letter)
    place = dead_letters.raw_place(told)
    if place is None:
        return Fate(letter, Outcome.LOST, why="its headers do not say which raw record it follows from")
    raw = letter if told.topic == RAW.name else await single.at(place)
    # The same offset of a topic that was deleted and made anew is another article.
    if raw is None or (raw is not letter and letter.header(RECEIVED) != str(raw.timestamp)):
        return Fate(letter, Outcome.LOST, why=f"its raw record {place_text(place)} is not kept any more")
    if raw.key is None and raw.value is None:
        return Fate(letter, Outcome.LOST, why="it has neither a key nor a value")
    kept = tuple(header for header in raw.headers if header[0] not in _OURS and not header[0].startswith(DEAD_PREFIX))
    return Output(RAW.name, raw.key, raw.value, (*kept, (REPLAY_OF, letter.place.encode())))


async def _told(planned: _Planned) -> AsyncGenerator[Fate, None]:
    async with aclosing(planned) as found:
        async for letter, next_life in found:
            yield next_life if isinstance(next_life, Fate) else Fate(letter, Outcome.WOULD_BE)


async def _committed(producer: Any, planned: _Planned) -> AsyncGenerator[Fate, None]:
    """Commit the letters in batches."""
    done = 0
    batch: list[tuple[Record, Output]] = []
    async with aclosing(planned) as found:
        async for letter, next_life in found:
            if isinstance(next_life, Fate):
                yield next_life
                continue
            batch.append((letter, next_life))
            if len(batch) < BATCH_LETTERS and sum(len(output.value or b"") for _, output in batch) < BATCH_BYTES:
                continue
            for fate in await _commit(producer, batch, done):
                yield fate
            done += len(batch)
            batch = []
    if batch:
        for fate in await _commit(producer, batch, done):
            yield fate


async def _commit(producer: Any, batch: Sequence[tuple[Record, Output]], done: int) -> list[Fate]:
    """Commit raw records and marks in one transaction.

    The fault of a broker is not tried again here: whether its transaction was committed only the marks can tell, and
    the next replay reads them.
    """
    try:
        async with asyncio.timeout(TRANSACTION_TIMEOUT):
            return await _transaction(producer, batch)
    except _TAKEN_OVER as error:
        raise _taken_over(done) from error
    except (KafkaError, AssertionError, TimeoutError) as error:
        # After a lost connection aiokafka's producer is dead, and says so by asserting its own state.
        said = f" ({error.__cause__!r} {error})" if str(error) else ""
        raise ReplayStoppedError(
            f"the broker did not take a transaction{said}; {done} letters were replayed: run it again for the others"
        ) from error


def _taken_over(done: int) -> ReplayStoppedError:
    return ReplayStoppedError(f"another replay has taken over; this one had replayed {done} letters")


async def _transaction(producer: Any, batch: Sequence[tuple[Record, Output]]) -> list[Fate]:
    now = datetime.now(UTC)
    await producer.begin_transaction()
    try:
        taken = await _sent(producer, [output for _, output in batch])
        fates = [
            Fate(letter, Outcome.REPLAYED, f"{RAW.name}/{one.partition}/{one.offset}" if one.offset >= 0 else None)
            for (letter, _), one in zip(batch, taken, strict=True)
        ]
        await _sent(producer, [_marker(fate, now) for fate in fates])
        await producer.commit_transaction()
    except BaseException:
        with suppress(KafkaError, AssertionError, TimeoutError):
            async with asyncio.timeout(STOP_DEADLINE):
                await producer.abort_transaction()
        raise
    return fates


async def _sent(producer: Any, outputs: Sequence[Output]) -> list[Any]:
    """Where the broker put them, within the open transaction."""
    sends = [
        await producer.send(output.topic, value=output.value, key=output.key, headers=list(output.headers))
        for output in outputs
    ]
    return await asyncio.gather(*sends)


def _marker(fate: Fate, now: datetime) -> Output:
    letter = fate.letter
    event = Replay(letter=letter.place, written=_written(letter), at=now, raw=fate.raw)
    headers = cloud_event(letter, REPLAYS.name, letter.place, PIPELINE_VERSION, now, now.isoformat())
    return Output(REPLAYS.name, letter.place.encode(), codec.encode(event), tuple(headers))


def _mark(record: Record) -> Replay | None:
    if record.value is None:
        return None
    try:
        return codec.decode(record.value, Replay)
    except Reject as error:
        raise CopydeskError(f"{record.place} is no mark of a replay: {error.message}") from error


def _written(letter: Record) -> datetime:
    return datetime.fromtimestamp(letter.timestamp / 1000, UTC)


@asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[Any]:
    """A producer that has fenced all others of its id, and settled what they left open."""
    producer = AIOKafkaProducer(
        **client_settings(settings),
        transactional_id=f"{settings.group}-dead-replay",
        transaction_timeout_ms=int(TRANSACTION_TIMEOUT * 1000),
        max_request_size=MESSAGE_LIMIT + HEADROOM,
        linger_ms=0,
    )
    try:
        try:
            async with asyncio.timeout(START_DEADLINE):
                await producer.start()
        except _TAKEN_OVER as error:
            raise _taken_over(0) from error
        except (KafkaError, TimeoutError) as error:
            said = f" ({error})" if str(error) else ""
            raise ReplayStoppedError(f"the broker at {settings.broker} does not begin a transaction{said}") from error
        yield producer
    finally:
        with suppress(KafkaError, AssertionError, TimeoutError):
            async with asyncio.timeout(STOP_DEADLINE):
                await producer.stop()

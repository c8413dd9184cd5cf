"""The loop: every record of a partition ends in exactly one of output or dead letter, in order.

A *lane* is one input partition for the time of one assignment. What a lane takes, it hands to a worker process at once;
what comes back, it commits in the order of arrival.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from agents import metrics
from agents.breaker import Breaker
from agents.frames import Result
from agents.home import HomeLostError
from agents.room import Bounds, Room
from agents.transactions import OwnerLostError
from copydesk.errors import CopydeskError, Reason
from copydesk.kafka.dead_letters import letter
from copydesk.pipeline import Stage
from copydesk.records import Output, Record

logger = logging.getLogger(__name__)

CLOSE_DEADLINE: Final = 4.0
"""Seconds that a transaction may go on when its partition is taken away: well within a session timeout."""


class HoleError(CopydeskError):
    """A record was dropped between the fetch and the loop: going on would lose it."""


class CancelledLaneError(CopydeskError):
    """Something has cancelled a lane without closing it: it would stand still for ever."""


class Worker(Protocol):
    """What runs a stage: the pool, or the home of the stage that has state."""

    moves: int
    """Grows while a long `start` gets on."""

    async def start(self, next_offset: int) -> None:
        """Get ready for the record at the committed offset, or for all records from there on again."""

    def submit(self, record: Record) -> asyncio.Future[Result]:
        """Run the stage on a record."""

    def committed(self, next_offset: int) -> None:
        """Everything below this offset is committed."""

    async def stop(self) -> None:
        """The lane is over."""


class Transactions(Protocol):
    """Commits outputs and progress of one partition together."""

    async def start(self) -> int:
        """Fence every older owner, and return the offset to go on from."""

    async def commit(self, outputs: list[Output], next_offset: int) -> int:
        """Commit, and return the number of retries."""

    async def stop(self) -> None:
        """Let go."""


@dataclass(slots=True)
class Entry:
    """A record in flight."""

    event: Any
    record: Record
    result: asyncio.Future[Result]


class Lane:
    """One input partition for the time of one assignment.

    Args:
        stage: what runs on its records.
        worker: where it runs.
        transactions: how its outcome is committed.
        breaker: says when too many of the stage's records become dead letters.
        bounds: how much may be in flight, and in one transaction.
        on_lost: told when another owner has gone on with the partition; the lane takes and commits nothing more.
        on_fatal: told when the lane cannot go on; the process has to end then, since nobody else may skip the record.
    """

    def __init__(
        self,
        stage: Stage,
        worker: Worker,
        transactions: Transactions,
        *,
        breaker: Breaker,
        bounds: Bounds,
        on_lost: Callable[[OwnerLostError], None],
        on_fatal: Callable[[BaseException], None],
    ) -> None:
        self._stage = stage
        self._worker = worker
        self._transactions = transactions
        self._breaker = breaker
        self._batch = bounds.transaction
        self._room = Room(bounds)
        self._on_lost = on_lost
        self._on_fatal = on_fatal
        self._entries: deque[Entry] = deque()
        self._arrival = asyncio.Event()
        self._ready = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._closed = False
        self._committing = asyncio.Lock()
        self._last: int | None = None
        self._moves = 0
        self._position = 0
        self.next_offset = 0
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    @property
    def ready(self) -> bool:
        """Whether the lane owns its partition and takes records."""
        return self._ready.is_set() and not self._closed

    @property
    def closed(self) -> bool:
        """Whether the lane takes nothing any more."""
        return self._closed

    @property
    def in_flight(self) -> int:
        """Records taken and not yet committed."""
        return len(self._entries)

    @property
    def moves(self) -> int:
        """Grows with everything that the lane gets done: the watchdog looks at it."""
        return self._moves + self._worker.moves

    async def put(self, event: Any) -> None:
        """Take an event; waits while too much is in flight. A closed lane drops it: its next owner reads it again.

        Raises:
            HoleError: a record before this one never arrived.
        """
        await self._ready.wait()
        message = event.message
        size = len(message.value or b"")
        await self._room.enter(size)
        if self._closed or message.offset < self.next_offset:
            self._room.leave(size)
            if not self._closed:
                event.ack()
            return
        self._check_order(message)
        record = _record(message)
        self._entries.append(Entry(event, record, self._worker.submit(record)))
        self._moves += 1
        metrics.IN_FLIGHT.labels(self._stage.name).inc()
        self._empty.clear()
        self._arrival.set()

    async def drained(self) -> None:
        """Wait until nothing is in flight."""
        await self._empty.wait()

    async def close(self) -> None:
        """End the lane: a transaction that is being committed may finish, everything else is dropped.

        A stage that has state finishes what is in flight, which takes it a moment: then the state is that of the
        committed output, and if the partition comes back nothing has to be rebuilt.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_DEADLINE):
                await self._settle()
        self._closed = True
        self._ready.set()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._worker.stop()
        await self._transactions.stop()
        self._drop()

    async def _settle(self) -> None:
        if self._stage.stateful and self._ready.is_set():
            self._room.close()
            await self.drained()
        self._closed = True
        async with self._committing:
            self._task.cancel()

    def _drop(self) -> None:
        for entry in self._entries:
            entry.result.cancel()
        metrics.IN_FLIGHT.labels(self._stage.name).dec(len(self._entries))
        self._entries.clear()
        self._room.open()
        self._ready.set()
        self._empty.set()

    def _check_order(self, message: Any) -> None:
        """Offsets may have gaps (transaction markers), so each message names the one fetched before it."""
        if message.previous is not None and message.previous >= self.next_offset and message.previous != self._last:
            raise HoleError(
                f"{message.topic}/{message.partition}: offset {message.offset} was fetched after {message.previous}, "
                f"but arrived after {self._last}"
            )
        self._last = message.offset
        self.next_offset = message.offset + 1

    async def _run(self) -> None:
        self._position = self.next_offset = await self._transactions.start()
        await self._worker.start(self._position)
        self._moves += 1
        self._ready.set()
        while True:
            await self._arrival.wait()
            try:
                finished = await self._finished()
            except HomeLostError as error:
                logger.warning("%s: %s; rebuilding from committed output", self._stage.name, error)
                await self._again()
                continue
            async with self._committing:
                await self._commit(finished)

    async def _finished(self) -> list[tuple[Entry, Result]]:
        """Wait for the oldest record, and take with it those behind it that are done too."""
        finished = [(self._entries[0], await self._entries[0].result)]
        for entry in list(self._entries)[1 : self._batch]:
            if not entry.result.done():
                break
            finished.append((entry, entry.result.result()))
        return finished

    async def _again(self) -> None:
        """Everything in flight is uncommitted: link it again on the rebuilt window."""
        self._ready.clear()
        await self._worker.start(self._position)
        for entry in self._entries:
            entry.result = self._worker.submit(entry.record)
        self._ready.set()

    async def _commit(self, finished: list[tuple[Entry, Result]]) -> None:
        self._breaker.admit(result.failure.reason if result.failure else None for _, result in finished)
        outputs: list[Output] = []
        for entry, result in finished:
            outputs += self._outputs(entry.record, result)
        next_offset = finished[-1][0].record.offset + 1
        retries = await self._transactions.commit(outputs, next_offset)
        self._position = next_offset
        self._worker.committed(next_offset)
        self._moves += 1
        self._count(finished, retries)
        for entry, _ in finished:
            self._entries.popleft()
            entry.event.ack()
            self._room.leave(len(entry.record.value or b""))
        metrics.IN_FLIGHT.labels(self._stage.name).dec(len(finished))
        if not self._entries:
            self._arrival.clear()
            self._empty.set()

    def _outputs(self, record: Record, result: Result) -> list[Output]:
        if result.failure is None:
            return result.outputs
        level = logging.ERROR if result.failure.reason is Reason.STAGE_FAILED else logging.INFO
        place = f"{record.topic}/{record.partition}/{record.offset}"
        logger.log(level, "%s: dead letter: %s: %s", place, result.failure.reason, result.failure.message)
        now = datetime.now(UTC)
        return [letter(self._stage.name, record, result.failure, attempts=result.attempts, first_failure=now)]

    def _count(self, finished: list[tuple[Entry, Result]], retries: int) -> None:
        name = self._stage.name
        now = time.time()
        metrics.TRANSACTIONS.labels(name).inc()
        metrics.TRANSACTION_RETRIES.labels(name).inc(retries)
        metrics.ARTICLES_IN.labels(name).inc(len(finished))
        for entry, result in finished:
            metrics.STAGE_SECONDS.labels(name).observe(result.seconds)
            metrics.LATENCY_SECONDS.labels(name).observe(max(0.0, now - entry.record.received / 1000))
            if result.failure is None:
                metrics.ARTICLES_OUT.labels(name).inc()
            else:
                metrics.DEAD_LETTERS.labels(name, result.failure.reason.value).inc()

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = CancelledLaneError("a lane was cancelled from outside") if task.cancelled() else task.exception()
        if self._closed:
            if not task.cancelled():
                logger.warning("%s: partition given up while committing: %s", self._stage.name, error)
            return
        assert error is not None, "a lane goes on until it is cancelled or fails"
        self._closed = True
        self._drop()
        if isinstance(error, OwnerLostError):
            self._on_lost(error)
        else:
            self._on_fatal(error)


def _record(message: Any) -> Record:
    return Record(
        message.topic,
        message.partition,
        message.offset,
        round(message.timestamp * 1000),
        message.key,
        message.value,
        tuple(message.headers or ()),
    )

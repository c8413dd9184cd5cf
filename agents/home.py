"""The home of *link*: the one process that owns the window over the stream."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from agents.frames import Result
from agents.pool import ATTEMPTS, Job
from agents.process import CHILD, START_ATTEMPTS, DeadlineExceededError, ProcessLostError, WorkerProcess, start_process
from copydesk.errors import CopydeskError, Reason
from copydesk.records import LINKED_OFFSET, Failure, Record
from copydesk.settings import Settings

RESTORE_BATCH: Final = 200
"""Records folded at once: enough to keep the pipe busy, few enough to bound memory."""
KEPT: Final = 120.0
"""Seconds that the window is kept when its partition is taken away: it often comes back in the same rebalance or the
next, and is brought up to date much sooner than made anew."""


class HomeLostError(CopydeskError):
    """The process with the window is gone, and with it everything that was not committed."""


@dataclass(frozen=True, slots=True)
class Since:
    """Where committed output goes on.

    Attributes:
        offset: of the classified record from which on outputs are wanted.
        timestamp: the broker's, of a record before it or its output; in milliseconds since 1970.
    """

    offset: int
    timestamp: int


Committed = Callable[[Since | None], AsyncIterator[Record]]
"""Reads committed output, all or since a place, in the order of the records that it follows from."""


class Home:
    """Runs *link* on the records of one partition, in order, in one process.

    The window there runs ahead of what is committed. When the process is lost, all that was submitted and not
    committed must be submitted again after `start`, which rebuilds the window from committed output. A window that is
    exactly that of the committed output outlives its lane for a while: `start` goes on with it, and adds what others
    have committed meanwhile. So does one that was not rebuilt to the end: rebalances that follow each other closely
    would else keep *link* from ever working.

    Args:
        settings: bounds and deadlines.
        committed: reads the committed output.
        module: what the process runs.
    """

    def __init__(self, settings: Settings, committed: Committed, module: str = CHILD) -> None:
        self._module = module
        self._most = settings.batch_articles
        self._deadline = settings.article_deadline
        self._committed_output = committed
        self._process: WorkerProcess | None = None
        self._window_at: Since | None = None
        self._committed = 0
        self._waiting: deque[Job] = deque()
        self._arrival = asyncio.Event()
        self._server: asyncio.Task[None] | None = None
        self._folding: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._blame: dict[int, Failure] = {}
        self._killed: dict[int, int] = {}
        self.moves = 0

    async def start(self, next_offset: int) -> None:
        """Have a process whose window is that of everything committed below ``next_offset``."""
        await self.stop()
        self._stay()
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                process = await self._restored(next_offset)
                break
            except ProcessLostError:
                await self.end()
                if attempt == START_ATTEMPTS:
                    raise
        self._committed = next_offset
        self._server = asyncio.create_task(self._serve(process))

    async def stop(self) -> None:
        """Let go of the partition. A window that is not that of the committed output is of no use to anybody."""
        if self._server is not None:
            self._server.cancel()
            await asyncio.gather(self._server, return_exceptions=True)
            self._server = None
        if self._folding is not None:  # its reply would be taken for that to the next request
            await asyncio.gather(self._folding, return_exceptions=True)
            self._folding = None
        self._waiting.clear()
        self._stay()
        if self._window_at is None or self._window_at.offset != self._committed:
            await self.end()
        elif self._process is not None:
            self._ending = asyncio.create_task(self._end_later())

    async def end(self) -> None:
        """End the process."""
        process, self._process, self._window_at = self._process, None, None
        if process is not None:
            await process.stop()

    def submit(self, record: Record) -> asyncio.Future[Result]:
        """Link a record after all those submitted before.

        The future fails with `HomeLostError` when the process is lost.
        """
        job = Job("link", record)
        self._window_at = Since(record.offset + 1, record.timestamp)
        blame = self._blame.get(record.offset)
        if blame is not None:
            job.finish(Result([], blame, 0.0, max(1, self._killed.get(record.offset, 0))))
        else:
            self._waiting.append(job)
            self._arrival.set()
        return job.done

    def committed(self, next_offset: int) -> None:
        """Everything below this offset is committed."""
        self._committed = next_offset

    async def _restored(self, next_offset: int) -> WorkerProcess:
        """The process that there is, with what others have committed meanwhile; or a new one, with everything."""
        since = self._window_at
        if self._process is None or since is None or since.offset > next_offset:
            await self.end()
            since = None
            self._process = await start_process("link", self._module)
        if since is None or since.offset < next_offset:
            await self._restore(self._process, since)
        self._window_at = Since(next_offset, self._window_at.timestamp if self._window_at else 0)
        return self._process

    async def _restore(self, process: WorkerProcess, since: Since | None) -> None:
        batch: list[Record] = []
        async for record in self._committed_output(since):
            batch.append(record)
            if len(batch) == RESTORE_BATCH:
                await self._folded(process, batch)
                batch = []
        if batch:
            await self._folded(process, batch)

    async def _folded(self, process: WorkerProcess, batch: list[Record]) -> None:
        """Fold a batch to its end, also when the partition is taken away meanwhile."""
        self._folding = asyncio.create_task(self._fold(process, batch))
        await asyncio.shield(self._folding)

    async def _fold(self, process: WorkerProcess, batch: list[Record]) -> None:
        self._window_at = None  # until the batch is in
        await process.restore(batch)
        self._committed = int(batch[-1].header(LINKED_OFFSET) or 0) + 1
        self._window_at = Since(self._committed, batch[-1].timestamp)
        self.moves += 1

    def _stay(self) -> None:
        if self._ending is not None:
            self._ending.cancel()

    async def _end_later(self) -> None:
        await asyncio.sleep(KEPT)
        await self.end()

    async def _serve(self, process: WorkerProcess) -> None:
        while True:
            await self._arrival.wait()
            jobs = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            if not self._waiting:
                self._arrival.clear()
            left = deque(jobs)
            try:
                async for result in process.run("link", [job.record for job in jobs], self._deadline):
                    left.popleft().finish(result)
            except (DeadlineExceededError, ProcessLostError) as error:
                self._window_at = None
                self._accuse(left[0].record.offset, error)
                self._fail([*left, *self._waiting], error)
                return

    def _accuse(self, offset: int, error: Exception) -> None:
        if isinstance(error, DeadlineExceededError):
            self._blame[offset] = Failure(Reason.DEADLINE, type(error).__name__, str(error))
            return
        self._killed[offset] = self._killed.get(offset, 0) + 1
        if self._killed[offset] >= ATTEMPTS:
            self._blame[offset] = Failure(Reason.KILLED_WORKER, type(error).__name__, str(error))

    def _fail(self, jobs: list[Job], error: Exception) -> None:
        self._waiting.clear()
        for job in jobs:
            if not job.done.done():
                job.done.set_exception(HomeLostError(str(error)))
                job.done.exception()  # seen: the lane may be gone, and asyncio would report it as never retrieved

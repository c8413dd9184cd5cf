"""The home of *link*: the one process that owns the window over the stream."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from agents.frames import Result
from agents.pool import ATTEMPTS, DeadlineExceededError, Job, ProcessLostError, WorkerProcess, start_process
from copydesk.errors import CopydeskError, Reason
from copydesk.records import Failure, Record
from copydesk.settings import Settings

RESTORE_BATCH = 200
"""Records folded at once: enough to keep the pipe busy, few enough to bound memory."""


class HomeLostError(CopydeskError):
    """The process with the window is gone, and with it everything that was not committed."""


class Home:
    """Runs *link* on the records of one partition, in order, in one process.

    The window there runs ahead of what is committed. When the process is lost, all that was submitted and not
    committed must be submitted again after `start`, which rebuilds the window from committed output.

    Args:
        settings: bounds and deadlines.
        committed: reads the committed output, in the order of the records that it follows from.
        module: what the process runs.
    """

    def __init__(
        self, settings: Settings, committed: Callable[[], AsyncIterator[Record]], module: str = "agents.child"
    ) -> None:
        self._module = module
        self._most = settings.batch_articles
        self._deadline = settings.article_deadline
        self._committed = committed
        self._process: WorkerProcess | None = None
        self._waiting: deque[Job] = deque()
        self._arrival = asyncio.Event()
        self._server: asyncio.Task[None] | None = None
        self._blame: dict[int, Failure] = {}
        self._killed: dict[int, int] = {}

    async def start(self) -> None:
        """Start a process, and rebuild the window from committed output."""
        await self.stop()
        process = self._process = await start_process("link", self._module)
        batch: list[Record] = []
        async for record in self._committed():
            batch.append(record)
            if len(batch) == RESTORE_BATCH:
                await process.restore(batch)
                batch = []
        await process.restore(batch)
        self._server = asyncio.create_task(self._serve(process))

    async def stop(self) -> None:
        """End the process."""
        if self._server is not None:
            self._server.cancel()
            await asyncio.gather(self._server, return_exceptions=True)
        if self._process is not None:
            await self._process.stop()
        self._waiting.clear()

    def submit(self, record: Record) -> asyncio.Future[Result]:
        """Link a record after all those submitted before.

        The future fails with `HomeLostError` when the process is lost.
        """
        job = Job("link", record)
        blame = self._blame.get(record.offset)
        if blame is not None:
            job.finish(Result([], blame, 0.0, max(1, self._killed.get(record.offset, 0))))
        else:
            self._waiting.append(job)
            self._arrival.set()
        return job.done

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

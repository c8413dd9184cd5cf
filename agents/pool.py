"""The worker processes: stages run in them, never in the event loop."""

import asyncio
import logging
import math
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from agents import metrics
from agents.frames import Result
from agents.lessons import Lessons
from agents.process import CHILD, DeadlineExceededError, ProcessLostError, WorkerProcess, start_process
from copydesk.errors import Reason, UsageError
from copydesk.pipeline import STAGES, stages_named
from copydesk.records import Failure, Record
from copydesk.runner import EXPLAIN
from copydesk.settings import Settings

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 2
"""How often an article may kill its process before it becomes a dead letter."""


def cores() -> int:
    """The processors that this process may use: a container or a job scheduler may grant fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Job:
    """A record that waits for its outcome. ``alone``: it has killed a process and is tried by itself."""

    stage: str
    record: Record
    done: asyncio.Future[Result] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    attempts: int = 0

    @property
    def alone(self) -> bool:
        """Whether the record is suspected of killing processes."""
        return self.attempts > 0

    @property
    def size(self) -> int:
        """Bytes of the record's value."""
        return len(self.record.value or b"")

    def finish(self, result: Result) -> None:
        """Hand the outcome to whoever still waits for it."""
        if not self.done.done():
            self.done.set_result(result)


class Pool:
    """Runs the stages without state in several processes.

    What waits is sent in batches: one record when there is little to do, up to ``batch_articles`` when there is much.
    Later stages go first, so that what was begun is finished before more is begun; a person who asks for an explanation
    goes before all.

    Args:
        settings: size, bounds and deadlines.
        on_fatal: told when the pool itself fails, which nothing can repair.
        module: what the processes run.
    """

    def __init__(self, settings: Settings, on_fatal: Callable[[BaseException], None], module: str = CHILD) -> None:
        self._module = module
        stateless = any(not stage.stateful for stage in stages_named(settings.stages))
        self._size = (settings.workers or cores()) if stateless else 0
        self._most = settings.batch_articles
        self._most_bytes = settings.batch_bytes
        self._deadline = settings.article_deadline
        self._recycle_articles = settings.recycle_articles
        self._recycle_memory = settings.recycle_memory * 1_000_000
        self._on_fatal = on_fatal
        self.lessons = Lessons()
        self._waiting: dict[str, deque[Job]] = {
            name: deque() for name in (EXPLAIN, *(stage.name for stage in reversed(STAGES)))
        }
        self._idle: deque[asyncio.Future[None]] = deque()
        self._servers: list[asyncio.Task[None]] = []
        self._ready = 0

    @property
    def ready(self) -> bool:
        """Whether nothing is missing: a process with its models loaded. One that is being replaced is no worry."""
        return self._ready > 0 or not self._size

    async def start(self) -> None:
        """Start all processes and wait until they are warm.

        Raises:
            UsageError: a process could not start; its own message is in the log.
        """
        started = await asyncio.gather(
            *(start_process("stages", self._module) for _ in range(self._size)), return_exceptions=True
        )
        processes = [process for process in started if isinstance(process, WorkerProcess)]
        for error in started:
            if isinstance(error, BaseException):
                await asyncio.gather(*(process.stop() for process in processes))
                raise UsageError(f"the worker processes could not start, see above: {error}") from error
        self._count_ready(self._size)
        self._servers = [asyncio.create_task(self._serve(process)) for process in processes]
        for server in self._servers:
            server.add_done_callback(self._served)

    async def stop(self) -> None:
        """End all processes."""
        for server in self._servers:
            server.cancel()
        await asyncio.gather(*self._servers, return_exceptions=True)

    @property
    def size(self) -> int:
        """The number of processes; none where only *link* runs."""
        return self._size

    def submit(self, stage: str, record: Record) -> asyncio.Future[Result]:
        """Have a stage run on a record. The future never fails: a lost process costs at most a dead letter."""
        job = Job(stage, record)
        self._waiting[stage].append(job)
        while self._idle:
            waiter = self._idle.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break
        return job.done

    async def _serve(self, process: WorkerProcess) -> None:
        """Feed one process for ever, and replace it when it is lost or old."""
        try:
            while True:
                jobs = await self._next_batch()
                with metrics.POOL_BUSY.track_inprogress():
                    healthy = await self._run(process, jobs)
                if not healthy or self._is_worn(process):
                    metrics.POOL_REPLACED.labels(why="recycled" if healthy else "lost").inc()
                    process = await self._replace(process)
        finally:
            await process.stop()

    def _served(self, server: asyncio.Task[None]) -> None:
        error = None if server.cancelled() else server.exception()
        if error is not None:
            self._on_fatal(error)

    def _is_worn(self, process: WorkerProcess) -> bool:
        return process.articles >= self._recycle_articles or process.memory() > self._recycle_memory

    async def _next_batch(self) -> list[Job]:
        while True:
            for queue in self._waiting.values():
                jobs = self._take(queue)
                if jobs:
                    return jobs
            waiter = asyncio.get_running_loop().create_future()
            self._idle.append(waiter)
            await waiter

    def _take(self, queue: deque[Job]) -> list[Job]:
        fair = math.ceil(len(queue) / self._size)
        jobs: list[Job] = []
        size = 0
        while queue and len(jobs) < min(fair, self._most):
            if jobs and (queue[0].alone or size + queue[0].size > self._most_bytes):
                break
            job = queue.popleft()
            if not job.done.done():  # its partition may have gone to another worker
                jobs.append(job)
                size += job.size
            if job.alone:
                break
        return jobs

    async def _run(self, process: WorkerProcess, jobs: list[Job]) -> bool:
        """Run a batch; return whether the process lived through it. Whatever has no outcome goes back to the queue."""
        left = deque(jobs)
        started = time.perf_counter()
        try:
            await process.teach(self.lessons)
            async for result in process.run(jobs[0].stage, [job.record for job in jobs], self._deadline):
                left.popleft().finish(result)
        except DeadlineExceededError as error:
            self._bury(left.popleft(), Reason.DEADLINE, error, time.perf_counter() - started)
        except ProcessLostError as error:
            left[0].attempts += 1
            if left[0].attempts >= ATTEMPTS:
                self._bury(left.popleft(), Reason.KILLED_WORKER, error, time.perf_counter() - started)
        else:
            return True
        self._waiting[jobs[0].stage].extendleft(reversed(left))
        return False

    @staticmethod
    def _bury(job: Job, reason: Reason, error: Exception, seconds: float) -> None:
        failure = Failure(reason, type(error).__name__, str(error))
        job.finish(Result([], failure, seconds, max(1, job.attempts)))

    async def _replace(self, process: WorkerProcess) -> WorkerProcess:
        self._count_ready(self._ready - 1)
        await process.stop()
        fresh = await start_process("stages", self._module)
        self._count_ready(self._ready + 1)
        return fresh

    def _count_ready(self, ready: int) -> None:
        self._ready = ready
        metrics.POOL_PROCESSES.set(ready)


class PoolWorker:
    """The pool as one stage of one lane sees it."""

    moves = 0

    def __init__(self, pool: Pool, stage: str) -> None:
        self._pool = pool
        self._stage = stage

    async def start(self, next_offset: int) -> None:
        """The pool is warm already."""

    def submit(self, record: Record) -> asyncio.Future[Result]:
        """Run the stage on a record."""
        return self._pool.submit(self._stage, record)

    def committed(self, next_offset: int) -> None:
        """The pool keeps nothing of what it has done."""

    async def stop(self) -> None:
        """The pool outlives its lanes; what they leave there is skipped."""

"""The worker processes: stages run in them, never in the event loop."""

import asyncio
import contextlib
import logging
import math
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agents import metrics
from agents.frames import Reply, Request, Restore, Result, Work, pack, read_reply
from copydesk.errors import Reason, UsageError
from copydesk.pipeline import STAGES
from copydesk.records import Failure, Record
from copydesk.settings import Settings

logger = logging.getLogger(__name__)

START_DEADLINE: Final = 120.0
"""Seconds that a process may take to load its models."""
START_ATTEMPTS: Final = 3
GRACE: Final = 1.0
"""Seconds beyond the deadline: a worker that was stopped and woken finds its timers run out and the replies waiting."""
ATTEMPTS: Final = 2
"""How often an article may kill its process before it becomes a dead letter."""

_ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ROOT: Final = Path(__file__).resolve().parent.parent


class ProcessLostError(Exception):
    """The process ended by itself, or was ended from outside.

    Args:
        status: its exit status; negative where a signal ended it.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"the process ended with status {status}")
        self.status = status


class DeadlineExceededError(Exception):
    """The process did not answer in time and was ended."""


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

    def finish(self, result: Result) -> None:
        """Hand the outcome to whoever still waits for it."""
        if not self.done.done():
            self.done.set_result(result)


class WorkerProcess:
    """One process.

    Args:
        role: ``stages`` for the stages without state, ``link`` for the one that has it.
        module: what the process runs; tests put stages there that kill and hang.
    """

    def __init__(self, role: str, module: str = "agents.child") -> None:
        self._role = role
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self.articles = 0

    async def start(self) -> None:
        """Start the process and wait until its models are loaded.

        Raises:
            ProcessLostError: it ended before it was ready; its own message is in the log.
        """
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._module, self._role),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**20,
            cwd=_ROOT,
            env=os.environ | _ONE_THREAD,
            start_new_session=True,  # signals of the terminal and of process managers go to the worker alone
        )
        await self._reply(START_DEADLINE)

    async def restore(self, records: Sequence[Record]) -> None:
        """Fold committed outputs into the window."""
        await self._send(Restore(list(records)))
        await self._reply(START_DEADLINE)

    async def run(self, stage: str, records: Sequence[Record], deadline: float) -> AsyncIterator[Result]:
        """Run a stage on records; each may take ``deadline`` seconds.

        Raises:
            DeadlineExceededError: on the first record without a result, which is to blame.
            ProcessLostError: likewise.
        """
        await self._send(Work(stage, list(records)))
        for _ in records:
            reply = await self._reply(deadline)
            assert isinstance(reply, Result), "the process answers each record with a result"
            self.articles += 1
            yield reply

    async def stop(self) -> None:
        """End the process: it has nothing to save."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _send(self, request: Request) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pack(request))
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ProcessLostError(await self._process.wait()) from error

    async def _reply(self, deadline: float) -> Reply:
        assert self._process is not None
        assert self._process.stdout is not None
        reading = asyncio.ensure_future(read_reply(self._process.stdout))
        try:
            done, _ = await asyncio.wait([reading], timeout=deadline)
            if not done:
                done, _ = await asyncio.wait([reading], timeout=GRACE)
            if not done:
                raise DeadlineExceededError(f"no answer within {deadline:g} s")
            return reading.result()
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise ProcessLostError(await self._process.wait()) from error
        finally:
            reading.cancel()


async def start_process(role: str, module: str) -> WorkerProcess:
    """Start a process and wait until it is ready; one that is killed while it loads its models is started again."""
    for attempt in range(1, START_ATTEMPTS + 1):
        process = WorkerProcess(role, module)
        try:
            await process.start()
        except BaseException as error:
            await process.stop()
            killed = isinstance(error, ProcessLostError) and error.status < 0
            if not killed or attempt == START_ATTEMPTS:
                raise
            logger.warning("a worker process was killed while it started; starting another one")
        else:
            return process
    raise AssertionError("the last attempt returns or raises")


class Pool:
    """Runs the stages without state in several processes.

    What waits is sent in batches: one record when there is little to do, up to ``batch_articles`` when there is much.
    Later stages go first, so that what was begun is finished before more is begun.

    Args:
        settings: size, bounds and deadlines.
        on_fatal: told when the pool itself fails, which nothing can repair.
        module: what the processes run.
    """

    def __init__(
        self, settings: Settings, on_fatal: Callable[[BaseException], None], module: str = "agents.child"
    ) -> None:
        self._module = module
        self._size = settings.workers or os.cpu_count() or 1
        self._most = settings.batch_articles
        self._deadline = settings.article_deadline
        self._recycle = settings.recycle_articles
        self._on_fatal = on_fatal
        self._waiting: dict[str, deque[Job]] = {stage.name: deque() for stage in reversed(STAGES)}
        self._idle: deque[asyncio.Future[None]] = deque()
        self._servers: list[asyncio.Task[None]] = []
        self._ready = 0

    @property
    def ready(self) -> bool:
        """Whether there is a process with its models loaded; one that is being replaced is no reason to worry."""
        return self._ready > 0

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
                if not healthy or process.articles >= self._recycle:
                    metrics.POOL_REPLACED.labels(why="recycled" if healthy else "lost").inc()
                    process = await self._replace(process)
        finally:
            await process.stop()

    def _served(self, server: asyncio.Task[None]) -> None:
        error = None if server.cancelled() else server.exception()
        if error is not None:
            self._on_fatal(error)

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
        while queue and len(jobs) < min(fair, self._most):
            if queue[0].alone and jobs:
                break
            job = queue.popleft()
            if not job.done.done():  # its partition may have gone to another worker
                jobs.append(job)
            if job.alone:
                break
        return jobs

    async def _run(self, process: WorkerProcess, jobs: list[Job]) -> bool:
        """Run a batch; return whether the process lived through it. Whatever has no outcome goes back to the queue."""
        left = deque(jobs)
        started = time.perf_counter()
        try:
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

    def __init__(self, pool: Pool, stage: str) -> None:
        self._pool = pool
        self._stage = stage

    async def start(self) -> None:
        """The pool is warm already."""

    def submit(self, record: Record) -> asyncio.Future[Result]:
        """Run the stage on a record."""
        return self._pool.submit(self._stage, record)

    async def stop(self) -> None:
        """The pool outlives its lanes; what they leave there is skipped."""

"""One worker process, as the worker sees it."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from agents.frames import Learned, Reply, Request, Restore, Result, Work, pack, read_reply
from agents.lessons import Lessons
from copydesk.records import Record
from copydesk.settings import secret_variables

logger = logging.getLogger(__name__)

CHILD: Final = "agents.child"
"""The module that a worker process runs; tests put stages there that kill and hang."""
START_DEADLINE: Final = 120.0
"""Seconds that a process may take to load its models."""
START_ATTEMPTS: Final = 3
GRACE: Final = 1.0
"""Seconds beyond the deadline: a worker that was stopped and woken finds its timers run out and the replies waiting."""

_ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
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


class WorkerProcess:
    """One process.

    Args:
        role: ``stages`` for the stages without state, ``link`` for the one that has it.
        module: what the process runs.
    """

    def __init__(self, role: str, module: str = CHILD) -> None:
        self._role = role
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self._taught = 0
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
            env=_environment(),
            start_new_session=True,  # signals of the terminal and of process managers go to the worker alone
        )
        await self._reply(START_DEADLINE)

    async def restore(self, records: Sequence[Record]) -> None:
        """Fold committed outputs into the window."""
        await self._send(Restore(list(records)))
        await self._reply(START_DEADLINE)

    async def teach(self, lessons: Lessons) -> None:
        """Tell the process what was learned of outlets since it was told last.

        Raises:
            ProcessLostError: it is gone.
        """
        news, self._taught = lessons.since(self._taught), lessons.number
        if news:
            await self._send(Learned(news))

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

    def memory(self) -> int:
        """Bytes of memory that the process holds; 0 where the system does not tell (only Linux does, in ``/proc``)."""
        assert self._process is not None
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1]
        except OSError:
            return 0
        return int(pages) * _PAGE

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


def _environment() -> dict[str, str]:
    """That of the worker, without the secrets: what reads hostile articles cannot give away what it does not have."""
    secret = secret_variables()
    return {name: value for name, value in os.environ.items() if name not in secret} | _ONE_THREAD


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

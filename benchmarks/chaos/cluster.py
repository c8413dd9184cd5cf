"""A broker and some workers as processes that can be killed, stopped and started again."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from copydesk.kafka.local import local_broker

ROOT: Final = Path(__file__).resolve().parents[2]
READY_DEADLINE: Final = 120.0
"""Seconds in which a worker must be ready after its start, on a machine where others start too."""
TERM_DEADLINE: Final = 60.0
"""Seconds after which a worker that was asked to stop is killed; how long it took is judged elsewhere."""
_POLL: Final = 0.2


class Broker:
    """A broker that comes back on its port with its data."""

    def __init__(self, jars: Path, folder: Path) -> None:
        self._jars = jars
        self._folder = folder
        self._port = free_port()
        self._starts = 0
        self._context: AbstractContextManager[str] | None = None
        # The broker ends with the *thread* that started it: one that lives as long as we do.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="broker")
        self.bootstrap = f"127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it, and wait until it listens."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._start)

    async def stop(self, *, hard: bool = False) -> None:
        """End it, in order or by ``kill -9``."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._stop, hard)

    def processes(self) -> list[psutil.Process]:
        """Its process, if it runs."""
        return [
            child
            for child in psutil.Process().children()
            if child.name() == "java" and str(self._folder) in " ".join(child.cmdline())
        ]

    def _start(self) -> None:
        self._starts += 1
        log = self._folder / f"broker-{self._starts}.log"
        context = local_broker(self._jars, self._folder / "kafka", self._port, log)
        context.__enter__()
        self._context = context

    def _stop(self, hard: bool) -> None:
        context, self._context = self._context, None
        if context is None:
            return
        if hard:
            for process in self.processes():
                process.kill()
        context.__exit__(None, None, None)


@dataclass(frozen=True, slots=True)
class Exit:
    """A worker that ended though nobody asked it to."""

    worker: int
    status: int
    last_words: str


@dataclass(frozen=True, slots=True)
class Term:
    """A worker that was asked to stop: its exit status, and how many seconds it took."""

    worker: int
    status: int
    seconds: float


class Worker:
    """One worker; all its lives write one log.

    Args:
        number: tells it from the others.
        command: what it runs, after the interpreter.
        environment: its settings.
        log: where its output goes.
    """

    def __init__(self, number: int, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self.number = number
        self.log = log
        self._command = command
        self._port = free_port()
        self._environment = environment | {"COPYDESK_WEB_PORT": str(self._port)}
        self._process: subprocess.Popen[bytes] | None = None
        self.wanted = False

    @property
    def status(self) -> int | None:
        """The exit status; ``None`` as long as it runs."""
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *self._command],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us; we stop it in order
            )
        self.wanted = True

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(sign)

    async def kill(self) -> None:
        """``kill -9``."""
        self.wanted = False
        self.send(signal.SIGKILL)
        await self._ended(TERM_DEADLINE)

    async def terminate(self) -> Term:
        """Ask it to stop, wait, and tell how it went."""
        self.wanted = False
        began = time.monotonic()
        self.send(signal.SIGTERM)
        if not await self._ended(TERM_DEADLINE):
            await self.kill()
        status = self.status
        return Term(self.number, 0 if status is None else status, round(time.monotonic() - began, 1))

    async def ready(self, deadline: float = READY_DEADLINE) -> bool:
        """Wait until it can do its work; ``False`` if it could not within the deadline, or is not to run any more."""
        until = time.monotonic() + deadline
        while time.monotonic() < until and self.wanted:
            if (await self.get("/ready"))[0] == 200:
                return True
            await asyncio.sleep(_POLL)
        return False

    async def get(self, path: str) -> tuple[int, bytes]:
        """Ask its web view; status 0 when it does not answer."""
        return await asyncio.to_thread(self._get, path)

    @property
    def pid(self) -> int | None:
        """The process id of its event loop, as long as it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def children(self, role: str) -> list[psutil.Process]:
        """Its processes of a role: ``stages`` or ``link``."""
        if self.pid is None:
            return []
        try:
            family = psutil.Process(self.pid).children(recursive=True)
            return [child for child in family if child.cmdline()[-1:] == [role]]
        except psutil.NoSuchProcess:
            return []

    def last_words(self) -> str:
        """The line of its log that tells best why it ended."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        fatal = [line for line in lines if "[CRITICAL]" in line]
        return (fatal or [line for line in lines if "Error" in line] or lines or [""])[-1][:300]

    async def _ended(self, deadline: float) -> bool:
        if self._process is None:
            return True
        try:
            await asyncio.to_thread(self._process.wait, deadline)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=3) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except (OSError, TimeoutError):
            return 0, b""


class Cluster:
    """The broker and the workers, and those of them that ended by themselves.

    Args:
        broker: started already.
        folder: for the logs.
        count: how many workers.
        module: what each runs, and its arguments.
        settings: of the workers, without prefix.
    """

    def __init__(self, broker: Broker, folder: Path, count: int, module: Sequence[str], settings: Any) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        environment |= {"COPYDESK_BROKER": broker.bootstrap}
        environment |= {f"COPYDESK_{name.upper()}": str(value) for name, value in settings.items()}
        # Its checkout is ours: an installed one may be another.
        environment["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
        self.broker = broker
        self.workers = [
            Worker(number, ("-m", *module), environment, folder / f"worker-{number}.log") for number in range(count)
        ]
        self.exits: list[Exit] = []

    async def start(self) -> None:
        """Start all workers and wait until each is ready."""
        for worker in self.workers:
            worker.start()
        ready = await asyncio.gather(*(worker.ready() for worker in self.workers))
        for worker, is_ready in zip(self.workers, ready, strict=True):
            if not is_ready:
                raise TimeoutError(f"worker {worker.number} is not ready: {worker.last_words()}")

    async def watch(self) -> None:
        """Start each worker again that ends by itself, for ever."""
        while True:
            for worker in self.workers:
                if worker.wanted and worker.status is not None:
                    self.exits.append(Exit(worker.number, worker.status, worker.last_words()))
                    worker.start()
            await asyncio.sleep(_POLL)

    async def stop(self) -> list[Term]:
        """Ask all workers to stop, at once."""
        return list(await asyncio.gather(*(worker.terminate() for worker in self.workers)))

    async def kill(self) -> None:
        """End whatever still runs."""
        for worker in self.workers:
            worker.send(signal.SIGCONT)
        await asyncio.gather(*(worker.kill() for worker in self.workers))


def free_port() -> int:
    """A loopback port that nobody listens on, and that the system gives to no client.

    A client that asks for a port of the ephemeral range again and again, while the broker is away, can end up
    connected to itself: the broker could not take its port back.
    """
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

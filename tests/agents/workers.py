"""Real workers as processes of their own, for tests against a real broker."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], what: str, seconds: float = 90.0) -> None:
    """Poll a condition of another process."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.1)


class Worker:
    """One worker; its log is kept beside the test."""

    def __init__(self, bootstrap: str, log: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = log
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        environment |= {"COPYDESK_BROKER": bootstrap, "COPYDESK_WEB_PORT": str(self.port), "COPYDESK_WORKERS": "1"}
        environment |= {f"COPYDESK_{name.upper()}": value for name, value in settings.items()}
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "faust", "-A", "agents.app", "worker", "-l", settings.get("log_level", "info")],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask the worker's web view; status 0 when it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, b""

    def wait_ready(self) -> None:
        """Wait until the worker has partitions and a warm pool."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"the worker ended:\n{self.log.read_text()[-3000:]}")
            return self.get("/ready")[0] == 200

        until(ready, f"worker ready; its log: {self.log}")

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as a process manager would; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@contextlib.contextmanager
def running(bootstrap: str, folder: Path, count: int = 1, **settings: str) -> Iterator[list[Worker]]:
    """Workers that are ready; stopped at the end, whatever happens."""
    workers = [Worker(bootstrap, folder / f"worker-{number}.log", **settings) for number in range(count)]
    try:
        for worker in workers:
            worker.wait_ready()
        yield workers
    finally:
        for worker in workers:
            if worker.process.poll() is None:
                worker.stop()

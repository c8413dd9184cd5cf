"""Show it all: broker in memory, worker and examples in one."""

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from copydesk.cli import inputs, pretty
from copydesk.cli.publish import Message, message
from copydesk.cli.worker import checkout, command
from copydesk.errors import UsageError
from copydesk.kafka.client import Publisher, subscribe
from copydesk.kafka.embedded import PARTITION_BYTES, embedded_broker
from copydesk.pipeline import DEAD, ENRICHED
from copydesk.records import Record
from copydesk.settings import Settings, settings, variable

START_DEADLINE: Final = 180.0
"""Seconds that the worker may take to load its models."""
STALL_DEADLINE: Final = 120.0
"""Seconds without a single article done, after which those that are missing count as lost."""
_PENDING_BYTES: Final = PARTITION_BYTES // 10
"""Raw bytes on their way at once. Events are larger than what they are made of, and all may share one partition."""
LOST: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("articles", nargs="*", metavar="PATH", help="articles of yours, beside those of examples/")
    parser.add_argument("--once", action="store_true", help="end when all is shown, instead of at Ctrl-C")


def execute(chosen: argparse.Namespace) -> int:
    """Run the demo; status 1 if an article was lost."""
    root = checkout()
    paths = [str(root / "examples"), *chosen.articles]
    inputs.check(paths)
    messages = [message(article) for article in inputs.read(paths)]
    configured = settings()
    with embedded_broker(configured) as bootstrap:
        demo = replace(configured, broker=bootstrap, embedded="yes", web_port=_free_port(configured))
        with _worker(demo, root) as (process, log):
            web = f"http://{demo.web_host}:{demo.web_port}/"
            _wait_until_ready(process, log, web)
            lost = asyncio.run(_show(demo, messages, log))
            print(f"{len(messages) - lost} of {len(messages)} articles ended as events or dead letters.")
            if not chosen.once:
                print(f"The web view is on {web} until Ctrl-C.", flush=True)
                _wait_for_interrupt(process)
    return LOST if lost else 0


@contextmanager
def _worker(demo: Settings, root: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A worker as a process of its own, with its log in a file that is told when it matters."""
    handle, name = tempfile.mkstemp(prefix="copydesk-demo-", suffix=".log")
    changed = {name: str(getattr(demo, name)) for name in ("broker", "embedded", "web_port")}
    with os.fdopen(handle, "wb") as log:
        process = subprocess.Popen(
            command(demo),
            cwd=root,
            env=os.environ | {variable(name): value for name, value in changed.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us; we stop it in order
        )
    try:
        yield process, Path(name)
    finally:
        _stop(process, demo.stop_deadline)


def _stop(process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(deadline + 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path, web: str) -> None:
    print("Starting a broker in memory and a worker; its models take some seconds …", file=sys.stderr, flush=True)
    deadline = time.monotonic() + START_DEADLINE
    while not _answers(f"{web}ready"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise UsageError(f"the worker did not start: {_last_line(log)} (its log: {log})")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _show(demo: Settings, messages: list[Message], log: Path) -> int:
    """Publish, print what becomes of each as it comes, and return how many are missing."""
    progress = _Progress(len(messages))
    capacity = _Capacity(_PENDING_BYTES)
    publishing = asyncio.create_task(_publish(demo, messages, capacity))
    try:
        async with aclosing(subscribe(demo, [ENRICHED.name, DEAD.name])) as records:
            while progress.done < len(messages):
                record = await asyncio.wait_for(anext(records), STALL_DEADLINE)
                capacity.release(_origin(record))
                progress.show(record)
        await publishing
    except TimeoutError:
        print(
            f"nothing has come for {STALL_DEADLINE:g} s: {_last_line(log)} (the worker's log: {log})", file=sys.stderr
        )
    finally:
        publishing.cancel()
    return len(messages) - progress.done


async def _publish(demo: Settings, messages: list[Message], capacity: "_Capacity") -> None:
    async with Publisher(demo) as publisher:
        for one in messages:
            await capacity.acquire(len(one.value))
            record = await publisher.publish(one.value, one.key, one.headers)
            capacity.took(_origin(record), len(one.value))


class _Capacity:
    """Keeps the publisher from running ahead of the worker: the embedded broker would drop what was not read yet."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._pending = 0
        self._sizes: dict[str, int] = {}
        self._ended: set[str] = set()
        self._changed = asyncio.Event()

    async def acquire(self, size: int) -> None:
        while self._pending and self._pending + size > self._most:
            self._changed.clear()
            await self._changed.wait()
        self._pending += size

    def took(self, origin: str, size: int) -> None:
        self._sizes[origin] = size
        if origin in self._ended:  # its end was faster than the broker's answer
            self.release(origin)

    def release(self, origin: str) -> None:
        self._ended.add(origin)
        self._pending -= self._sizes.pop(origin, 0)
        self._changed.set()


class _Progress:
    """Prints each end of an article once."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen: set[str] = set()

    @property
    def done(self) -> int:
        return len(self._seen)

    def show(self, record: Record) -> None:
        self._seen.add(_origin(record))
        print(f"[{self.done}/{self._total}] {pretty.show(record)}", flush=True)


def _origin(record: Record) -> str:
    origin = record.origin
    return f"{origin.topic}/{origin.partition}/{origin.offset}"


def _free_port(configured: Settings) -> int:
    """The port of the settings, or another one if somebody listens there."""
    for port in (configured.web_port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((configured.web_host, port))
                return int(probe.getsockname()[1])
            except OSError as error:
                refused = error
    raise UsageError(f"{variable('web_host')}={configured.web_host!r}: cannot listen there ({refused.strerror})")


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _wait_for_interrupt(process: subprocess.Popen[bytes]) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        return
    raise UsageError(f"the worker ended with status {status}")

"""The watchdog: ends the process when articles wait and nothing moves.

It runs in a thread of its own, since what hangs may be the event loop itself.
"""

import asyncio
import faulthandler
import io
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

logger = logging.getLogger(__name__)

LOOKS: Final = 60
"""How often it looks within the deadline."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the watchdog sees of a lane: whether anything waits there, and a number that grows with its progress."""

    waits: bool
    moves: int


class Watchdog:
    """Looks at all lanes again and again.

    Args:
        look: the lanes by name; called from the watchdog's thread.
        deadline: seconds that something may wait without any progress.
        end: ends the process; never returns, but in tests.
    """

    def __init__(
        self, look: Callable[[], Mapping[str, Sight]], deadline: float, end: Callable[[], None] | None = None
    ) -> None:
        self._look = look
        self._deadline = deadline
        self._end = end or _exit
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beats = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Start to look; to be called in the event loop that is to be watched too."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _watch(self) -> None:
        interval = self._deadline / LOOKS
        idle: dict[str, float] = {}
        before: dict[str, int] = {}
        while True:
            started = time.monotonic()
            if self._stopped.wait(interval):
                return
            # A worker that was suspended and woken finds a long time gone, in which it could not move.
            gone = min(time.monotonic() - started, 2 * interval)
            sights = dict(self._look()) | {"event loop": Sight(waits=True, moves=self._beat())}
            idle = {
                name: idle.get(name, 0.0) + gone
                for name, sight in sights.items()
                if sight.waits and before.get(name) == sight.moves
            }
            before = {name: sight.moves for name, sight in sights.items()}
            stalled = sorted(name for name, seconds in idle.items() if seconds >= self._deadline)
            if stalled:
                self._bark(stalled)
                return

    def _beat(self) -> int:
        """Ask the event loop for a sign of life, and tell how many it has given."""
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._alive)
        return self._beats

    def _alive(self) -> None:
        self._beats += 1

    def _bark(self, stalled: Iterable[str]) -> None:
        logger.critical(
            "nothing has moved for %g s, and articles wait: %s; ending this worker\n%s",
            self._deadline,
            ", ".join(stalled),
            stacks(self._loop),
        )
        self._end()


def stacks(loop: asyncio.AbstractEventLoop | None) -> str:
    """The stacks of all threads and of all tasks of an event loop, as text."""
    with tempfile.TemporaryFile("w+") as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        threads = file.read()
    tasks = io.StringIO()
    for task in asyncio.all_tasks(loop) if loop is not None else ():
        task.print_stack(file=tasks)
    return f"{threads}\n{tasks.getvalue()}"


def _exit() -> NoReturn:
    logging.shutdown()
    sys.stderr.flush()
    os._exit(1)

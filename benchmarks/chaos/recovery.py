"""How long it takes from a fault to the first commit of each partition that it hit."""

import asyncio
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from benchmarks.chaos.reading import committed
from copydesk.kafka.settings import client_settings
from copydesk.settings import Settings

Partition = tuple[str, int]
Progress = Mapping[Partition, int]

_INTERVAL: Final = 0.25
_ANSWER: Final = 5.0
"""Seconds after which a question to the broker is given up and asked again."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault as it happened.

    Attributes:
        kind: what it was.
        at: when, on the monotonic clock.
        waiting: the partitions it hit that had work waiting.
        before: what was committed once it had happened, so that a commit just before it does not pass for a recovery.
    """

    kind: str
    at: float
    waiting: frozenset[Partition]
    before: Progress


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the faults of one kind to the first commit of each partition that had work waiting."""

    partitions: int
    median: float | None
    worst: float | None
    never: int


def recoveries(strikes: Iterable[Strike], history: Sequence[tuple[float, Progress]]) -> dict[str, Recovery]:
    """Recovery by kind of fault.

    Args:
        strikes: the faults.
        history: what was committed at which time, in the order of time.
    """
    seconds: dict[str, list[float | None]] = {}
    for strike in strikes:
        seconds.setdefault(strike.kind, []).extend(
            _first_commit(strike, partition, history) for partition in sorted(strike.waiting)
        )
    return {kind: _summary(found) for kind, found in sorted(seconds.items())}


def _first_commit(strike: Strike, partition: Partition, history: Sequence[tuple[float, Progress]]) -> float | None:
    before = strike.before.get(partition, 0)
    for at, progress in history:
        if at > strike.at and progress.get(partition, 0) > before:
            return at - strike.at
    return None


def _summary(found: Sequence[float | None]) -> Recovery:
    known = [seconds for seconds in found if seconds is not None]
    return Recovery(
        len(found),
        round(statistics.median(known), 1) if known else None,
        round(max(known), 1) if known else None,
        len(found) - len(known),
    )


class Commits:
    """Asks again and again what all stages have committed, whether the broker is there or not.

    Args:
        settings: where the broker is, and the groups.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._admin: AIOKafkaAdminClient | None = None
        self._asking = asyncio.Lock()
        self.history: list[tuple[float, Progress]] = []

    async def watch(self) -> None:
        """Ask for ever."""
        try:
            while True:
                await self.now()
                await asyncio.sleep(_INTERVAL)
        finally:
            await self._close()

    async def now(self) -> Progress:
        """What is committed now; where the broker does not tell, what was committed last."""
        async with self._asking:
            try:
                async with asyncio.timeout(_ANSWER):
                    progress = await committed(await self._connected(), self._settings)
            except (KafkaError, OSError, TimeoutError):
                await self._close()
                return self.history[-1][1] if self.history else {}
            if not self.history or progress != self.history[-1][1]:
                self.history.append((time.monotonic(), progress))
            return progress

    async def _connected(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            admin = AIOKafkaAdminClient(**client_settings(self._settings))
            try:
                await admin.start()
            except BaseException:
                await admin.close()
                raise
            self._admin = admin
        return self._admin

    async def _close(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()

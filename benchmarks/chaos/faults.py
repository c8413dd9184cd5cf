"""What goes wrong, and when: a plan drawn from a seed, as data."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What can go wrong."""

    KILL_WORKER = "kill-worker"
    """``kill -9`` of a worker, which is started again a little later."""
    KILL_CHILD = "kill-child"
    """``kill -9`` of a process of the pool, or of the home of *link*."""
    STOP_WORKER = "stop-worker"
    """A worker stopped past the session timeout and woken: it does not know that it was thrown out of the group."""
    RESTART_BROKER = "restart-broker"
    """The broker goes, in order or by ``kill -9``, and comes back with its data."""
    ROLLING_RESTART = "rolling-restart"
    """All workers, one after the other: SIGTERM, start, wait until ready."""
    POISON = "poison"
    """Articles that kill their process, hang in it, are too large or no text, published among the others."""


SESSION_TIMEOUT: Final = 8.0
"""Seconds without a sign after which the group goes on without a worker."""

_WEIGHTS: Final = {
    Kind.KILL_WORKER: 6,
    Kind.KILL_CHILD: 6,
    Kind.STOP_WORKER: 4,
    Kind.RESTART_BROKER: 3,
    Kind.ROLLING_RESTART: 1,  # each is three restarts
    Kind.POISON: 4,
}
_LASTS: Final = {Kind.KILL_WORKER: (1.0, 5.0), Kind.STOP_WORKER: (12.0, 20.0), Kind.RESTART_BROKER: (0.5, 4.0)}
"""How long it takes until the other half: the worker or broker starts again, the worker wakes; in seconds."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        at: seconds from the first publication; later, if the fault before it is not over by then.
        victim: number of the worker; for the kinds that have no worker it says nothing.
        hard: ``kill -9`` of the broker rather than an orderly stop; the home of *link* rather than a process of the
            pool; poison for *link* rather than for an earlier stage.
        lasts: seconds until the worker or the broker starts again or wakes; 0 for the other kinds.
    """

    kind: Kind
    at: float
    victim: int
    hard: bool
    lasts: float

    def __str__(self) -> str:
        """One line for people."""
        words = [f"{self.at:7.1f} s", f"{self.kind:<15}"]
        if self.kind in {Kind.KILL_WORKER, Kind.KILL_CHILD, Kind.STOP_WORKER}:
            words.append(f"worker {self.victim}")
        if self.hard and self.kind in _HARD:
            words.append(_HARD[self.kind])
        if self.lasts:
            words.append(f"for {self.lasts:.1f} s")
        return "  ".join(words)


_HARD: Final = {Kind.RESTART_BROKER: "kill -9", Kind.KILL_CHILD: "home of link", Kind.POISON: "for link"}


def plan(
    seed: int, count: int, seconds: float, workers: int = 3, kinds: Sequence[Kind] = tuple(Kind)
) -> tuple[Fault, ...]:
    """Draw the faults of a run: the same for the same arguments.

    Args:
        seed: any number.
        count: how many faults; each kind occurs where there are as many as kinds.
        seconds: the time over which they are spread; none falls into its first or last twentieth.
        workers: how many workers there are to choose from.
        kinds: what is drawn from.

    Returns:
        The faults in the order of time.
    """
    chance = random.Random(seed)
    drawn = [*kinds][:count]
    drawn += chance.choices(kinds, [_WEIGHTS[kind] for kind in kinds], k=count - len(drawn))
    chance.shuffle(drawn)
    step = 0.9 * seconds / max(1, count)
    times = [round(0.05 * seconds + step * (number + chance.random()), 1) for number in range(count)]
    return tuple(_fault(kind, at, chance, workers) for kind, at in zip(drawn, times, strict=True))


def _fault(kind: Kind, at: float, chance: random.Random, workers: int) -> Fault:
    low, high = _LASTS.get(kind, (0.0, 0.0))
    lasts = round(chance.uniform(low, high), 1)
    return Fault(kind, at, victim=chance.randrange(workers), hard=chance.random() < 0.5, lasts=lasts)

"""Whether each process stayed as it was after the warm-up.

A process *grows* when its resident memory rises by 2 % of its mean an hour or more, and the slope is at least twice its
standard error: less than that is either too little to matter or cannot be told from chance. Its open files or threads
grow when even the fewest of the last quarter of the time are more than the most of the first quarter. A process that
was not there all the time tells nothing: it is *replaced*. Everything else is *flat*. Kafka is looked at too, and not
judged.

Resident memory is judged and not the proportional set size, which changes when other programs on the machine start
and end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from benchmarks.soak.samples import Sample
from benchmarks.soak.trend import Trend, trend

KAFKA: Final = "kafka"
SHARE: Final = 0.02
"""Growth an hour, as a share of the mean, that still counts as flat."""
ERRORS: Final = 2.0


class Word(StrEnum):
    """The verdict on one process."""

    FLAT = "flat"
    GROWS = "grows"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Count:
    """How many open files or threads: in the first and in the last sample, and the most of all."""

    first: int
    last: int
    most: int
    grows: bool


@dataclass(frozen=True, slots=True)
class Process:
    """One process after the warm-up; sizes in MB. ``rss`` and ``pss`` are ``None`` where there are too few samples."""

    role: str
    pid: int
    rss: Trend | None
    pss: Trend | None
    files: Count
    threads: Count
    word: Word

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return self.role == KAFKA or self.word == Word.FLAT


def judge(samples: Iterable[Sample]) -> list[Process]:
    """Judge each process by its samples after the warm-up, given in the order of time."""
    series: dict[tuple[str, int], list[Sample]] = {}
    moments: list[float] = []
    for sample in samples:
        series.setdefault((sample.role, sample.pid), []).append(sample)
        if not moments or moments[-1] != sample.at:
            moments.append(sample.at)
    return [_judged(role, pid, own, len(own) == len(moments)) for (role, pid), own in series.items()]


def _judged(role: str, pid: int, own: Sequence[Sample], always: bool) -> Process:
    files, threads = _count([sample.files for sample in own]), _count([sample.threads for sample in own])
    if not always:
        return Process(role, pid, None, None, files, threads, Word.REPLACED)
    rss = trend([(sample.at, sample.rss) for sample in own])
    pss = trend([(sample.at, sample.pss) for sample in own])
    grows = grown(rss) or files.grows or threads.grows
    return Process(role, pid, rss, pss, files, threads, Word.GROWS if grows else Word.FLAT)


def grown(memory: Trend) -> bool:
    """Whether memory grows, by the rule of this module."""
    return memory.slope >= SHARE * memory.mean and memory.slope >= ERRORS * memory.error


def _count(numbers: Sequence[int]) -> Count:
    quarter = max(1, len(numbers) // 4)
    grows = min(numbers[-quarter:]) > max(numbers[:quarter])
    return Count(numbers[0], numbers[-1], max(numbers), grows)

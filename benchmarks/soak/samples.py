"""What the system tells of each process: memory, open files, threads."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Sample:
    """One process at one moment.

    Attributes:
        at: seconds since the articles began to come.
        role: what the process does.
        rss: resident memory in MB (a million bytes).
        pss: the same, with shared pages divided among all processes of the machine that share them.
    """

    at: float
    role: str
    pid: int
    rss: float
    pss: float
    files: int
    threads: int


def look(at: float, processes: Mapping[str, Iterable[psutil.Process]]) -> Iterator[Sample]:
    """Look at processes by role; one that ends meanwhile is left out."""
    for role, family in processes.items():
        for process in family:
            try:
                with process.oneshot():
                    memory = process.memory_full_info()
                    files, threads = process.num_fds(), process.num_threads()
            except psutil.NoSuchProcess:
                continue
            yield Sample(at, role, process.pid, memory.rss / 1e6, memory.pss / 1e6, files, threads)

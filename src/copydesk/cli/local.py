"""The stages in a few processes on this machine, in the order of the input."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from copydesk.errors import Reason, Reject
from copydesk.pipeline import STAGES, Stage
from copydesk.records import Failure, Output, Record
from copydesk.runner import Linker, Outcome, process
from copydesk.settings import settings

_AHEAD: Final = 8
"""Inputs that are read ahead for each process."""


@dataclass(frozen=True, slots=True)
class Done:
    """An input that passed all stages: its event, as JSON."""

    event: bytes


@dataclass(frozen=True, slots=True)
class Buried:
    """An input that a stage could not go on with, as that stage got it."""

    stage: str
    record: Record
    failure: Failure


_Passed = Record | Buried


def run(stages: Sequence[Stage], records: Iterable[_Passed], workers: int) -> Iterator[Done | Buried]:
    """Run stages on records. A stage that has state runs in this process, the others in processes of their own.

    Args:
        stages: consecutive rows of the table.
        records: what the first one reads; what is buried already stays so.
        workers: number of processes.

    Yields:
        What became of each, in order.
    """
    stateless = tuple(stage.name for stage in stages if not stage.stateful)
    stateful = [stage for stage in stages if stage.stateful]
    linkers = [(stage, _linker(stage)) for stage in stateful]
    for passed in _in_processes(stateless, records, workers) if stateless else records:
        end = passed
        for stage, linker in linkers:
            if isinstance(end, Record):
                end = _next(stage, end, linker.process(end))
        yield end if isinstance(end, Buried) else Done(end.value or b"")


def _linker(stage: Stage) -> Linker:
    stage.warm()
    return Linker(stage)


def _next(stage: Stage, record: Record, outcome: Outcome) -> _Passed:
    """What the next stage reads: the output on the topic that this one writes. Items beside it have no reader here."""
    if isinstance(outcome, Failure):
        return Buried(stage.name, record, outcome)
    output: Output = next(output for output in outcome if output.topic == stage.writes.name)
    return Record(output.topic, 0, record.offset, record.timestamp, output.key, output.value, output.headers)


def _in_processes(names: tuple[str, ...], records: Iterable[_Passed], workers: int) -> Iterator[_Passed]:
    """Keep the processes busy, and the order."""
    incoming = iter(records)
    waiting: deque[tuple[_Passed, Future[_Passed] | None]] = deque()
    pool = _pool(workers)
    try:
        while True:
            for passed in islice(incoming, workers * _AHEAD - len(waiting)):
                waiting.append((passed, _submitted(pool, names, passed)))
            if not waiting:
                return
            passed, future = waiting.popleft()
            try:
                yield passed if future is None else future.result()
            except BrokenProcessPool:
                # One of those in flight has killed its process, and all of them are lost with it: each is tried again
                # alone, so that only the one that kills again is buried.
                pool.shutdown(wait=False)
                lost = [passed, *(other for other, _ in waiting)]
                waiting.clear()
                yield from _one_by_one(names, lost)
                pool = _pool(workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, names: tuple[str, ...], passed: _Passed) -> Future[_Passed] | None:
    if isinstance(passed, Buried):
        return None
    try:
        return pool.submit(_work, names, passed)
    except BrokenProcessPool as error:
        lost: Future[_Passed] = Future()
        lost.set_exception(error)
        return lost


def _one_by_one(names: tuple[str, ...], lost: Iterable[_Passed]) -> Iterator[_Passed]:
    pool = _pool(1)
    try:
        for passed in lost:
            if isinstance(passed, Buried):
                yield passed
                continue
            try:
                yield pool.submit(_work, names, passed).result()
            except BrokenProcessPool as error:
                pool.shutdown(wait=False)
                pool = _pool(1)
                yield Buried(names[0], passed, Failure(Reason.KILLED_WORKER, type(error).__name__, str(error)))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_prepare)


# --- in the processes -------------------------------------------------------------------------------------------------


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal: the parent decides
    signal.signal(signal.SIGALRM, _too_late)


def _too_late(*_: Any) -> None:
    raise Reject(Reason.DEADLINE, f"not done within {settings().article_deadline:g} s")


def _work(names: tuple[str, ...], record: Record) -> _Passed:
    end: _Passed = record
    for stage in _warm(names):
        if isinstance(end, Record):
            signal.setitimer(signal.ITIMER_REAL, settings().article_deadline)
            try:
                outcome = process(stage, end)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            end = _next(stage, end, outcome)
    return end


@cache
def _warm(names: tuple[str, ...]) -> tuple[Stage, ...]:
    stages = tuple(stage for stage in STAGES if stage.name in names)
    for stage in stages:
        stage.warm()
    return stages

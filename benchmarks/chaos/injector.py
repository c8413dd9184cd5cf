"""Makes the faults of a plan happen."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Final

import psutil

from benchmarks.chaos.cluster import Cluster, Term, Worker
from benchmarks.chaos.faults import Fault, Kind
from benchmarks.chaos.recovery import Commits, Partition, Strike

_AGAIN: Final = 0.1
_CHILD_DEADLINE: Final = 60.0
"""Seconds to wait for a process to kill: its worker may have to be started, and to get its partition, first."""


class Injector:
    """Makes faults happen, and keeps what is to be told of them.

    Args:
        cluster: the broker and the workers.
        commits: tells what was committed when a fault happened.
        poison: publishes the poisoned articles of a fault.
    """

    def __init__(self, cluster: Cluster, commits: Commits, poison: Callable[[Fault], Awaitable[None]]) -> None:
        self._cluster = cluster
        self._commits = commits
        self._poison = poison
        self.strikes: list[Strike] = []
        self.terms: list[Term] = []
        self.problems: list[str] = []

    async def strike(self, fault: Fault) -> None:
        """Make a fault happen, and wait until it is over: what was killed is started, what was stopped is woken."""
        worker = self._cluster.workers[fault.victim]
        if fault.kind is Kind.KILL_WORKER:
            await self._kill(worker, fault)
        elif fault.kind is Kind.KILL_CHILD:
            await self._kill_child(worker, fault)
        elif fault.kind is Kind.STOP_WORKER:
            await self._stop(worker, fault)
        elif fault.kind is Kind.RESTART_BROKER:
            await self._restart_broker(fault)
        elif fault.kind is Kind.ROLLING_RESTART:
            await self._roll()
        else:
            await self._poison(fault)

    async def _kill(self, worker: Worker, fault: Fault) -> None:
        waiting = await _waiting(worker)
        at = time.monotonic()
        await worker.kill()
        await self._record(fault.kind, at, waiting)
        await asyncio.sleep(fault.lasts)
        worker.start()

    async def _kill_child(self, worker: Worker, fault: Fault) -> None:
        role = "link" if fault.hard else "stages"
        found = await self._child(worker, role)
        if found is None:
            self.problems.append(f"there was no {role} process to kill for {_CHILD_DEADLINE:g} s")
            return
        worker, child = found
        waiting = {place for place, stage in (await _lanes(worker)).items() if (stage == "link") == fault.hard}
        at = time.monotonic()
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
        await self._record(fault.kind, at, waiting)

    async def _child(self, worker: Worker, role: str) -> tuple[Worker, psutil.Process] | None:
        """A process of the worker; or of another one, since a single worker has the home of link."""
        others = [other for other in self._cluster.workers if other is not worker]
        deadline = time.monotonic() + _CHILD_DEADLINE
        while time.monotonic() < deadline:
            for candidate in (worker, *others):
                children = candidate.children(role)
                if children:
                    return candidate, children[0]
            await asyncio.sleep(_AGAIN)
        return None

    async def _stop(self, worker: Worker, fault: Fault) -> None:
        waiting = await _waiting(worker)
        at = time.monotonic()
        worker.send(signal.SIGSTOP)
        try:
            await self._record(fault.kind, at, waiting)
            await asyncio.sleep(fault.lasts)
        finally:
            worker.send(signal.SIGCONT)

    async def _restart_broker(self, fault: Fault) -> None:
        found = await asyncio.gather(*(_waiting(worker) for worker in self._cluster.workers))
        before = await self._commits.now()
        at = time.monotonic()
        await self._cluster.broker.stop(hard=fault.hard)
        await asyncio.sleep(fault.lasts)
        await self._cluster.broker.start()
        self.strikes.append(Strike(fault.kind, at, frozenset().union(*found), before))

    async def _roll(self) -> None:
        for worker in self._cluster.workers:
            await self._ready(worker, "to be restarted")
            waiting = await _waiting(worker)
            at = time.monotonic()
            term = await worker.terminate()
            self.terms.append(term)
            await self._record(Kind.ROLLING_RESTART, at, waiting)
            worker.start()
            await self._ready(worker, "after its restart")

    async def _ready(self, worker: Worker, when: str) -> None:
        if not await worker.ready():
            _, obstacles = await worker.get("/ready")
            worker.send(signal.SIGUSR1)  # what it is at goes to its log
            self.problems.append(f"worker {worker.number} was not ready {when}: {obstacles.decode()}")

    async def _record(self, kind: Kind, at: float, waiting: set[Partition]) -> None:
        self.strikes.append(Strike(kind, at, frozenset(waiting), await self._commits.now()))


async def _waiting(worker: Worker) -> set[Partition]:
    return set(await _lanes(worker))


async def _lanes(worker: Worker) -> dict[Partition, str]:
    """The stage of each partition that the worker holds and that has work waiting."""
    status, body = await worker.get("/api/lanes")
    if status != 200:
        return {}
    return {
        (lane["topic"], lane["partition"]): lane["stage"]
        for lane in json.loads(body)["lanes"]
        if lane["in_flight"] or lane["waiting"]
    }

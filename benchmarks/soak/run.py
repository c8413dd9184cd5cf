"""One run: a broker, a worker, a backlog that never ends, and a look at every process every few seconds."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from benchmarks.chaos.cluster import ROOT, Broker, Cluster, Term, Worker
from benchmarks.soak.articles import articles, examples
from benchmarks.soak.backlog import Backlog
from benchmarks.soak.samples import Sample, look
from benchmarks.soak.verdict import KAFKA, Process, judge
from copydesk.errors import CopydeskError
from copydesk.kafka.client import Publisher
from copydesk.kafka.local import install
from copydesk.kafka.topics import ensure_topics
from copydesk.settings import Settings
from copydesk.text.windows import REMEMBERED_WINDOWS

POOL: Final = 2
BACKLOG: Final = 2_000
"""More than the lanes of the first stage take in: its input topic never runs dry either."""
INTERVAL: Final = 5.0
_WORKER: Final = ("faust", "-A", "agents.app", "worker", "-l", "info")
_NEVER: Final = 1_000_000_000
_TOLD: Final = 60.0


class WorkerEndedError(CopydeskError):
    """The worker ended by itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to soak.

    Attributes:
        minutes: in all.
        warm_up: minutes of them before anything is judged; longer if *link* does not yet remember all it can by then.
        window: articles in the window of *link*.
        seed: of the articles.
    """

    minutes: float
    warm_up: float
    window: int
    seed: int


@dataclass(frozen=True, slots=True)
class Soak:
    """What came of it; seconds and articles count from the end of the warm-up.

    Attributes:
        warm_up: seconds that it took.
        least_waiting: fewest articles that waited at any moment, the warm-up included.
        dead: dead letters, the warm-up included.
    """

    warm_up: float
    seconds: float
    articles: int
    least_waiting: int
    dead: int
    processes: list[Process]
    stop: Term

    @property
    def passed(self) -> bool:
        """Whether each process stayed as it was, and the worker never ran out of work."""
        return all(process.passed for process in self.processes) and self.least_waiting > 0


async def run(plan: Plan, folder: Path) -> Soak:
    """Soak.

    Args:
        plan: how long, and with what.
        folder: for data and logs.

    Raises:
        WorkerEndedError: the worker ended by itself; tells its last words.
    """
    jars = install(ROOT / "deploy" / "kafka" / "pom.xml", ROOT / ".kafka")
    broker = Broker(jars, folder)
    settings = replace(Settings(), broker=broker.bootstrap)
    limits = {"workers": POOL, "window_articles": plan.window, "recycle_articles": _NEVER}
    cluster = Cluster(broker, folder, 1, _WORKER, limits)
    try:
        await broker.start()
        await ensure_topics(settings)
        await cluster.start()
        async with Publisher(settings) as publisher:
            (worker,) = cluster.workers
            source = articles(plan.seed, examples(ROOT / "examples"))
            backlog = Backlog(publisher, worker, source, BACKLOG)
            watch = _Watch(broker, worker, backlog)
            feeding = asyncio.create_task(backlog.keep())
            try:
                await watch.until(feeding, lambda: watch.seconds >= 60 * plan.warm_up and _remembers_all(backlog, plan))
                warm, before = watch.seconds, backlog.done
                await watch.until(feeding, lambda: watch.seconds - warm >= 60 * (plan.minutes - plan.warm_up))
                seconds, done = watch.seconds - warm, backlog.done - before
            finally:
                feeding.cancel()
        (term,) = await cluster.stop()
    finally:
        await cluster.kill()
        await broker.stop()
    processes = judge(sample for sample in watch.samples if sample.at > warm)
    return Soak(warm, seconds, done, backlog.least or 0, backlog.dead, processes, term)


def _remembers_all(backlog: Backlog, plan: Plan) -> bool:
    return backlog.new_done > REMEMBERED_WINDOWS * plan.window


class _Watch:
    """Looks again and again, and tells a line each minute."""

    def __init__(self, broker: Broker, worker: Worker, backlog: Backlog) -> None:
        self._broker = broker
        self._worker = worker
        self._backlog = backlog
        self._began = time.monotonic()
        self._told = 0.0
        self.samples: list[Sample] = []

    @property
    def seconds(self) -> float:
        """Since the first look."""
        return time.monotonic() - self._began

    async def until(self, feeding: asyncio.Task[None], over: Callable[[], bool]) -> None:
        """Look until it is over; what ends the feeding ends this too."""
        while not over():
            await asyncio.wait([feeding], timeout=INTERVAL)
            if feeding.done():
                feeding.result()
            pid = self._worker.pid
            if pid is None:
                raise WorkerEndedError(f"the worker ended: {self._worker.last_words()}")
            family = {
                "event loop": [psutil.Process(pid)],
                "pool": self._worker.children("stages"),
                "link": self._worker.children("link"),
                KAFKA: self._broker.processes(),
            }
            now = list(look(self.seconds, family))
            self.samples += now
            if self.seconds - self._told >= _TOLD:
                self._told = self.seconds
                sizes = ", ".join(f"{sample.role} {sample.rss:.0f}" for sample in now)
                print(f"{self.seconds / 60:5.1f} min  {self._backlog.done:7} articles done; MB: {sizes}", flush=True)

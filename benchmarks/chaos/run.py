"""One run: a broker, workers, articles and faults; then everything is read and judged."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos import poison, reading
from benchmarks.chaos.articles import articles
from benchmarks.chaos.cluster import ROOT, Broker, Cluster, Exit, Term
from benchmarks.chaos.faults import SESSION_TIMEOUT, Fault
from benchmarks.chaos.injector import Injector
from benchmarks.chaos.load import Ended, Load
from benchmarks.chaos.recovery import Commits, Recovery, recoveries
from benchmarks.chaos.verifier import Group, Seen, Verdict, verify
from copydesk.kafka.client import Publisher
from copydesk.kafka.local import install
from copydesk.kafka.topics import ensure_topics
from copydesk.settings import Settings

WORKERS: Final = 3
STOP_DEADLINE: Final = 20.0
PARTITIONS: Final = 6
WORKER_SETTINGS: Final = {
    "workers": 1,
    "partitions": PARTITIONS,
    "article_deadline": 5,
    "session_timeout": SESSION_TIMEOUT,
    "stop_deadline": STOP_DEADLINE,
}
PATIENCE: Final = 60.0
"""Seconds without any outcome after which what is missing counts as lost: several session and transaction timeouts."""
_SETTLED: Final = 60.0
"""Seconds that the groups may take to be stable at the end: a worker may just have started."""
_LEAD: Final = 1.0
"""Seconds from the publication of a share of the articles to the fault, which is to find work in flight."""
_STEPS: Final = 20
_PROGRESS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tried.

    Attributes:
        module: what a worker runs, and its arguments.
        whole: whether it has all topics and groups of Copydesk; else only where its articles end is judged.
    """

    module: tuple[str, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run has to tell."""

    verdict: Verdict
    recoveries: dict[str, Recovery]
    terms: tuple[Term, ...]
    exits: tuple[Exit, ...]
    problems: tuple[str, ...]
    refused: tuple[str, ...]
    seconds: float

    @property
    def late_terms(self) -> tuple[Term, ...]:
        """Workers that did not stop with status 0 within their deadline and a few seconds."""
        return tuple(term for term in self.terms if term.status or term.seconds > STOP_DEADLINE + 5)

    @property
    def passed(self) -> bool:
        """Whether every promise was kept."""
        return self.verdict.kept and not self.late_terms and not self.problems and not self.refused


async def run(seed: int, count: int, plan: Sequence[Fault], folder: Path, subject: Subject) -> Report:
    """Run it.

    Args:
        seed: of the articles.
        count: how many articles, beside poison.
        plan: the faults, in the order of time.
        folder: for data and logs.
        subject: what is tried.
    """
    began = time.monotonic()
    jars = install(ROOT / "deploy" / "kafka" / "pom.xml", ROOT / ".kafka")
    async with _cluster(jars, folder, subject.module) as (settings, cluster):
        commits, ended = Commits(settings), Ended(settings)
        async with Publisher(settings) as publisher:
            load = Load(publisher, articles(seed), count)
            injector = Injector(cluster, commits, _poisoner(load, seed))
            chores = (cluster.watch(), commits.watch(), ended.watch(), _tell(load, ended, cluster))
            async with _meanwhile(*chores):
                await _suffer(plan, load, injector)
                await ended.all_of(load.accepted, PATIENCE)
                records = await reading.read(settings)
                groups = await _settled(settings, records) if subject.whole else []
        terms = (*injector.terms, *await cluster.stop())
    verdict = verify(records, load.accepted, groups)
    return Report(
        verdict if subject.whole else replace(verdict, revisions=(), items=()),
        recoveries(injector.strikes, commits.history),
        terms,
        tuple(cluster.exits),
        tuple(injector.problems),
        tuple(load.refused),
        round(time.monotonic() - began, 1),
    )


async def _suffer(plan: Sequence[Fault], load: Load, injector: Injector) -> None:
    """Publish a part of the articles ahead of each fault and while it lasts: whatever breaks has work in flight."""
    began = time.monotonic()
    share = 1 / (len(plan) + 1)
    for number, fault in enumerate(plan):
        await asyncio.sleep(max(0.0, began + fault.at - _LEAD - time.monotonic()))
        await load.up_to(share * (number + 1 / 2))
        await asyncio.sleep(_LEAD)
        print(f"{time.monotonic() - began:7.1f} s  fault {number + 1} of {len(plan)}: {fault}", flush=True)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(_trickle(load, share * (number + 1 / 2), share * (number + 1), over))
            await injector.strike(fault)
            over.set()
    await load.up_to(1)


async def _trickle(load: Load, low: float, high: float, over: asyncio.Event) -> None:
    """Go on to publish, a little a second, until the fault is over."""
    for step in range(1, _STEPS + 1):
        await load.up_to(low + (high - low) * step / _STEPS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), 1)
        if over.is_set():
            return


def _poisoner(load: Load, seed: int) -> Any:
    chance = random.Random(seed)
    numbers = iter(range(1, 1_000_000))

    async def publish(fault: Fault) -> None:
        await load.publish(poison.articles(next(numbers), chance, for_link=fault.hard))

    return publish


async def _settled(settings: Settings, records: Sequence[Seen]) -> list[Group]:
    deadline = time.monotonic() + _SETTLED
    while True:
        groups = await reading.groups(settings, records)
        if all(group.state == "Stable" for group in groups) or time.monotonic() > deadline:
            return groups
        await asyncio.sleep(1)


async def _tell(load: Load, ended: Ended, cluster: Cluster) -> None:
    while True:
        await asyncio.sleep(_PROGRESS)
        exits = f", {len(cluster.exits)} workers ended by themselves" if cluster.exits else ""
        print(f"           {len(load.accepted)} articles in, {len(ended.origins)} out{exits}", flush=True)


@contextlib.asynccontextmanager
async def _cluster(jars: Path, folder: Path, module: Sequence[str]) -> AsyncIterator[tuple[Settings, Cluster]]:
    broker = Broker(jars, folder)
    settings = replace(Settings(), broker=broker.bootstrap, partitions=PARTITIONS)
    cluster = Cluster(broker, folder, WORKERS, module, WORKER_SETTINGS)
    try:
        await broker.start()
        await ensure_topics(settings)
        await cluster.start()
        yield settings, cluster
    finally:
        await cluster.kill()
        await broker.stop()


@contextlib.asynccontextmanager
async def _meanwhile(*chores: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do these until the context ends; one that fails fails the run."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(chore) for chore in chores]
        yield
        for task in tasks:
            task.cancel()

"""Publishes so that the worker never runs out of work, and never has more than a bounded heap of it."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.chaos.cluster import Worker
from benchmarks.chaos.load import Load as Accepted
from benchmarks.soak.articles import Load
from copydesk.kafka.client import Publisher
from copydesk.pipeline import STAGES

_LAST: Final = STAGES[-1].name
_INTERVAL: Final = 1.0


class Backlog:
    """The articles that wait, and those that are done.

    Args:
        publisher: connected already.
        worker: which tells in its metrics what is done.
        articles: where they come from.
        most: how many wait at most; it is filled up each second.
    """

    def __init__(self, publisher: Publisher, worker: Worker, articles: Iterator[Load], most: int) -> None:
        self._accepted = Accepted(publisher, iter(()), 0)
        self._worker = worker
        self._articles = articles
        self._most = most
        self._published = 0
        self._new = 0
        self.done = 0
        self.dead = 0
        self.least: int | None = None

    @property
    def new_done(self) -> int:
        """Articles with keys of their own that are done at least."""
        return self._new - self._most

    async def keep(self) -> None:
        """Keep it filled for ever."""
        while True:
            await self._count()
            waiting = self._published - self.done
            if self._published:
                self.least = waiting if self.least is None else min(self.least, waiting)
            loads = list(islice(self._articles, max(0, self._most - waiting)))
            await self._accepted.publish([(load.article.key, load.article.value) for load in loads])
            if self._accepted.refused:
                raise RuntimeError(f"Kafka refused an article: {self._accepted.refused[0]}")
            self._published += len(loads)
            self._new += sum(load.is_new for load in loads)
            await asyncio.sleep(_INTERVAL)

    async def _count(self) -> None:
        """An article is done when the last stage has committed it, or an earlier one has made it a dead letter."""
        status, text = await self._worker.get("/metrics")
        if status == 200:
            self.done, self.dead = counted(text.decode())


def counted(metrics: str) -> tuple[int, int]:
    """Articles that are done, and dead letters among them, from a worker's metrics."""
    linked, dead, dead_earlier = 0.0, 0.0, 0.0
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            if sample.name == "copydesk_articles_in_total" and sample.labels["stage"] == _LAST:
                linked += sample.value
            elif sample.name == "copydesk_dead_letters_total":
                dead += sample.value
                dead_earlier += sample.value if sample.labels["stage"] != _LAST else 0
    return int(linked + dead_earlier), int(dead)

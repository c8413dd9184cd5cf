"""Publishes the articles, and counts what has become of them."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from benchmarks.chaos.articles import Article
from benchmarks.chaos.reading import seen
from benchmarks.chaos.verifier import Origin
from copydesk.kafka.client import NotAcceptedError, Publisher, subscribe
from copydesk.pipeline import DEAD, ENRICHED
from copydesk.records import Record
from copydesk.settings import Settings

_AT_ONCE: Final = 200
"""Articles that wait for the broker's word together."""


class Load:
    """The publisher's side.

    Args:
        publisher: connected already.
        articles: where they come from, in this order.
        count: how many of them are published in all; poison comes on top.
    """

    def __init__(self, publisher: Publisher, articles: Iterator[Article], count: int) -> None:
        self._publisher = publisher
        self._articles = articles
        self._count = count
        self._taken = 0
        self.accepted: list[Origin] = []
        self.refused: list[str] = []

    async def up_to(self, share: float) -> None:
        """Publish until this share of all articles is published."""
        wanted = min(self._count, round(self._count * share)) - self._taken
        chosen = list(islice(self._articles, max(0, wanted)))
        self._taken += len(chosen)
        await self.publish([(article.key, article.value) for article in chosen])

    async def publish(self, articles: Iterable[tuple[str, bytes | None]]) -> None:
        """Publish these, in this order."""
        waiting = list(articles)
        while waiting:
            now, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
            sends = [await self._publisher.send(value, key) for key, value in now]
            for answer in await asyncio.gather(*sends, return_exceptions=True):
                self._count_answer(answer)

    def _count_answer(self, answer: Record | BaseException) -> None:
        if isinstance(answer, Record):
            self.accepted.append((answer.partition, answer.offset))
        elif isinstance(answer, NotAcceptedError):
            self.refused.append(str(answer))
        else:
            raise answer


class Ended:
    """Follows the topics on which an article may end.

    Args:
        settings: where the broker is.
        topics: the topics.
    """

    def __init__(self, settings: Settings, topics: Sequence[str] = (ENRICHED.name, DEAD.name)) -> None:
        self._settings = settings
        self._topics = topics
        self._changed = asyncio.Event()
        self.origins: set[Origin | None] = set()
        self.moved = time.monotonic()

    async def watch(self) -> None:
        """Follow for ever."""
        async for record in subscribe(self._settings, self._topics):
            self.origins.add(seen(record).origin)
            self.moved = time.monotonic()
            self._changed.set()

    async def all_of(self, origins: Iterable[Origin], patience: float) -> bool:
        """Wait until all have ended; ``False`` once nothing new has ended for ``patience`` seconds."""
        wanted = set(origins)
        self.moved = time.monotonic()
        while not wanted <= self.origins:
            self._changed.clear()
            left = self.moved + patience - time.monotonic()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                continue
        return True

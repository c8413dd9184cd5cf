"""What was learned of outlets, read from its topic for the worker processes."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final

from agents.committed import committed
from copydesk.kafka.reading import to_record
from copydesk.pipeline import CLUTTER
from copydesk.records import Record

logger = logging.getLogger(__name__)

POLL: Final = 1_000
"""Milliseconds that one look for news may take."""


class Lessons:
    """The newest record of each outlet, numbered in the order in which they came."""

    def __init__(self) -> None:
        self._newest: dict[bytes, tuple[int, Record]] = {}
        self.number = 0

    def add(self, record: Record) -> None:
        """Take in a record: it replaces the earlier one of its outlet."""
        self.number += 1
        key = record.key or b""
        self._newest.pop(key, None)
        self._newest[key] = (self.number, record)

    def since(self, number: int) -> list[Record]:
        """What came after the record of that number, in order."""
        if number == self.number:
            return []
        return [record for at, record in self._newest.values() if at > number]


class LessonsReader:
    """Follows the topic of what was learned: all of it before the first article is cleaned, then what comes.

    Args:
        client: keyword arguments for the connection.
        lessons: where it goes.
        on_fatal: told when the reading fails for good.
    """

    def __init__(self, client: Mapping[str, Any], lessons: Lessons, on_fatal: Callable[[BaseException], None]) -> None:
        self._client = client
        self._lessons = lessons
        self._on_fatal = on_fatal
        self._opened = AsyncExitStack()
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read what there is, then go on in the background.

        Raises:
            KafkaError: the broker is away.
            UsageError: the topic is not there.
        """
        consumer, ends = await self._opened.enter_async_context(committed(self._client, CLUTTER.name))
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            await self._look(consumer)
        self._following = asyncio.create_task(self._follow(consumer))

    async def stop(self) -> None:
        """Stop reading."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._opened.aclose()

    async def _follow(self, consumer: Any) -> None:
        try:
            while True:
                await self._look(consumer)
        except Exception as error:
            self._on_fatal(error)
            raise

    async def _look(self, consumer: Any) -> None:
        fetched = await consumer.getmany(timeout_ms=POLL)
        for messages in fetched.values():
            for message in messages:
                record = to_record(message)
                self._lessons.add(record)
                logger.info("learned of %s: %s", (record.key or b"").decode("utf-8", "replace"), record.place)

"""Publish raw articles, and subscribe to what becomes of them."""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from copydesk.errors import CopydeskError
from copydesk.kafka.reading import Reader
from copydesk.kafka.settings import client_settings, connected
from copydesk.pipeline import RAW
from copydesk.records import Header, Record
from copydesk.runner import MESSAGE_LIMIT
from copydesk.settings import Settings


class NotAcceptedError(CopydeskError):
    """The broker did not take a record."""


class Publisher:
    """Publishes raw articles and waits for the broker's word on each.

    >>> async def example(settings: Settings) -> None:
    ...     async with Publisher(settings) as publisher:
    ...         await publisher.publish(b"Ferry service to return to Ostend ...", key="ferry-1")

    Args:
        settings: where the broker is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: Any = None
        self._context: Any = None

    async def __aenter__(self) -> Self:
        producer = AIOKafkaProducer(
            **client_settings(self._settings),
            acks="all",
            enable_idempotence=True,
            max_request_size=MESSAGE_LIMIT,
            linger_ms=5,
        )
        self._context = connected(producer, self._settings)
        self._producer = await self._context.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._context.__aexit__(kind, error, trace)

    async def publish(self, value: bytes | None, key: str | None = None, headers: Sequence[Header] = ()) -> Record:
        """Publish one raw article, or with ``value=None`` retract one.

        Args:
            value: the article in any accepted form.
            key: its id or URL.
            headers: for instance ``("content-type", b"text/html")``.

        Returns:
            The record as the broker took it.

        Raises:
            NotAcceptedError: the broker did not take it; tells why.
        """
        return await (await self.send(value, key, headers))

    async def send(
        self, value: bytes | None, key: str | None = None, headers: Sequence[Header] = ()
    ) -> Awaitable[Record]:
        """Hand one raw article over, like `publish`, without waiting for the broker's word.

        Articles that are sent one after the other arrive in that order; many can wait for the broker at once.

        Returns:
            What `publish` returns or raises, to be awaited.

        Raises:
            NotAcceptedError: it is refused already here, such as one that is too large for any record.
        """
        encoded = key.encode() if key is not None else None
        try:
            sent = await self._producer.send(RAW.name, value=value, key=encoded, headers=list(headers))
        except KafkaError as error:
            raise NotAcceptedError(str(error)) from error

        async def accepted() -> Record:
            try:
                found = await sent
            except KafkaError as error:
                raise NotAcceptedError(str(error)) from error
            return Record(RAW.name, found.partition, found.offset, found.timestamp or 0, encoded, value, tuple(headers))

        return accepted()


async def subscribe(
    settings: Settings, topics: Sequence[str], *, since: datetime | None = None, follow: bool = True
) -> AsyncGenerator[Record, None]:
    """Read committed records of some topics, in the order of each partition.

    No consumer group is joined: every subscriber sees everything, and leaves no trace.

    Args:
        settings: where the broker is.
        topics: full names of topics.
        since: skip what the broker received before; ``None`` starts with the oldest record.
        follow: wait for more at the end, for ever; else stop at what is there now.

    Yields:
        The records.

    Raises:
        UsageError: no broker answers, or a topic does not exist.
    """
    async with Reader(settings, follow=follow) as reader:
        partitions = [partition for topic in topics for partition in await reader.partitions(topic)]
        ends = None if follow else await reader.ends(partitions)
        async with aclosing(reader.records(await reader.starts(partitions, since), ends)) as records:
            async for record in records:
                yield record

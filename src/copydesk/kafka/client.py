"""Publish raw articles, and subscribe to what becomes of them."""

from collections.abc import AsyncGenerator, Awaitable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from copydesk.errors import CopydeskError, UsageError
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
    consumer = AIOKafkaConsumer(
        **client_settings(settings),
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_partition_fetch_bytes=MESSAGE_LIMIT,
    )
    async with connected(consumer, settings):
        partitions = await _partitions(consumer, topics)
        ends = await consumer.end_offsets(partitions)
        starts = {} if since is None else await _starts(consumer, ends, since)
        consumer.assign(partitions)
        for partition, offset in starts.items():
            consumer.seek(partition, offset)
        while follow or not await _reached(consumer, ends):
            fetched = await consumer.getmany(timeout_ms=500)
            for messages in fetched.values():
                for message in messages:
                    yield to_record(message)


def to_record(message: Any) -> Record:
    """A record from aiokafka's own form."""
    return Record(
        message.topic,
        message.partition,
        message.offset,
        message.timestamp,
        message.key,
        message.value,
        tuple(message.headers),
    )


async def _partitions(consumer: Any, topics: Sequence[str]) -> list[TopicPartition]:
    """All partitions of the topics. A consumer that is made with their names would wait for those that do not exist."""
    existing = await consumer.topics()
    found = []
    for topic in topics:
        if topic not in existing:
            raise UsageError(f"there is no topic {topic}: a worker creates it, and so does `copydesk topics`")
        numbers = await consumer._client._wait_on_metadata(topic)  # no public method waits until they are known
        found += [TopicPartition(topic, number) for number in sorted(numbers)]
    return found


async def _starts(consumer: Any, ends: dict[TopicPartition, int], since: datetime) -> dict[TopicPartition, int]:
    """Where to begin, known before the consumer has any position of its own that could get in the way."""
    found = await consumer.offsets_for_times(dict.fromkeys(ends, int(since.timestamp() * 1000)))
    return {partition: found[partition].offset if found[partition] else end for partition, end in ends.items()}


async def _reached(consumer: Any, ends: dict[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True

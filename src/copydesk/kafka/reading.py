"""Reading committed records from wherever one wants to, without being a member of a group."""

import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from copydesk.errors import UsageError
from copydesk.events import Origin
from copydesk.kafka.progress import heed_refusals
from copydesk.kafka.settings import client_settings, connected
from copydesk.kafka.topics import group_of
from copydesk.pipeline import Stage
from copydesk.records import Record
from copydesk.runner import MESSAGE_LIMIT
from copydesk.settings import Settings

STALL_DEADLINE: Final = 30.0
"""Seconds without a record, with more of them to come, after which the broker counts as away."""

Places = Mapping[TopicPartition, int]
"""An offset in each of some partitions."""


class Reader:
    """Reads committed records. No group is joined: a reader sees everything, and leaves no trace.

    Args:
        settings: where the broker is.
        single: fetch as little at once as the broker can give: for records here and there, not for many in a row.
        follow: let the broker wait longer for new records: for those who read on for ever.
    """

    def __init__(self, settings: Settings, *, single: bool = False, follow: bool = False) -> None:
        self._settings = settings
        self._consumer: Any = None
        self._context: Any = None
        # A broker gives one batch of records whatever the limit.
        self._bytes = 1 if single else MESSAGE_LIMIT
        # It answers the requests of a connection in order: a fetch that waits for more holds up every question.
        self._wait = 500 if follow else 10

    async def __aenter__(self) -> Self:
        consumer = AIOKafkaConsumer(
            **client_settings(self._settings),
            max_partition_fetch_bytes=self._bytes,
            fetch_max_wait_ms=self._wait,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        self._context = connected(consumer, self._settings)
        self._consumer = await self._context.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._context.__aexit__(kind, error, trace)

    async def has(self, topic: str) -> bool:
        """Whether there is such a topic."""
        return topic in await self._consumer.topics()

    async def partitions(self, topic: str) -> list[TopicPartition]:
        """All partitions of a topic.

        Raises:
            UsageError: there is no such topic.
        """
        if not await self.has(topic):  # a consumer that is made with its name would wait for it
            raise UsageError(f"there is no topic {topic}: a worker creates it, and so does `copydesk topics`")
        numbers = await self._consumer._client._wait_on_metadata(topic)  # no public method waits until they are known
        return [TopicPartition(topic, number) for number in sorted(numbers)]

    async def partition_of(self, topic: str, key: bytes) -> TopicPartition:
        """The partition where records with a key lie, as long as the topic has had as many partitions as now."""
        partitions = await self.partitions(topic)
        found: TopicPartition = DefaultPartitioner()(key, partitions, partitions)
        return found

    async def starts(self, partitions: Iterable[TopicPartition], since: datetime | None = None) -> Places:
        """The oldest offsets that are kept, or the first that the broker got at a time or after it."""
        wanted = list(partitions)
        with self._told():
            if since is None:
                oldest: Places = await self._consumer.beginning_offsets(wanted)
                return oldest
            ends = await self.ends(wanted)
            moment = max(0, int(since.timestamp() * 1000))  # Kafka's times begin with 1970
            found = await self._consumer.offsets_for_times(dict.fromkeys(wanted, moment))
        return {partition: found[partition].offset if found[partition] else ends[partition] for partition in wanted}

    async def ends(self, partitions: Iterable[TopicPartition]) -> Places:
        """The offsets that follow the last committed records."""
        with self._told():
            found: Places = await self._consumer.end_offsets(list(partitions))
        return found

    async def records(self, starts: Places, ends: Places | None = None) -> AsyncGenerator[Record, None]:
        """Read some partitions, each in its order.

        Args:
            starts: the first offset of each.
            ends: the offset of each where to stop; ``None`` waits for more, for ever.

        Yields:
            The records.

        Raises:
            UsageError: the broker went away before the ends were reached.
        """
        chosen = {tp: start for tp, start in starts.items() if ends is None or start < ends[tp]}
        if not chosen:
            return
        self._consumer.assign(list(chosen))
        for partition, offset in chosen.items():
            self._consumer.seek(partition, offset)
        try:
            async for record in self._fetched(chosen, ends):
                yield record
        finally:
            # Not unsubscribed: when it is stopped right after, aiokafka's fetcher swallows that and waits for ever.
            self._consumer.pause(*chosen)

    async def _fetched(self, chosen: Places, ends: Places | None) -> AsyncGenerator[Record, None]:
        moved = time.monotonic()
        while ends is None or not await self._reached(chosen, ends):
            fetched = await self._consumer.getmany(timeout_ms=500)
            for partition, messages in fetched.items():
                for message in messages:
                    if ends is None or message.offset < ends[partition]:
                        yield to_record(message)
            if fetched:
                moved = time.monotonic()
            elif ends is not None and time.monotonic() - moved > STALL_DEADLINE:
                raise UsageError(f"the broker at {self._settings.broker} gives no more records: is it still there?")

    async def at(self, place: Origin) -> Record | None:
        """Read one record; ``None`` if it is not there, or not any more."""
        if not await self.has(place.topic):
            return None
        partition = TopicPartition(place.topic, place.partition)
        if partition not in await self.partitions(place.topic):
            return None
        first, end = (await self.starts([partition]))[partition], (await self.ends([partition]))[partition]
        if not first <= place.offset < end:
            return None
        one = self.records({partition: place.offset}, {partition: place.offset + 1})
        async with aclosing(one) as records:
            return await anext(records, None)

    async def _reached(self, partitions: Iterable[TopicPartition], ends: Places) -> bool:
        for partition in partitions:
            if await self._consumer.position(partition) < ends[partition]:
                return False
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except KafkaError as error:
            raise UsageError(f"the broker at {self._settings.broker} does not answer any more ({error})") from error


async def committed(
    settings: Settings, stage: Stage, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, int | None]:
    """The offsets that the workers of a stage go on from; ``None`` where they have not committed any.

    Asking makes nobody a member of their group.
    """
    consumer = AIOKafkaConsumer(
        **client_settings(settings), group_id=group_of(stage, settings), enable_auto_commit=False
    )
    async with connected(consumer, settings):
        heed_refusals(consumer)
        return {partition: await consumer.committed(partition) for partition in partitions}


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

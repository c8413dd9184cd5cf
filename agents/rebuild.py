"""Committed output of *link*, read back in the order in which it was decided."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from aiokafka import TopicPartition

from agents.committed import committed
from agents.home import Since
from copydesk.kafka.reading import to_record
from copydesk.pipeline import ENRICHED
from copydesk.records import LINKED_OFFSET, Record

READ_AHEAD: Final = 500
"""Records kept per partition while waiting for slower partitions; a fuller one is paused."""
CLOCKS: Final = 60_000
"""Milliseconds that the clocks of two brokers may differ: an output is stamped by another one than its input."""


async def committed_output(client: Mapping[str, Any], since: Since | None = None) -> AsyncIterator[Record]:
    """Read every committed enriched record up to now, ordered by the offset that *link* was at.

    Each partition is in that order already, since one transaction after the other wrote it: the partitions are merged
    with bounded memory.

    Args:
        client: keyword arguments for the connection.
        since: skip what follows from earlier records; everything by default.

    Yields:
        The records, tombstones included.
    """
    async with committed(client, ENRICHED.name) as (consumer, ends):
        if since is not None:
            await _seek(consumer, ends, since.timestamp - CLOCKS)
        async for record in _merged(consumer, ends):
            if since is None or _linked(record) >= since.offset:
                yield record


async def _seek(consumer: Any, ends: Mapping[TopicPartition, int], timestamp: int) -> None:
    found = await consumer.offsets_for_times(dict.fromkeys(ends, max(0, timestamp)))
    for partition, end in ends.items():
        consumer.seek(partition, found[partition].offset if found[partition] else end)


async def _merged(consumer: Any, ends: Mapping[TopicPartition, int]) -> AsyncIterator[Record]:
    buffers: dict[TopicPartition, deque[Record]] = {partition: deque() for partition in ends}
    reading = set(ends)
    while reading or any(buffers.values()):
        for partition in list(reading):
            if await consumer.position(partition) >= ends[partition]:
                reading.discard(partition)
        while any(buffers.values()) and all(buffers[partition] for partition in reading):
            heads = ((_linked(buffer[0]), partition) for partition, buffer in buffers.items() if buffer)
            _, partition = min(heads)
            yield buffers[partition].popleft()
        if reading:
            await _read_ahead(consumer, buffers)


async def _read_ahead(consumer: Any, buffers: Mapping[TopicPartition, deque[Record]]) -> None:
    full = [partition for partition, buffer in buffers.items() if len(buffer) >= READ_AHEAD]
    consumer.pause(*full)
    try:
        fetched = await consumer.getmany(timeout_ms=500)
    finally:
        consumer.resume(*full)
    for partition, messages in fetched.items():
        buffers[partition].extend(to_record(message) for message in messages)


def _linked(record: Record) -> int:
    return int(record.header(LINKED_OFFSET) or 0)

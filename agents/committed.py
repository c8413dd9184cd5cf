"""Reading committed records of a whole topic, in no group."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from copydesk.errors import UsageError
from copydesk.kafka.settings import close


@asynccontextmanager
async def committed(client: Mapping[str, Any], topic: str) -> AsyncIterator[tuple[Any, dict[TopicPartition, int]]]:
    """A consumer of all partitions of a topic, at their beginning, and where each of them ends now.

    Args:
        client: keyword arguments for the connection.
        topic: one that the worker has created.

    Raises:
        UsageError: the topic is not there.
        KafkaError: the broker is away.
    """
    consumer = AIOKafkaConsumer(
        topic,  # without a group, a subscription is an assignment of all partitions
        **client,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        partitions = sorted(consumer.assignment())
        if not partitions:
            raise UsageError(f"topic {topic} is not there, although the worker creates it before it starts")
        yield consumer, await consumer.end_offsets(partitions)
    finally:
        await close(consumer)

"""Clients of aiokafka are let go of in order, whatever their broker does."""

import asyncio
from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from copydesk.kafka.local import local_broker
from copydesk.kafka.settings import close

TOPIC = "closing"


async def test_who_stops_a_consumer_of_a_broker_that_is_away_goes_on(kafka_jars: Path, tmp_path: Path) -> None:
    """aiokafka cancels a fetch that waits to be tried again, and lets that cancellation out."""
    with local_broker(kafka_jars, tmp_path) as bootstrap:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(TOPIC, 1, 1)])
        await admin.close()
        consumers = [AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap) for _ in range(5)]
        for consumer in consumers:
            await consumer.start()
            await consumer.getmany(timeout_ms=200)
    for consumer in consumers:
        await consumer.getmany(timeout_ms=500)
        closing = asyncio.create_task(close(consumer))
        await asyncio.wait([closing], timeout=10)
        assert closing.done()
        assert not closing.cancelled()
        assert closing.exception() is None
        assert consumer._client._sync_task is None

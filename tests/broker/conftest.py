"""Settings of a real Kafka whose topics are new."""

import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import TOPICS
from copydesk.settings import Settings


@pytest.fixture
async def empty_kafka(kafka: str) -> str:
    """The broker of the session, without the topics that other tests have left: starting another takes longer."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        ours = {topic.name for topic in TOPICS}
        left = ours.intersection(await admin.list_topics())
        if left:
            await admin.delete_topics(sorted(left))
        while ours.intersection(await admin.list_topics()):  # noqa: ASYNC110  a broker has no event to wait for
            await asyncio.sleep(0.05)
    finally:
        await admin.close()
    return kafka


@pytest.fixture
async def settings(empty_kafka: str) -> Settings:
    """With all topics in place, empty."""
    chosen = Settings(broker=empty_kafka, partitions=2)
    await ensure_topics(chosen)
    return chosen

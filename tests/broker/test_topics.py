"""The topics, on a real Kafka and on the embedded broker."""

import socket
import time

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from copydesk.errors import UsageError
from copydesk.kafka.embedded import embedded_broker
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import TOPICS
from copydesk.settings import Settings


async def settings_of(bootstrap: str, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {row[0]: row[1] for row in answer.resources[0][4]}
    finally:
        await admin.close()


async def test_missing_topics_are_created_as_the_table_says(empty_kafka: str) -> None:
    """Partitions, retention, compaction and size come from the table; a second call changes nothing."""
    chosen = Settings(broker=empty_kafka, partitions=3)
    expected = {topic.name: 1 if topic.partitions == 1 else 3 for topic in TOPICS}
    assert await ensure_topics(chosen) == expected
    assert await ensure_topics(chosen) == expected
    raw = await settings_of(empty_kafka, "news.raw.v1")
    assert raw["message.timestamp.type"] == "LogAppendTime"
    assert raw["cleanup.policy"] == "delete"
    assert int(raw["retention.ms"]) == 30 * 86_400_000
    assert int(raw["max.message.bytes"]) > 16_000_000
    stories = await settings_of(empty_kafka, "news.stories.v1")
    assert stories["cleanup.policy"] == "compact"


async def test_a_topic_that_must_have_one_partition_and_has_more_is_refused(empty_kafka: str) -> None:
    """Link would not see the whole stream: better not to start."""
    admin = AIOKafkaAdminClient(bootstrap_servers=empty_kafka)
    await admin.start()
    await admin.create_topics([NewTopic("news.classified.v1", 2, 1)])
    await admin.close()
    with pytest.raises(UsageError, match=r"news\.classified\.v1 has 2 partitions, and link needs one"):
        await ensure_topics(Settings(broker=empty_kafka))


async def test_the_broker_s_refusal_is_told(empty_kafka: str) -> None:
    """Three copies on one broker cannot be."""
    with pytest.raises(UsageError, match=r"topic news\..* cannot be created: .*[Rr]eplication"):
        await ensure_topics(Settings(broker=empty_kafka, replication=3))


async def test_the_embedded_broker_has_the_topics_of_the_table() -> None:
    """Without a controller they are there all the same, with their partitions."""
    chosen = Settings(partitions=3, embedded="yes")
    with embedded_broker(chosen) as bootstrap:
        found = await ensure_topics(Settings(broker=bootstrap, partitions=3, embedded="yes"))
    assert found == {topic.name: 1 if topic.partitions == 1 else 3 for topic in TOPICS}


async def test_a_broker_that_is_away_is_one_clear_line() -> None:
    """Nobody listens: the error says where and what to do, within seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(UsageError, match=f"no broker answers at {address}.*COPYDESK_BROKER"):
        await ensure_topics(Settings(broker=address))
    assert time.monotonic() - started < 10


async def test_something_else_than_a_broker_is_one_clear_line() -> None:
    """A port that takes connections and never answers, such as a firewall, must not hang us."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"no broker answers at {address}"):
            await ensure_topics(Settings(broker=address))

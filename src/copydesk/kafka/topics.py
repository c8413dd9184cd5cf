"""The topics of the table, created where they are missing."""

import asyncio
import logging
import time
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from copydesk.errors import UsageError
from copydesk.kafka.settings import CONNECT_DEADLINE, client_settings, connected
from copydesk.pipeline import RAW, STAGES, TOPICS, Stage, Topic
from copydesk.runner import MESSAGE_LIMIT
from copydesk.settings import Settings

logger = logging.getLogger(__name__)

BATCH_LIMIT: Final = MESSAGE_LIMIT + 2_000_000
"""Largest batch in bytes: the largest record, and what headers and the batch around it may add."""
RAW_BATCH_LIMIT: Final = MESSAGE_LIMIT + 500_000
"""The same for raw articles: whatever gets in can be written as a dead letter, with what that adds."""
_DAY: Final = 24 * 60 * 60 * 1000


def configuration(topic: Topic) -> dict[str, str]:
    """The settings that a topic is created with, in Kafka's words."""
    kept = {"cleanup.policy": "compact"} if topic.days is None else {"retention.ms": str(topic.days * _DAY)}
    return kept | {
        # An article of 1997 must not expire on arrival: retention counts from when the broker got it.
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(RAW_BATCH_LIMIT if topic is RAW else BATCH_LIMIT),
        # The broker unpacks what publishers have compressed, and refuses what is too large then: 16 MB of zeros would
        # otherwise become gigabytes in every worker that fetches them.
        **({"compression.type": "uncompressed"} if topic is RAW else {}),
    }


def partitions(topic: Topic, settings: Settings) -> int:
    """How many partitions a topic is created with; *link* needs to see its whole input in one order."""
    return 1 if topic.partitions == 1 else settings.partitions


def group_of(stage: Stage, settings: Settings) -> str:
    """The consumer group of a stage: one each, so that a stage scales and rebalances by itself."""
    return f"{settings.group}-{stage.name}"


async def ensure_topics(settings: Settings) -> dict[str, int]:
    """Create the topics that are missing.

    Returns:
        The number of partitions of each topic of the table.

    Raises:
        UsageError: no broker answers, the topics may not be created, or one that must have a single partition has more.
    """
    if settings.embedded == "yes":
        found = await _touch(settings)
    else:
        found = await _create(settings)
    for stage in STAGES:
        if stage.stateful and found[stage.reads.name] != 1:
            raise UsageError(
                f"topic {stage.reads.name} has {found[stage.reads.name]} partitions, and {stage.name} needs one: "
                "delete the topic and let the worker create it"
            )
    return found


async def _create(settings: Settings) -> dict[str, int]:
    admin = AIOKafkaAdminClient(**client_settings(settings))
    async with connected(admin, settings):
        existing = set(await admin.list_topics())
        missing = [
            NewTopic(topic.name, partitions(topic, settings), settings.replication, topic_configs=configuration(topic))
            for topic in TOPICS
            if topic.name not in existing
        ]
        if missing:
            _check_created(await admin.create_topics(missing))
            logger.info("created %d topics", len(missing))
        return await _counted(admin)


def _check_created(answer: Any) -> None:
    for name, code, *rest in answer.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            said = rest[0] if rest and rest[0] else error.__name__
            raise UsageError(f"topic {name} cannot be created: {said}")


async def _counted(admin: Any) -> dict[str, int]:
    """Ask until every topic is known: the broker that answers may hear of a new one a moment after its creation."""
    deadline = time.monotonic() + CONNECT_DEADLINE
    while True:
        described = await admin.describe_topics([topic.name for topic in TOPICS])
        found = {topic["topic"]: len(topic["partitions"]) for topic in described}
        missing = [topic.name for topic in TOPICS if not found.get(topic.name)]
        if not missing:
            return found
        if time.monotonic() > deadline:
            raise UsageError(
                f"topic {missing[0]} was created, and the broker does not know it {CONNECT_DEADLINE:g} s later"
            )
        await asyncio.sleep(0.1)


async def _touch(settings: Settings) -> dict[str, int]:
    """The mock cluster has no controller to create topics; there they come into being when one asks for them."""
    consumer = AIOKafkaConsumer(**client_settings(settings))
    async with connected(consumer, settings):
        found = {}
        for topic in TOPICS:
            await consumer._client._wait_on_metadata(topic.name)
            found[topic.name] = len(consumer.partitions_for_topic(topic.name) or ())
        return found

"""What a publisher may do to a real Kafka, and what of it reaches a worker."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import MessageSizeTooLargeError
from confluent_kafka import Producer

from copydesk.errors import Reason
from copydesk.kafka import dead_letters
from copydesk.kafka.client import subscribe
from copydesk.kafka.topics import RAW_BATCH_LIMIT
from copydesk.pipeline import DEAD, RAW, STAGES
from copydesk.records import Failure, Record
from copydesk.runner import MESSAGE_LIMIT, process
from copydesk.settings import Settings

COMPRESSIONS = ("gzip", "snappy", "lz4", "zstd")
FAILURE = Failure(Reason.TOO_LARGE, "Reject", "the raw article is too large")
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def publish_compressed(broker: str, topic: str, value: bytes, compression: str) -> str | None:
    """Publish with librdkafka, which looks at the size of what is packed only; what the broker said, if it refused."""
    said: list[str | None] = []
    producer = Producer(
        {
            "bootstrap.servers": broker,
            "compression.type": compression,
            "message.max.bytes": 200_000_000,
            "linger.ms": 0,
            "message.timeout.ms": 20_000,
        }
    )
    producer.produce(topic, value, on_delivery=lambda error, _: said.append(error.name() if error else None))
    assert producer.flush(30) == 0
    return said[0]


async def stored(settings: Settings, topic: str) -> list[Record]:
    return [record async for record in subscribe(settings, [topic], follow=False)]


@pytest.mark.parametrize("compression", COMPRESSIONS)
async def test_a_batch_that_inflates_beyond_the_limit_is_refused(settings: Settings, compression: str) -> None:
    """Sixty megabytes of zeros are some kilobytes when packed: the broker unpacks them and says no."""
    said = publish_compressed(settings.broker, RAW.name, b"\0" * 60_000_000, compression)
    assert said == "MSG_SIZE_TOO_LARGE"
    assert await stored(settings, RAW.name) == []


@pytest.mark.parametrize("compression", COMPRESSIONS)
async def test_a_compressed_batch_within_the_limit_is_taken(settings: Settings, compression: str) -> None:
    """Publishers may compress: the broker stores it unpacked."""
    value = b"The ferry will sail from Ostend again. " * 100_000
    assert publish_compressed(settings.broker, RAW.name, value, compression) is None
    (record,) = await stored(settings, RAW.name)
    assert record.value == value


async def test_a_topic_of_before_keeps_what_it_was_created_with(empty_kafka: str) -> None:
    """The settings of a topic that exists are its owner's: there a bomb gets in, and what it holds is a dead letter."""
    admin = AIOKafkaAdminClient(bootstrap_servers=empty_kafka)
    await admin.start()
    await admin.create_topics([NewTopic(RAW.name, 1, 1)])
    await admin.close()
    assert publish_compressed(empty_kafka, RAW.name, b"\0" * 30_000_000, "gzip") is None
    (record,) = await stored(Settings(broker=empty_kafka), RAW.name)
    outcome = process(STAGES[0], record)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.TOO_LARGE
    letter = dead_letters.letter("clean", record, outcome, 1, NOW)
    assert letter.value == b""
    assert dict(letter.headers)["copydesk-dead-left-out"] == (
        b"value (30000000 bytes): too large for a dead letter, still in the topic"
    )


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[Any]:
    """Sends what the workers' producers may send."""
    made = AIOKafkaProducer(bootstrap_servers=settings.broker, max_request_size=MESSAGE_LIMIT + 1_000_000)
    await made.start()
    yield made
    await made.stop()


LARGEST = RAW_BATCH_LIMIT - 200
"""Bytes of the largest record that the raw topic takes, with what the batch adds."""


@pytest.mark.parametrize(
    ("key", "value", "headers"),
    [
        (None, b"x" * LARGEST, []),
        (b"k" * 8_000_000, b"x" * 8_000_000, []),
        (b"k", b"x", [("large", b"h" * LARGEST)]),
        (b"k", b"x", [(f"name-{number}", None if number % 2 else b"value") for number in range(10_000)]),
        (b"k", b"x", [("n" * 8_000_000, b"h" * 8_000_000)]),
        (b"k", None, [("same", b"")] * 1_000),
    ],
    ids=["value", "key", "header", "headers", "name", "tombstone"],
)
async def test_the_largest_records_become_dead_letters_byte_for_byte(
    settings: Settings, producer: Any, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    """Whatever the raw topic took, the topic of dead letters takes too, with all that is added."""
    await producer.send_and_wait(RAW.name, value=value, key=key, headers=headers)
    (raw,) = await stored(settings, RAW.name)
    outcome = process(STAGES[0], raw)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.TOO_LARGE
    worst = Failure(outcome.reason, "x" * 200, "é" * 5_000, "é" * 4_000)
    letter = dead_letters.letter("clean", raw, worst, 1, NOW)

    await producer.send_and_wait(letter.topic, value=letter.value, key=letter.key, headers=list(letter.headers))

    (dead,) = await stored(settings, DEAD.name)
    assert (dead.key, dead.value) == (key, value)
    assert dead.headers[: len(headers)] == tuple(headers)
    assert dead_letters.read(dead).reason == "too-large"


async def test_more_than_that_is_not_let_in(settings: Settings, producer: Any) -> None:
    """The publisher is told, and nothing is stored."""
    with pytest.raises(MessageSizeTooLargeError):
        await producer.send_and_wait(RAW.name, value=b"x" * (RAW_BATCH_LIMIT + 1))
    assert await stored(settings, RAW.name) == []

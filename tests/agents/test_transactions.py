"""Transactions of one input partition on a real Kafka: all or nothing, and one owner at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from agents.rebuild import committed_output
from agents.transactions import OwnerLostError, PartitionTransactions
from copydesk.kafka.client import subscribe
from copydesk.kafka.local import local_broker
from copydesk.kafka.progress import CommittedOffsets
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import CLASSIFIED, ENRICHED
from copydesk.records import LINKED_OFFSET, Output
from copydesk.settings import Settings

SOURCE = TopicPartition(CLASSIFIED.name, 0)
GROUP = "transactions"


def output(key: str, offset: int) -> Output:
    return Output(ENRICHED.name, key.encode(), b"{}", ((LINKED_OFFSET, str(offset).encode()),))


@pytest.fixture
async def broker(clean_kafka: str) -> Settings:
    settings = Settings(broker=clean_kafka, partitions=3)
    await ensure_topics(settings)
    return settings


@pytest.fixture
async def offsets(broker: Settings) -> AsyncIterator[CommittedOffsets]:
    client = CommittedOffsets({"bootstrap_servers": broker.broker}, GROUP)
    await client.start()
    yield client
    await client.stop()


def owner(settings: Settings, offsets: CommittedOffsets) -> PartitionTransactions:
    return PartitionTransactions({"bootstrap_servers": settings.broker}, GROUP, GROUP, SOURCE, offsets)


async def settled(settings: Settings, offsets: CommittedOffsets) -> int:
    """Wait until the last transaction is visible, and return the offset that it committed.

    A commit is decided before its markers are written. A new owner of the partition waits for them.
    """
    heir = owner(settings, offsets)
    reached = await heir.start()
    await heir.stop()
    return reached


async def keys(settings: Settings) -> list[bytes]:
    """What a reader of committed records sees."""
    return sorted([record.key or b"" async for record in subscribe(settings, [ENRICHED.name], follow=False)])


async def test_outputs_and_offset_become_visible_together(broker: Settings, offsets: CommittedOffsets) -> None:
    """Before the first commit there is neither; after it there are both."""
    transactions = owner(broker, offsets)
    assert await transactions.start() == 0
    assert await offsets.of(SOURCE) is None
    assert await transactions.commit([output("a", 0), output("b", 1)], next_offset=2) == 0
    assert await settled(broker, offsets) == 2
    assert await keys(broker) == [b"a", b"b"]
    await transactions.stop()


async def test_a_new_owner_fences_the_old_one(broker: Settings, offsets: CommittedOffsets) -> None:
    """A zombie's transaction fails as a whole: none of its outputs and not its offset are seen."""
    # aiokafka leaves futures with the zombie's fate behind. Collected at any later moment they are logged, and CPython
    # 3.11 compiles source to format a traceback: fatal when that moment is in the middle of another compilation.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    zombie, heir = owner(broker, offsets), owner(broker, offsets)
    await zombie.start()
    await zombie.commit([output("a", 0)], next_offset=1)
    assert await heir.start() == 1
    with pytest.raises(OwnerLostError, match="another producer has taken"):
        await zombie.commit([output("zombie", 1)], next_offset=2)
    await heir.commit([output("b", 1)], next_offset=2)
    assert await settled(broker, offsets) == 2
    assert await keys(broker) == [b"a", b"b"]
    await zombie.stop()
    await heir.stop()


async def test_committed_output_comes_back_in_the_order_of_link(broker: Settings, offsets: CommittedOffsets) -> None:
    """Over all partitions, the records are merged by the offset that link was at, tombstones included."""
    transactions = owner(broker, offsets)
    await transactions.start()
    for first in range(0, 60, 20):
        outputs = [output(f"article-{offset}", offset) for offset in range(first, first + 20)]
        await transactions.commit(outputs, next_offset=first + 20)
    await transactions.commit([Output(ENRICHED.name, b"article-7", None, ((LINKED_OFFSET, b"60"),))], next_offset=61)
    await transactions.stop()
    assert await settled(broker, offsets) == 61
    records = [record async for record in committed_output({"bootstrap_servers": broker.broker})]
    assert [int(record.header(LINKED_OFFSET) or -1) for record in records] == list(range(61))
    assert records[-1].value is None
    assert len({record.partition for record in records}) == 3


async def test_a_broker_that_restarts_costs_nothing_but_time(kafka_jars: Path, tmp_path: Path) -> None:
    """What cannot be committed while the broker is away is committed once when it is back."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # as above, for the producer that was cut off
    with local_broker(kafka_jars, tmp_path / "kafka") as bootstrap:
        port = int(bootstrap.rpartition(":")[2])
        settings = Settings(broker=bootstrap, partitions=3)
        await ensure_topics(settings)
        client = CommittedOffsets({"bootstrap_servers": bootstrap}, GROUP)
        await client.start()
        transactions = owner(settings, client)
        await transactions.start()
        await transactions.commit([output("a", 0)], next_offset=1)
    retried = asyncio.create_task(transactions.commit([output("b", 1)], next_offset=2))
    again = local_broker(kafka_jars, tmp_path / "kafka", port=port)
    await asyncio.to_thread(again.__enter__)
    try:
        await retried
        assert await settled(settings, client) == 2
        assert await keys(settings) == [b"a", b"b"]
        await transactions.stop()
        await client.stop()
    finally:
        await asyncio.to_thread(again.__exit__, None, None, None)


async def test_a_retry_does_not_take_over_what_another_owner_did(broker: Settings, offsets: CommittedOffsets) -> None:
    """When the committed offset moved meanwhile, the partition has gone on elsewhere: nothing is written twice."""
    ours = owner(broker, offsets)
    await ours.start()
    await ours.stop()  # the connection is lost, as it were
    other = owner(broker, offsets)
    await other.start()
    await other.commit([output("a", 0), output("b", 1)], next_offset=2)
    with pytest.raises(OwnerLostError):
        await ours.commit([output("a", 0)], next_offset=1)
    assert await keys(broker) == [b"a", b"b"]
    await other.stop()
    await ours.stop()

"""Transactions of one input partition on a real Kafka: all or nothing, and one owner at a time."""

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from agents.rebuild import committed_output
from agents.transactions import CommittedOffsets, PartitionTransactions
from copydesk.kafka.client import subscribe
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


def owner(settings: Settings) -> PartitionTransactions:
    return PartitionTransactions({"bootstrap_servers": settings.broker}, GROUP, SOURCE)


async def committed(settings: Settings) -> int | None:
    offsets = CommittedOffsets({"bootstrap_servers": settings.broker}, GROUP)
    await offsets.start()
    try:
        return await offsets.of(SOURCE)
    finally:
        await offsets.stop()


async def keys(settings: Settings) -> list[bytes | None]:
    return [record.key async for record in subscribe(settings, [ENRICHED.name], follow=False)]


async def test_outputs_and_offset_become_visible_together(broker: Settings) -> None:
    """Before the first commit there is neither; after it there are both."""
    transactions = owner(broker)
    await transactions.start()
    assert await committed(broker) is None
    assert await transactions.commit([output("a", 0), output("b", 1)], next_offset=2) == 0
    assert sorted(key or b"" for key in await keys(broker)) == [b"a", b"b"]
    assert await committed(broker) == 2
    await transactions.stop()


async def test_a_new_owner_fences_the_old_one(broker: Settings) -> None:
    """A zombie's transaction fails as a whole: none of its outputs and not its offset are seen."""
    # aiokafka leaves futures with the zombie's fate behind. Collected at any later moment they are logged, and CPython
    # 3.11 compiles source to format a traceback: fatal when that moment is in the middle of another compilation.
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    zombie, heir = owner(broker), owner(broker)
    await zombie.start()
    await zombie.commit([output("a", 0)], next_offset=1)
    await heir.start()
    with pytest.raises(ProducerFenced):
        await zombie.commit([output("zombie", 1)], next_offset=2)
    await heir.commit([output("b", 1)], next_offset=2)
    assert sorted(key or b"" for key in await keys(broker)) == [b"a", b"b"]
    assert await committed(broker) == 2
    await zombie.stop()
    await heir.stop()


async def test_committed_output_comes_back_in_the_order_of_link(broker: Settings) -> None:
    """Over all partitions, the records are merged by the offset that link was at, tombstones included."""
    transactions = owner(broker)
    await transactions.start()
    for first in range(0, 60, 20):
        outputs = [output(f"article-{offset}", offset) for offset in range(first, first + 20)]
        await transactions.commit(outputs, next_offset=first + 20)
    await transactions.commit([Output(ENRICHED.name, b"article-7", None, ((LINKED_OFFSET, b"60"),))], next_offset=61)
    await transactions.stop()
    records = [record async for record in committed_output({"bootstrap_servers": broker.broker})]
    assert [int(record.header(LINKED_OFFSET) or -1) for record in records] == list(range(61))
    assert records[-1].value is None
    assert len({record.partition for record in records}) == 3

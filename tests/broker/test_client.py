"""Publishing and subscribing, on a real Kafka."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaProducer

from copydesk.errors import UsageError
from copydesk.kafka.client import NotAcceptedError, Publisher, subscribe
from copydesk.pipeline import ENRICHED, RAW
from copydesk.records import Record
from copydesk.settings import Settings


async def read(settings: Settings, topic: str = RAW.name, since: datetime | None = None) -> list[Record]:
    async with asyncio.timeout(30):
        return [record async for record in subscribe(settings, [topic], since=since, follow=False)]


async def test_what_is_published_can_be_read(settings: Settings) -> None:
    """Bytes, key and headers go through as they are, and the publisher is told where they lie."""
    async with Publisher(settings) as publisher:
        taken = await publisher.publish(b"\x00\xff raw", key="ferry-1", headers=[("content-type", b"text/plain")])
        retracted = await publisher.publish(None, key="ferry-1")
    found = await read(settings)
    assert [(record.value, record.key) for record in found] == [(b"\x00\xff raw", b"ferry-1"), (None, b"ferry-1")]
    assert found[0].headers == (("content-type", b"text/plain"),)
    assert [record.origin for record in found] == [taken.origin, retracted.origin]


async def test_many_that_are_sent_at_once_keep_their_order(settings: Settings) -> None:
    """The broker's word is awaited later, the order is that of sending."""
    values = [b"article %d" % number for number in range(500)]
    async with Publisher(settings) as publisher:
        waiting = [await publisher.send(value, key="one") for value in values]
        await asyncio.gather(*waiting)
    assert [record.value for record in await read(settings)] == values


async def test_what_no_record_can_hold_is_not_accepted(settings: Settings) -> None:
    """The error says so, and the publisher goes on."""
    async with Publisher(settings) as publisher:
        with pytest.raises(NotAcceptedError, match="larger than the maximum request size"):
            await publisher.publish(bytes(17_000_000))
        await publisher.publish(b"small")
    assert [record.value for record in await read(settings)] == [b"small"]


async def test_the_largest_event_fits(settings: Settings) -> None:
    """Producer, broker and consumer agree on the limit."""
    async with Publisher(settings) as publisher:
        await publisher.publish(bytes(15_900_000))
    (record,) = await read(settings)
    assert record.value is not None
    assert len(record.value) == 15_900_000


async def test_only_committed_records_are_read(settings: Settings) -> None:
    """An aborted transaction leaves nothing, and its markers do not keep the reader waiting at the end."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.broker, transactional_id="test")
    async with producer:
        for value, commit in ((b"kept", True), (b"dropped", False), (b"kept too", True), (b"dropped too", False)):
            await producer.begin_transaction()
            await producer.send_and_wait(ENRICHED.name, value, key=b"k")
            await (producer.commit_transaction() if commit else producer.abort_transaction())
    assert [record.value for record in await read(settings, ENRICHED.name)] == [b"kept", b"kept too"]


async def test_reading_can_begin_at_a_time(settings: Settings) -> None:
    """Only what the broker got since then is read, on partitions with and without such records."""
    async with Publisher(settings) as publisher:
        for number in range(8):
            await publisher.publish(b"early", key=str(number))
        await asyncio.sleep(0.05)  # the broker counts milliseconds
        moment = datetime.now(UTC)
        assert await read(settings, since=moment) == []
        await publisher.publish(b"late", key="1")
    assert [record.value for record in await read(settings, since=moment)] == [b"late"]


async def test_following_waits_for_more(settings: Settings) -> None:
    """A follower at the end gets the next record."""
    records = subscribe(settings, [RAW.name])
    waiting = asyncio.ensure_future(anext(records))
    async with Publisher(settings) as publisher:
        await publisher.publish(b"news")
    assert (await asyncio.wait_for(waiting, 30)).value == b"news"
    await records.aclose()


async def test_a_topic_that_is_not_there_is_named(settings: Settings) -> None:
    """Not waited for."""
    with pytest.raises(UsageError, match=r"there is no topic news\.none\.v1"):
        await read(settings, "news.none.v1")

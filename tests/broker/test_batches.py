"""Batches that a real broker takes and aiokafka by itself cannot read, or not without harm."""

import asyncio
import sys
from asyncio.subprocess import PIPE

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from benchmarks.fuzz.batches import CODECS, Sent, batch, inflating, send
from copydesk.errors import Reject
from copydesk.kafka import batches
from copydesk.kafka.client import subscribe
from copydesk.kafka.packing import UNPACKED_LIMIT, unpack
from copydesk.limits import check
from copydesk.pipeline import RAW
from copydesk.records import Record
from copydesk.settings import Settings

ARTICLE = b"The ferry will sail from Ostend again, the director of the port said on Friday."
GIGABYTE = 1_000_000_000
READ = """
import asyncio, sys
from pathlib import Path
from copydesk.kafka.client import subscribe
from copydesk.settings import Settings

async def main():
    async for record in subscribe(Settings(broker=sys.argv[1]), ["news.raw.v1"], follow=False):
        print(len(record.value), dict(record.headers)["copydesk-unreadable"].decode().split(":")[0])

asyncio.run(main())
# Not the peak of getrusage, which begins with that of the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.fixture
async def topic_of_before(empty_kafka: str) -> Settings:
    """A raw topic that somebody else has created: what is packed stays packed there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=empty_kafka)
    await admin.start()
    await admin.create_topics([NewTopic(RAW.name, 1, 1, topic_configs={"max.message.bytes": "16000000"})])
    await admin.close()
    return Settings(broker=empty_kafka)


async def stored(settings: Settings) -> list[Record]:
    return [record async for record in subscribe(settings, [RAW.name], follow=False)]


async def test_a_name_that_is_no_utf_8_stops_nobody(settings: Settings) -> None:
    """It is read, refused with a reason, and what follows is read too."""
    await send(settings.broker, RAW.name, batch([(b"a", ARTICLE, []), (b"b", ARTICLE, [(b"caf\xe9", b"x")])]))
    await send(settings.broker, RAW.name, batch([(b"c", ARTICLE, [])]))
    first, odd, last = await stored(settings)
    check(first)
    check(last)
    assert (odd.key, odd.value, odd.headers[0]) == (b"b", ARTICLE, ("café", b"x"))
    with pytest.raises(Reject, match="invalid: the name of the header 'café' is no UTF-8"):
        check(odd)


@pytest.mark.parametrize("codec", CODECS)
async def test_every_codec_is_read(topic_of_before: Settings, codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies packed in the topic, and is unpacked here."""
    seen = []

    def seen_unpack(packed: bytes, number: int) -> bytearray:
        seen.append(number)
        return unpack(packed, number)

    monkeypatch.setattr(batches, "unpack", seen_unpack)
    sent: list[Sent] = [
        (b"a", ARTICLE * 50, [(b"name", b"value")]),
        (b"b", None, []),
        (b"c", ARTICLE, [(b"name", None)]),
    ]
    await send(topic_of_before.broker, RAW.name, batch(sent, codec))
    records = await stored(topic_of_before)
    assert seen == [CODECS[codec][0]]
    assert [(one.key, one.value, [(name.encode(), value) for name, value in one.headers]) for one in records] == sent


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
async def test_a_gigabyte_in_some_kilobytes_is_not_unpacked(topic_of_before: Settings, codec: str) -> None:
    """A process that reads it needs no more memory than the limit and what it is made of."""
    bomb = inflating(GIGABYTE, codec)
    assert len(bomb) < 2_000_000
    await send(topic_of_before.broker, RAW.name, bomb)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", READ, topic_of_before.broker, stdout=PIPE)
    record, peak = (await process.communicate())[0].splitlines()
    assert record == b"0 too-large"
    assert int(peak) * 1_000_000 < 5 * UNPACKED_LIMIT


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
async def test_in_a_topic_of_ours_the_broker_refuses_it(settings: Settings, codec: str) -> None:
    """It unpacks what it is sent, finds more than a record may have, or than it has room for, and goes on."""
    for size in (GIGABYTE // 20, GIGABYTE):
        with pytest.raises(KafkaError):
            await send(settings.broker, RAW.name, inflating(size, codec))
    await send(settings.broker, RAW.name, batch([(b"k", ARTICLE, [])], codec))
    (record,) = await stored(settings)
    assert record.value == ARTICLE

"""What other clients may put into a batch stops no worker: each record ends, and its offset is committed."""

from pathlib import Path

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from benchmarks.fuzz.batches import CODECS, batch, inflating, send
from copydesk.kafka.reading import committed
from copydesk.pipeline import DEAD, ENRICHED, RAW, STAGES
from copydesk.settings import Settings
from tests.agents.test_delivery import articles, origins, read
from tests.agents.workers import running

BOMB = 1_000_000_000


async def test_no_batch_stops_a_worker(clean_kafka: str, tmp_path: Path) -> None:
    """A name that is no UTF-8, each codec, and a bomb, in a raw topic that was there before: all in one partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=clean_kafka)
    await admin.start()
    await admin.create_topics([NewTopic(RAW.name, 1, 1, topic_configs={"max.message.bytes": "16000000"})])
    await admin.close()
    good = articles(3 + len(CODECS))
    named = [(b"named", good[0][1], [(b"caf\xe9", b"x")]), (*good[0], [])]
    sent = [batch([(*good[1], []), *named]), inflating(BOMB, "zstd"), batch([(*good[2], [])])]
    sent += [batch([(*one, [])], codec) for codec, one in zip(CODECS, good[3:], strict=True)]
    for one in sent:
        await send(clean_kafka, RAW.name, one)
    count = len(good) + 2
    with running(clean_kafka, tmp_path) as (worker,):
        messages = await read(clean_kafka, [ENRICHED.name, DEAD.name], count)
        assert worker.process.poll() is None
        source = TopicPartition(RAW.name, 0)
        assert await committed(Settings(broker=clean_kafka), STAGES[0], [source]) == {source: count}
    assert origins(messages) == {f"{RAW.name}/0/{offset}": 1 for offset in range(count)}
    dead = {int(dict(one.headers)["copydesk-dead-offset"]): one for one in messages if one.topic == DEAD.name}
    assert {offset: dict(one.headers)["copydesk-dead-reason"] for offset, one in dead.items()} == {
        1: b"invalid",
        3: b"too-large",
    }
    assert (dead[1].key, dead[1].value, dead[1].headers[0]) == (b"named", good[0][1], ("café", b"x"))
    assert b"still in the topic" in dict(dead[3].headers)["copydesk-dead-message"]

"""The whole pipeline on a real Kafka: every raw record ends exactly once, whatever happens to the workers."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from copydesk import codec
from copydesk.events import EnrichedArticle, QuoteItem
from copydesk.pipeline import DEAD, ENRICHED, QUOTES, RAW
from copydesk.records import ORIGIN
from tests.agents.workers import Worker, running

ARTICLE = """Ferry service to return to Ostend

By Marta Lindqvist

OSTEND, May 3 - Ferries will sail from Ostend again after eleven years, the port's director said on Tuesday.

"We have waited a long time for this day," Pieter Claes told reporters in number {number}.

The first ship leaves for Ramsgate on June 1 with room for 400 passengers, and tickets cost 39 euros.

You may also like

Read more
"""


def articles(count: int, first: int = 0) -> list[tuple[bytes, bytes]]:
    return [
        (f"ferry-{number}".encode(), ARTICLE.format(number=number).encode()) for number in range(first, first + count)
    ]


async def publish(bootstrap: str, records: Sequence[tuple[bytes | None, bytes | None]]) -> list[str]:
    """Publish, and return the origins that the broker acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5) as producer:
        sends = [await producer.send(RAW.name, key=key, value=value) for key, value in records]
        answers = await asyncio.gather(*sends)
    return [f"{RAW.name}/{answer.partition}/{answer.offset}" for answer in answers]


async def read(bootstrap: str, topics: Sequence[str], count: int, seconds: float = 120.0) -> list[Any]:
    """Read committed records from the beginning until there are ``count``, and a little longer for doubles."""
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, auto_offset_reset="earliest", isolation_level="read_committed"
    )
    found: list[Any] = []
    async with consumer, asyncio.timeout(seconds):
        while len(found) < count:
            for messages in (await consumer.getmany(timeout_ms=500)).values():
                found += messages
        for messages in (await consumer.getmany(timeout_ms=2_000)).values():
            found += messages
    return found


def origins(messages: Sequence[Any]) -> Counter[str]:
    return Counter(dict(message.headers)[ORIGIN].decode() for message in messages)


async def test_an_article_passes_all_stages(clean_kafka: str, tmp_path: Path) -> None:
    """Raw text in, an enriched event with its quotes out, and the quotes on their own topic."""
    with running(clean_kafka, tmp_path):
        await publish(clean_kafka, articles(1))
        (message,) = await read(clean_kafka, [ENRICHED.name], 1)
        article = codec.decode(message.value, EnrichedArticle)
        assert article.id == "ferry-0"
        assert article.title == "Ferry service to return to Ostend"
        assert [run.name for run in article.provenance.stages] == ["clean", "extract", "classify", "link"]
        assert "You may also like" not in article.text
        assert [quote.kind for quote in article.quotes] == ["indirect", "direct"]
        assert {quote.speaker_name for quote in article.quotes} == {"Pieter Claes"}
        items = await read(clean_kafka, [QUOTES.name], 2)
        assert [codec.decode(item.value, QuoteItem).quote for item in items] == article.quotes


async def test_bad_records_become_dead_letters_and_hold_nobody_up(clean_kafka: str, tmp_path: Path) -> None:
    """Undecodable, empty and mistyped records end on the dead topic with their reason and bytes."""
    bad = [(b"bad-0", b""), (b"bad-1", b'{"content": 7}'), (b"bad-2", b" \n ")]
    with running(clean_kafka, tmp_path):
        sent = await publish(clean_kafka, [*bad, *articles(5)])
        messages = await read(clean_kafka, [ENRICHED.name, DEAD.name], len(sent))
        assert origins(messages) == Counter(sent)
        dead = {message.key: message for message in messages if message.topic == DEAD.name}
        assert {key: message.value for key, message in dead.items()} == dict(bad)
        reasons = {key: dict(message.headers)["copydesk-dead-reason"] for key, message in dead.items()}
        assert reasons == {b"bad-0": b"empty", b"bad-1": b"invalid", b"bad-2": b"empty"}


async def test_a_tombstone_retracts_an_article(clean_kafka: str, tmp_path: Path) -> None:
    """A null value passes through every topic after the article itself."""
    with running(clean_kafka, tmp_path):
        sent = await publish(clean_kafka, [*articles(1), (b"ferry-0", None)])
        messages = await read(clean_kafka, [ENRICHED.name], 2)
        assert origins(messages) == Counter(sent)
        assert [message.value is None for message in messages] == [False, True]
        quotes = await read(clean_kafka, [QUOTES.name], 3)
        assert quotes[-1].value is None


async def test_a_killed_worker_costs_nothing_and_doubles_nothing(clean_kafka: str, tmp_path: Path) -> None:
    """Two workers, 500 articles, one worker killed in the middle: each article ends exactly once."""
    with running(clean_kafka, tmp_path, count=2) as workers:
        sent = await publish(clean_kafka, articles(250))
        await read(clean_kafka, [ENRICHED.name], 20)
        workers[0].kill()
        sent += await publish(clean_kafka, articles(250, first=250))
        messages = await read(clean_kafka, [ENRICHED.name, DEAD.name], len(sent))
        assert origins(messages) == Counter(sent)


async def test_a_worker_that_returns_goes_on_where_it_was(clean_kafka: str, tmp_path: Path) -> None:
    """A restart under load repeats nothing, and the window of link remembers: an update is revision 2."""
    with running(clean_kafka, tmp_path) as (first,):
        sent = await publish(clean_kafka, articles(60))
        await read(clean_kafka, [ENRICHED.name], 5)
        assert first.stop() == 0
        second = Worker(clean_kafka, tmp_path / "second.log")
        try:
            second.wait_ready()
            update = ARTICLE.format(number=1).replace("39 euros", "45 euros, the line said on Wednesday").encode()
            sent += await publish(clean_kafka, [(b"ferry-1", update)])
            messages = await read(clean_kafka, [ENRICHED.name, DEAD.name], len(sent))
            assert origins(messages) == Counter(sent)
            revisions = [codec.decode(m.value, EnrichedArticle).revision for m in messages if m.key == b"ferry-1"]
            assert revisions == [1, 2]
        finally:
            second.stop()

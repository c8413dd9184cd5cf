"""Lives of articles on a real Kafka, stage by stage and without a worker, for tests of dead letters and traces."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from copydesk.errors import Reason
from copydesk.events import Origin
from copydesk.kafka.client import subscribe
from copydesk.kafka.dead_letters import letter
from copydesk.kafka.reading import Reader
from copydesk.pipeline import RAW, STAGES
from copydesk.records import Failure, Header, Output, Record
from copydesk.runner import Linker, process
from copydesk.settings import Settings

ARTICLE: Final = """Ferry service to return to Ostend

OSTEND, May 3 - Ferries will sail from Ostend again after eleven years, the port's director said on Tuesday.

"We have waited a long time for this day," Pieter Claes told reporters in hall {number}.

The first ship leaves for Ramsgate on June 1 with room for 400 passengers, and tickets cost 39 euros.
"""
FAILURE: Final = Failure(Reason.STAGE_FAILED, "ValueError", "no such luck", "Traceback: somewhere")
EMPTY: Final = Failure(Reason.EMPTY, "Reject", "nothing is left")


def article(number: int = 0) -> bytes:
    """An article that no stage rejects."""
    return ARTICLE.format(number=number).encode()


async def write(settings: Settings, outputs: Sequence[Output]) -> list[Record]:
    """Write records, and read them back as the broker has them."""
    async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
        sends = [
            await producer.send(one.topic, value=one.value, key=one.key, headers=list(one.headers)) for one in outputs
        ]
        places = [await send for send in sends]
    async with Reader(settings, single=True) as reader:
        found = [
            await reader.at(Origin(topic=place.topic, partition=place.partition, offset=place.offset))
            for place in places
        ]
    return [record for record in found if record is not None]


async def publish(settings: Settings, key: str | None, value: bytes | None, headers: tuple[Header, ...] = ()) -> Record:
    """Write one raw record."""
    (record,) = await write(settings, [Output(RAW.name, key.encode() if key else None, value, headers)])
    return record


async def lives_on(settings: Settings, record: Record, last: str, linker: Linker | None = None) -> list[Record]:
    """Run the stages on a record up to the last one, and write what each makes of it: all outputs, in order."""
    found: list[Record] = []
    for stage in STAGES:
        if record.topic == stage.reads.name:
            outcome = linker.process(record) if linker and stage.stateful else process(stage, record)
            assert not isinstance(outcome, Failure), outcome
            written = await write(settings, outcome)
            found += written
            record = next(one for one in written if one.topic == stage.writes.name)
            if stage.name == last:
                break
    return found


async def bury(settings: Settings, stage: str, record: Record, failure: Failure = FAILURE) -> Record:
    """Write the dead letter of a record."""
    (dead,) = await write(settings, [letter(stage, record, failure, 1, datetime.now(UTC))])
    return dead


async def read(settings: Settings, topic: str) -> list[Record]:
    """All committed records of a topic."""
    return [record async for record in subscribe(settings, [topic], follow=False)]


async def forget(settings: Settings, record: Record) -> None:
    """Let retention take a record, and those before it in its partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        upto = RecordsToDelete(before_offset=record.offset + 1)
        await admin.delete_records({TopicPartition(record.topic, record.partition): upto})
    finally:
        await admin.close()


async def settled(settings: Settings) -> None:
    """Wait until what replays have committed can be read.

    A commit is answered some milliseconds before that; who takes over its transactional id waits for it.
    """
    async with AIOKafkaProducer(bootstrap_servers=settings.broker, transactional_id=f"{settings.group}-dead-replay"):
        pass

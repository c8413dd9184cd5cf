"""Committed offsets: a coordinator that cannot answer yet is not taken for one that has nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaConnectionError,
    NotCoordinatorForGroupError,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.group import HeartbeatRequest

from copydesk.kafka.progress import CommittedOffsets, heed_refusals, seek_to_committed

LOADING, NOT_AVAILABLE, NOT_COORDINATOR = 14, 15, 16


class Coordinator:
    """Answers every request with one error code for the whole group, and no partition."""

    group_id = "desk"

    def __init__(self, code: int) -> None:
        self._code = code
        self.dead = 0

    def coordinator_dead(self) -> None:
        self.dead += 1

    async def _send_req(self, _: Any) -> Any:
        return SimpleNamespace(topics=[], error_code=self._code)


@pytest.mark.parametrize(
    ("code", "error", "dead"),
    [
        (LOADING, GroupLoadInProgressError, 0),
        (NOT_AVAILABLE, GroupCoordinatorNotAvailableError, 0),
        (NOT_COORDINATOR, NotCoordinatorForGroupError, 1),
    ],
)
async def test_a_refusal_is_raised_and_may_be_tried_again(code: int, error: type[Exception], dead: int) -> None:
    """aiokafka asks again after a retriable error; a coordinator that is none is looked for anew."""
    coordinator = Coordinator(code)
    heed_refusals(SimpleNamespace(_coordinator=coordinator))
    with pytest.raises(error) as raised:
        await coordinator._send_req(OffsetFetchRequest("desk", []))
    assert raised.value.retriable  # type: ignore[attr-defined]
    assert coordinator.dead == dead


async def test_answers_pass() -> None:
    """Nothing committed is an answer, and the errors of other requests are handled where they are sent."""
    fine, other = Coordinator(0), Coordinator(LOADING)
    for coordinator in (fine, other):
        heed_refusals(SimpleNamespace(_coordinator=coordinator))
    assert (await fine._send_req(OffsetFetchRequest("desk", []))).topics == []
    assert (await other._send_req(HeartbeatRequest("desk", 1, "member"))).error_code == LOADING


async def test_who_is_not_connected_says_so(kafka: str) -> None:
    """The web view asks from the first moment of a worker to the last."""
    source = TopicPartition("no-such-topic", 0)
    offsets = CommittedOffsets({"bootstrap_servers": kafka}, "desk")
    with pytest.raises(KafkaConnectionError):
        await offsets.of(source)
    await offsets.start()
    try:
        assert await offsets.of(source) is None
    finally:
        await offsets.stop()
    with pytest.raises(KafkaConnectionError):
        await offsets.of(source)


async def test_where_nothing_is_committed_the_beginning_is_the_place_to_go_back_to(kafka: str) -> None:
    """aiokafka stays where it is: the records that a rebalance has fetched and dropped would be lost."""
    fresh, known = TopicPartition("seek-fresh", 0), TopicPartition("seek-known", 0)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic(source.topic, 1, 1) for source in (fresh, known)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for number in range(3):
            for source in (fresh, known):
                await producer.send_and_wait(source.topic, str(number).encode(), partition=0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id="seek", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    async with consumer:
        assert await seek_to_committed(consumer) == {}
        consumer.assign([fresh, known])
        for _ in range(6):
            await consumer.getone()
        await consumer.commit({known: 2})
        assert await seek_to_committed(consumer) == {fresh: None, known: 2}
        assert {source: await consumer.position(source) for source in (fresh, known)} == {fresh: 0, known: 2}

"""Committed offsets: a coordinator that cannot answer yet is not taken for one that has nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaConnectionError,
    NotCoordinatorForGroupError,
)
from aiokafka.protocol.commit import OffsetFetchRequest
from aiokafka.protocol.group import HeartbeatRequest

from copydesk.kafka.progress import CommittedOffsets, heed_refusals

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

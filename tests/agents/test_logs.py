"""The log stays readable while a broker is away."""

import asyncio
import gc
import logging
from collections.abc import Iterator

import pytest
from aiokafka.errors import KafkaConnectionError, ProducerFenced

from agents.logs import forget_the_told, quieten

LOGGER = logging.getLogger("a_noisy_library.client")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    quieten("a_noisy_library")
    yield
    LOGGER.filters.clear()


def test_a_message_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    """The same warning about another partition is the same warning."""
    for partition in range(50):
        LOGGER.warning("no connection for %s", partition)
    LOGGER.warning("something else")
    assert [record.getMessage() for record in caplog.records] == ["no connection for 0", "something else"]


def test_a_fault_of_the_broker_comes_without_a_stack(caplog: pytest.LogCaptureFixture) -> None:
    """What the broker said is kept."""
    try:
        raise KafkaConnectionError("closed")
    except KafkaConnectionError:
        LOGGER.exception("cannot send")
    (record,) = caplog.records
    assert record.exc_info is None
    assert "closed" in record.getMessage()


def leave_behind(error: Exception) -> None:
    """A future that nobody asks for its failure."""
    asyncio.get_running_loop().create_future().set_exception(error)
    gc.collect()


async def test_what_befell_a_producer_is_not_told_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka leaves futures behind for every step of a transaction that failed; those of others are shown."""
    monkeypatch.setattr(logging.getLogger("asyncio"), "filters", [])
    leave_behind(ProducerFenced())
    assert len(caplog.records) == 1
    caplog.clear()
    forget_the_told()
    leave_behind(ProducerFenced())
    assert caplog.records == []
    leave_behind(ValueError("ours"))
    assert len(caplog.records) == 1


def test_a_defect_keeps_its_stack(caplog: pytest.LogCaptureFixture) -> None:
    """An error that is none of the broker's is shown whole."""
    try:
        raise ValueError("ours")
    except ValueError:
        LOGGER.exception("cannot send")
    assert caplog.records[0].exc_info is not None

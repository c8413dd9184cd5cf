"""The log stays readable while a broker is away."""

import logging
from collections.abc import Iterator

import pytest
from aiokafka.errors import KafkaConnectionError

from agents.logs import quieten

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


def test_a_defect_keeps_its_stack(caplog: pytest.LogCaptureFixture) -> None:
    """An error that is none of the broker's is shown whole."""
    try:
        raise ValueError("ours")
    except ValueError:
        LOGGER.exception("cannot send")
    assert caplog.records[0].exc_info is not None

"""Progress: the offsets that a group has committed, and nothing else taken for them."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError, NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest

from copydesk.kafka.settings import close

ANSWER_DEADLINE: Final = 10.0
"""Seconds that the broker may take to answer a question; aiokafka itself would ask for ever."""


class CommittedOffsets:
    """Asks the broker for a group's committed offsets, without being a member of the group.

    Args:
        client: keyword arguments for the connection.
        group: the consumer group.
    """

    def __init__(self, client: Mapping[str, Any], group: str) -> None:
        self._client = client
        self._group = group
        self._consumer: AIOKafkaConsumer | None = None
        self._connected = False

    async def start(self) -> None:
        """Connect."""
        self._consumer = AIOKafkaConsumer(**self._client, group_id=self._group, enable_auto_commit=False)
        await self._consumer.start()
        heed_refusals(self._consumer)
        self._connected = True

    async def stop(self) -> None:
        """Disconnect."""
        self._connected = False
        if self._consumer is not None:
            await close(self._consumer)

    async def of(self, source: TopicPartition) -> int | None:
        """The offset that the group goes on from, or ``None`` if it has not committed any.

        Raises:
            KafkaError: the broker refused to answer, or there is no connection to it: not yet, or not any more.
            TimeoutError: it did not answer.
        """
        if self._consumer is None or not self._connected:
            raise KafkaConnectionError("not connected")
        async with asyncio.timeout(ANSWER_DEADLINE):
            offset: int | None = await self._consumer.committed(source)
        return offset


async def seek_to_committed(consumer: Any) -> Mapping[TopicPartition, int | None]:
    """Go back to the committed offsets; to the beginning, where nothing is committed yet.

    aiokafka leaves a partition without a committed offset where it is. What was fetched of it and dropped, because a
    rebalance began meanwhile, would never be read again.

    Args:
        consumer: of aiokafka; a member of a group that begins with the earliest record.

    Returns:
        The committed offset of each assigned partition, ``None`` where there is none.
    """
    if not consumer.assignment():
        return {}
    committed: Mapping[TopicPartition, int | None] = await consumer.seek_to_committed()
    fresh = {source for source, offset in committed.items() if not offset} & consumer.assignment()
    if fresh:
        await consumer.seek_to_beginning(*fresh)
    return committed


def heed_refusals(consumer: Any) -> None:
    """Let a consumer that has a group tell "not now" from "nothing committed".

    From version 2 of the request on, a coordinator that is still loading its offsets, as for a moment after a broker's
    restart, answers with an error for the whole group and without any partition. aiokafka 0.14 looks at the partitions
    only, takes the answer for "nothing committed", and the consumer begins with the oldest record again: everything
    that is kept would be processed a second time.

    Args:
        consumer: of aiokafka, started, and not subscribed yet.

    Source: KIP-88, https://cwiki.apache.org/confluence/display/KAFKA/KIP-88%3A+OffsetFetch+Protocol+Update
    """
    coordinator = consumer._coordinator
    send = coordinator._send_req

    async def checked(request: Any) -> Any:
        response = await send(request)
        code = getattr(response, "error_code", 0) if isinstance(request, OffsetFetchRequest) else 0
        if code:
            error = for_code(code)
            if error is NotCoordinatorForGroupError:
                coordinator.coordinator_dead()
            raise error(coordinator.group_id)
        return response

    coordinator._send_req = checked

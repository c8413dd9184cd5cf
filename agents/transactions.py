"""The transactional producer of one input partition: outputs and offset in one transaction."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from copydesk.errors import CopydeskError
from copydesk.records import Output
from copydesk.runner import MESSAGE_LIMIT

logger = logging.getLogger(__name__)

TRANSACTION_TIMEOUT: Final = 15.0
"""Seconds after which the broker aborts a transaction that its owner left open."""
HEADROOM: Final = 1_000_000
"""Bytes that headers may add to the largest record."""
ATTEMPTS: Final = 8
BACKOFF: Final = 0.25
"""Seconds before the second attempt; doubled each time: half a minute in all, enough for a broker to restart."""
STOP_DEADLINE: Final = 5.0

_RETRIED: Final = (KafkaError, AssertionError)
"""After a lost connection aiokafka's producer is dead, and says so by asserting its own state."""


class OwnerLostError(CopydeskError):
    """Another worker has gone on with the partition."""


class PartitionTransactions:
    """Commits what came of one input partition, exactly once.

    The transactional id is the partition's own: whoever starts its producer fences every older owner and aborts what it
    left open (KIP-98). The offset goes into the transaction, so that outputs and progress become visible together.

    Args:
        client: keyword arguments for the connection.
        group: the consumer group, also the prefix of the transactional id.
        source: the input partition.
        offsets: tells what is committed.
    """

    def __init__(
        self, client: Mapping[str, Any], group: str, source: TopicPartition, offsets: "CommittedOffsets"
    ) -> None:
        self._client = client
        self._group = group
        self._source = source
        self._offsets = offsets
        self._producer: AIOKafkaProducer | None = None
        self._position = 0

    async def start(self) -> int:
        """Fence every older owner, then ask where it came to: nobody can move that offset any more but us.

        Returns:
            The offset to go on from.
        """
        self._position = await self._start()
        return self._position

    async def commit(self, outputs: Sequence[Output], next_offset: int) -> int:
        """Write outputs and the offset to go on from, in one transaction.

        A fault of the broker is retried with a fresh producer, which fences the failed one. Whether the failed
        transaction was committed after all is read from the committed offset.

        Returns:
            How often it was retried.

        Raises:
            ProducerFenced, OwnerLostError: another worker owns the partition now; nothing of this was written.
            KafkaError: the broker did not take it after all retries.
        """
        for attempt in range(ATTEMPTS):
            try:
                if attempt and await self._is_committed(next_offset):
                    break
                await self._try(outputs, next_offset)
                break
            except ProducerFenced:
                raise
            except _RETRIED as error:
                if attempt == ATTEMPTS - 1:
                    raise KafkaError(f"no transaction of {self._source} after {ATTEMPTS} attempts: {error}") from error
                logger.warning("transaction of %s failed, trying again: %s", self._source, error)
                await asyncio.sleep(BACKOFF * 2**attempt)
        self._position = next_offset
        return attempt

    async def stop(self) -> None:
        """Let go of the partition. A transaction that cannot be ended in time is left to the broker to abort."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), STOP_DEADLINE)
        except (*_RETRIED, TimeoutError) as error:
            logger.warning("producer of %s did not stop cleanly: %s", self._source, error)

    async def _start(self) -> int:
        self._producer = AIOKafkaProducer(
            **self._client,
            transactional_id=f"{self._group}-{self._source.topic}-{self._source.partition}",
            transaction_timeout_ms=int(TRANSACTION_TIMEOUT * 1000),
            max_request_size=MESSAGE_LIMIT + HEADROOM,
            request_timeout_ms=10_000,
            linger_ms=0,
            retry_backoff_ms=50,  # a transaction may begin before the markers of the last one are written
        )
        await self._producer.start()
        return await self._offsets.of(self._source) or 0

    async def _is_committed(self, next_offset: int) -> bool:
        """Start anew, and tell whether the failed transaction had been committed."""
        await self.stop()
        reached = await self._start()
        if reached not in {self._position, next_offset}:
            raise OwnerLostError(f"{self._source} was at {self._position} and is at {reached}, which is not our doing")
        return reached == next_offset

    async def _try(self, outputs: Sequence[Output], next_offset: int) -> None:
        producer = self._producer
        assert producer is not None
        await producer.begin_transaction()
        sends = [
            await producer.send(output.topic, value=output.value, key=output.key, headers=list(output.headers))
            for output in outputs
        ]
        for send in sends:
            # When an earlier step of the transaction fails, nobody waits for these any more.
            send.add_done_callback(_seen)
        await producer.send_offsets_to_transaction({self._source: next_offset}, self._group)
        await asyncio.gather(*sends)
        await producer.commit_transaction()


def _seen(send: "asyncio.Future[Any]") -> None:
    if not send.cancelled():
        send.exception()


class CommittedOffsets:
    """Asks the broker for a group's committed offsets, without being a member of the group."""

    def __init__(self, client: Mapping[str, Any], group: str) -> None:
        self._client = client
        self._group = group
        self._consumer: AIOKafkaConsumer | None = None

    async def start(self) -> None:
        """Connect."""
        self._consumer = AIOKafkaConsumer(**self._client, group_id=self._group, enable_auto_commit=False)
        await self._consumer.start()

    async def stop(self) -> None:
        """Disconnect."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def of(self, source: TopicPartition) -> int | None:
        """The offset that the group goes on from, or ``None`` if it has not committed any."""
        assert self._consumer is not None
        offset: int | None = await self._consumer.committed(source)
        return offset

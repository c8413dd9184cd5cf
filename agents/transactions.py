"""The transactional producer of one input partition: outputs and offset in one transaction."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from copydesk.records import Output
from copydesk.runner import MESSAGE_LIMIT

logger = logging.getLogger(__name__)

TRANSACTION_TIMEOUT: Final = 15.0
"""Seconds after which the broker aborts a transaction that its owner left open."""
HEADROOM: Final = 1_000_000
"""Bytes that headers may add to the largest record."""
RETRIES: Final = 6
BACKOFF: Final = 0.25
"""Seconds before the first retry; doubled each time."""
STOP_DEADLINE: Final = 5.0


class PartitionTransactions:
    """Commits what came of one input partition, exactly once.

    The transactional id is the partition's own: whoever starts its producer fences every older owner and aborts what it
    left open (KIP-98). The offset goes into the transaction, so that outputs and progress become visible together.

    Args:
        client: keyword arguments for the connection.
        group: the consumer group, also the prefix of the transactional id.
        source: the input partition.
    """

    def __init__(self, client: Mapping[str, Any], group: str, source: TopicPartition) -> None:
        self._group = group
        self._source = source
        self._producer = AIOKafkaProducer(
            **client,
            transactional_id=f"{group}-{source.topic}-{source.partition}",
            transaction_timeout_ms=int(TRANSACTION_TIMEOUT * 1000),
            max_request_size=MESSAGE_LIMIT + HEADROOM,
            request_timeout_ms=10_000,
            linger_ms=0,
            retry_backoff_ms=20,  # a transaction may begin before the markers of the last one are written
        )

    async def start(self) -> None:
        """Connect, and fence every older owner of the partition."""
        await self._producer.start()

    async def commit(self, outputs: Sequence[Output], next_offset: int) -> int:
        """Write outputs and the offset to go on from, in one transaction.

        A fault of the broker is retried a few times: the whole transaction is aborted and done again.

        Returns:
            How often it was retried.

        Raises:
            ProducerFenced: another worker owns the partition now; nothing of this was written.
            KafkaError: the broker did not take it after all retries; nothing of this was written.
        """
        for attempt in range(RETRIES):
            try:
                await self._try(outputs, next_offset)
            except ProducerFenced:
                raise
            except KafkaError as error:
                if attempt == RETRIES - 1:
                    raise
                logger.warning("transaction of %s failed, trying again: %s", self._source, error)
                await self._abort()
                await asyncio.sleep(BACKOFF * 2**attempt)
            else:
                return attempt
        raise AssertionError("the last attempt returns or raises")

    async def stop(self) -> None:
        """Let go of the partition. A transaction that cannot be ended in time is left to the broker to abort."""
        try:
            await asyncio.wait_for(self._producer.stop(), STOP_DEADLINE)
        except (KafkaError, TimeoutError) as error:
            logger.warning("producer of %s did not stop cleanly: %s", self._source, error)

    async def _try(self, outputs: Sequence[Output], next_offset: int) -> None:
        producer = self._producer
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

    async def _abort(self) -> None:
        try:
            await self._producer.abort_transaction()
        except ProducerFenced:
            raise
        except KafkaError as error:
            logger.warning("transaction of %s could not be aborted: %s", self._source, error)


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

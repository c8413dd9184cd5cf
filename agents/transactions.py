"""The transactional producer of one input partition: outputs and offset in one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from copydesk.errors import CopydeskError
from copydesk.kafka.progress import CommittedOffsets
from copydesk.records import Output
from copydesk.runner import MESSAGE_LIMIT

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

TRANSACTION_TIMEOUT: Final = 15.0
"""Seconds after which the broker aborts a transaction that its owner left open."""
HEADROOM: Final = 1_000_000
"""Bytes that headers may add to the largest record."""
ATTEMPTS: Final = 8
BACKOFF: Final = 0.25
"""Seconds before the second attempt; doubled each time: half a minute in all, enough for a broker to restart."""
STOP_DEADLINE: Final = 5.0
ATTEMPT_DEADLINE: Final = 2 * TRANSACTION_TIMEOUT
"""Seconds that one attempt may take in all: by then the broker has given the transaction up."""

_RETRIED: Final = (KafkaError, AssertionError, TimeoutError)
"""After a lost connection aiokafka's producer is dead, and says so by asserting its own state."""


class OwnerLostError(CopydeskError):
    """We may not commit for the partition any more: another worker goes on with it, or the broker has given us up."""


class PartitionTransactions:
    """Commits what came of one input partition, exactly once.

    The transactional id is the partition's own: whoever starts its producer fences every older owner and aborts what it
    left open (KIP-98). The offset goes into the transaction, so that outputs and progress become visible together.

    Args:
        client: keyword arguments for the connection.
        prefix: of the transactional id.
        group: the consumer group whose progress it is.
        source: the input partition.
        offsets: tells what that group has committed.
    """

    def __init__(
        self,
        client: Mapping[str, Any],
        prefix: str,
        group: str,
        source: TopicPartition,
        offsets: CommittedOffsets,
    ) -> None:
        self._client = client
        self._transactional_id = f"{prefix}-{source.topic}-{source.partition}"
        self._group = group
        self._source = source
        self._offsets = offsets
        self._producer: AIOKafkaProducer | None = None
        self._position = 0

    async def start(self) -> int:
        """Fence every older owner, then ask where it came to: nobody can move that offset any more but us.

        Returns:
            The offset to go on from.

        Raises:
            OwnerLostError: a newer owner has fenced us meanwhile.
            KafkaError: the broker did not answer after all retries.
        """
        self._position, _ = await self._persist(lambda _: self._start())
        return self._position

    async def commit(self, outputs: Sequence[Output], next_offset: int) -> int:
        """Write outputs and the offset to go on from, in one transaction.

        A fault of the broker is retried with a fresh producer, which fences the failed one. Whether the failed
        transaction was committed after all is read from the committed offset.

        Returns:
            How often it was retried.

        Raises:
            OwnerLostError: another worker owns the partition now; nothing of this was written.
            KafkaError: the broker did not take it after all retries.
        """

        async def attempt(number: int) -> None:
            if not number or not await self._is_committed(next_offset):
                await self._try(outputs, next_offset)

        _, retries = await self._persist(attempt)
        self._position = next_offset
        return retries

    async def stop(self) -> None:
        """Let go of the partition. A transaction that cannot be ended in time is left to the broker to abort."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), STOP_DEADLINE)
        except (*_RETRIED, TimeoutError) as error:
            logger.warning("producer of %s did not stop cleanly: %s", self._source, error)

    async def _persist(self, attempt: Callable[[int], Awaitable[_T]]) -> tuple[_T, int]:
        """Try until it works, and return how often it had to be tried again."""
        for number in range(ATTEMPTS):
            try:
                async with asyncio.timeout(ATTEMPT_DEADLINE):
                    return await attempt(number), number
            except ProducerFenced as error:
                raise OwnerLostError(f"another producer has taken {_place(self._source)} over") from error
            except _RETRIED as error:
                if number == ATTEMPTS - 1:
                    raise KafkaError(
                        f"no transaction of {_place(self._source)} after {ATTEMPTS} attempts: {error!r}"
                    ) from error
                logger.warning("transaction of %s failed, trying again: %r", _place(self._source), error)
                await asyncio.sleep(BACKOFF * 2**number)
        raise AssertionError("the last attempt returns or raises")

    async def _start(self) -> int:
        await self.stop()
        self._producer = AIOKafkaProducer(
            **self._client,
            transactional_id=self._transactional_id,
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
        reached = await self._start()
        if reached not in {self._position, next_offset}:
            raise OwnerLostError(
                f"{_place(self._source)} was at {self._position} and is at {reached}, which is not our doing"
            )
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


def _place(source: TopicPartition) -> str:
    return f"{source.topic}/{source.partition}"


def _seen(send: "asyncio.Future[Any]") -> None:
    if not send.cancelled():
        send.exception()

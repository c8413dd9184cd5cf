"""Faust's Kafka transport, with the three things that exactly-once needs and Faust does not do by itself.

It reads committed records only; it tells the loop about assignments before any record flows and after the last one has;
and it links what it fetches, so that a record that was dropped on the way is noticed.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Final, Protocol

from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from copydesk.kafka.progress import heed_refusals, seek_to_committed

LEAVE_DEADLINE: Final = 5.0
"""Seconds to leave a group in order; who does not is thrown out after the session timeout."""


class Assignments(Protocol):
    """Whoever works on the assigned partitions."""

    async def assigned(self, partitions: set[TP]) -> None:
        """These partitions, and no others, are ours now."""

    async def revoked(self, partitions: set[TP]) -> None:
        """These partitions are ours no more."""


class FetchedMessage(ConsumerMessage):
    """A message that knows the offset of the record fetched before it; ``None`` after a seek or an assignment."""

    __slots__ = ("previous",)

    def __init__(self, *args: Any, previous: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.previous = previous


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that talks to the group's coordinator and fetches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last_fetched: dict[Any, int] = {}

    def _create_worker_consumer(self, transport: Any) -> Any:
        # Faust reads uncommitted records unless its own exactly-once is on; this flag is all that it looks at.
        self.consumer.in_transaction = True
        try:
            return super()._create_worker_consumer(transport)
        finally:
            self.consumer.in_transaction = False

    async def on_start(self) -> None:
        """Connect; the subscription, and with it the first question for committed offsets, comes later."""
        await super().on_start()
        heed_refusals(self._ensure_consumer())

    async def on_thread_stop(self) -> None:
        """Stop the consumer.

        Who is in the middle of joining a group hears nothing before all others have joined, or were thrown out: that
        is not waited for. And while its broker is away, aiokafka's fetcher lets its own cancellation escape: the thread
        would die of it, and the worker would wait for it for ever.
        """
        stopping = asyncio.ensure_future(super().on_thread_stop())
        await asyncio.wait([stopping], timeout=LEAVE_DEADLINE)
        if not stopping.done():
            self._ensure_consumer()._coordinator._coordination_task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await stopping

    def waiting(self, tp: TP, next_offset: int) -> int | None:
        """Records from ``next_offset`` on, as far as the last fetch knows; ``None`` before the first one.

        A partition written in transactions ends with a marker that never arrives. So when everything is fetched, the
        last record counts and not the end of the log, which would leave one record waiting for ever.
        """
        consumer = self._ensure_consumer()
        if tp not in consumer.assignment():
            return None
        state = consumer._subscription.subscription.assignment.state_value(tp)
        if state.highwater is None or not state.has_valid_position:
            return None
        fetched_all = state.position >= state.highwater
        end: int = self._last_fetched.get(tp, -1) + 1 if fetched_all else state.highwater
        return max(0, end - next_offset)

    def rejoin(self) -> None:
        """Join the group again; may be called from any thread."""
        coordinator = self._ensure_consumer()._coordinator
        self.thread_loop.call_soon_threadsafe(coordinator.request_rejoin)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Go back to the committed offsets of all that is assigned."""
        committed: Mapping[TP, int] = await self.call_thread(seek_to_committed, self._ensure_consumer())
        return committed

    async def _fetch_records(self, *args: Any, **kwargs: Any) -> Any:
        fetched = await super()._fetch_records(*args, **kwargs)
        for partition, records in fetched.items():
            for record in records:
                last = self._last_fetched.get(partition)
                record.previous = last if last is not None and last < record.offset else None
                self._last_fetched[partition] = record.offset
        return fetched


class Consumer(driver.Consumer):
    """The consumer in the event loop."""

    transport: "Transport"
    _thread: ConsumerThread

    def waiting(self, tp: TP, next_offset: int) -> int | None:
        """Records of an assigned partition from ``next_offset`` on, or ``None`` before the first fetch."""
        return self._thread.waiting(tp, next_offset)

    def rejoin(self) -> None:
        """Ask the group again who owns what: everything is revoked and assigned anew."""
        self._thread.rejoin()

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def _to_message(self, tp: Any, record: Any) -> FetchedMessage:
        return FetchedMessage(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp / 1000.0,
            record.timestamp_type,
            record.headers,
            record.key,
            record.value,
            record.checksum,
            record.serialized_key_size,
            record.serialized_value_size,
            tp,
            generation_id=self.app.consumer_generation_id,
            previous=record.previous,
        )

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Let the loop finish or drop what is in flight before the partitions go.

        Faust stops the flow itself, but not where nothing is assigned yet: then records of the next assignment already
        flow, and for the moment in which it pauses them they are dropped, some in the middle of a batch.
        """
        self.stop_flow()
        await self.transport.assignments.revoked(revoked)
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Let the loop prepare before the first record of an assignment flows."""
        await self.transport.assignments.assigned(assigned)
        await super().on_partitions_assigned(assigned, generation_id)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Leave it to the watchdog, which looks at the lanes: Faust's own check fails while a position is not known."""


class Transport(driver.Transport):
    """The transport.

    Attributes:
        assignments: whoever works on the assigned partitions.
    """

    Consumer = Consumer
    assignments: Assignments

"""The Faust app of one stage: its agent, its consumer group, its lanes."""

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import faust
from aiokafka import TopicPartition
from faust.app.base import BootStrategy
from faust.types import TP

from agents import metrics
from agents.breaker import Breaker
from agents.desk import Desk
from agents.faust_settings import faust_settings
from agents.loop import Lane, Worker
from agents.room import Bounds
from agents.transactions import OwnerLostError, PartitionTransactions
from agents.transport import Consumer, Transport
from agents.watchdog import Sight
from copydesk.kafka.progress import CommittedOffsets
from copydesk.kafka.topics import group_of
from copydesk.pipeline import Stage
from copydesk.settings import Settings

logger = logging.getLogger(__name__)

LOSSES: Final = 5
LOSSES_WITHIN: Final = 120.0
"""Seconds. A woken zombie loses its partitions once; who loses again and again has a rival outside the group."""


class _ReadOnly(BootStrategy):
    """Faust's own producer is never used: what we write, we write in transactions."""

    enable_kafka_producer = False


class StageApp(faust.App):
    """Reads the topic of one stage in a group of its own, so that a stage scales and rebalances by itself.

    Args:
        stage: the row of the table.
        config: all settings.
        client: keyword arguments for the connection.
        worker: where the stage runs.
        on_fatal: told when the stage cannot go on; the process has to end then.
    """

    BootStrategy = _ReadOnly
    consumer: Consumer

    def __init__(
        self,
        stage: Stage,
        config: Settings,
        client: Mapping[str, Any],
        worker: Callable[[], Worker],
        on_fatal: Callable[[BaseException], None],
    ) -> None:
        group = group_of(stage, config)
        self.stage = stage
        self.config = config
        self.desk = Desk(stage, self._open_lane)
        self.offsets = CommittedOffsets(client, group)
        self._client = client
        self._worker = worker
        self._on_fatal = on_fatal
        self._breaker = Breaker(stage.name, config.breaker_articles, config.breaker_share)
        metrics.announce(stage.name)
        self._losses: deque[float] = deque(maxlen=LOSSES)
        super().__init__(**faust_settings(config, group, web=False))
        # Progress is committed with the outputs. A commit by Faust could land after a newer transaction and lower it,
        # and its list of acknowledged offsets grows under load: each second it takes one transaction at most off it.
        # Only the embedded broker forgets offsets that are sent within a transaction.
        topic = self.topic(stage.reads.name, acks=config.embedded == "yes")
        self.agent(topic, name=stage.name, concurrency=1)(self._body())

    async def on_start(self) -> None:
        """Be able to ask for committed offsets before Faust joins the group."""
        await self.offsets.start()
        await super().on_start()

    async def on_stop(self) -> None:
        """Stop reading, finish what is in flight, let go."""
        await super().on_stop()
        await self.offsets.stop()

    def waiting(self, tp: TP) -> int | None:
        """Records of a partition that its lane has not taken yet; ``None`` before the first fetch."""
        lane = self.desk.lanes.get(tp)
        return self.consumer.waiting(tp, lane.next_offset) if lane is not None else None

    def look(self) -> dict[str, Sight]:
        """What the watchdog sees of the lanes."""
        return {
            f"{tp.topic}/{tp.partition}": Sight(
                waits=bool(lane.in_flight or self.waiting(tp) or not lane.ready), moves=lane.moves
            )
            for tp, lane in list(self.desk.lanes.items())
        }

    def _body(self) -> Any:
        async def body(stream: Any) -> None:
            try:
                async for event in stream.noack().events():
                    await self.desk.take(event)
            except Exception as error:  # Faust would ack the event and restart the agent
                self._on_fatal(error)
                raise

        body.__qualname__ = self.stage.name  # what Faust calls the agent in its log
        return body

    async def _stop_consumer(self) -> None:
        await super()._stop_consumer()
        await self.desk.finish(self.config.stop_deadline / 2)

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""

    def _new_transport(self) -> Transport:
        transport = Transport(self.conf.broker_consumer, self)
        transport.assignments = self.desk
        return transport

    def _open_lane(self, tp: TP) -> Lane:
        return Lane(
            self.stage,
            self._worker(),
            PartitionTransactions(
                self._client,
                self.config.group,
                self.conf.id,
                TopicPartition(tp.topic, tp.partition),
                self.offsets,
            ),
            breaker=self._breaker,
            bounds=Bounds(self.config.in_flight, self.config.in_flight_bytes, self.config.transaction_articles),
            on_lost=self._on_lost,
            on_fatal=self._on_fatal,
        )

    def _on_lost(self, error: OwnerLostError) -> None:
        """Let go of a partition that somebody else has gone on with, and ask the group who owns what.

        A zombie learns here that it was thrown out; an owner whose transaction the broker has given up gets the
        partition back, and goes on from the committed offset.
        """
        if self.should_stop:  # nothing is asked for any more
            return
        now = time.monotonic()
        if len(self._losses) == LOSSES and now - self._losses[0] < LOSSES_WITHIN:
            self._on_fatal(error)
            return
        if not self._losses or now - self._losses[-1] > 1.0:  # all partitions of a zombie are lost at once
            self._losses.append(now)
        logger.warning("%s; asking the group again for the partitions of %s", error, self.stage.name)
        self.consumer.rejoin()

"""The Faust app: binds each row of the table to an agent. ``faust -A agents.app worker -l info``."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from typing import Any, NoReturn

import faust
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from agents.desk import Desk
from agents.faust_settings import faust_settings
from agents.home import Home
from agents.logs import quieten
from agents.loop import Lane, Worker
from agents.pool import Pool, PoolWorker
from agents.rebuild import committed_output
from agents.transactions import CommittedOffsets, PartitionTransactions
from agents.transport import Transport
from agents.web.server import Web, check_address
from copydesk.errors import CopydeskError, UsageError
from copydesk.kafka.settings import client_settings
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import STAGES, Stage
from copydesk.records import Record
from copydesk.settings import Settings, settings

logger = logging.getLogger(__name__)


def _give_up(error: UsageError) -> NoReturn:
    """One line for the person at the terminal. Nothing has been started that would need an orderly end."""
    print(f"copydesk: {error}", file=sys.stderr, flush=True)  # noqa: T201  the log may not be set up yet
    os._exit(2)


class CopydeskApp(faust.App):
    """Faust's app with the pool, the desk and the transport of Copydesk.

    The pool is warm before the first partition is taken; what is in flight is finished before the group is left.
    """

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.client = client_settings(config)
        self.offsets = CommittedOffsets(self.client, config.group)
        self.pool = Pool(config, self.on_fatal)
        self.desk = Desk(self._open_lane)
        self._ending: asyncio.Future[None] | None = None
        super().__init__(**faust_settings(config))

    async def on_start(self) -> None:
        """Prepare everything that the agents need, before Faust joins the group."""
        try:
            check_address(self.conf.web_bind, self.conf.web_port)
            await ensure_topics(self.config)
            await self.pool.start()
        except UsageError as error:
            _give_up(error)
        await self.offsets.start()
        await super().on_start()

    async def on_stop(self) -> None:
        """Stop reading, finish what is in flight, let go."""
        await super().on_stop()
        await self.pool.stop()
        await self.offsets.stop()

    async def _stop_consumer(self) -> None:
        await super()._stop_consumer()
        await self.desk.finish(self.config.stop_deadline)

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""

    def _new_transport(self) -> Transport:
        transport = Transport(self.conf.broker_consumer, self)
        transport.assignments = self.desk
        transport.faust_commits = self.config.embedded == "yes"
        return transport

    def _new_web(self) -> Web:
        return Web(self)

    def on_fatal(self, error: BaseException) -> None:
        """End this worker: another one, or its next life, goes on from what is committed."""
        known = isinstance(error, (KafkaError, CopydeskError))
        logger.critical(
            "this worker cannot go on: %s: %s", type(error).__name__, error, exc_info=None if known else error
        )
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())

    async def _end(self) -> None:
        """Leave the group in order, if the broker still lets us, and end with a status that tells of the failure."""
        try:
            async with asyncio.timeout(self.config.stop_deadline):
                await self.stop()
        finally:
            os._exit(1)

    def _open_lane(self, tp: TP, stage: Stage) -> Lane:
        source = TopicPartition(tp.topic, tp.partition)
        return Lane(
            stage,
            self._worker(stage),
            PartitionTransactions(self.client, self.config.group, source, self.offsets),
            in_flight=self.config.in_flight,
            batch=self.config.transaction_articles,
            on_fatal=self.on_fatal,
        )

    def _worker(self, stage: Stage) -> Worker:
        if stage.stateful:
            return Home(self.config, self._committed_output)
        return PoolWorker(self.pool, stage.name)

    def _committed_output(self) -> AsyncIterator[Record]:
        return committed_output(self.client)


def build() -> CopydeskApp:
    """Make the app from the environment, with one agent for each stage of the table."""
    quieten("aiokafka")
    try:
        made = CopydeskApp(settings())
    except UsageError as error:
        _give_up(error)
    for stage in STAGES:
        made.agent(made.topic(stage.reads.name), name=stage.name, concurrency=1)(_body(made, stage))
    return made


def _body(made: CopydeskApp, stage: Stage) -> Any:
    async def body(stream: Any) -> None:
        try:
            async for event in stream.noack().events():
                await made.desk.take(event)
        except Exception as error:  # Faust would ack the event and restart the agent
            made.on_fatal(error)
            raise

    body.__qualname__ = stage.name  # what Faust calls the agent in its log
    return body


app = build()

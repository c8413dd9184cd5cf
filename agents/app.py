"""The Faust app: binds each row of the table to an agent. ``faust -A agents.app worker -l info``."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Final, NoReturn

import faust
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy

from agents import memory
from agents.breaker import TooManyDeadError
from agents.faust_settings import faust_settings
from agents.home import Home, Since
from agents.lessons import LessonsReader
from agents.logs import forget_the_told, quieten
from agents.loop import Worker
from agents.pool import Pool, PoolWorker
from agents.rebuild import committed_output
from agents.stage_app import StageApp
from agents.watchdog import Sight, Watchdog
from agents.web.server import Web, check_address
from copydesk.errors import CopydeskError, UsageError
from copydesk.kafka.settings import client_settings
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import Stage, stages_named
from copydesk.records import Record
from copydesk.settings import Settings, settings

logger = logging.getLogger(__name__)

FAILED: Final = 1
USAGE: Final = 2
BROKEN: Final = 3
"""Exit status of a worker that its breaker has stopped: a supervisor should not start it again by itself."""


def _give_up(error: UsageError) -> NoReturn:
    """One line for the person at the terminal. Nothing has been started that would need an orderly end."""
    print(f"copydesk: {error}", file=sys.stderr, flush=True)  # noqa: T201  the log may not be set up yet
    os._exit(USAGE)


class _WebOnly(BootStrategy):
    """This app reads and writes nothing itself."""

    enable_kafka_producer = False


class CopydeskApp(faust.App):
    """The worker: the web view, the pool, and an app for each stage.

    The pool is warm before the first partition is taken; what is in flight is finished before the groups are left.
    """

    BootStrategy = _WebOnly
    producer_only = True

    def __init__(self, config: Settings) -> None:
        self.config = config
        self.client = client_settings(config)
        self.pool = Pool(config, self.on_fatal)
        cleans = any(stage.name == "clean" for stage in stages_named(config.stages))
        self.lessons = LessonsReader(self.client, self.pool.lessons, self.on_fatal) if cleans else None
        self.home = Home(config, self._committed_output)
        self.watchdog = Watchdog(self._look, config.stall_deadline)
        self._ending: asyncio.Future[None] | None = None
        super().__init__(**faust_settings(config, config.group, web=True))
        self.stages = tuple(
            StageApp(stage, config, self.client, partial(self._worker, stage), self.on_fatal)
            for stage in stages_named(config.stages)
        )

    async def on_start(self) -> None:
        """Prepare everything that the agents need, before Faust joins the groups."""
        try:
            check_address(self.conf.web_bind, self.conf.web_port)
            await ensure_topics(self.config)
            await self.pool.start()
        except UsageError as error:
            _give_up(error)
        await super().on_start()

    async def on_started(self) -> None:
        """Start the stages, all at once: each waits for its group."""
        for app in self.stages:
            self.add_dependency(app)
        self.watchdog.start()
        try:
            if self.lessons is not None:
                await self.lessons.start()
            await asyncio.gather(*(app.maybe_start() for app in self.stages))
        except (KafkaError, UsageError) as error:  # the broker, or a topic, went away while the models were loaded
            self.on_fatal(error)
            await asyncio.Event().wait()  # nothing may go on from here; the process ends
        await super().on_started()

    async def on_stop(self) -> None:
        """Stop reading, finish what is in flight, let go."""
        self.loop.call_later(self.config.stop_deadline, self._too_late)
        await asyncio.gather(*(app.stop() for app in self.stages))
        await super().on_stop()
        self.watchdog.stop()
        if self.lessons is not None:
            await self.lessons.stop()
        await self.pool.stop()
        await self.home.end()

    def _too_late(self) -> None:
        logger.critical("not stopped within %g s; what is not committed will be done again", self.config.stop_deadline)
        os._exit(FAILED)

    def _create_directories(self) -> None:
        """Nothing is kept on disk."""

    def _new_web(self) -> Web:
        return Web(self)

    def on_fatal(self, error: BaseException) -> None:
        """End this worker: another one, or its next life, goes on from what is committed."""
        known = isinstance(error, (KafkaError, CopydeskError))
        logger.critical("this worker cannot go on: %s", str(error) or repr(error), exc_info=None if known else error)
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end(BROKEN if isinstance(error, TooManyDeadError) else FAILED))

    async def _end(self, status: int) -> None:
        """Leave the groups in order, if the broker still lets us, and end with a status that tells of the failure."""
        try:
            async with asyncio.timeout(self.config.stop_deadline):
                await self.stop()
        finally:
            os._exit(status)

    def _worker(self, stage: Stage) -> Worker:
        return self.home if stage.stateful else PoolWorker(self.pool, stage.name)

    def _committed_output(self, since: Since | None) -> AsyncIterator[Record]:
        return committed_output(self.client, since)

    def _look(self) -> Mapping[str, Sight]:
        return {name: sight for app in self.stages for name, sight in app.look().items()}


def build() -> CopydeskApp:
    """Make the app from the environment."""
    memory.settle()
    quieten("aiokafka")
    forget_the_told()
    try:
        return CopydeskApp(settings())
    except UsageError as error:
        _give_up(error)


app = build()

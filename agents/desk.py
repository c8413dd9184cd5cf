"""The desk of a stage: its lanes in this worker, opened and closed as partitions come and go."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from faust.types import TP

from agents import metrics
from agents.loop import Lane
from copydesk.pipeline import Stage

logger = logging.getLogger(__name__)


class Desk:
    """Holds a lane for each assigned partition.

    Args:
        stage: whose lanes they are.
        open_lane: makes the lane of a partition.
    """

    def __init__(self, stage: Stage, open_lane: Callable[[TP], Lane]) -> None:
        self._stage = stage
        self._open_lane = open_lane
        self.lanes: dict[TP, Lane] = {}
        self.assignments = 0
        self._finished = False

    async def assigned(self, partitions: set[TP]) -> None:
        """Open the lanes of a new assignment.

        A worker that is stopped while it joins its group may still be given partitions, which its next moment gives
        back: nobody would close lanes that are opened by then.
        """
        await self.revoked(set(self.lanes))
        if self._finished:
            return
        self.lanes = {tp: self._open_lane(tp) for tp in sorted(partitions) if tp.topic == self._stage.reads.name}
        self.assignments += 1
        self._count()

    async def revoked(self, partitions: set[TP]) -> None:
        """Close the lanes of partitions that are taken away."""
        closing = [self.lanes.pop(tp) for tp in partitions if tp in self.lanes]
        await asyncio.gather(*(lane.close() for lane in closing))
        self._count()

    async def take(self, event: Any) -> None:
        """Hand an event to its lane. Without one, its partition is no longer ours, and its next owner reads it."""
        lane = self.lanes.get(event.message.tp)
        if lane is not None:
            await lane.put(event)

    async def finish(self, deadline: float) -> None:
        """Finish what is in flight within ``deadline`` seconds, then close all lanes, and open no others."""
        self._finished = True
        drained = asyncio.gather(*(lane.drained() for lane in self.lanes.values()))
        try:
            await asyncio.wait_for(drained, deadline)
        except TimeoutError:
            logger.warning("not all that was in flight could be finished; it will be done again")
        await self.revoked(set(self.lanes))

    def _count(self) -> None:
        metrics.PARTITIONS.labels(self._stage.name).set(len(self.lanes))

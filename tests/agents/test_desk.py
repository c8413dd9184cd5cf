"""The desk: a lane for each partition that the worker has, and none once it has finished."""

from unittest.mock import AsyncMock, Mock

from faust.types import TP

from agents.desk import Desk
from copydesk.pipeline import STAGES

READS = STAGES[0].reads.name


def lane(_: TP) -> Mock:
    return Mock(drained=AsyncMock(), close=AsyncMock())


async def test_an_assignment_has_a_lane_for_each_partition_that_the_stage_reads() -> None:
    desk = Desk(STAGES[0], lane)
    await desk.assigned({TP(READS, 0), TP(READS, 1), TP("another", 0)})
    assert set(desk.lanes) == {TP(READS, 0), TP(READS, 1)}


async def test_an_assignment_closes_the_lanes_of_the_one_before() -> None:
    desk = Desk(STAGES[0], lane)
    await desk.assigned({TP(READS, 0)})
    before = desk.lanes[TP(READS, 0)]
    await desk.assigned({TP(READS, 0)})
    before.close.assert_awaited_once()  # type: ignore[attr-defined]  # it is a mock
    assert desk.lanes[TP(READS, 0)] is not before


async def test_what_is_assigned_to_a_worker_that_has_stopped_gets_no_lane() -> None:
    desk = Desk(STAGES[0], lane)
    await desk.finish(1.0)
    await desk.assigned({TP(READS, 0)})
    assert not desk.lanes

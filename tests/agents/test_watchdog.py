"""The watchdog: a worker that stands still while articles wait ends, and says where it stands."""

import asyncio
import logging
import threading
from collections.abc import Mapping

import pytest

from agents.watchdog import Sight, Watchdog

DEADLINE = 0.6


class Bench:
    """A watchdog over lanes that the test moves."""

    def __init__(self, lanes: dict[str, Sight]) -> None:
        self.lanes = lanes
        self.looks = 0
        self.ended = threading.Event()
        self.watchdog = Watchdog(self._look, DEADLINE, self.ended.set)

    def _look(self) -> Mapping[str, Sight]:
        self.looks += 1
        return self.lanes

    async def looked(self, times: int) -> None:
        wanted = self.looks + times
        async with asyncio.timeout(30):
            while self.looks < wanted:  # noqa: ASYNC110  the watchdog looks from a thread
                await asyncio.sleep(0.01)


async def test_a_lane_that_stands_still_ends_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    """The log names the lane, and shows the stacks of threads and tasks."""

    async def stuck_for_good() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(stuck_for_good())
    bench = Bench({"news.raw.v1/3": Sight(waits=True, moves=7), "news.raw.v1/4": Sight(waits=False, moves=7)})
    with caplog.at_level(logging.CRITICAL):
        bench.watchdog.start()
        assert await asyncio.to_thread(bench.ended.wait, 30)
    (record,) = caplog.records
    said = record.getMessage()
    assert "articles wait: news.raw.v1/3; ending this worker" in said
    assert "stuck_for_good" in said
    assert "Thread 0x" in said
    task.cancel()


async def test_a_lane_that_moves_or_has_nothing_to_do_is_left_alone() -> None:
    """However long it takes, progress is progress; and an idle worker may idle for ever."""
    bench = Bench({"moving": Sight(waits=True, moves=0), "idle": Sight(waits=False, moves=0)})
    bench.watchdog.start()
    for moves in range(1, 40):
        bench.lanes = bench.lanes | {"moving": Sight(waits=True, moves=moves)}
        await bench.looked(3)
    assert not bench.ended.is_set()
    bench.watchdog.stop()


async def test_an_event_loop_that_hangs_ends_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    """The watchdog has a thread of its own: it sees what no task could."""
    bench = Bench({})
    with caplog.at_level(logging.CRITICAL):
        bench.watchdog.start()
        assert bench.ended.wait(30)  # blocks the loop on purpose
    assert "articles wait: event loop" in caplog.text

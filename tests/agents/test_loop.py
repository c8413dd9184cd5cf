"""The lane: each record ends in one of output or dead letter, in order, and none is skipped."""

import asyncio
from dataclasses import dataclass, field

import pytest

from agents.breaker import Breaker, TooManyDeadError
from agents.frames import Result
from agents.home import HomeLostError
from agents.loop import CancelledLaneError, HoleError, Lane
from agents.room import Bounds
from agents.transactions import OwnerLostError
from copydesk.errors import Reason
from copydesk.pipeline import STAGES, Stage
from copydesk.records import Failure, Output, Record


@dataclass
class Message:
    offset: int
    previous: int | None
    topic: str = "news.raw.v1"
    partition: int = 0
    timestamp: float = 0.0
    key: bytes = b"k"
    value: bytes = b"v"
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Event:
    message: Message
    acked: bool = False

    def ack(self) -> None:
        self.acked = True


@dataclass
class FakeWorker:
    """A worker whose futures the test resolves."""

    started: list[int] = field(default_factory=list)
    moves: int = 0
    committed_offset: int | None = None
    futures: dict[int, asyncio.Future[Result]] = field(default_factory=dict)

    async def start(self, next_offset: int) -> None:
        self.started.append(next_offset)

    def committed(self, next_offset: int) -> None:
        self.committed_offset = next_offset

    arrival: asyncio.Event = field(default_factory=asyncio.Event)

    def submit(self, record: Record) -> asyncio.Future[Result]:
        self.futures[record.offset] = asyncio.get_running_loop().create_future()
        self.arrival.set()
        return self.futures[record.offset]

    async def resubmitted(self, offset: int, old: asyncio.Future[Result]) -> None:
        while self.futures[offset] is old:
            self.arrival.clear()
            await asyncio.wait_for(self.arrival.wait(), 5)

    async def stop(self) -> None:
        pass

    def finish(self, offset: int, failure: Failure | None = None) -> None:
        outputs = [] if failure else [Output("news.clean.v1", b"k", str(offset).encode())]
        self.futures[offset].set_result(Result(outputs, failure, 0.0))


@dataclass
class FakeTransactions:
    """Remembers what was committed."""

    committed: list[Output] = field(default_factory=list)
    next_offset: int | None = None
    broken: BaseException | None = None
    position: int = 0
    progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def start(self) -> int:
        return self.position

    async def commit(self, outputs: list[Output], next_offset: int) -> int:
        if self.broken is not None:
            raise self.broken
        async with self.progress:
            self.committed += outputs
            self.next_offset = next_offset
            self.progress.notify_all()
        return 0

    async def stop(self) -> None:
        pass

    async def until(self, next_offset: int) -> None:
        async with self.progress:
            await asyncio.wait_for(self.progress.wait_for(lambda: self.next_offset == next_offset), 5)


@dataclass
class Bench:
    lane: Lane
    worker: FakeWorker
    transactions: FakeTransactions
    fatal: list[BaseException]
    lost: list[OwnerLostError]

    async def put(self, *offsets: int) -> list[Event]:
        """Put records that were fetched one after the other."""
        events = []
        previous = offsets[0] - 1
        for offset in offsets:
            events.append(Event(Message(offset, previous)))
            previous = offset
            await self.lane.put(events[-1])
        return events


def bench(committed: int = 10, stage: Stage = STAGES[0], breaker: Breaker | None = None, **bounds: int) -> Bench:
    worker, transactions = FakeWorker(), FakeTransactions(position=committed)
    fatal, lost = list[BaseException](), list[OwnerLostError]()
    lane = Lane(
        stage,
        worker,
        transactions,
        breaker=breaker or Breaker("clean", 200, 0.5),
        bounds=Bounds(**({"records": 8, "size": 1_000, "transaction": 4} | bounds)),
        on_lost=lost.append,
        on_fatal=fatal.append,
    )
    return Bench(lane, worker, transactions, fatal, lost)


async def test_outcomes_are_committed_in_order_of_arrival() -> None:
    """A record that is done early waits for those before it."""
    made = bench()
    events = await made.put(10, 11, 12)
    made.worker.finish(12)
    made.worker.finish(11)
    made.worker.finish(10)
    await made.transactions.until(13)
    assert [output.value for output in made.transactions.committed] == [b"10", b"11", b"12"]
    await made.lane.drained()
    assert all(event.acked for event in events)
    await made.lane.close()


async def test_nothing_is_acked_before_its_transaction() -> None:
    """Without an outcome there is neither a commit nor an ack."""
    made = bench()
    events = await made.put(10, 11)
    made.worker.finish(11)
    await asyncio.sleep(0)
    assert made.transactions.next_offset is None
    assert not any(event.acked for event in events)
    await made.lane.close()
    assert not any(event.acked for event in events)


async def test_what_an_older_owner_committed_is_dropped() -> None:
    """A record below the committed offset is acked and not run again."""
    made = bench(committed=12)
    events = await made.put(10, 11, 12)
    assert [event.acked for event in events] == [True, True, False]
    assert list(made.worker.futures) == [12]
    await made.lane.close()


async def test_gaps_of_transaction_markers_are_no_holes() -> None:
    """Offsets may jump as long as each record follows the one fetched before it."""
    made = bench()
    await made.put(10, 12, 15)
    for offset in (10, 12, 15):
        made.worker.finish(offset)
    await made.transactions.until(16)
    await made.lane.close()


async def test_a_dropped_record_is_noticed() -> None:
    """A record whose predecessor never arrived must not be committed past it."""
    made = bench()
    await made.put(10)
    with pytest.raises(HoleError, match="offset 12 was fetched after 11, but arrived after 10"):
        await made.lane.put(Event(Message(12, previous=11)))
    await made.lane.close()


async def test_the_first_record_of_an_assignment_may_not_be_missing() -> None:
    """A lane whose first record follows an uncommitted one refuses it."""
    made = bench()
    with pytest.raises(HoleError):
        await made.lane.put(Event(Message(12, previous=11)))
    await made.lane.close()


async def test_a_seek_back_repeats_without_harm() -> None:
    """Records that come again after a seek are dropped, and the order goes on behind them."""
    made = bench()
    await made.put(10, 11)
    await made.lane.put(Event(Message(10, previous=None)))
    await made.lane.put(Event(Message(11, previous=10)))
    await made.lane.put(Event(Message(12, previous=11)))
    assert list(made.worker.futures) == [10, 11, 12]
    await made.lane.close()


async def test_a_failure_becomes_a_dead_letter() -> None:
    """The dead letter carries the original bytes and goes into the same transaction as the offset."""
    made = bench()
    await made.put(10)
    made.worker.finish(10, Failure(Reason.EMPTY, "Reject", "no content"))
    await made.transactions.until(11)
    (dead,) = made.transactions.committed
    assert (dead.topic, dead.key, dead.value) == ("news.dead.v1", b"k", b"v")
    assert ("copydesk-dead-reason", b"empty") in dead.headers
    await made.lane.close()


async def test_backpressure_bounds_what_is_in_flight() -> None:
    """The lane takes no more than its bound until something is committed."""
    made = bench(records=2)
    await made.put(10, 11)
    third = asyncio.create_task(made.lane.put(Event(Message(12, previous=11))))
    done, _ = await asyncio.wait([third], timeout=0.05)
    assert not done
    made.worker.finish(10)
    await asyncio.wait_for(third, 5)
    await made.lane.close()


async def test_a_lost_home_is_rebuilt_and_everything_linked_again() -> None:
    """When the window is lost, all uncommitted records run again on the rebuilt one, in order."""
    made = bench()
    await made.put(10, 11)
    made.worker.finish(10)
    lost = dict(made.worker.futures)
    lost[11].set_exception(HomeLostError("killed"))
    await made.worker.resubmitted(11, lost[11])
    made.worker.finish(10)
    made.worker.finish(11)
    await made.transactions.until(12)
    assert made.worker.started == [10, 10]
    assert [output.value for output in made.transactions.committed] == [b"10", b"11"]
    await made.lane.close()


async def test_a_broken_commit_is_fatal() -> None:
    """A lane that cannot commit tells so: the process must end rather than skip."""
    made = bench()
    made.transactions.broken = RuntimeError("no broker")
    await made.put(10)
    made.worker.finish(10)
    await asyncio.wait([made.lane._task])
    assert [str(error) for error in made.fatal] == ["no broker"]
    await made.lane.close()


async def test_a_lane_that_was_cancelled_from_outside_does_not_stand_still() -> None:
    """A library that lets a cancellation of its own escape would else leave a lane that waits and looks well."""
    made = bench()
    made.transactions.broken = asyncio.CancelledError()
    await made.put(10)
    made.worker.finish(10)
    await asyncio.wait([made.lane._task])
    await asyncio.sleep(0)
    assert [type(error) for error in made.fatal] == [CancelledLaneError]
    assert made.lane.closed
    await made.lane.close()


async def test_a_lane_that_is_closed_is_no_reason_to_end() -> None:
    """Closing cancels it, too."""
    made = bench()
    await made.put(10)
    await made.lane.close()
    assert made.fatal == []


async def test_a_lost_partition_is_let_go() -> None:
    """When somebody else has gone on with the partition, the lane drops everything and is no reason to end."""
    made = bench()
    made.transactions.broken = OwnerLostError("somebody else")
    events = await made.put(10, 11)
    made.worker.finish(10)
    await asyncio.wait([made.lane._task])
    await asyncio.sleep(0)
    assert [str(error) for error in made.lost] == ["somebody else"]
    assert made.fatal == []
    assert made.lane.closed
    await made.put(12)
    assert list(made.worker.futures) == [10, 11]
    assert not any(event.acked for event in events)
    await made.lane.close()


async def test_bytes_in_flight_are_bounded() -> None:
    """A large record waits for those before it; one that is larger than the bound goes alone."""
    made = bench(size=10)
    await made.put(10)
    large = Event(Message(11, previous=10, value=b"x" * 50))
    second = asyncio.create_task(made.lane.put(large))
    done, _ = await asyncio.wait([second], timeout=0.05)
    assert not done
    made.worker.finish(10)
    await asyncio.wait_for(second, 5)
    assert made.lane.in_flight == 1
    await made.lane.close()


async def test_the_breaker_stops_before_the_dead_letters_are_written() -> None:
    """What would be one dead letter too many is neither committed nor acked."""
    made = bench(breaker=Breaker("clean", window=4, share=0.5))
    events = await made.put(10, 11, 12, 13)
    made.worker.finish(10)
    await made.transactions.until(11)
    for offset in (11, 12, 13):
        made.worker.finish(offset, Failure(Reason.STAGE_FAILED, "ValueError", "a bad deploy"))
    await asyncio.wait([made.lane._task])
    await asyncio.sleep(0)
    assert made.transactions.next_offset == 11
    assert [event.acked for event in events] == [True, False, False, False]
    (error,) = made.fatal
    assert isinstance(error, TooManyDeadError)
    assert "3 of the last 4 articles of clean became dead letters (3 stage-failed)" in str(error)
    assert "COPYDESK_BREAKER_SHARE" in str(error)
    await made.lane.close()


async def test_a_stage_with_state_finishes_what_is_in_flight_before_it_lets_go() -> None:
    """Its state is then that of the committed output, and need not be rebuilt; nothing more is taken meanwhile."""
    made = bench(stage=STAGES[-1])
    await made.put(10)
    closing = asyncio.create_task(made.lane.close())
    late = asyncio.create_task(made.lane.put(Event(Message(11, previous=10))))
    await asyncio.sleep(0)
    made.worker.finish(10)
    await asyncio.wait_for(asyncio.gather(closing, late), 5)
    assert made.worker.committed_offset == 11
    assert list(made.worker.futures) == [10]

"""The home of link: its window is lost with its process, and comes back from committed output alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from agents.home import Home, HomeLostError, Since
from agents.process import WorkerProcess
from copydesk.errors import Reason
from copydesk.pipeline import STAGES
from copydesk.records import LINKED_OFFSET, Failure, Record
from copydesk.runner import process
from copydesk.settings import Settings

TEXT = "The harbour reopened on Tuesday after a week of storms, officials of the port said."

KILLER = "KILL the process with this text, which is long enough to be an article of its own."


def classified(offset: int, text: str = TEXT, article_id: str = "a") -> Record:
    """A record of the classified topic, made by the stages themselves."""
    record = Record("news.raw.v1", 0, offset, 0, article_id.encode(), f"{text} It was day {offset}.".encode())
    for stage in STAGES[:-1]:
        outcome = process(stage, record)
        assert not isinstance(outcome, Failure), outcome
        (output,) = outcome
        record = Record(output.topic, 0, offset, 0, output.key, output.value, output.headers)
    return record


class Committed:
    """Committed output as the broker would give it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.asked: list[Since | None] = []

    async def __call__(self, since: Since | None) -> AsyncIterator[Record]:
        self.asked.append(since)
        for record in self.records:
            yield record


def home(committed: Committed) -> Home:
    return Home(Settings(article_deadline=2.0), committed, module="tests.agents.poison_child")


def revision(record_value: bytes | None) -> bytes:
    assert record_value is not None
    return record_value.split(b'"revision":')[1].split(b",")[0]


async def test_the_window_is_rebuilt_from_committed_output() -> None:
    """A fresh home that reads what was committed goes on counting revisions where the old one stopped."""
    committed = Committed()
    first = home(committed)
    await first.start(0)
    result = await first.submit(classified(1))
    enriched = result.outputs[0]
    assert revision(enriched.value) == b"1"
    assert (LINKED_OFFSET, b"1") in enriched.headers
    await first.end()

    committed.records = [Record(enriched.topic, 0, 0, 0, enriched.key, enriched.value, enriched.headers)]
    second = home(committed)
    await second.start(0)
    result = await second.submit(classified(2))
    assert revision(result.outputs[0].value) == b"2"
    await second.end()


async def test_uncommitted_decisions_leave_no_trace() -> None:
    """Without committed output a fresh home starts at revision 1 again."""
    made = home(Committed())
    for _ in range(2):
        await made.start(0)
        result = await made.submit(classified(1))
        assert revision(result.outputs[0].value) == b"1"
    await made.end()


async def test_a_killer_of_the_home_is_buried_after_two_tries() -> None:
    """An article that kills the home fails it twice and is a dead letter the third time; its neighbour is linked."""
    made = home(Committed())
    for _ in range(2):
        await made.start(0)
        killer = made.submit(classified(1, KILLER))
        neighbour = made.submit(classified(2))
        with pytest.raises(HomeLostError):
            await killer
        with pytest.raises(HomeLostError):
            await neighbour
    await made.start(0)
    result = await made.submit(classified(1, KILLER))
    assert result.failure is not None
    assert result.failure.reason is Reason.KILLED_WORKER
    assert (await made.submit(classified(2))).failure is None
    await made.end()


async def test_a_committed_window_outlives_its_lane() -> None:
    """When the partition comes back with nothing done elsewhere, nothing is read again."""
    committed = Committed()
    made = home(committed)
    await made.start(0)
    await made.submit(classified(1))
    made.committed(2)
    await made.stop()
    await made.start(2)
    result = await made.submit(classified(2))
    assert revision(result.outputs[0].value) == b"2"
    assert committed.asked == [None]
    await made.end()


async def test_a_kept_window_takes_in_what_others_have_committed() -> None:
    """Another worker has linked a record meanwhile: only what follows from there is read."""
    committed = Committed()
    made, other = home(committed), home(Committed())
    await made.start(0)
    first = await made.submit(classified(1))
    made.committed(2)
    await made.stop()

    await other.start(0)
    await other.submit(classified(1))
    second = (await other.submit(classified(2))).outputs[0]
    await other.end()
    assert revision(first.outputs[0].value) == b"1"
    committed.records = [Record(second.topic, 0, 0, 0, second.key, second.value, second.headers)]
    await made.start(3)
    result = await made.submit(classified(3))
    assert revision(result.outputs[0].value) == b"3"
    assert [since and since.offset for since in committed.asked] == [None, 2]
    await made.end()


async def test_a_window_that_ran_ahead_is_not_kept() -> None:
    """What was decided and not committed is forgotten with its process."""
    committed = Committed()
    made = home(committed)
    await made.start(0)
    await made.submit(classified(1))
    await made.stop()
    await made.start(0)
    result = await made.submit(classified(1))
    assert revision(result.outputs[0].value) == b"1"
    assert committed.asked == [None, None]
    await made.end()


async def test_a_rebuild_that_was_cut_short_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partitions that move all the time would else never be worked on."""
    monkeypatch.setattr("agents.home.RESTORE_BATCH", 1)
    other = home(Committed())
    await other.start(0)
    outputs = [(await other.submit(classified(offset))).outputs[0] for offset in (1, 2)]
    await other.end()
    records = [Record(one.topic, 0, 0, 0, one.key, one.value, one.headers) for one in outputs]
    asked: list[Since | None] = []
    first_is_in = asyncio.Event()

    async def committed(since: Since | None) -> AsyncIterator[Record]:
        asked.append(since)
        if since is None:
            yield records[0]
            first_is_in.set()
            await asyncio.Event().wait()
        yield records[1]

    made = Home(Settings(article_deadline=2.0), committed, module="tests.agents.poison_child")
    cut_short = asyncio.ensure_future(made.start(3))
    await first_is_in.wait()
    cut_short.cancel()
    await asyncio.gather(cut_short, return_exceptions=True)
    await made.stop()
    await made.start(3)
    assert revision((await made.submit(classified(3))).outputs[0].value) == b"3"
    assert [since and since.offset for since in asked] == [None, 2]
    await made.end()


async def test_a_rebuild_that_is_cut_short_within_a_batch_stays_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply to the batch is waited for: it would be taken for that to the first article."""
    committed = Committed()
    other = home(Committed())
    await other.start(0)
    enriched = (await other.submit(classified(1))).outputs[0]
    await other.end()
    committed.records = [Record(enriched.topic, 0, 0, 0, enriched.key, enriched.value, enriched.headers)]
    made = home(committed)
    sent = asyncio.Event()
    restore = WorkerProcess.restore

    async def telling(process: WorkerProcess, records: Sequence[Record]) -> None:
        sent.set()
        await restore(process, records)

    monkeypatch.setattr(WorkerProcess, "restore", telling)
    cut_short = asyncio.ensure_future(made.start(2))
    await sent.wait()
    cut_short.cancel()
    await asyncio.gather(cut_short, return_exceptions=True)
    await made.stop()
    await made.start(2)
    assert revision((await made.submit(classified(2))).outputs[0].value) == b"2"
    assert committed.asked == [None]
    await made.end()

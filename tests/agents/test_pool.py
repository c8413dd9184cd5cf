"""The worker processes: what one article does costs that article alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import psutil
import pytest

from agents.pool import Pool
from copydesk import codec
from copydesk.errors import Reason, UsageError
from copydesk.events import CleanArticle, Clutter
from copydesk.records import Record
from copydesk.settings import Settings

TEXT = "The harbour reopened on Tuesday after a week of storms, officials of the port said."


def raw(offset: int, text: str = TEXT) -> Record:
    return Record("news.raw.v1", 0, offset, 0, f"a{offset}".encode(), text.encode())


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    fatal: list[BaseException] = []
    made = Pool(Settings(workers=2, article_deadline=3.0), fatal.append, module="tests.agents.poison_child")
    await made.start()
    yield made
    await made.stop()
    assert fatal == []


async def test_every_record_gets_its_outcome(pool: Pool) -> None:
    """Each of many records comes back with its own output."""
    results = await asyncio.gather(*(pool.submit("clean", raw(offset)) for offset in range(200)))
    assert [result.outputs[0].key for result in results] == [f"a{offset}".encode() for offset in range(200)]


async def test_a_killer_is_tried_twice_and_buried_alone(pool: Pool) -> None:
    """An article that kills its process becomes a dead letter, and its neighbours in the batch do not."""
    results = await asyncio.gather(
        *(pool.submit("clean", raw(offset, "KILL me" if offset == 7 else TEXT)) for offset in range(20))
    )
    dead = {offset: result.failure for offset, result in enumerate(results) if result.failure}
    assert list(dead) == [7]
    assert dead[7] is not None
    assert dead[7].reason is Reason.KILLED_WORKER
    assert results[7].attempts == 2


async def test_a_hanging_article_meets_its_deadline(pool: Pool) -> None:
    """An article that hangs becomes a dead letter at its deadline; the process is replaced."""
    results = await asyncio.gather(
        *(pool.submit("clean", raw(offset, "HANG" if offset == 3 else TEXT)) for offset in range(8))
    )
    failures = [result.failure for result in results if result.failure]
    assert [failure.reason for failure in failures] == [Reason.DEADLINE]
    again = await pool.submit("clean", raw(99))
    assert again.failure is None


async def test_a_cancelled_record_is_not_run(pool: Pool) -> None:
    """What its partition's lane gave up is skipped, not run for nobody."""
    waiting = pool.submit("clean", raw(1, "HANG"))
    waiting.cancel()
    result = await pool.submit("clean", raw(2))
    assert result.failure is None


async def test_an_old_process_is_replaced() -> None:
    """After the set number of articles a process makes way for a fresh one, and nothing is lost."""
    fatal: list[BaseException] = []
    settings = Settings(workers=1, recycle_articles=5, batch_articles=5)
    made = Pool(settings, fatal.append, module="tests.agents.poison_child")
    await made.start()
    try:
        results = await asyncio.gather(*(made.submit("clean", raw(offset)) for offset in range(23)))
        assert all(result.failure is None for result in results)
        assert fatal == []
    finally:
        await made.stop()


async def test_a_process_killed_while_it_starts_is_started_again(pool: Pool) -> None:
    """Losing the replacement of a lost process is no reason to give up the worker."""
    dead = await asyncio.gather(pool.submit("clean", raw(1, "KILL")), pool.submit("clean", raw(2, "KILL")))
    assert all(result.failure is not None for result in dead)
    starting = psutil.Process().children()
    assert starting
    for process in starting:
        process.kill()
    assert (await pool.submit("clean", raw(3))).failure is None


async def test_a_process_that_cannot_start_is_told_at_once() -> None:
    """A fault of the set-up is not tried again and again: the worker ends with one line."""
    made = Pool(Settings(workers=2), lambda _: None, module="tests.agents.no_such_module")
    with pytest.raises(UsageError, match="could not start"):
        await made.start()


async def test_every_process_knows_what_was_learned_before() -> None:
    """Those that run, and those that take their place; what is learned anew replaces what was."""
    line = "Our reporters follow this and other ports along the coast on every day of the week."
    body = f"{TEXT}\n\n{line}\n\nNobody was hurt, the mayor said, and the crews went home to their families."
    value = codec.dump({"content": body, "url": "https://harbour.example/a", "title": "The harbour is open again"})

    def lesson(number: int, *lines: str) -> Record:
        learned = Clutter(
            outlet="harbour.example", version=f"v{number}", lines=list(lines), learned=datetime(2026, 3, 1, tzinfo=UTC)
        )
        return Record("news.clutter.v1", 0, number, 0, b"harbour.example", codec.encode(learned))

    async def cleaned(offset: int) -> tuple[str | None, bool]:
        result = await made.submit("clean", Record("news.raw.v1", 0, offset, 0, f"a{offset}".encode(), value))
        article = codec.decode(result.outputs[0].value or b"", CleanArticle)
        return article.clutter, line in article.text

    fatal: list[BaseException] = []
    made = Pool(Settings(workers=1, recycle_articles=2, batch_articles=1), fatal.append)
    await made.start()
    try:
        assert await cleaned(0) == (None, True)
        made.lessons.add(lesson(0, "Another line, of no importance here."))
        made.lessons.add(lesson(1, line))
        assert [await cleaned(offset) for offset in range(1, 5)] == [("v1", False)] * 4
        made.lessons.add(lesson(2))
        assert await cleaned(5) == ("v2", True)
        assert fatal == []
    finally:
        await made.stop()

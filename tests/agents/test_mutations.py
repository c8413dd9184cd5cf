"""Whatever bytes arrive, each record ends in an event or a dead letter with a reason, and no process is lost."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator

from agents.frames import Result
from agents.home import Home, Since
from agents.pool import Pool
from benchmarks.fuzz.mutations import EXAMPLES, MUTATIONS
from copydesk.errors import Reason
from copydesk.pipeline import STAGES
from copydesk.records import Record
from copydesk.settings import Settings

COUNT = 2_000
SEED = 20_260_501


def huge() -> list[bytes]:
    """Far beyond the limit, in each form."""
    return [
        b"The same sentence again and again, for twenty megabytes. " * 350_000,
        b"<html><body>" + b"<p>A paragraph of a page without an end.</p>" * 450_000,
        b'{"content": "' + b"x" * 20_000_000 + b'"}',
    ]


async def through(pool: Pool, home: Home, record: Record) -> Result:
    """Run a record through all stages, as far as it gets."""
    for stage in STAGES:
        result = await (home.submit(record) if stage.stateful else pool.submit(stage.name, record))
        if result.failure is not None or stage.stateful:
            return result
        (output,) = result.outputs
        record = Record(output.topic, 0, record.offset, 0, output.key, output.value, output.headers)
    raise AssertionError("the table ends with a stage that has state")


async def test_mutated_inputs_end_in_an_event_or_a_dead_letter() -> None:
    """Two thousand mutants of every kind: none crashes a stage, none hangs it, none is unaccounted for."""
    chance = random.Random(SEED)
    inputs = huge()
    while len(inputs) < COUNT:
        inputs.append(chance.choice(MUTATIONS)(chance.choice(EXAMPLES).read_bytes(), chance))

    settings = Settings(workers=2, article_deadline=20.0)
    fatal: list[BaseException] = []
    pool, home = Pool(settings, fatal.append), Home(settings, _nothing)
    await asyncio.gather(pool.start(), home.start(0))
    try:
        records = [Record("news.raw.v1", 0, number, 0, None, value) for number, value in enumerate(inputs)]
        results = await asyncio.gather(*(through(pool, home, record) for record in records))
    finally:
        await asyncio.gather(pool.stop(), home.stop())

    ends = Counter(str(result.failure.reason) if result.failure else "enriched" for result in results)
    print(f"seed {SEED}: {dict(ends)}")
    defects = [
        (number, inputs[number][:80], result.failure)
        for number, result in enumerate(results)
        if result.failure
        and result.failure.reason in {Reason.STAGE_FAILED, Reason.DEADLINE, Reason.KILLED_WORKER, Reason.INVALID}
        and not (result.failure.reason is Reason.INVALID and result.failure.message.startswith("RawArticle"))
    ]
    assert defects == []
    assert fatal == []
    assert sum(ends.values()) == COUNT
    assert ends["enriched"] > COUNT / 10
    assert len([reason for reason in ends if reason != "enriched"]) >= 3


async def _nothing(_since: Since | None) -> AsyncIterator[Record]:
    none: tuple[Record, ...] = ()
    for record in none:
        yield record

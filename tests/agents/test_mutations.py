"""Whatever bytes arrive, each record ends in an event or a dead letter with a reason, and no process is lost."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from agents.frames import Result
from agents.home import Home, Since
from agents.pool import Pool
from copydesk.errors import Reason
from copydesk.pipeline import STAGES
from copydesk.records import Record
from copydesk.settings import Settings

EXAMPLES = sorted(
    path for path in (Path(__file__).resolve().parents[2] / "examples").iterdir() if path.name != "README.md"
)
COUNT = 2_000
SEED = 20_260_501


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(min(len(mutated), chance.choice((1, 8, 64)))):
        mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
    return bytes(mutated)


def spliced(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(EXAMPLES).read_bytes()
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def noise(_: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 7, 300, 5_000)))


def nuls(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b" ", b"\0") if chance.random() < 0.5 else b"\0" * 500 + data


def surrogates(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    if chance.random() < 0.5:
        return b'{"content": "' + rb"\ud800 lone \udfff" * 20 + b'"}'
    return text.replace("e", "\udcff").encode("utf-8", "surrogatepass")


def deep_html(_: bytes, chance: random.Random) -> bytes:
    tag = chance.choice((b"<div>", b"<p><b>", b"<table><tr><td>", b"<blockquote>"))
    return b"<html><body>" + tag * chance.choice((50, 5_000, 40_000)) + b"The end of a very deep page."


def deep_json(_: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((10, 2_000, 200_000))
    return chance.choice((b'{"content":' * depth, b"[" * depth, b'{"content":"x","bodies":' + b"[" * depth))


def wrong_types(_: bytes, chance: random.Random) -> bytes:
    value = chance.choice((None, 3, [], {}, True, [[1]], {"content": 1}))
    return json.dumps({"content": value, "url": value, "authors": value, "published_at": value}).encode()


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated,
    flipped,
    flipped,
    spliced,
    noise,
    nuls,
    surrogates,
    deep_html,
    deep_json,
    wrong_types,
)


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

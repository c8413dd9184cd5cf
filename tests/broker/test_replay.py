"""Replay on a real Kafka: each letter once, whatever happens to those who replay."""

import asyncio
import json
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import ProducerFenced

from copydesk.errors import Reason
from copydesk.kafka.dead_letters import Filter, letter, letters
from copydesk.kafka.reading import Reader
from copydesk.kafka.replay import BATCH_LETTERS, Fate, Outcome, ReplayStoppedError, marks, replay
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import DEAD, RAW, REPLAYS
from copydesk.records import REPLAY_OF, Failure, Record
from copydesk.settings import Settings
from tests.broker import lives
from tests.broker.lives import EMPTY, article, bury, forget, lives_on, publish, settled, write
from tests.cli.commands import COPYDESK, environment

ALL = Filter()


async def replayed(
    settings: Settings, wanted: Filter = ALL, *, again: bool = False, dry_run: bool = False
) -> list[Fate]:
    async with asyncio.timeout(60):
        return [fate async for fate in replay(settings, wanted, again=again, dry_run=dry_run)]


async def read(settings: Settings, topic: str) -> list[Record]:
    """All committed records of a topic, after every replay has come to its end."""
    await settled(settings)
    return await lives.read(settings, topic)


def repeats(raw: list[Record]) -> Counter[str]:
    """How often each letter was put back, as a committed reader of the raw topic sees it."""
    return Counter(stated for record in raw if (stated := record.header(REPLAY_OF)) is not None)


async def buried(settings: Settings, count: int) -> list[Record]:
    """Many letters of the first stage, quickly."""
    made = [
        letter("clean", Record(RAW.name, 0, number, 0, b"k%d" % number, b"v"), EMPTY, 1, datetime.now(UTC))
        for number in range(count)
    ]
    return await write(settings, made)


async def test_a_letter_of_the_first_stage_goes_back_as_it_came(settings: Settings) -> None:
    """Key, bytes and the publisher's headers; nothing of its death but whose repetition it is."""
    raw = await publish(settings, "ferry-1", b"\xff\x00", (("content-type", b"text/plain"), ("desk", b"\xe9")))
    dead = await bury(settings, "clean", raw, EMPTY)
    (fate,) = await replayed(settings)
    first, second = await read(settings, RAW.name)
    assert first == raw
    assert (second.key, second.value) == (raw.key, raw.value)
    assert second.headers == (*raw.headers, (REPLAY_OF, dead.place.encode()))
    assert (fate.letter, fate.outcome, fate.raw) == (dead, Outcome.REPLAYED, second.place)


async def test_a_letter_of_a_later_stage_goes_back_as_its_raw_record(settings: Settings) -> None:
    """It holds an event; the raw article is read where the event came from, and not its neighbours."""
    for number in range(3):
        await publish(settings, "ferry-1", article(number), (("content-type", b"text/plain"),))
    raw = (await read(settings, RAW.name))[1]
    (clean,) = await lives_on(settings, raw, "clean")
    dead = await bury(settings, "extract", clean)
    assert dead.value != raw.value
    (fate,) = await replayed(settings)
    last = (await read(settings, RAW.name))[-1]
    assert fate.raw == last.place
    assert (last.key, last.value) == (raw.key, raw.value)
    assert last.headers == (("content-type", b"text/plain"), (REPLAY_OF, dead.place.encode()))


async def test_a_letter_whose_raw_record_is_gone_is_told(settings: Settings) -> None:
    """Retention has taken it: nothing is put back in its place, and the others go."""
    raw = await publish(settings, "ferry-1", article())
    (clean,) = await lives_on(settings, raw, "clean")
    lost = await bury(settings, "extract", clean)
    kept = await bury(settings, "clean", await publish(settings, "ferry-1", b""), EMPTY)
    await forget(settings, raw)
    fates = {fate.letter.place: fate for fate in await replayed(settings)}
    assert (fates[lost.place].outcome, fates[kept.place].outcome) == (Outcome.LOST, Outcome.REPLAYED)
    assert fates[lost.place].why == f"its raw record {raw.place} is not kept any more"
    assert repeats(await read(settings, RAW.name)) == {kept.place: 1}


async def test_a_letter_goes_once_and_again_only_when_told(settings: Settings) -> None:
    """A second run finds the marks; a letter that came of a replay is one of its own."""
    await buried(settings, 5)
    assert {fate.outcome for fate in await replayed(settings)} == {Outcome.REPLAYED}
    assert {fate.outcome for fate in await replayed(settings)} == {Outcome.BEFORE}
    raw = await read(settings, RAW.name)
    assert len(raw) == 5
    second = await bury(settings, "clean", raw[0], EMPTY)
    assert [fate.letter.place for fate in await replayed(settings) if fate.outcome is Outcome.REPLAYED] == [
        second.place
    ]
    (last,) = [record for record in await read(settings, RAW.name) if record.header(REPLAY_OF) == second.place]
    assert [name for name, _ in last.headers] == [REPLAY_OF]
    assert {fate.outcome for fate in await replayed(settings, again=True)} == {Outcome.REPLAYED}
    assert set(repeats(await read(settings, RAW.name)).values()) == {2}


async def test_a_dry_run_changes_nothing(settings: Settings) -> None:
    """It tells the same fates, and writes neither raw records nor marks."""
    dead = await buried(settings, 3)
    fates = await replayed(settings, dry_run=True)
    assert {(fate.letter.place, fate.outcome) for fate in fates} == {(one.place, Outcome.WOULD_BE) for one in dead}
    assert (await read(settings, RAW.name), await read(settings, REPLAYS.name)) == ([], [])
    await replayed(settings)
    assert {fate.outcome for fate in await replayed(settings, dry_run=True)} == {Outcome.BEFORE}


async def test_a_dry_run_leaves_another_replay_alone(settings: Settings) -> None:
    """It fences nobody."""
    await buried(settings, 2)
    running = replay(settings, ALL)
    first = await anext(running)
    assert len(await replayed(settings, dry_run=True)) == 2
    rest = [fate async for fate in running]
    assert {fate.outcome for fate in [first, *rest]} == {Outcome.REPLAYED}


class Held(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """The first one waits before it starts: a replay that is overtaken there by another."""

    arrived: asyncio.Event
    gate: asyncio.Event

    async def start(self) -> None:
        if not self.arrived.is_set():
            self.arrived.set()
            await self.gate.wait()
        await super().start()


async def test_a_later_replay_goes_on_where_the_earlier_was(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks that are written while a replay starts are seen; who is fenced tells how far it came."""
    dead = await buried(settings, 3 * BATCH_LETTERS)
    monkeypatch.setattr("copydesk.kafka.replay.AIOKafkaProducer", Held)
    Held.arrived, Held.gate = asyncio.Event(), asyncio.Event()
    later = asyncio.ensure_future(replayed(settings))
    await asyncio.wait_for(Held.arrived.wait(), 30)
    earlier = replay(settings, ALL)
    await anext(earlier)
    Held.gate.set()
    outcomes = Counter(fate.outcome for fate in await later)
    assert outcomes == {Outcome.REPLAYED: 2 * BATCH_LETTERS, Outcome.BEFORE: BATCH_LETTERS}
    with pytest.raises(ReplayStoppedError, match=f"taken over; this one had replayed {BATCH_LETTERS} letters"):
        _ = [fate async for fate in earlier]
    assert repeats(await read(settings, RAW.name)) == {one.place: 1 for one in dead}


async def test_several_at_the_same_time_put_each_letter_back_once(settings: Settings) -> None:
    """Four processes: those that are fenced end with one line and status 1, and nobody doubles anything."""
    dead = await buried(settings, 10 * BATCH_LETTERS)
    processes = [
        await asyncio.create_subprocess_exec(
            *(COPYDESK, "dead", "replay", "--all"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(COPYDESK_BROKER=settings.broker),
        )
        for _ in range(4)
    ]
    ends = await asyncio.wait_for(asyncio.gather(*(process.communicate() for process in processes)), 120)
    for process, (_, error) in zip(processes, ends, strict=True):
        assert error.count(b"\n") == 1
        assert (b"another replay has taken over" in error) == (process.returncode == 1), error
    assert 0 in {process.returncode for process in processes}
    assert repeats(await read(settings, RAW.name)) == {one.place: 1 for one in dead}


class KilledError(BaseException):
    """What cannot be caught, as `kill -9`."""


class Dying(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """Dies before a step of its transactions, and leaves open what is open."""

    steps: int
    dead: bool

    def step(self) -> None:
        type(self).steps -= 1
        if self.steps < 0:
            type(self).dead = True
            raise KilledError

    async def begin_transaction(self) -> None:
        self.step()
        await super().begin_transaction()

    async def send(self, *arguments: Any, **named: Any) -> Any:
        self.step()
        return await super().send(*arguments, **named)

    async def commit_transaction(self) -> None:
        self.step()
        await super().commit_transaction()
        self.step()

    async def abort_transaction(self) -> None:
        if not self.dead:
            await super().abort_transaction()


@pytest.mark.parametrize("steps", range(7))
async def test_a_replay_may_be_killed_at_any_step(
    steps: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it begins, before each of four records, before and after the commit: the next run makes it whole."""
    dead = await buried(settings, 2)
    with monkeypatch.context() as patched:
        patched.setattr("copydesk.kafka.replay.AIOKafkaProducer", Dying)
        Dying.steps, Dying.dead = steps, False
        with pytest.raises(KilledError):
            await replayed(settings)
    outcomes = Counter(fate.outcome for fate in await replayed(settings))
    assert outcomes == {Outcome.BEFORE if steps == 6 else Outcome.REPLAYED: 2}
    assert repeats(await read(settings, RAW.name)) == {one.place: 1 for one in dead}


async def test_a_replay_that_was_killed_is_completed_by_the_next(settings: Settings) -> None:
    """`kill -9` after its first transaction: the next run puts back the others and none twice."""
    dead = await buried(settings, 2_000)
    process = await asyncio.create_subprocess_exec(
        *(COPYDESK, "dead", "replay", "--all"),
        stdout=subprocess.PIPE,
        env=environment(COPYDESK_BROKER=settings.broker),
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readline(), 60)
    process.kill()
    await process.communicate()
    early = sum(repeats(await read(settings, RAW.name)).values())
    assert 0 < early < len(dead)
    outcomes = Counter(fate.outcome for fate in await replayed(settings))
    assert outcomes[Outcome.REPLAYED] + outcomes[Outcome.BEFORE] == len(dead)
    assert repeats(await read(settings, RAW.name)) == {one.place: 1 for one in dead}


async def test_what_a_dead_replay_left_open_is_never_seen(settings: Settings) -> None:
    """A transaction with raw record and mark that was not committed: aborted, its owner fenced, the letter replayed."""
    (dead,) = await buried(settings, 1)
    async with AIOKafkaProducer(
        bootstrap_servers=settings.broker, transactional_id=f"{settings.group}-dead-replay"
    ) as zombie:
        await zombie.begin_transaction()
        await zombie.send_and_wait(RAW.name, b"v", key=b"k0", headers=[(REPLAY_OF, dead.place.encode())])
        await zombie.send_and_wait(REPLAYS.name, b"{}", key=dead.place.encode())
        assert [fate.outcome for fate in await replayed(settings)] == [Outcome.REPLAYED]
        with pytest.raises(ProducerFenced):
            await zombie.commit_transaction()
    assert repeats(await read(settings, RAW.name)) == {dead.place: 1}


async def test_marks_say_when_and_where(settings: Settings) -> None:
    """One letter's mark is found by its key, with the place of the raw record."""
    dead = await buried(settings, 8)
    before = datetime.now(UTC)
    fates = {fate.letter.place: fate for fate in await replayed(settings)}
    async with Reader(settings) as reader:
        (mark,) = (await marks(reader, dead[3].place)).values()
        assert len(await marks(reader)) == 8
    assert (mark.letter, mark.raw) == (dead[3].place, fates[dead[3].place].raw)
    assert before <= mark.at <= datetime.now(UTC)
    (record,) = [one for one in await read(settings, REPLAYS.name) if one.key == dead[3].place.encode()]
    assert (record.header("ce_type"), record.header("ce_subject")) == (REPLAYS.name, dead[3].place)


async def test_a_mark_is_not_that_of_a_letter_of_a_topic_made_anew(settings: Settings) -> None:
    """After the dead topic was deleted, offsets begin again, and their letters have not been replayed."""
    await buried(settings, 1)
    await replayed(settings)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    await admin.delete_topics([DEAD.name])
    while DEAD.name in await admin.list_topics():  # noqa: ASYNC110  a broker has no event to wait for
        await asyncio.sleep(0.05)
    await admin.close()
    await ensure_topics(settings)
    await buried(settings, 1)
    assert [fate.outcome for fate in await replayed(settings)] == [Outcome.REPLAYED]


async def test_filters_choose_by_what_a_letter_tells(settings: Settings) -> None:
    """Reason, stage, source, id and time, each alone and together."""
    by_url = await publish(settings, "https://www.danube-post.example/flood", b"")
    by_json = await publish(settings, None, b'{"id":"ferry-7","source_domain":"Harbour.example","maintext":7}')
    raw = await publish(settings, "ferry-8", article(), (("source", b"Harbour News"),))
    (clean,) = await lives_on(settings, raw, "clean")
    invalid = Failure(Reason.INVALID, "Reject", "no")
    one = await bury(settings, "clean", by_url, EMPTY)
    two = await bury(settings, "clean", by_json, invalid)
    await asyncio.sleep(0.05)  # the broker counts milliseconds
    later = datetime.now(UTC)
    three = await bury(settings, "extract", clean)
    cases = {
        Filter(reasons=frozenset({"empty", "invalid"})): {one, two},
        Filter(stages=frozenset({"extract"})): {three},
        Filter(reasons=frozenset({"empty"}), stages=frozenset({"extract"})): set(),
        Filter(sources=frozenset({"danube-post.example"})): {one},
        Filter(sources=frozenset({"harbour.example"})): {two},
        Filter(ids=frozenset({"ferry-7"})): {two},
        Filter(ids=frozenset({"ferry-8"})): {three},
        Filter(ids=frozenset({"https://danube-post.example/flood", "https://www.danube-post.example/flood"})): {one},
        Filter(ids=frozenset({f"{one.partition}/{one.offset}", three.place})): {one, three},
        Filter(ids=frozenset({"0/999"})): set(),
        Filter(since=later): {three},
        Filter(until=later): {one, two},
        Filter(since=later, until=later + timedelta(hours=1), ids=frozenset({one.place})): set(),
    }
    async with Reader(settings) as reader:
        for wanted, expected in cases.items():
            assert {record async for record in letters(reader, wanted)} == expected, wanted


async def test_the_same_letter_by_two_names_goes_once(settings: Settings) -> None:
    """With and without the name of the topic."""
    (dead,) = await buried(settings, 1)
    names = frozenset({dead.place, f"{dead.partition}/{dead.offset}"})
    assert len(await replayed(settings, Filter(ids=names))) == 1


async def test_the_command_lists_shows_and_replays(settings: Settings) -> None:
    """JSON lines into a pipe, what is wrong on standard error, and the status tells."""
    raw = await publish(settings, "ferry-1", b"caf\xe9 \x1b[2J", (("desk", b"cli"),))
    await bury(settings, "clean", raw, EMPTY)
    dead = await bury(settings, "clean", raw)

    async def run(*arguments: str) -> tuple[int, list[str], str]:
        process = await asyncio.create_subprocess_exec(
            *(COPYDESK, "dead", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(COPYDESK_BROKER=settings.broker),
        )
        output, error = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, output.decode().splitlines(), error.decode()

    status, lines, _ = await run("list", "--reason", "stage-failed")
    (listed,) = map(json.loads, lines)
    assert (status, listed["id"], listed["key"]) == (0, f"{dead.partition}/{dead.offset}", "ferry-1")
    status, lines, _ = await run("list", "--count")
    assert {(one["reason"], one["count"]) for one in map(json.loads, lines)} == {("empty", 1), ("stage-failed", 1)}
    status, lines, error = await run("show", "ferry-1")
    assert (status, lines[0]) == (0, f"dead letter {listed['id']}")
    assert error.startswith("ferry-1 has 1 more: ")
    assert {"  Traceback: somewhere", "  desk: cli", "  replayed    no"} <= set(lines)
    assert [line for line in lines if "63 61 66 e9" in line]
    status, lines, error = await run("replay", "--all", "--dry-run")
    assert (status, len(lines), error) == (0, 2, "2 would be replayed\n")
    status, lines, error = await run("replay", "--id", listed["id"])
    assert (status, json.loads(lines[0])["outcome"], error) == (0, "replayed", "1 replayed\n")
    status, lines, error = await run("replay", "--all")
    assert (status, error) == (0, "1 replayed, 1 replayed before\n")
    status, lines, error = await run("show", listed["id"], "--json")
    assert json.loads(lines[0])["replayed"]["letter"] == dead.place
    status, lines, error = await run("show", "ferry-2")
    assert (status, lines, error.count("\n")) == (1, [], 1)
    assert "there is no dead letter ferry-2" in error

"""Trace on a real Kafka: each article is found where its records lie."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from copydesk.kafka.courses import Course
from copydesk.kafka.dead_letters import Filter
from copydesk.kafka.replay import Outcome, replay
from copydesk.kafka.topics import group_of
from copydesk.kafka.trace import trace
from copydesk.pipeline import STAGES
from copydesk.records import Record
from copydesk.runner import Linker
from copydesk.settings import Settings
from copydesk.text.identity import url_id
from tests.broker.lives import EMPTY, article, bury, forget, lives_on, publish, settled
from tests.cli.commands import COPYDESK, environment

URL = "https://www.danube-post.example/ferry?utm_source=x"
HEADERS = (("content-type", b"text/plain"),)


@pytest.fixture
def linker() -> Linker:
    return Linker(STAGES[-1])


async def traced(settings: Settings, asked: str, since: datetime | None = None) -> list[Course]:
    async with asyncio.timeout(60):
        return list((await trace(settings, asked, since)).courses)


def places(course: Course) -> list[str]:
    return [f"{hop.topic}/{hop.partition}/{hop.offset}" for hop in course.hops]


def on_the_way(records: list[Record]) -> Iterator[str]:
    """The places of records in the order of the flow; of items the first of each topic."""
    seen = set()
    for record in sorted(records, key=lambda record: record.topic == "news.stories.v1"):
        if record.topic not in seen and record.topic != "news.stories.v1":
            seen.add(record.topic)
            yield record.place


async def crowd(settings: Settings, linker: Linker) -> None:
    """Other articles around the one that is looked for."""
    for number in range(3):
        raw = await publish(settings, f"crowd-{number}", article(number), HEADERS)
        await lives_on(settings, raw, "link", linker)


async def test_an_enriched_article_by_all_its_names(settings: Settings, linker: Linker) -> None:
    """Id, URL, raw place and the place of any record lead to the same course, with times and decisions."""
    await crowd(settings, linker)
    raw = await publish(settings, URL, article(7), HEADERS)
    made = await lives_on(settings, raw, "link", linker)
    await crowd(settings, linker)
    (course,) = await traced(settings, url_id(URL))
    assert (course.origin, course.end, course.waits_for, course.replay_of) == (raw.place, "enriched", None, None)
    assert places(course) == [raw.place, *on_the_way(made)]
    by_topic = {hop.topic.split(".")[1]: hop for hop in course.hops}
    assert by_topic["raw"].facts == {"key": URL, "bytes": len(article(7)), "content_type": "text/plain"}
    assert [by_topic[name].stage for name in ("clean", "extracted", "classified", "enriched")] == [
        "clean",
        "extract",
        "classify",
        "link",
    ]
    assert all((by_topic[name].ms or 0) > 0 for name in ("clean", "extracted", "classified", "enriched"))
    assert all((hop.seconds or 0) >= 0 for hop in course.hops)
    enriched = by_topic["enriched"].facts
    assert (enriched["revision"], enriched["duplicate_of"], enriched["duplicate_kind"]) == (1, "crowd-0", "near")
    assert (enriched["quotes"], by_topic["quotes"].facts) == (2, {"count": 2})
    assert ("places" in by_topic) == (enriched["places"] > 0)
    for name in (URL, raw.place, *(record.place for record in made)):
        assert await traced(settings, name) == [course], name


async def test_revisions_and_a_tombstone_are_courses_of_their_own(settings: Settings, linker: Linker) -> None:
    """In the order in which they came; a place leads to one of them."""
    raws = [
        await publish(settings, "ferry-1", value, HEADERS)
        for value in (article(1), article(1).replace(b"39 euros", b"45 euros"), None)
    ]
    for raw in raws:
        await lives_on(settings, raw, "link", linker)
    first, second, last = await traced(settings, "ferry-1")
    assert [course.origin for course in (first, second, last)] == [raw.place for raw in raws]
    assert [course.end for course in (first, second, last)] == ["enriched", "enriched", "retracted"]
    assert [course.hops[4].facts["revision"] for course in (first, second)] == [1, 2]
    assert last.hops[0].facts["retracts"] is True
    assert {hop.topic for hop in last.hops[1:] if hop.facts == {"retracted": True}} == {
        f"news.{state}.v1" for state in ("clean", "extracted", "classified", "enriched", "quotes", "events", "places")
    }
    assert await traced(settings, raws[1].place) == [second]
    assert await traced(settings, raws[2].place) == [last]


async def test_a_dead_article_tells_its_letter(settings: Settings, linker: Linker) -> None:
    """By id, URL, raw place and letter, whether it died as raw or as an event."""
    await crowd(settings, linker)
    raw = await publish(settings, URL, b"")
    dead = await bury(settings, "clean", raw, EMPTY)
    later = await publish(settings, "ferry-2", article(2), HEADERS)
    (clean,) = await lives_on(settings, later, "clean")
    buried = await bury(settings, "extract", clean)
    (course,) = await traced(settings, url_id(URL))
    assert (course.end, places(course)) == ("dead", [raw.place, dead.place])
    facts = course.hops[-1].facts
    assert (facts["reason"], facts["letter"], facts["replayed"]) == ("empty", f"{dead.partition}/{dead.offset}", None)
    for name in (URL, raw.place, dead.place):
        assert await traced(settings, name) == [course], name
    (course,) = await traced(settings, "ferry-2")
    assert (course.end, places(course)) == ("dead", [later.place, clean.place, buried.place])
    for name in (later.place, clean.place, buried.place):
        assert await traced(settings, name) == [course], name


async def test_what_no_stage_can_name_is_found_by_its_place(settings: Settings) -> None:
    """Bytes without a key have neither an id nor a partition that would follow from it."""
    raw = await publish(settings, None, b'{"content": 7}')
    dead = await bury(settings, "clean", raw, EMPTY)
    for name in (raw.place, dead.place):
        (course,) = await traced(settings, name)
        assert places(course) == [raw.place, dead.place]


async def test_a_replayed_article_has_two_courses(settings: Settings) -> None:
    """The one that died says when and as what it was put back; the other says of which letter it is."""
    raw = await publish(settings, "ferry-3", article(3), HEADERS)
    (clean,) = await lives_on(settings, raw, "clean")
    dead = await bury(settings, "extract", clean)
    (fate,) = [fate async for fate in replay(settings, Filter())]
    assert (fate.outcome, fate.raw is None) == (Outcome.REPLAYED, False)
    await settled(settings)
    first, second = await traced(settings, "ferry-3")
    assert (first.end, first.hops[-1].facts["replayed_as"]) == ("dead", fate.raw)
    assert first.hops[-1].facts["replayed"].endswith("Z")
    assert (second.origin, second.replay_of, second.end, second.waits_for) == (
        fate.raw,
        dead.place,
        "on its way",
        "clean",
    )
    (again,) = await traced(settings, second.origin)
    assert again == second


@pytest.mark.parametrize("last", ["raw", "clean", "extract", "classify"])
async def test_an_article_on_its_way_says_what_it_waits_for(last: str, settings: Settings) -> None:
    """With the number of records before it, once the stage has read anything."""
    earlier = await publish(settings, "ferry-4", article(4), HEADERS)
    raw = await publish(settings, "ferry-4", article(5), HEADERS)
    made = await lives_on(settings, raw, last) if last != "raw" else []
    end = made[-1] if made else raw
    stage = next(stage for stage in STAGES if stage.reads.name == end.topic)
    course = (await traced(settings, "ferry-4"))[-1]
    assert (course.end, course.waits_for, course.ahead) == ("on its way", stage.name, None)
    assert places(course) == [raw.place, *(record.place for record in made)]
    partition = TopicPartition(end.topic, end.partition)
    for reached, ahead in ((end.offset, 0), (end.offset + 1, -1)):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.broker, group_id=group_of(stage, settings), enable_auto_commit=False
        )
        async with consumer:
            consumer.assign([partition])
            await consumer.commit({partition: reached})
        (course,) = await traced(settings, raw.place)
        assert (course.waits_for, course.ahead) == (stage.name, ahead)
    assert earlier.place != raw.place


async def test_a_course_without_its_raw_record_is_told_all_the_same(settings: Settings, linker: Linker) -> None:
    """Raw records are kept for 30 days, enriched ones for 90."""
    raw = await publish(settings, "ferry-5", article(5), HEADERS)
    made = await lives_on(settings, raw, "link", linker)
    await forget(settings, raw)
    (course,) = await traced(settings, "ferry-5")
    assert (course.origin, course.end, places(course)) == (raw.place, "enriched", list(on_the_way(made)))
    for name in (raw.place, made[-1].place):
        assert await traced(settings, name) == [course], name


async def test_a_search_may_begin_at_a_time(settings: Settings, linker: Linker) -> None:
    """What the broker got before is not looked at."""
    first = await publish(settings, "ferry-8", article(1), HEADERS)
    await lives_on(settings, first, "link", linker)
    await asyncio.sleep(0.05)  # the broker counts milliseconds
    since = datetime.now(UTC)
    second = await publish(settings, "ferry-8", article(2), HEADERS)
    await lives_on(settings, second, "link", linker)
    assert [course.origin for course in await traced(settings, "ferry-8", since)] == [second.place]
    assert [course.origin for course in await traced(settings, "ferry-8")] == [first.place, second.place]


async def test_the_command_tells_in_json_and_in_one_line(settings: Settings) -> None:
    """Found: JSON into a pipe. Not found: status 1, and where it was looked for."""
    raw = await publish(settings, "ferry-6", b"")
    await bury(settings, "clean", raw, EMPTY)

    async def run(asked: str) -> tuple[int | None, bytes, str]:
        process = await asyncio.create_subprocess_exec(
            *(COPYDESK, "trace", asked),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(COPYDESK_BROKER=settings.broker),
        )
        output, error = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, output, error.decode()

    status, output, error = await run("ferry-6")
    found = json.loads(output)
    assert (status, error, found["courses"][0]["end"]) == (0, "", "dead")
    status, output, error = await run("ferry-9")
    assert (status, output, error.count("\n")) == (1, b"", 1)
    assert error.startswith("copydesk: no trace of ferry-9 in news.classified.v1/0, news.clean.v1/")
    assert "news.dead.v1/0,1" in error
    status, output, error = await run("news.raw.v1/0/999")
    assert (status, output, error.count("\n")) == (1, b"", 1)

"""What was learned of outlets reaches every worker, on a real Kafka."""

import json
from pathlib import Path

from agents.lessons import Lessons
from copydesk import codec
from copydesk.events import Clutter, EnrichedArticle
from copydesk.pipeline import CLUTTER, ENRICHED
from copydesk.records import Record
from tests.agents.test_delivery import publish, read
from tests.agents.workers import running

LINE = "Our reporters follow this and other ports along the coast on every day of the week."


STORIES = (
    "The ferry to Ostend will sail again on Friday, its captain told the passengers who had waited in the rain. "
    "Its engine was mended overnight, and nobody has to pay for another ticket.",
    "A dairy in the valley has won the prize for the best cheese of the country, and its goats got an apple each. "
    "The jury praised the taste of herbs; last year a farm in the south had won.",
    "Parliament voted against the budget on Monday; the minister of finance will resign before the summer. "
    "Members of both parties had called the new taxes too high for small firms.",
    "Astronomers have found a planet whose year takes eleven hours, so near does it circle its small red star. "
    "Its rocks melt on the bright side, while the dark one never sees the light.",
    "The striker broke his leg in the last minute of the final, and his club will play without him until May. "
    "The surgeon hopes that he can run in spring; the coach wants to hire a boy from the youth team.",
)


def article(number: int) -> tuple[bytes, bytes]:
    """One that is like no other but for its last line."""
    url = f"https://harbour.example/{number}"
    content = f"{STORIES[number]}\n\n{LINE}"
    return url.encode(), json.dumps({"content": content, "url": url, "title": STORIES[number][:30]}).encode()


async def test_the_next_worker_knows_what_the_last_one_learned(clean_kafka: str, tmp_path: Path) -> None:
    """Four stories of an outlet teach a line; it is gone from the first article that a new worker cleans."""
    with running(clean_kafka, tmp_path / "first"):
        await publish(clean_kafka, [article(number) for number in range(4)])
        (record,) = await read(clean_kafka, [CLUTTER.name], 1)
        learned = codec.decode(record.value or b"", Clutter)
        assert (record.key, learned.lines) == (b"harbour.example", [LINE])
    with running(clean_kafka, tmp_path / "second"):
        await publish(clean_kafka, [article(4)])
        enriched = await read(clean_kafka, [ENRICHED.name], 5)
    events = [codec.decode(record.value or b"", EnrichedArticle) for record in enriched]
    fifth = next(event for event in events if event.url == "https://harbour.example/4")
    assert fifth.clutter == learned.version
    assert LINE not in fifth.text
    assert [cut.text for cut in fifth.removed if cut.reason == "repeated"] == [LINE]
    assert {event.clutter for event in events if event is not fifth} == {None}


def test_lessons_are_told_once_and_the_newest_of_an_outlet_only() -> None:
    """Whoever was told up to a number gets what came after it, in order."""
    lessons = Lessons()
    records = [Record("news.clutter.v1", 0, at, 0, key, b"") for at, key in enumerate((b"a", b"b", b"a"))]
    assert lessons.since(0) == []
    for record in records:
        lessons.add(record)
    assert lessons.since(0) == records[1:]
    assert lessons.since(2) == records[2:]
    assert lessons.since(lessons.number) == []

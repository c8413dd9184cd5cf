"""Dead letters as people read them: one line, all of one, and nothing that takes the terminal over."""

import asyncio
from collections import Counter
from datetime import UTC, datetime

import pytest

from copydesk.cli.letters import LONGEST, row, totals, view
from copydesk.errors import Reason
from copydesk.events import Replay
from copydesk.kafka.dead_letters import letter
from copydesk.kafka.topics import ensure_topics
from copydesk.records import Failure, Record
from copydesk.settings import Settings
from tests.broker.lives import publish, write
from tests.cli.commands import on_a_terminal

AT = datetime(2026, 5, 3, 12, 30, tzinfo=UTC)


def dead(value: bytes | None, key: bytes | None = b"k", message: str = "no", stack: str = "") -> Record:
    failed = Record("news.raw.v1", 3, 17, 1, key, value, (("desk", b"caf\xe9"),))
    made = letter("clean", failed, Failure(Reason.INVALID, "Reject", message, stack), 2, AT)
    return Record(made.topic, 1, 4, int(AT.timestamp() * 1000), made.key, made.value, made.headers)


def test_a_row_fits_a_line() -> None:
    """However long and wild the message is."""
    shown = row(dead(b"", key=b"\x1b[2Jferry", message="nothing\nis left " * 50))
    assert shown.startswith("1/4      2026-05-03 12:30:00  clean    invalid         key ")
    assert "clean" in shown
    assert "invalid" in shown
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert len(shown) <= 120


def test_totals_are_the_most_frequent_first() -> None:
    """With the sum of all."""
    counts = Counter({("clean", "empty"): 2, ("extract", "stage-failed"): 7})
    first, *rest = totals(counts)
    assert first == "9 dead letters"
    assert [line.split() for line in rest] == [["extract", "stage-failed", "7"], ["clean", "empty", "2"]]


JSON = ["value: 18 bytes of JSON", "  {", '    "id": "a",', '    "n": [', "      1", "    ]", "  }"]
TEXT = "café returns to Ostend\n\x1b[2Jsaid \u202eline"
BYTES = f"  000000  61 00 20 00 62 00{' ' * 32}a. .b."


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ["value: null, which retracts the article"]),
        (b'{"id":"a","n":[1]}', JSON),
        (TEXT.encode(), ["value: 40 bytes of text", "  café returns to Ostend", "  [2Jsaid line"]),
        ("a b".encode("utf-16-le"), ["value: 6 bytes of no text in UTF-8", BYTES]),
        (b"", ["value: 0 bytes of text"]),
    ],
)
def test_a_value_is_shown_as_what_it_is(value: bytes | None, shown: list[str]) -> None:
    """JSON indented, text without control characters, other bytes in hexadecimal."""
    lines = [line.rstrip() for line in view(dead(value), None)]
    start = lines.index(shown[0])
    assert [line for line in lines[start:] if line] == [line.rstrip() for line in shown]


def test_what_is_long_is_cut() -> None:
    """Text and bytes alike, with what is left out."""
    lines = list(view(dead(b"x" * (LONGEST + 5)), None))
    assert lines[-1] == "  … and 5 characters more; --json shows them"
    lines = list(view(dead(b"\xff" * 1_000), None))
    assert lines[-1] == "  … and 488 bytes more; --json gives them all"


def test_json_that_died_of_its_depth_is_shown_as_text() -> None:
    """A thousand levels are more than can be indented."""
    value = b'{"a":' * 1_000 + b"1" + b"}" * 1_000
    lines = list(view(dead(value), None))
    assert f"value: {len(value)} bytes of text" in lines


def test_all_of_a_letter_is_shown() -> None:
    """Headers of the publisher and ours, the stack, and the replay."""
    mark = Replay(letter="news.dead.v1/1/4", written=AT, at=AT, raw="news.raw.v1/0/9")
    lines = list(view(dead(b"v", stack="Traceback:\n  ValueError"), mark))
    assert lines[0] == "dead letter 1/4"
    assert "  replayed    2026-05-03 12:30:00 UTC as news.raw.v1/0/9" in lines
    assert "  failed      news.raw.v1/3/17, attempts: 2" in lines
    assert "  desk: 63 61 66 e9" in lines
    assert "  copydesk-origin: news.raw.v1/3/17" in lines
    assert lines[-3:] == ["stack", "  Traceback:", "    ValueError"]
    assert not [line for line in lines if line.startswith("  copydesk-dead-stack")]


async def test_a_terminal_gets_lines_and_counts(kafka: str) -> None:
    """Of letters and of courses; what a page brings does not take it over."""
    settings = Settings(broker=kafka, partitions=2)
    await ensure_topics(settings)
    raw = await publish(settings, "tty-1", b"\x1b[2J")
    (dead,) = await write(settings, [letter("clean", raw, Failure(Reason.EMPTY, "Reject", "none \x1b[2J"), 1, AT)])
    status, listed = await asyncio.to_thread(on_a_terminal, "dead", "list", "--id", "tty-1", COPYDESK_BROKER=kafka)
    first, count, reason = listed.splitlines()
    assert (status, count, reason.split()) == (0, "1 dead letter", ["clean", "empty", "1"])
    assert first.startswith(f"{dead.partition}/{dead.offset} ")
    status, traced = await asyncio.to_thread(on_a_terminal, "trace", "tty-1", COPYDESK_BROKER=kafka)
    head, _, course, *hops = traced.splitlines()
    assert (status, head, course) == (0, "tty-1: 1 course", f"{raw.place}: dead")
    assert [hop.split()[:2] for hop in hops] == [
        ["news.raw.v1", f"{raw.partition}/{raw.offset}"],
        ["news.dead.v1", f"{dead.partition}/{dead.offset}"],
    ]
    assert "reason empty" in hops[1]
    assert "\x1b" not in listed + traced

"""`copydesk run`: the stages over files, without a broker."""

import json
from pathlib import Path
from typing import Any

import psutil

from copydesk import codec
from copydesk.cli import local
from copydesk.events import CleanArticle, EnrichedArticle, ExtractedArticle
from copydesk.pipeline import STAGES
from copydesk.records import Record
from tests.cli.commands import copydesk

ARTICLE = """Ferry service to return to Ostend

OSTEND, May 3 - Ferries will sail from Ostend again after eleven years, the port's director said on Tuesday.

"We have waited a long time for this day," Pieter Claes told reporters in hall {number}.

The first ship leaves for Ramsgate on June 1 with room for 400 passengers, and tickets cost 39 euros.
"""


def lines(output: bytes) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def test_files_become_events_in_the_order_of_the_input(tmp_path: Path) -> None:
    """More articles than are read ahead, two processes; the empty one is told on standard error: status 3."""
    (tmp_path / "a.txt").write_text(ARTICLE.format(number=0))
    (tmp_path / "b.txt").touch()
    feed = [{"id": f"ferry-{number}", "content": ARTICLE.format(number=number)} for number in range(40)]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(article) + "\n" for article in feed))
    done = copydesk("run", str(tmp_path), "--workers", "2")
    assert done.returncode == 3, done.stderr
    assert f"{tmp_path / 'b.txt'}: empty: " in done.stderr.decode()
    events = [codec.decode(line, EnrichedArticle) for line in done.stdout.splitlines()]
    assert [event.id for event in events[1:]] == [f"ferry-{number}" for number in range(40)]
    assert [run.name for run in events[0].provenance.stages] == ["clean", "extract", "classify", "link"]
    assert [event.provenance.origin.offset for event in events] == [0, *range(2, 42)]
    assert {event.quotes[0].speaker_name for event in events} == {"Pieter Claes"}


def test_clean_articles_need_only_id_and_text_and_keep_it(tmp_path: Path) -> None:
    """From extract to extract: the text stays exactly as it is; what is wrong goes to the dead letters."""
    text = "  Ministers met in Oslo.\r\n\r\n“We will sign,” said Kari Lund. \n\n\n\tMore on Tuesday.\u2028"
    given = [{"id": "a", "text": text, "title": "Oslo"}, {"id": "b"}, {"id": "c", "text": text, "url": 7}]
    feed, output, dead = (tmp_path / name for name in ("in.jsonl", "out.jsonl", "dead.jsonl"))
    feed.write_text("".join(json.dumps(article) + "\n" for article in given) + "not JSON\n")
    done = copydesk("run", "--from", "extract", "--to", "extract", str(feed), "-o", str(output), "--dead", str(dead))
    assert done.returncode == 3, done.stderr
    (event,) = (codec.decode(line, ExtractedArticle) for line in output.read_bytes().splitlines())
    assert (event.id, event.text, event.title, event.language) == ("a", text, "Oslo", None)
    assert "Oslo" in {place.name for place in event.places}
    assert text[event.blocks[0].start : event.blocks[0].end].strip() == "Ministers met in Oslo."
    letters = lines(dead.read_bytes())
    assert [letter["reason"] for letter in letters] == ["invalid", "invalid", "undecodable"]
    assert ["$.text" in letters[0]["message"], "$.url" in letters[1]["message"]] == [True, True]
    assert letters[2]["value"] == "not JSON"
    assert letters[2]["origin"] == f"{feed}:4/0/3"


def test_standard_input_through_all_stages() -> None:
    """One article in, one event out, status 0."""
    done = copydesk("run", "-", "--workers", "1", given=ARTICLE.format(number=1).encode())
    assert done.returncode == 0, done.stderr
    (event,) = lines(done.stdout)
    assert event["provenance"]["origin"] == {"topic": "standard input", "partition": 0, "offset": 0}


def test_an_earlier_last_stage_writes_its_event() -> None:
    """After clean there are no entities yet."""
    done = copydesk("run", "-", "--to", "clean", given=ARTICLE.format(number=1).encode())
    assert done.returncode == 0, done.stderr
    (event,) = lines(done.stdout)
    assert "entities" not in event
    assert "Ostend" in event["text"]


def test_an_article_that_takes_too_long_is_given_up() -> None:
    """It becomes a dead letter, and the next one is done."""
    long = {
        "id": "long",
        "text": "\n\n".join(f"Pieter Claes spoke in Ostend on May {day % 30 + 1}." for day in range(4000)),
    }
    given = "".join(json.dumps(article) + "\n" for article in (long, {"id": "short", "text": "Ferries sail."}))
    done = copydesk(
        *("run", "-", "--from", "extract", "--to", "extract", "--workers", "1"),
        given=given.encode(),
        COPYDESK_ARTICLE_DEADLINE="0.2",
    )
    assert done.returncode == 3
    assert b"standard input:1: deadline: not done within 0.2 s" in done.stderr
    assert [line["id"] for line in lines(done.stdout)] == ["short"]


def test_a_process_that_dies_costs_no_article() -> None:
    """What was in flight in the others is done again, in order."""
    records = [
        Record("test", 0, number, 0, f"ferry-{number}".encode(), ARTICLE.format(number=number).encode(), ())
        for number in range(30)
    ]
    ends = local.run(STAGES[:1], records, workers=2)
    first = next(ends)
    for child in psutil.Process().children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()
            break
    found = [first, *ends]
    events = [codec.decode(end.event, CleanArticle) for end in found if isinstance(end, local.Done)]
    assert [event.id for event in events] == [f"ferry-{number}" for number in range(30)]

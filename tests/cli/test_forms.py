"""Records as JSON lines, and filters on them."""

from datetime import UTC, datetime

import pytest

from copydesk import codec
from copydesk.cli.forms import line, matches
from copydesk.errors import Reason
from copydesk.kafka.dead_letters import letter
from copydesk.records import Failure, Record


def test_events_go_through_byte_for_byte() -> None:
    """Their JSON is the line."""
    value = b'{"id":"a","title":"\xc3\xa9"}'
    assert line(Record("news.enriched.v1", 0, 0, 0, b"a", value)) == value


@pytest.mark.parametrize("topic", ["news.enriched.v1", "news.raw.v1", "news.quotes.v1"])
def test_a_tombstone_says_what_is_retracted(topic: str) -> None:
    """On every topic in the same way."""
    assert codec.parse(line(Record(topic, 0, 0, 0, b"a", None))) == {"id": "a", "retracted": True}


@pytest.mark.parametrize(
    ("value", "text", "base64"),
    [(b"caf\xc3\xa9\n", "café\n", None), (b"caf\xe9", None, "Y2Fm6Q=="), (b"", "", None)],
)
def test_raw_bytes_are_text_where_they_can_be(value: bytes, text: str | None, base64: str | None) -> None:
    """Nothing is lost where they cannot."""
    found = codec.parse(line(Record("news.raw.v1", 0, 0, 0, b"k", value, (("content-type", b"text/plain"),))))
    assert found == {"key": "k", "content_type": "text/plain", "value": text, "value_base64": base64}


def test_a_dead_letter_tells_why_and_brings_its_bytes() -> None:
    """Headers and value in one object."""
    at = datetime(2026, 5, 3, tzinfo=UTC)
    dead = letter("clean", Record("news.raw.v1", 3, 9, 0, b"k", b"\xff"), Failure(Reason.EMPTY, "Reject", "no"), 1, at)
    found = codec.parse(line(Record(dead.topic, 0, 0, 0, dead.key, dead.value, dead.headers)))
    assert (found["reason"], found["stage"], found["origin"]) == ("empty", "clean", "news.raw.v1/3/9")
    assert (found["key"], found["value"], found["value_base64"]) == ("k", None, "/w==")


@pytest.mark.parametrize(
    ("path", "wanted", "found"),
    [
        ("title", "Ferry", True),
        ("title", "Fer", False),
        ("source.name", "Desk", True),
        ("source.none", "Desk", False),
        ("topics.code", "b", True),
        ("topics.code", "c", False),
        ("title.name", "Ferry", False),
        ("truncated", "false", True),
        ("url", "null", True),
        ("revision", "2", True),
        ("tags", "x", True),
    ],
)
def test_a_filter_names_a_field_by_its_path(path: str, wanted: str, found: bool) -> None:
    """Dots go into objects, and any item of a list may match."""
    article = {
        "title": "Ferry",
        "source": {"name": "Desk"},
        "topics": [{"code": "a"}, {"code": "b"}],
        "truncated": False,
        "url": None,
        "revision": 2,
        "tags": ["x", "y"],
    }
    assert matches(article, path.split("."), wanted) is found

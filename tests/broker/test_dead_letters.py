"""Dead letters: what was stays as it was, and what is added can be read back."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import Reason
from copydesk.kafka.dead_letters import LIMIT, letter, read
from copydesk.limits import header_size
from copydesk.records import Failure, Header, Output, Record
from copydesk.version import PIPELINE_VERSION

FAILURE = Failure(Reason.EMPTY, "Reject", "no content", "")
AT = datetime(2026, 5, 3, 12, 30, tzinfo=UTC)
HEADERS = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=16)), max_size=4).map(tuple)


def as_record(output: Output) -> Record:
    return Record(output.topic, 0, 0, 0, output.key, output.value, output.headers)


@given(key=st.none() | st.binary(), value=st.none() | st.binary(), headers=HEADERS)
def test_key_value_and_headers_stay_byte_for_byte(
    key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...]
) -> None:
    """Whatever the record was, the letter begins with it; only where nothing is, an empty key makes it one."""
    record = Record("news.raw.v1", 3, 17, 1, key, value, headers)
    output = letter("clean", record, FAILURE, 1, AT)
    assert output.topic == "news.dead.v1"
    assert (output.key, output.value) == (b"" if key is None and value is None else key, value)
    assert output.headers[: len(headers)] == headers


def test_a_letter_says_where_when_and_why() -> None:
    """Every header that the contract names can be read back."""
    found = read(as_record(letter("clean", Record("news.raw.v1", 3, 17, 1, b"k", b"v"), FAILURE, 2, AT)))
    assert (found.stage, found.reason, found.exception, found.message) == ("clean", "empty", "Reject", "no content")
    assert (found.topic, found.partition, found.offset, found.attempts) == ("news.raw.v1", 3, 17, 2)
    assert (found.first_failure, found.pipeline) == ("2026-05-03T12:30:00Z", PIPELINE_VERSION)
    assert found.origin == "news.raw.v1/3/17"
    assert (found.key, found.value) == (b"k", b"v")


def test_a_letter_of_a_later_stage_keeps_its_origin() -> None:
    """The raw record is the origin, not the record of the stage that failed."""
    record = Record("news.clean.v1", 0, 5, 1, b"k", b"{}", (("copydesk-origin", b"news.raw.v1/6/99"),))
    output = letter("extract", record, FAILURE, 1, AT)
    assert read(as_record(output)).origin == "news.raw.v1/6/99"
    assert [name for name, _ in output.headers].count("copydesk-origin") == 1


def test_a_replayed_article_that_fails_again_tells_of_its_second_life() -> None:
    """A raw record that carries headers of an earlier death is its own origin, and the later words count."""
    first = as_record(letter("clean", Record("news.raw.v1", 3, 17, 1, b"k", b"v"), FAILURE, 1, AT))
    again = Record("news.raw.v1", 3, 40, 1, first.key, first.value, first.headers)
    found = read(as_record(letter("clean", again, Failure(Reason.INVALID, "Reject", "still bad"), 1, AT)))
    assert (found.reason, found.offset, found.origin) == ("invalid", 40, "news.raw.v1/3/40")


def test_long_messages_are_cut_and_lone_surrogates_do_no_harm() -> None:
    """What a stage says may be anything; the header is bounded and valid UTF-8."""
    failure = Failure(Reason.STAGE_FAILED, "ValueError", "\ud800" + "x" * 10_000)
    found = read(as_record(letter("clean", Record("news.raw.v1", 0, 0, 1, None, b""), failure, 1, AT)))
    assert found.message.startswith("?x")
    assert len(found.message) == 2_000


@pytest.mark.parametrize("stated", [b"9" * 30, b"1" * 5_000, "١".encode(), b"-7", b"\xff"])
def test_a_number_that_is_none_is_not_believed(stated: bytes) -> None:
    """Anybody may write to the topic of dead letters; what is read can be written as JSON."""
    found = read(Record("news.dead.v1", 0, 0, 0, b"k", b"v", (("copydesk-dead-offset", stated),)))
    assert found.offset == -1


@pytest.mark.parametrize(
    ("key", "value", "headers", "left_out"),
    [
        (b"k", b"v" * 17_000_000, (), "value (17000000 bytes)"),
        (b"k" * 17_000_000, None, (), "key (17000000 bytes)"),
        (b"k" * 9_000_000, b"v" * 30_000_000, (("a", b"b"),), "value (30000000 bytes)"),
    ],
    ids=["value", "key", "largest first"],
)
def test_a_letter_always_fits(key: bytes, value: bytes | None, headers: tuple[Header, ...], left_out: str) -> None:
    """Of a record that no letter can hold, the largest part stays behind, and the letter says so."""
    given = Record("news.raw.v1", 3, 17, 1, key, value, headers)
    made = letter("clean", given, Failure(Reason.TOO_LARGE, "Reject", "large"), 1, AT)
    size = len(made.key or b"") + len(made.value or b"") + header_size(made.headers)
    assert size < LIMIT
    assert dict(made.headers)["copydesk-dead-left-out"] == (
        f"{left_out}: too large for a dead letter, still in the topic".encode()
    )
    assert made.headers[: len(headers)] == headers

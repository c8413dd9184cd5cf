"""Keys, headers and fields beyond their limits are told, and never cut in silence."""

import json
from typing import Any

import pytest

from copydesk import limits
from copydesk.errors import Reason, Reject
from copydesk.pipeline import RAW, STAGES
from copydesk.records import UNREADABLE, Failure, Header, Record, unreadable
from copydesk.runner import process

ARTICLE = b"The ferry will sail from Ostend again, the director of the port said on Friday."


def record(key: bytes | None = b"k", headers: tuple[Header, ...] = (), value: bytes = ARTICLE) -> Record:
    return Record(RAW.name, 3, 17, 1, key, value, headers)


def failed(given: Record) -> Failure:
    outcome = process(STAGES[0], given)
    assert isinstance(outcome, Failure)
    return outcome


@pytest.mark.parametrize(
    "given",
    [
        record(key=b"k" * limits.KEY),
        record(headers=(("a", b"b"),) * limits.HEADERS),
        record(headers=(("n" * limits.HEADER_NAME, b"v" * limits.HEADER_VALUE), ("null", None))),
    ],
    ids=["key", "headers", "header"],
)
def test_what_is_as_large_as_it_may_be_is_taken(given: Record) -> None:
    """Each limit belongs to what is allowed."""
    limits.check(given)


@pytest.mark.parametrize(
    ("given", "reason", "told"),
    [
        (record(key=b"k" * 4_097), Reason.TOO_LARGE, "the key has 4097 bytes; it may have 4096"),
        (record(key=b"ab\xff"), Reason.INVALID, "the key is no UTF-8 (byte 2): use the article's id or URL"),
        (record(headers=(("a", b""),) * 101), Reason.TOO_LARGE, "the record has 101 headers; it may have 100"),
        (
            record(headers=(("é" * 129, b""),)),
            Reason.TOO_LARGE,
            f"the name of the header '{'é' * 40}'… has 129 characters; it may have 256 bytes",
        ),
        (
            record(headers=(("a", b"v" * 8_193),)),
            Reason.TOO_LARGE,
            "the header 'a' has 8193 bytes; it may have 8192",
        ),
        (
            record(headers=(("a", b"v" * 8_000),) * 5),
            Reason.TOO_LARGE,
            "the headers have 40005 bytes in all; they may have 32768",
        ),
        (
            record(headers=((UNREADABLE, unreadable(Reason.TOO_LARGE, "not read: it is too large")),)),
            Reason.TOO_LARGE,
            "not read: it is too large",
        ),
        (record(headers=((UNREADABLE, b"who: knows"),)), Reason.INVALID, "copydesk-unreadable: 'who: knows'"),
    ],
    ids=["key", "key no text", "headers", "name", "value", "total", "not read", "forged"],
)
def test_what_is_larger_is_a_dead_letter(given: Record, reason: Reason, told: str) -> None:
    """The message names what, how large it is, and what is allowed."""
    found = failed(given)
    assert (found.reason, found.message) == (reason, told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "x" * 1_001),
        ("url", "https://example.org/" + "x" * 4_000),
        ("source", "x" * 1_001),
        ("title", "x" * 1_001),
        ("authors", ["Marta Lindqvist"] * 101),
        ("authors", ["x" * 1_001]),
        ("published_at", "2" * 101),
        ("fetched_at", "2" * 101),
        ("language", "e" * 101),
    ],
)
def test_a_field_beyond_its_limit_is_a_dead_letter(name: str, value: Any) -> None:
    """The field is named with its limit."""
    found = failed(record(value=json.dumps({"content": ARTICLE.decode(), name: value}).encode()))
    assert found.reason is Reason.TOO_LARGE
    assert f"`$.{name}" in found.message
    assert "of length <=" in found.message


@pytest.mark.parametrize(
    ("mark", "name"),
    [(b"\x1f\x8b\x08\0", "gzip"), (b"PK\x03\x04", "zip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh91AY&SY", "bzip2")],
)
def test_compressed_bytes_are_told(mark: bytes, name: str) -> None:
    """The publisher learns what to do."""
    found = failed(record(value=mark + bytes(range(256))))
    assert (found.reason, found.message) == (
        Reason.UNDECODABLE,
        f"the value is compressed ({name}): send it uncompressed",
    )


def test_deep_json_is_too_large() -> None:
    """The depth is a limit, not a mistake in the JSON."""
    assert failed(record(value=b'{"content":' * 2_000)).reason is Reason.TOO_LARGE


def test_check_raises_a_reject() -> None:
    """As stages do."""
    with pytest.raises(Reject):
        limits.check(record(key=b"\xff"))

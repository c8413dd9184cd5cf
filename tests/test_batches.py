"""Batches as they are read, without a broker."""

import re
from typing import Any

import pytest
from aiokafka.consumer import fetcher

from benchmarks.fuzz.batches import CODECS, HEAD, batch, repacked
from copydesk.kafka import packing
from copydesk.kafka.batches import Batches
from copydesk.kafka.packing import DamagedError, InflatedError, unpack
from copydesk.records import UNREADABLE

GOOD = [(b"a", b"one", [(b"name", b"x"), (b"null", None)]), (b"b", None, []), (None, b"three", [])]


def read(data: bytes) -> list[Any]:
    """The records of all batches, whose checksums fit."""
    batches = Batches(data)
    found: list[Any] = []
    while batches.has_next():
        one = batches.next_batch()
        assert one.validate_crc()
        found += one
    return found


def told(record: Any) -> str:
    """What the reader says of a record."""
    return str(dict(record.headers).get(UNREADABLE, b"").decode())


def test_all_consumers_read_this_way() -> None:
    """The fetcher has a name for what reads, and this is it."""
    assert fetcher.MemoryRecords is Batches


@pytest.mark.parametrize("codec", [None, *CODECS])
def test_every_codec_gives_the_same_records(codec: str | None) -> None:
    """Packed or not, keys, values and headers are those that were sent."""
    records = read(batch(GOOD, codec) + batch(GOOD, codec))
    assert [(one.key, one.value, [(name.encode(), value) for name, value in one.headers]) for one in records] == [
        *GOOD,
        *GOOD,
    ]


@pytest.mark.parametrize("codec", [None, *CODECS])
def test_a_name_that_is_no_utf_8_is_read_as_latin_1(codec: str | None) -> None:
    """No byte of it is lost, the header says so, and the records around it are as they were."""
    first, odd, last = read(
        batch([GOOD[0], (b"k", b"v", [(b"caf\xe9\xff", b"x"), (b"caf\xc3\xa9", b"")]), GOOD[2]], codec)
    )
    assert (odd.offset, odd.key, odd.value) == (1, b"k", b"v")
    assert odd.headers[:2] == [("caf\xe9\xff", b"x"), ("café", b"")]
    assert {type(name) for name, _ in odd.headers} == {str}
    assert told(odd) == "invalid: the name of the header 'caféÿ' is no UTF-8, and was read as Latin-1"
    assert told(first) == told(last) == ""
    assert (last.offset, last.value) == (2, b"three")


@pytest.mark.parametrize("codec", CODECS)
def test_a_batch_that_inflates_too_far_is_not_unpacked(codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its records is told of, where it lies, and the next batch is read."""
    monkeypatch.setattr(packing, "UNPACKED_LIMIT", 1_000_000)
    bomb = batch([(b"k", b"small", []), (b"k", b"\0" * packing.UNPACKED_LIMIT, [])], codec)
    first, second, *rest = read(bomb + batch(GOOD))
    assert [(one.offset, one.key, one.value) for one in (first, second)] == [(0, None, b""), (1, None, b"")]
    assert told(first) == told(second)
    assert told(first).startswith("too-large: the record came in a batch of more than 64000000 bytes")
    assert [one.value for one in rest] == [value for _, value, _ in GOOD]


@pytest.mark.parametrize("codec", CODECS)
def test_the_limit_belongs_to_what_is_allowed(codec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte decides."""
    number, pack = CODECS[codec]
    packed = pack(b"x" * 100_000)
    monkeypatch.setattr(packing, "UNPACKED_LIMIT", 100_000)
    assert unpack(packed, number) == b"x" * 100_000
    monkeypatch.setattr(packing, "UNPACKED_LIMIT", 99_999)
    with pytest.raises(InflatedError):
        unpack(packed, number)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("content", [b"", b"\xff" * 300, b"half", b"\x82SNAPPY\0\0\0\0\1\0\0\0\1\xff\xff\xff\xfcxxxx"])
def test_what_cannot_be_unpacked_is_told_and_passed(codec: str, content: bytes) -> None:
    """The broker may take what we cannot read: its checksum fits, and fetching it again would not help."""
    plain = batch(GOOD)
    number, pack = CODECS[codec]
    half = pack(plain[HEAD:])
    records = read(repacked(plain, number, half[: len(half) // 2] if content == b"half" else content) + plain)
    assert [one.offset for one in records[:3]] == [0, 1, 2]
    for one in records[:3]:
        assert re.match(r"undecodable: the record came in a batch that cannot be read \(.+\)", told(one))
    assert [one.value for one in records[3:]] == [value for _, value, _ in GOOD]


@pytest.mark.parametrize("codec", [0, *range(5, 8)])
def test_records_that_are_no_records_are_told_and_passed(codec: int) -> None:
    """Also where the codec has no meaning, and after the records that can be read."""
    plain = batch(GOOD)
    broken = plain[HEAD:-3] + b"\x7f" * 3
    records = read(repacked(plain, codec, broken))
    assert [one.offset for one in records] == [0, 1, 2]
    assert [told(one).split(":")[0] for one in records] == (
        ["", "", "undecodable"] if codec == 0 else ["undecodable"] * 3
    )


def test_another_codec_is_damage() -> None:
    """Only four have a number."""
    with pytest.raises(DamagedError, match="no codec 7"):
        unpack(b"x", 7)


def test_a_checksum_that_does_not_fit_is_for_aiokafka() -> None:
    """It fetches the batch again."""
    data = bytearray(batch(GOOD))
    data[-1] ^= 1
    assert not Batches(bytes(data)).next_batch().validate_crc()


@pytest.mark.parametrize("codec", [None, *CODECS])
def test_a_length_beyond_the_batch_is_not_believed(codec: str | None) -> None:
    """What lies before it is read, and the process goes on: no memory is looked at that belongs to others."""
    number, pack = CODECS[codec] if codec else (0, bytes)
    plain = batch(GOOD)
    whole = plain[HEAD : len(batch(GOOD[:1]))]
    beyond = b"\xfe\xff\xff\xff\x0f"  # 2**31 - 1 as a varint, here the length of the key
    first, *rest = read(repacked(plain, number, pack(whole + b"\x40\0\0\2" + beyond)))
    assert (first.offset, first.value) == (0, b"one")
    assert [one.offset for one in rest] == [1, 2]
    assert all(told(one).startswith("undecodable: ") for one in rest)

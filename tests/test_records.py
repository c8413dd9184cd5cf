"""Records and their headers."""

import uuid
from datetime import datetime, timedelta, timezone

import pytest

from copydesk.events import Origin
from copydesk.records import PASSED_ON, Header, Record, cloud_event, passed_on

RAW = "news.raw.v1"
NOW = datetime(2026, 3, 3, 13, 0, tzinfo=timezone(timedelta(hours=1)))


def _record(topic: str = RAW, headers: tuple[Header, ...] = (), offset: int = 7) -> Record:
    return Record(topic, 3, offset, 1_700_000_000_000, b"key", b"value", headers)


def _headers(record: Record, pipeline: str = "0.1.0", part: str = "") -> dict[str, str]:
    found = cloud_event(record, "news.clean.v1", "article", pipeline, NOW, part)
    return {name: (value or b"").decode() for name, value in found}


def test_last_header_of_a_name_counts() -> None:
    """Kafka allows a header twice: the last one is meant; a missing one is None."""
    record = _record(headers=(("a", b"1"), ("b", b"2"), ("a", b"3")))

    assert record.header("a") == "3"
    assert record.header("c") is None


def test_header_of_any_bytes_can_be_read() -> None:
    """A header that is not UTF-8 does not stop a record."""
    assert _record(headers=(("a", b"\xff"),)).header("a") == "\ufffd"


def test_origin_is_passed_from_record_to_record() -> None:
    """Every record that follows from a raw one names it."""
    first = passed_on(_record())
    second = passed_on(_record("news.clean.v1", first, offset=900))

    expected = Origin(topic=RAW, partition=3, offset=7)
    assert _record("news.clean.v1", first, offset=900).origin == expected
    assert _record("news.extracted.v1", second, offset=5).origin == expected
    assert dict(second)["copydesk-received"] == b"1700000000000"


def test_replayed_record_is_its_own_origin() -> None:
    """A raw record's headers may come from an earlier life; its place in the raw topic is its own."""
    replayed = _record(headers=(("copydesk-origin", b"news.raw.v1/0/1"), ("copydesk-received", b"5")))

    assert replayed.origin == Origin(topic=RAW, partition=3, offset=7)
    names = [name for name, _ in passed_on(replayed)]
    assert len(names) == len(set(names))
    assert dict(passed_on(replayed))["copydesk-origin"] == b"news.raw.v1/3/7"


@pytest.mark.parametrize("topic", [RAW, "news.clean.v1"])
def test_only_what_is_meant_for_others_is_passed_on(topic: str) -> None:
    """The publisher's trace goes along; its other headers, and CloudEvents of the input, stay behind."""
    record = _record(topic, (("traceparent", b"00-1-1-01"), ("ce_id", b"x"), ("secret", b"y")))

    passed = dict(passed_on(record))
    assert passed["traceparent"] == b"00-1-1-01"
    assert set(passed) <= PASSED_ON


def test_cloud_event_has_all_attributes() -> None:
    """The headers are those of the CloudEvents Kafka binary mode, with the time in UTC."""
    headers = _headers(_record())

    assert headers.pop("ce_id")
    assert headers == {
        "ce_specversion": "1.0",
        "ce_source": "copydesk",
        "ce_type": "news.clean.v1",
        "ce_subject": "article",
        "ce_time": "2026-03-03T12:00:00Z",
        "ce_dataschema": "urn:copydesk:schema:news.clean.v1",
        "content-type": "application/json",
    }


def test_event_id_depends_on_input_pipeline_and_part_alone() -> None:
    """The same input offset and pipeline give the same id, whenever; anything else gives another."""
    first = _headers(_record())["ce_id"]

    assert uuid.UUID(first).version == 5
    assert _headers(_record(headers=(("a", b"1"),)))["ce_id"] == first
    others = {
        _headers(_record(offset=8))["ce_id"],
        _headers(_record("news.clean.v1"))["ce_id"],
        _headers(_record(), pipeline="0.2.0")["ce_id"],
        _headers(_record(), part="1")["ce_id"],
    }
    assert len(others) == 4
    assert first not in others


@pytest.mark.parametrize("stated", [None, b"", b"a/b/c", b"\xff", b"news.raw.v1/0/" + b"9" * 40, "news/²/1".encode()])
def test_forged_origin_does_no_harm(stated: bytes | None) -> None:
    """Anybody may write the header: what names no place is not believed, and not passed on."""
    record = _record("news.clean.v1", (("copydesk-origin", stated), ("copydesk-received", stated)))

    assert record.origin == Origin(topic="news.clean.v1", partition=3, offset=7)
    assert record.received == 1_700_000_000_000
    assert dict(passed_on(record))["copydesk-origin"] == b"news.clean.v1/3/7"


def test_header_without_a_value_is_none() -> None:
    """Kafka allows a null."""
    assert _record(headers=(("a", b"1"), ("a", None))).header("a") is None


def test_of_doubled_headers_the_last_is_passed_on() -> None:
    """A publisher cannot make every event of its article larger."""
    passed = passed_on(_record(headers=(("traceparent", b"1"), ("traceparent", b"2"))))
    assert [value for name, value in passed if name == "traceparent"] == [b"2"]

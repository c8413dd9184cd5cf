"""Bytes to events and back."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from copydesk import codec, events
from copydesk.contracts.samples import samples
from copydesk.errors import Reason, Reject
from copydesk.pipeline import CLASSIFIED, CLEAN, ENRICHED, EXTRACTED, STAGES, Stage
from copydesk.records import Record
from copydesk.runner import Linker, process

ARTICLE: Final = samples()[ENRICHED]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
confidences = st.floats(0, 1)
times = st.datetimes(min_value=datetime(1800, 1, 1), timezones=st.just(UTC))


@st.composite
def spans(draw: st.DrawFn, length: int) -> events.Span:
    """A span within a text of that length."""
    start, end = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
    return start, end


@st.composite
def articles(draw: st.DrawFn) -> events.EnrichedArticle:
    """An enriched article whose lists, spans and optional values vary."""
    assert isinstance(ARTICLE, events.EnrichedArticle)
    text = draw(texts)
    span = spans(len(text))
    quote = st.builds(
        events.Quote,
        kind=st.sampled_from(["direct", "indirect", "mixed"]),
        content=st.lists(span, max_size=2),
        cue=st.lists(span, max_size=1),
        source=st.lists(span, max_size=1),
        speaker=st.none() | st.just("e1"),
        speaker_name=st.none() | texts,
        confidence=confidences,
    )
    amount = span.flatmap(
        lambda found: st.builds(
            events.Amount,
            start=st.just(found[0]),
            end=st.just(found[1]),
            value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
            unit=st.none() | texts,
            kind=st.sampled_from(["money", "percent", "count", "quantity"]),
        )
    )
    moment = st.builds(
        events.Moment,
        value=times,
        precision=st.sampled_from(["day", "second"]),
        zone=st.sampled_from(["stated", "assumed", "none"]),
    )
    return replace(
        ARTICLE,
        id=draw(texts),
        url=draw(st.none() | texts),
        title=draw(st.none() | texts),
        text=text,
        published_at=draw(st.none() | moment),
        blocks=[],
        raw_map=draw(st.none() | st.just([])),
        dateline=None,
        credits=[],
        entities=[],
        places=[],
        quotes=draw(st.lists(quote, max_size=3)),
        events=[],
        dates=[],
        amounts=draw(st.lists(amount, max_size=3)),
        summary=draw(st.lists(span, max_size=2)),
        story=draw(st.none() | st.builds(events.StoryRef, id=texts, size=st.integers(1, 2**40), first_seen=times)),
    )


@given(articles())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_decoding_what_was_encoded_gives_the_same_event(article: events.EnrichedArticle) -> None:
    """No value is lost or changed on the wire."""
    assert codec.decode(codec.encode(article), events.EnrichedArticle) == article


@given(
    st.builds(
        events.RawArticle,
        content=texts,
        content_type=st.sampled_from([None, "text/plain", "text/html"]),
        id=st.none() | texts,
        authors=st.lists(texts, max_size=3),
    )
)
def test_raw_articles_survive_the_wire(article: events.RawArticle) -> None:
    """Raw articles too are the same after encoding and decoding."""
    assert codec.decode(codec.encode(article), events.RawArticle) == article


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from(["cue", "content", "source"]))
def test_span_is_accepted_exactly_if_it_is_within_the_text(start: int, end: int, field: str) -> None:
    """A quote's span decodes if it starts before its end and ends within the text, and else the error names it."""
    value: Any = json.loads(codec.encode(ARTICLE))
    value["quotes"][0][field] = [[start, end]]

    if start <= end <= len(value["text"]):
        codec.convert(value, events.EnrichedArticle)
    else:
        with pytest.raises(Reject, match=rf"\$\.quotes\[0\]\.{field}\[0\]") as caught:
            codec.convert(value, events.EnrichedArticle)
        assert caught.value.reason is Reason.INVALID


@pytest.mark.parametrize("field", ["authors", "credits"])
@pytest.mark.parametrize(("start", "end"), [(5, None), (None, 5), (10_000, None), (None, 10_000)])
def test_half_a_span_is_rejected(field: str, start: int | None, end: int | None) -> None:
    """Where the place in the text may be unknown, both of its ends are null or neither is."""
    value: Any = json.loads(codec.encode(ARTICLE))
    value[field][0] |= {"start": start, "end": end}

    with pytest.raises(Reject, match=rf"\$\.{field}\[0\]: of start and end, one is null") as caught:
        codec.convert(value, events.EnrichedArticle)
    assert caught.value.reason is Reason.INVALID


def test_offsets_count_code_points() -> None:
    """A character beyond the Basic Multilingual Plane is one, so that a span over the whole text is as long as it."""
    assert isinstance(ARTICLE, events.EnrichedArticle)
    lone = replace(
        ARTICLE, text="😀😀", blocks=[], raw_map=None, dateline=None, credits=[], entities=[], places=[], quotes=[],
        events=[], dates=[], amounts=[], summary=[(0, 2)],
    )  # fmt: skip

    assert codec.decode(codec.encode(lone), events.EnrichedArticle).summary == [(0, 2)]
    with pytest.raises(Reject, match=r"\$\.summary\[0\]"):
        codec.decode(codec.encode(replace(lone, summary=[(0, 3)])), events.EnrichedArticle)


def test_unknown_keys_are_ignored() -> None:
    """A later version may add keys: who reads an older one does not stumble over them."""
    value = json.loads(codec.encode(ARTICLE)) | {"colour": "blue"}

    assert codec.convert(value, events.EnrichedArticle) == ARTICLE


def test_times_are_written_as_utc() -> None:
    """A time is RFC 3339 with Z on the wire."""
    moment = events.Moment(value=datetime(2026, 3, 3, 12, tzinfo=UTC), precision="minute", zone="stated")

    assert json.loads(codec.encode(moment))["value"] == "2026-03-03T12:00:00Z"


def test_times_of_other_zones_are_understood() -> None:
    """A time with another offset is the same moment."""
    value = b'{"value":"2026-03-03T14:00:00+02:00","precision":"minute","zone":"stated"}'

    assert codec.decode(value, events.Moment).value == datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("value", [b"", b"{", b'{"id": "\xff"}', b"[1,]", b"NaN"])
def test_what_is_not_json_is_undecodable(value: bytes) -> None:
    """Broken JSON and broken UTF-8 are rejected as undecodable."""
    with pytest.raises(Reject, match="not JSON") as caught:
        codec.decode(value, events.RawArticle)
    assert caught.value.reason is Reason.UNDECODABLE


@pytest.mark.parametrize("value", [b"null", b"[]", b'"text"', b"1"])
def test_json_that_is_no_object_is_invalid(value: bytes) -> None:
    """JSON that is not an object is no event."""
    with pytest.raises(Reject, match="RawArticle: Expected `object`") as caught:
        codec.decode(value, events.RawArticle)
    assert caught.value.reason is Reason.INVALID


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_rejected(value: bytes) -> None:
    """Whatever the bytes, nothing but a rejection is raised."""
    with suppress(Reject):
        assert isinstance(codec.decode(value, events.RawArticle), events.RawArticle)


def test_deep_nesting_is_rejected() -> None:
    """JSON nested far beyond any article's is an error of the article, not of the process."""
    with pytest.raises(Reject):
        codec.decode(b"[" * 100_000 + b"]" * 100_000, events.RawArticle)


@pytest.mark.parametrize("stage", STAGES[1:], ids=lambda stage: stage.name)
@pytest.mark.parametrize("stated", ["news.clean.v2", "news.raw.v1", "org.example.other"])
def test_unknown_version_is_rejected(stage: Stage, stated: str) -> None:
    """A record that says it is of another type or version is a dead letter that names the header and what it says."""
    inputs = {"extract": CLEAN, "classify": EXTRACTED, "link": CLASSIFIED}
    value = codec.encode(samples()[inputs[stage.name]])
    record = Record(stage.reads.name, 0, 1, 0, b"key", value, (("ce_type", stated.encode()),))

    outcome = Linker(stage).process(record) if stage.stateful else process(stage, record)

    assert not isinstance(outcome, list)
    assert outcome.reason is Reason.UNKNOWN_VERSION
    assert "ce_type" in outcome.message
    assert stated in outcome.message

"""Moments: what pages and feeds write for a point in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.text import moments

CASES = [
    ("2022", "2022-01-01T00:00:00+00:00", "year", "none"),
    ("2022-05", "2022-05-01T00:00:00+00:00", "month", "none"),
    ("2022-05-03", "2022-05-03T00:00:00+00:00", "day", "none"),
    ("20220503T103000Z", "2022-05-03T10:30:00+00:00", "second", "stated"),
    ("2022-05-03T10:30+02:00", "2022-05-03T08:30:00+00:00", "minute", "stated"),
    ("2022-05-03 10:30:15.123", "2022-05-03T10:30:15+00:00", "second", "assumed"),
    ("Tue, 03 May 2022 10:30:00 -0500", "2022-05-03T15:30:00+00:00", "second", "stated"),
    ("3 mai 2022", "2022-05-03T00:00:00+00:00", "day", "none"),
    ("3. Mai 2022", "2022-05-03T00:00:00+00:00", "day", "none"),
    ("3 de mayo de 2022", "2022-05-03T00:00:00+00:00", "day", "none"),
    ("May 3rd, 2022 at 4:05 p.m. EDT", "2022-05-03T20:05:00+00:00", "minute", "stated"),
    ("12:20am May 3, 2022", "2022-05-03T00:20:00+00:00", "minute", "assumed"),
]


@pytest.mark.parametrize(("text", "value", "precision", "zone"), CASES)
def test_what_is_written_is_read(text: str, value: str, precision: str, zone: str) -> None:
    """In UTC, as precise as it is stated, and whether the zone is."""
    moment = moments.parse(text)
    assert moment is not None
    assert (moment.value.isoformat(), moment.precision, moment.zone) == (value, precision, zone)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "May 3", "2022-02-30", "31 June 2022", "0001-01-01T00:00+02:00", "soon"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """A day without a year, a day that is not in the calendar, no day at all: never a guess."""
    assert moments.parse(text) is None


@given(st.datetimes())
def test_iso_times_come_back(value: object) -> None:
    """What Python writes is read as written."""
    moment = moments.parse(f"{value}+00:00".replace(" ", "T"))
    assert moment is not None
    assert str(moment.value)[:19] == str(value)[:19]


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    """Nothing raises."""
    found = moments.parse(text)
    assert found is None or found.value.tzinfo is not None

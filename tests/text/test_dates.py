"""Dates, absolute and relative, against a day of publication (a Thursday)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.text.dates import find_dates

PUBLISHED = date(2022, 5, 12)

CASES = [
    ("on May 1, 2022", "May 1, 2022", "2022-05-01", "day"),
    ("on 1 May 2022", "1 May 2022", "2022-05-01", "day"),
    ("on the 3rd of March 2021", "3rd of March 2021", "2021-03-03", "day"),
    ("on 2022-05-01", "2022-05-01", "2022-05-01", "day"),
    ("on Dec. 30", "Dec. 30", "2021-12-30", "day"),
    ("in March 2021", "March 2021", "2021-03", "month"),
    ("in late March", "late March", "2022-03", "month"),
    ("in December", "December", "2021-12", "month"),
    ("next January", "next January", "2023-01", "month"),
    ("since 2014", "2014", "2014", "year"),
    ("on Tuesday", "Tuesday", "2022-05-10", "day"),
    ("on Thursday", "Thursday", "2022-05-12", "day"),
    ("last Thursday", "last Thursday", "2022-05-05", "day"),
    ("next Monday", "next Monday", "2022-05-16", "day"),
    ("yesterday", "yesterday", "2022-05-11", "day"),
    ("over the weekend", "over the weekend", "2022-W18", "week"),
    ("last week", "last week", "2022-W18", "week"),
    ("this month", "this month", "2022-05", "month"),
    ("last year", "last year", "2021", "year"),
    ("three days ago", "three days ago", "2022-05-09", "day"),
    ("a year ago", "a year ago", "2021", "year"),
]


@pytest.mark.parametrize(("words", "found", "value", "grain"), CASES)
def test_date(words: str, found: str, value: str, grain: str) -> None:
    """The date has its words, its value and how precise that is."""
    text = f"It happened {words} in Lisbon."
    dates = find_dates(text, PUBLISHED)
    assert [(text[one.start : one.end], one.value, one.grain) for one in dates] == [(found, value, grain)]


@pytest.mark.parametrize("words", ["on Tuesday", "in late March", "over the weekend", "last year", "two weeks ago"])
def test_relative_without_publication(words: str) -> None:
    """Without a day of publication a relative date is found, and its value unknown."""
    assert [one.value for one in find_dates(f"It happened {words}.", None)] == [None]


@pytest.mark.parametrize(
    "text", ["Theresa May spoke.", "They march on.", "It may rain.", "on February 31, 2022", "room 2014"]
)
def test_no_date(text: str) -> None:
    """Names, verbs and impossible days are no dates."""
    assert find_dates(text, PUBLISHED) == []


@given(st.text(alphabet="0123456789-/., MayonTuesday agoweek", max_size=80), st.dates())
def test_any_text(text: str, published: date) -> None:
    """Dates do not overlap and stay inside the text, whatever it is and whenever it was published."""
    end_before = 0
    for one in find_dates(text, published):
        assert end_before <= one.start < one.end <= len(text)
        end_before = one.end

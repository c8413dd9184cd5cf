"""Money, percentages, quantities and counts."""

from collections.abc import Callable

import pytest

from copydesk.text.amounts import find_amounts
from copydesk.text.parses import Parse

Parser = Callable[[str], Parse]

CASES = [
    ("It cost $40 million.", "$40 million", 4e7, "USD", "money"),
    ("It cost €1.5bn.", "€1.5bn", 1.5e9, "EUR", "money"),
    ("It cost £2,500.50.", "£2,500.50", 2500.5, "GBP", "money"),
    ("It cost A$3m in all.", "A$3m", 3e6, "AUD", "money"),
    ("It cost two million euros.", "two million euros", 2e6, "EUR", "money"),
    ("Prices rose 5.2 percent.", "5.2 percent", 5.2, "%", "percent"),
    ("Prices rose by 12%.", "12%", 12.0, "%", "percent"),
    ("Rates fell two percentage points.", "two percentage points", 2.0, "percentage point", "percent"),
    ("The road is 25 kilometres long.", "25 kilometres", 25.0, "km", "quantity"),
    ("They export 10,000 tonnes of it.", "10,000 tonnes", 10000.0, "t", "quantity"),
    ("The sale of 40 fighter jets was agreed.", "40 fighter jets", 40.0, "fighter jet", "count"),
    ("The plant will create 1,200 jobs.", "1,200 jobs", 1200.0, "job", "count"),
    ("Police arrested twenty-five people.", "twenty-five people", 25.0, "people", "count"),
]


@pytest.mark.parametrize(("text", "found", "value", "unit", "kind"), CASES)
def test_amount(parsed: Parser, text: str, found: str, value: float, unit: str, kind: str) -> None:
    """The amount has its words, its value, what it measures or counts, and its kind."""
    amounts = find_amounts(parsed(text))
    shown = [(text[one.start : one.end], one.value, one.unit, one.kind) for one in amounts]
    assert shown == [(found, value, unit, kind)]


@pytest.mark.parametrize(
    "text", ["It took three days.", "Thousands of people came.", "It was in 2014.", "The F-16 flew."]
)
def test_no_amount(parsed: Parser, text: str) -> None:
    """Spans of time, vague numbers, years and names with digits are no amounts."""
    assert find_amounts(parsed(text)) == []

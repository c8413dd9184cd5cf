"""Dates: absolute ones, and relative ones resolved against the day of publication."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from copydesk.text.numbers import NUMBER, number_value

Grain = Literal["year", "month", "week", "day", "time"]
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONG: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH: Final = rf"(?P<month>{_LONG}|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:1[89]|20)\d\d)"
_WHICH: Final = r"(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Pp]ast|[Cc]oming) )"
_WEEKDAY: Final = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_UNIT: Final = r"(?P<unit>day|week|month|year)"


class Date(NamedTuple):
    """Offsets ``[start, end)``; the value in ISO 8601, as precise as the grain, or None where it cannot be known."""

    start: int
    end: int
    value: str | None
    grain: Grain


_Value = tuple[str | None, Grain]
_Rule = Callable[[re.Match[str], date | None], _Value | None]


def find_dates(text: str, published: date | None) -> list[Date]:
    """Find dates.

    Args:
        text: the article.
        published: the day of publication, against which "Tuesday" and "late March" are resolved.

    Returns:
        in the order of the text, without overlaps; ``value`` is None for relative dates where ``published`` is.

    >>> [one.value for one in find_dates("On May 1, 2022, and again on Tuesday", date(2022, 5, 12))]
    ['2022-05-01', '2022-05-10']
    """
    found: list[Date] = []
    taken = bytearray(len(text))
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span("span")
            value = None if any(taken[start:end]) else rule(match, published)
            if value is not None:
                found.append(Date(start, end, *value))
                taken[start:end] = b"\1" * (end - start)
    return sorted(found)


def _full(match: re.Match[str], _: date | None) -> _Value | None:
    return _iso(int(match["year"]), _month(match), int(match["day"]))


def _iso(year: int, month: int, day: int) -> _Value | None:
    try:
        return date(year, month, day).isoformat(), "day"
    except ValueError:
        return None


def _numeric(match: re.Match[str], _: date | None) -> _Value | None:
    return _iso(int(match["year"]), int(match["number"]), int(match["day"]))


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["month"].rstrip(".").casefold()]


def _month_of_year(match: re.Match[str], _: date | None) -> _Value:
    return f"{match['year']}-{_month(match):02}", "month"


def _day_of_month(match: re.Match[str], published: date | None) -> _Value | None:
    """The year that brings the day closest to publication: in January, December is last year's."""
    month, day = _month(match), int(match["day"])
    if published is None:
        return (None, "day") if 1 <= day <= 31 else None
    options = [value for year in (-1, 0, 1) if (value := _iso(published.year + year, month, day))]
    if not options:
        return None
    return min(options, key=lambda one: abs((date.fromisoformat(str(one[0])) - published).days))


def _month_alone(match: re.Match[str], published: date | None) -> _Value:
    if published is None:
        return None, "month"
    distance = (_month(match) - published.month + 6) % 12 - 6
    which = (match.groupdict().get("which") or "").casefold()
    if which in ("last", "past") and distance >= 0:
        distance -= 12
    if which in ("next", "coming") and distance <= 0:
        distance += 12
    return _shifted_month(published, distance), "month"


def _shifted_month(day: date, months: int) -> str:
    total = day.year * 12 + day.month - 1 + months
    return f"{total // 12:04}-{total % 12 + 1:02}"


def _year(match: re.Match[str], _: date | None) -> _Value:
    return match["year"], "year"


def _weekday(match: re.Match[str], published: date | None) -> _Value:
    """The last such day up to publication, which is how news tells what happened; with "next", the first one after."""
    if published is None:
        return None, "day"
    back = (published.weekday() - _DAYS.index(match["weekday"].casefold())) % 7
    which = (match["which"] or "").casefold()
    if which in ("next", "coming"):
        back = back - 7 if back else -7
    elif which in ("last", "past") and back == 0:
        back = 7
    return (published - timedelta(days=back)).isoformat(), "day"


def _named_day(match: re.Match[str], published: date | None) -> _Value:
    if published is None:
        return None, "day"
    shift = {"yesterday": -1, "tomorrow": 1}.get(match["name"].casefold(), 0)
    return (published + timedelta(days=shift)).isoformat(), "day"


def _weekend(match: re.Match[str], published: date | None) -> _Value:
    """The ISO week that the last weekend up to publication ends; with "next" the one after."""
    if published is None:
        return None, "week"
    saturday = published - timedelta(days=(published.weekday() - 5) % 7)
    which = (match["which"] or "").casefold()
    if which in ("next", "coming"):
        saturday += timedelta(days=7)
    return _week(saturday), "week"


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _relative(match: re.Match[str], published: date | None) -> _Value:
    steps = {"last": -1, "past": -1, "next": 1, "coming": 1, "this": 0}[match["which"].casefold()]
    return _shifted(published, match["unit"], steps)


def _ago(match: re.Match[str], published: date | None) -> _Value | None:
    count = 1.0 if match["count"].casefold() in ("a", "an") else number_value(match["count"])
    if count is None or not count.is_integer() or count > 2_000:
        return None
    return _shifted(published, match["unit"], -int(count))


def _shifted(published: date | None, unit: str, steps: int) -> _Value:
    if unit == "year":
        return (None if published is None else f"{published.year + steps:04}"), "year"
    if unit == "month":
        return (None if published is None else _shifted_month(published, steps)), "month"
    if unit == "week":
        return (None if published is None else _week(published + timedelta(weeks=steps))), "week"
    return (None if published is None else (published + timedelta(days=steps)).isoformat()), "day"


def _rule(pattern: str, rule: _Rule) -> tuple[re.Pattern[str], _Rule]:
    return re.compile(pattern), rule


_RULES: Final = (
    _rule(rf"\b(?P<span>{_YEAR}-(?P<number>[01]\d)-(?P<day>[0-3]\d))\b", _numeric),
    _rule(rf"\b(?P<span>{_MONTH} {_DAY},? {_YEAR})\b", _full),
    _rule(rf"\b(?P<span>{_DAY} (?:of )?{_MONTH},? {_YEAR})\b", _full),
    _rule(rf"\b(?P<span>{_MONTH},? (?:of )?{_YEAR})\b", _month_of_year),
    _rule(rf"\b(?P<span>{_MONTH} {_DAY})\b(?![,.]?\d)", _day_of_month),
    _rule(rf"(?<![\d.,])\b(?P<span>{_DAY} (?:of )?{_MONTH})(?!\w)", _day_of_month),
    _rule(rf"(?P<span>\b{_WHICH}(?P<month>{_LONG})\b)", _month_alone),
    # "May" and "March" are also words and names: a preposition or "late" must stand before.
    _rule(
        r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Dd]uring|[Oo]f|[Tt]hrough) "
        rf"(?P<span>(?:(?:early|mid|late)[- ])?(?P<month>{_LONG}))\b",
        _month_alone,
    ),
    _rule(rf"\b(?P<span>(?:[Ee]arly|[Mm]id|[Ll]ate)[- ](?P<month>{_LONG}))\b", _month_alone),
    _rule(rf"\b(?P<span>{_WHICH}?{_WEEKDAY})\b", _weekday),
    _rule(r"\b(?P<span>(?P<name>[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight))\b", _named_day),
    _rule(rf"\b(?P<span>(?:[Oo]ver the|[Aa]t the|{_WHICH}) ?weekend)\b", _weekend),
    _rule(rf"\b(?P<span>{_WHICH}{_UNIT})\b", _relative),
    _rule(rf"\b(?P<span>(?P<count>{NUMBER}|an?) {_UNIT}s? ago)\b", _ago),
    _rule(rf"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Dd]uring|[Oo]f|[Tt]he) (?P<span>{_YEAR})\b(?!-|,\d)", _year),
)

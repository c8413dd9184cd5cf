"""Moments: points in time as pages and feeds state them."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal, NamedTuple

Precision = Literal["year", "month", "day", "minute", "second"]
Zone = Literal["stated", "assumed", "none"]


class Moment(NamedTuple):
    """A time in UTC, how precise it is, and whether its zone was stated, assumed, or does not matter for a date."""

    value: datetime
    precision: Precision
    zone: Zone


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jänner enero ene gennaio gen januari janeiro",
            "february feb février févr fevrier februar febrero febbraio februari fevereiro fev",
            "march mar mars märz marz marzo maart março marco",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag mei maio",
            "june jun juin juni junio giugno giu junho",
            "july jul juillet juil juli julio luglio lug julho",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct octobre oktober okt octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec décembre déc decembre dezember dez diciembre dic dicembre december dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO: Final = re.compile(
    r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?"
    r"(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?:\s+(?:de|di|of))?\s+(?P<month>[^\W\d_]{3,10})\.?,?(?:\s+(?:de|del))?"
    r"|(?P<month2>[^\W\d_]{3,10})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?)\s+(?P<year>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_DASHED: Final = re.compile(r"\b(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})-(?P<day>\d{2})\b")
_DOTTED: Final = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>(?:19|20)\d{2})\b")
"""Day before month, as it is written with points; with slashes nobody can tell."""
_YEAR: Final = re.compile(r"(?:19|20)\d{2}")
_CLOCK: Final = re.compile(
    r"(?<![\d:.])(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*(?:([ap])\.?m\b\.?)?\s*"
    r"(\(?(?:[A-Z]{3,4}\b|Z\b)|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_HOURS: Final = {
    "z": 0, "utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3, "ist": None,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "et": None,
    "aest": 10, "aedt": 11, "jst": 9, "sgt": 8, "hkt": 8, "sast": 2, "wat": 1, "eat": 3,
}  # fmt: skip
"""Hours ahead of UTC (news usage); ``None`` where a name stands for several zones."""


def parse(text: str) -> Moment | None:
    """Read a time that a field or a page's metadata states.

    Args:
        text: ISO 8601 or RFC 3339, complete or not; RFC 5322; or a date in words in a language of western Europe.

    Returns:
        the moment, or ``None`` if the text states no year or no possible date.

    >>> parse("2022-05-03T10:30:00+02:00")
    Moment(value=datetime.datetime(2022, 5, 3, 8, 30, tzinfo=datetime.timezone.utc), precision='second', zone='stated')
    >>> parse("3 mai 2022").precision, parse("May 3") is None
    ('day', True)
    """
    text = text.strip()[:100]
    found = _ISO.fullmatch(text)
    if found:
        return _iso(found)
    return find(text)


def find(text: str) -> Moment | None:
    """Find the first complete date in a line, with the time that stands beside it.

    >>> find("Published May 25, 2026 10:30 am UTC").value.isoformat()
    '2026-05-25T10:30:00+00:00'
    >>> find("Stand: 25.05.2026, 10.30 Uhr").value.isoformat()
    '2026-05-25T10:30:00+00:00'
    """
    if _YEAR.search(text) is None:  # most lines have none, and to look for it is quick
        return None
    dated = _NAMED.search(text) or _DASHED.search(text) or _DOTTED.search(text)
    if dated is None:
        return None
    parts = dated.groupdict()
    month = parts.get("month") or parts.get("month2") or ""
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower())
    if number is None:
        return None
    day = int(parts.get("day") or parts.get("day2") or 0)
    return _timed(text[: dated.start()] + " " + text[dated.end() :], int(parts["year"]), number, day)


def _iso(found: re.Match[str]) -> Moment | None:
    year, month, day, hour, minute, second, zone = found.groups()
    precision: Precision = "second" if second else "minute" if hour else "day" if day else "month" if month else "year"
    numbers = [
        int(part or default) for part, default in zip((year, month, day, hour, minute, second), "011000", strict=True)
    ]
    try:
        offset = _offset(zone) if zone else None
        return _moment(datetime(*numbers[:6], tzinfo=offset or UTC), precision, offset is not None)  # type: ignore[misc,arg-type]  # six numbers
    except (ValueError, OverflowError):  # February 30, or the year 1 in a zone ahead of UTC
        return None


def _timed(rest: str, year: int, month: int, day: int) -> Moment | None:
    clock = _CLOCK.search(rest)
    try:
        if clock is None:
            return _moment(datetime(year, month, day, tzinfo=UTC), "day", False)
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if clock[4]:
            hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
        offset = _offset(clock[5]) if clock[5] else None
        value = datetime(year, month, day, hour, minute, second, tzinfo=offset or UTC)
        return _moment(value, "second" if clock[3] else "minute", offset is not None)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timezone | None:
    name = zone.strip("( ").lower()
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0")
        ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(ahead if name[0] == "+" else -ahead)
    hours = _HOURS.get(name)
    return None if hours is None else timezone(timedelta(hours=hours))


def _moment(value: datetime, precision: Precision, stated: bool) -> Moment:
    zone: Zone = "none" if precision in {"year", "month", "day"} else "stated" if stated else "assumed"
    return Moment(value.astimezone(UTC), precision, zone)

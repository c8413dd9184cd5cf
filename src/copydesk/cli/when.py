"""Times as people give them on the command line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from copydesk.errors import UsageError

FORMS: Final = "now, how long ago (30s, 10m, 2h, 7d), or a time (2026-05-03T12:00:00Z)"
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION: Final = re.compile(r"(\d{1,6})([smhd])")


def since(text: str, now: datetime) -> datetime | None:
    """Read ``--since``: what `until` reads, or ``earliest``, for which there is no time.

    Raises:
        UsageError: it is neither.
    """
    return None if text == "earliest" else _moment("--since", f"earliest, {FORMS}", text, now)


def until(text: str, now: datetime) -> datetime:
    """Read ``--until``: a time with a zone (UTC if it states none), how long before now, or ``now``.

    >>> until("2h", datetime(2026, 5, 3, 12, tzinfo=UTC)).isoformat()
    '2026-05-03T10:00:00+00:00'
    >>> until("999999d", datetime(2026, 5, 3, 12, tzinfo=UTC))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    copydesk.errors.UsageError: --until 999999d: use now, how long ago ...

    Raises:
        UsageError: it is none of these.
    """
    return _moment("--until", FORMS, text, now)


def _moment(option: str, forms: str, text: str, now: datetime) -> datetime:
    if text == "now":
        return now
    try:
        if duration := _DURATION.fullmatch(text):
            return now - timedelta(**{_UNITS[duration[2]]: int(duration[1])})
        stated = datetime.fromisoformat(text)
    except (ValueError, OverflowError):  # 999999d is before the first year
        raise UsageError(f"{option} {text}: use {forms}") from None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)

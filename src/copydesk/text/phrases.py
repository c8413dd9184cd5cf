"""Phrases that pages print around articles, and why a line that has one is no part of the article."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from copydesk.text.tables import rows

REASONS: Final = ("navigation", "promotion", "related", "comment", "legal", "caption")

_EDGES: Final = " \t.,:;!?…|•·›»«<>→←▶*#-–—_()[]\"'“”‘’+"
_COUNT: Final = re.compile(r" \(\d{1,6}\)$")
"""Of comments, mostly: "Comments (12)"."""
_PART_LIMIT: Final = 300
"""Characters of a line in which a phrase in the middle tells something; an article may well cite a privacy policy."""
_START_LIMIT: Final = 140


class Hits(NamedTuple):
    """The reasons that the phrases of a line tell: by the whole line, its beginning, or a part of it."""

    line: str | None
    start: str | None
    part: str | None


_NONE: Final = Hits(None, None, None)


class _Phrases(NamedTuple):
    lines: dict[str, str]
    starts: dict[str, str]
    parts: dict[str, str]
    start: re.Pattern[str]
    part: re.Pattern[str]


@cache
def _phrases() -> _Phrases:
    tables: dict[str, dict[str, str]] = {"line": {}, "start": {}, "part": {}}
    for reason, where, phrase in rows("clutter_phrases.tsv"):
        tables[where][phrase] = reason
    start, part = _any(tables["start"]), _any(tables["part"])
    bounded = rf"{start}(?<=\W)|{start}(?!\w)"
    return _Phrases(tables["line"], tables["start"], tables["part"], re.compile(bounded), re.compile(part))


def _any(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, grouped by their first letter: half the time of one long list."""
    groups: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):  # "read more about" before "read more"
        groups.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    return "(?:" + "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items()) + ")"


def hits(text: str) -> Hits:
    """The phrases of a line.

    >>> hits("You may also like:").line, hits("Read more: Ferry to Ostend").start, hits("The ferry sails.")
    ('related', 'related', Hits(line=None, start=None, part=None))
    """
    return _hits(text) if len(text) <= _PART_LIMIT else _NONE


@lru_cache(16_384)  # the pages of a site share their menus
def _hits(text: str) -> Hits:
    phrases = _phrases()
    lowered = text.lower().replace("’", "'")
    line = phrases.lines.get(_COUNT.sub("", lowered).strip(_EDGES)) if len(text) < 80 else None
    start = phrases.start.match(lowered.lstrip(_EDGES)) if len(text) <= _START_LIMIT else None
    part = phrases.part.search(lowered)
    return Hits(line, phrases.starts[start[0]] if start else None, phrases.parts[part[0]] if part else None)

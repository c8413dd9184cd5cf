"""Titles: which line of a text, or which of the names that a page gives itself, is the article's headline."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from copydesk.text.bylines import byline
from copydesk.text.credits import credited
from copydesk.text.phrases import Hits

_SITE: Final = re.compile(r" (?:[|»•·*–—-]|::|//) | ?\| ?")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_WITHIN: Final = 40
"""Lines above the first paragraph among which the title is looked for."""
LONGEST: Final = 1_000
"""Characters of the longest line that can be a title."""
_LOOKED: Final = 1_000
"""Characters of a line whose words are compared."""
_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_END: Final = re.compile(r"[.…][\"'”’»)\]]*$")
_STAMP: Final = re.compile(
    r"\b\d+ (?:min|mins|minutes?|hours?|hrs?|days?|weeks?) (?:ago|read)\b|\b(?:published|updated|posted)\b.{0,40}\d|"
    r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b|"
    r"\b\d{1,2}(?:st|nd|rd|th|\.)? [^\W\d_]{3,9}\.? (?:19|20)\d{2}\b|^[^\W\d_]{3,9}\.? \d{1,2},? (?:19|20)\d{2}\b",
    re.IGNORECASE,
)
"""What tells when something was published, and hardly ever stands in a title."""


def folded(title: str) -> str:
    """A title without what outlets write differently: case, quotation marks, blanks.

    >>> folded("Ferry  returns: ‘at last’") == folded('ferry returns, "at last"')
    True
    """
    return _NOT_ALNUM.sub(" ", title.casefold()).strip()


def without_site(title: str) -> str:
    """The title of a window without the name of the site behind it, if three words are left.

    >>> without_site("Ferry returns to Ostend | Harbour News"), without_site("World | News")
    ('Ferry returns to Ostend', 'World | News')
    """
    parts = list(_SITE.finditer(title))
    if not parts:
        return title
    head = title[: parts[-1].start()]
    # "Ferries - all you need to know": the longer part is the title; a site's name is short.
    tail = title[parts[-1].end() :]
    return head if len(head.split()) >= 3 and len(tail.split()) <= 5 and len(head) > len(tail) else title


def choose(headings: Sequence[str], names: Sequence[str]) -> str | None:
    """Choose the headline.

    Args:
        headings: the headings of the first level in the page, in order.
        names: what its metadata and its window call it, the most trusted first.

    Returns:
        the heading that the metadata confirms; else the metadata's name, without that of the site.

    >>> choose(["Harbour News", "Ferry returns"], ["Ferry returns | Harbour News"])
    'Ferry returns'
    >>> choose(["Harbour News"], ["A ferry returns - Harbour News"])
    'A ferry returns'
    """
    headings = [heading for heading in headings if heading]
    names = [name for name in names if name]
    for heading in headings:
        key = folded(heading)
        for name in names:
            if key == folded(name) or (len(key) >= 8 and folded(name).startswith(key + " ") and _SITE.search(name)):
                return heading
    for name in names:
        key = folded(name)
        shorter = (other for other in names if len(other) < len(name) and _SITE.search(name))
        confirmed = next((other for other in shorter if len(other) >= 8 and key.startswith(folded(other) + " ")), None)
        return confirmed or without_site(name)
    return headings[0] if headings else None


def candidates(start: int) -> range:
    """The indexes of the lines that may be the title of an article whose first paragraph has the index ``start``."""
    return range(max(0, start - _WITHIN), start)


def features(
    lines: Sequence[str], gaps: Sequence[bool], hits: Sequence[Hits], keep: Sequence[float], start: int
) -> list[list[float]]:
    """What each candidate looks like, to a ranker.

    Args:
        lines: the lines of the text.
        gaps: whether a blank line stands before each.
        hits: their phrases.
        keep: how likely each is part of the body.
        start: the index of the first paragraph.
    """
    body = set[str]().union(*(_words(line) for line in lines[start : start + 4]))
    page = folded(lines[0][:400])
    told = [is_told(lines[index]) for index in candidates(start)]
    keys = {index: folded(lines[index]) for index in candidates(start)}
    words = {index: _words(lines[index]) for index in candidates(start)}
    rows = []
    for number, index in enumerate(candidates(start)):
        following = next(
            (at for at in range(index + 1, start) if not any(hits[at]) and not told[at - index + number]), start
        )
        rows.append(
            [
                *_shape(lines[index]),
                *_standing(lines, keys, index, following, start, page),
                _shared(words[index], body),
                float(told[number]),
                float(any(told[number + 1 :])),
                float(any(told[:number])),
                float(hits[index].line is not None),
                float(hits[index].start is not None or hits[index].part is not None),
                keep[index],
                float(gaps[index]),
                float(gaps[index + 1]),
                1.0,
            ]
        )
    return rows


def is_told(line: str) -> bool:
    """Whether a line is a byline, a credit or a date."""
    if len(line) > 160:
        return False
    stamped = _DIGIT.search(line) is not None and _STAMP.search(line) is not None
    return stamped or byline(line) is not None or bool(credited(line))


def _shape(line: str) -> list[float]:
    words = line.split()
    size = len(words)
    upper = sum(word[0].isupper() for word in words) / size
    return [
        math.log(size),
        float(size <= 2),
        float(3 <= size <= 4),
        float(5 <= size <= 7),
        float(8 <= size <= 16),
        float(size > 22),
        float(_END.search(line) is not None),
        float(line.endswith("?")),
        float(line[-1] in ":,;"),
        float(line.isupper()),
        upper,
        float(size <= 4 and upper == 1),
        float(line[0].islower()),
        float(
            line.startswith(("A ", "An ", "The ", "In ", "Ein ", "Eine ", "Der ", "Die ", "Das ", "Le ", "La ", "Un "))
        ),
        float("(" in line),
        float("|" in line or "•" in line or " > " in line or "»" in line),
        float("/" in line),
        float("http" in line or "@" in line),
        float(any(mark in '"“”‘«»„' for mark in line)),
    ]


def _standing(
    lines: Sequence[str], keys: Mapping[int, str], index: int, following: int, start: int, page: str
) -> list[float]:
    """How the line stands to the paragraph below, to the next candidate, and to the title of the window above all."""
    key = keys[index]
    ratio = math.log(max(len(lines[following]), 1) / len(lines[index]))
    return [
        math.log1p(start - index),
        float(start - index == 1),
        # A text that begins near its title begins with a caption; a page has a standfirst below the title.
        float(start <= 3 and start - index == 1),
        float(start <= 3 and index == 0),
        float(following == start),
        max(-2.0, min(2.0, ratio)) if following < start else 0.0,
        float(following < start and following - index <= 2 and 0.1 < ratio < 1.5),
        float(index == 0),
        float(index > 0 and len(key) >= 12 and page.startswith(key)),
        float(index > 0 and len(key) >= 12 and key in page),
        float(index > 0 and len(key) >= 12 and keys.get(index - 1) == key),
    ]


def _words(line: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(line[:_LOOKED])}


def _shared(words: set[str], body: set[str]) -> float:
    return len(words & body) / len(words) if words else 0.0

"""Bylines and datelines: who wrote an article, and where and when it was sent from."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.text.credits import agency


class Byline(NamedTuple):
    """The people of a byline, and the agencies among them."""

    people: list[str]
    agencies: list[str]


class Dateline(NamedTuple):
    """Place, date as it is written, agency, and the characters of the text that it takes."""

    place: str | None
    date: str | None
    agency: str | None
    start: int
    end: int
    agency_span: tuple[int, int] | None


_BY: Final = re.compile(
    r"(?:(?:written|reported|posted|published|story|words|text|analysis|opinion|report"
    r"|(?:(?:view|see|show|read) )?(?:all|more) (?:posts|articles|stories)) )?"
    r"(?:by|par|von|por|di|door)[:\s]\s*(?P<names>\S.*)",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"(?:(?:[A-ZÀ-ÖØ-ÞŁŠŽČ][\w.'’-]*|de|van|von|der|den|da|di|del|della|la|le|el|al|bin|ibn|ben|dos|du|ter|ten|af|y)\s+){1,4}"
    r"[A-ZÀ-ÖØ-ÞŁŠŽČ][\w.'’-]+"
)
_AFTER: Final = re.compile(
    r"[|•·–—@(\[\d]|\s-\s|\s(?:in|on|at|for|published|posted|updated)\s"
    r"|\s(?:staff|senior|chief|special|political)\b"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s++\d",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"[,;/&]|\b(?:and|et|und|y|e|en)\b", re.IGNORECASE)
_NOBODY: Final = re.compile(
    r"\b(?:staff|editors?|desk|newsroom|correspondents?|reporters?|agency|agencies|team|admin|redaktion|rédaction|redacción|"
    r"redazione|redactie|news|press|writers?|bureau|contributors?|web|online|media|times|post|service|wire|magazine|tv)\b"
    r"|https?:|www\.|@|\.(?:com|org|net)\b",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(r"\([^()]*+\)")
"""Initials and the outlet, "Marta Lindqvist (mli)"; or who took the picture, "(Image: Harbour Pictures)"."""
_BYLINE_LIMIT: Final = 160
_WORDS: Final = 16

_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATELINE: Final = re.compile(
    r"(?P<place>[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,40}(?:,? [A-Z][A-Za-z.]{1,20}){0,3}"
    r"|[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2})"
    rf"(?:,\s*(?P<date>{_MONTH} \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?))?"
    r"(?:,?\s*\((?P<agency>[A-Z][\w./ -]{1,30})\))?"
    r"\s*(?:—|–|--|-|:)\s+(?=\S)"
)


def byline(line: str) -> Byline | None:
    """Read a line that says who wrote the article.

    >>> byline("By Marta Lindqvist and Jo van Dael, Reuters")
    Byline(people=['Marta Lindqvist', 'Jo van Dael'], agencies=['Reuters'])
    >>> byline("By the time they came, it was over.") is None
    True
    """
    return _byline(line) if len(line) <= _BYLINE_LIMIT else None


@lru_cache(16_384)  # each line is asked for several times, and the pages of a site share many
def _byline(line: str) -> Byline | None:
    found = _BY.fullmatch(line)
    if found is None or len(line.split()) > _WORDS:
        return None
    people, agencies = _people(_AFTER.split(found["names"], maxsplit=1)[0])
    return Byline(people, agencies) if people or agencies or _is_staff(found["names"]) else None


def people(names: list[str]) -> Byline:
    """Tell people from agencies and desks among the authors that a page names.

    >>> people(["By Marta Lindqvist", "Reuters Staff", "AFP"])
    Byline(people=['Marta Lindqvist'], agencies=['AFP'])
    >>> people(["Von Marta Lindqvist und Jo van Dael, dpa"])
    Byline(people=['Marta Lindqvist', 'Jo van Dael'], agencies=['DPA'])
    """
    persons: list[str] = []
    agencies: list[str] = []
    for field in (part for name in names for part in name.split(";")):
        words = " ".join(_IN_BRACKETS.sub(" ", field).split())
        line = byline(words)
        if line is not None:
            persons += line.people
            agencies += line.agencies
            continue
        prefixed = _BY.fullmatch(words)  # "By marta lindqvist" is no name by its letters, and still what the page says
        words = prefixed["names"] if prefixed else words
        known = agency(words)
        parts = [part.strip(" .") for part in _BETWEEN.split(words)]
        if known:
            agencies.append(known[0])
        elif len(parts) > 1 and all(agency(part) or _NAME.fullmatch(part) for part in parts):
            named, wired = _people(words)  # "Marta Lindqvist, Jo van Dael" in one field
            persons += named
            agencies += wired
        elif words and len(words) <= 80 and not _NOBODY.search(words):
            persons.append(words)
    return Byline(list(dict.fromkeys(persons)), list(dict.fromkeys(agencies)))


def dateline(text: str) -> Dateline | None:
    """Read the dateline at the head of a report.

    >>> found = dateline("ANKARA, May 1 (Reuters) - Turkey said")
    >>> found.place, found.date, found.agency, found.end
    ('Ankara', 'May 1', 'Reuters', 23)
    >>> dateline("He said - and meant it - that") is None
    True
    """
    found = _DATELINE.match(text, 0, 120)
    if found is None:
        return None
    known = agency(found["agency"]) if found["agency"] else None
    place = found["place"].strip(" ,")
    capitals = place.split(",")[0].isupper() and len(place) > 2
    # "Washington - The" could be any sentence; only capitals, a date or an agency make it a dateline.
    if not capitals and not found["date"] and known is None:
        return None
    place = ", ".join(part.title() if part.isupper() else part for part in place.split(", "))
    span = found.span("agency") if known else None
    return Dateline(
        place,
        found["date"],
        known[0] if known else None,
        0,
        found.end("agency") + 1 if found["agency"] else found.end("date") if found["date"] else found.end("place"),
        span,
    )


def _people(names: str) -> tuple[list[str], list[str]]:
    parts = [part.strip(" .") for part in _BETWEEN.split(names)]
    agencies = [known[0] for part in parts if (known := agency(part))]
    persons = [part for part in parts if agency(part) is None and _NAME.fullmatch(part) and not _NOBODY.search(part)]
    return persons, agencies


def _is_staff(names: str) -> bool:
    return len(names.split()) <= 5 and _NOBODY.search(names) is not None

"""Credits: the agencies and outlets that a text says it comes from or cites."""

import re
from functools import cache
from typing import Final, Literal, NamedTuple

from copydesk.text.tables import rows, values

Role = Literal["wire", "outlet", "cited", "syndication"]


class Credit(NamedTuple):
    """An agency or outlet, in what role, and where in the text its name stands."""

    name: str
    role: Role
    start: int | None
    end: int | None


_SOURCE_LINE: Final = re.compile(
    r"[(\[–—-]*+\s*+(?:with (?:information|files|reporting) from|additional reporting by|"
    r"(?:source|sources|source\(s\)|news source|via|agency|agencies|"
    r"quelle|quellen|fuente|fuentes|fonte|fonti|bron|bronnen|"
    r"πηγή|avec|mit material von)\s*+[:：])\s*+(?P<names>\S.*)",
    re.IGNORECASE,
)
_SOURCE_WORDS: Final = 12
_BETWEEN: Final = re.compile(r"[,;/|&]|\b(?:and|et|und|y|e|en)\b", re.IGNORECASE)
_CLOSING: Final = ")]. "
"""What may stand after the names of a source line."""
_REPUBLISHED: Final = re.compile(
    r"(?:this (?:article|story|report)|it) (?:was |is |has been )?"
    r"(?:originally |first )?(?:published|appeared|republished)"
    r" (?:on|in|by|from|at) (?P<name>(?:the )?[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*){0,4})",
    re.IGNORECASE,
)
_TELLING: Final = (
    r"(?:has )?(?:noted|notes|reported|reports|writes|wrote|says|said|quoted|cited|learned|learnt|understands|revealed)"
)


@cache
def _known() -> dict[str, tuple[str, Role]]:
    known: dict[str, tuple[str, Role]] = {}
    for role, name, *others in rows("outlets.tsv"):
        for form in (name, *values(others[0] if others else "")):
            known[form] = (name, "wire" if role == "wire" else "outlet")
    return known


@cache
def _cited() -> re.Pattern[str]:
    forms = "|".join(re.escape(form) for form in sorted(_known(), key=len, reverse=True))
    # A name alone is no citation: "shares of Bloomberg", "the Sun", "in Time".
    return re.compile(
        rf"\b(?:told|tells|according to|reported by|cited by|quoted by|interview with)"
        rf"(?: (?:the|news agency|broadcaster|newspaper|agency))* (?P<a>{forms})\b"
        rf"|(?<![\w-])(?P<b>{forms}) {_TELLING}\b"
    )


def agency(name: str) -> tuple[str, Role] | None:
    """The usual name and the role of a known agency or outlet.

    >>> agency("Agence France-Presse"), agency("Marta Lindqvist")
    (('AFP', 'wire'), None)
    """
    name = name.strip(" .()")
    known = _known()
    return known.get(name) or known.get(name.removeprefix("The ").removeprefix("the "))


def by_agency(name: str, span: tuple[int, int] | None = None) -> Credit:
    """The credit of an agency or outlet that a byline or a dateline names."""
    credit = _credit(name)
    return credit._replace(start=span[0], end=span[1]) if span else credit


def credited(line: str) -> list[Credit]:
    """The names in a line that says where the article comes from; empty for any other line.

    >>> [credit.name for credit in credited("Source: AFP, Harbour News")]
    ['AFP', 'Harbour News']
    >>> credited("Source: people who spoke on condition that they are not named told us what happened there.")
    []
    """
    if len(line) > 200:
        return []
    found = _SOURCE_LINE.fullmatch(line)
    listed = found["names"].rstrip(_CLOSING) if found else ""
    if found and len(listed.split()) <= _SOURCE_WORDS:
        names = [name.strip(" .\"“”'") for name in _BETWEEN.split(listed)]
        return [_credit(name) for name in names if name and len(name) <= 60]
    again = _REPUBLISHED.search(line)
    if again:
        name = again["name"]
        known = agency(name)
        return [Credit(known[0] if known else name, "syndication", None, None)]
    bare = line.strip(" ()[]–—-.")
    known = agency(bare) if len(bare) <= 40 else None
    return [Credit(known[0], known[1], None, None)] if known else []


def cited(text: str) -> list[Credit]:
    """The agencies and outlets that a text cites, each at its first place.

    >>> cited("he told Reuters. Reuters notes that ...")
    [Credit(name='Reuters', role='cited', start=8, end=15)]
    """
    first: dict[str, Credit] = {}
    for found in _cited().finditer(text):
        group = "a" if found["a"] else "b"
        name, _ = _known()[found[group]]
        first.setdefault(name, Credit(name, "cited", found.start(group), found.end(group)))
    return list(first.values())


def _credit(name: str) -> Credit:
    known = agency(name)
    return Credit(known[0] if known else name, known[1] if known else "outlet", None, None)

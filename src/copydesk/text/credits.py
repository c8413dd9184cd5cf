"""Credits: the agencies and outlets that a text says it comes from or cites."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import islice
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
_SOURCE_LINE_LIMIT: Final = 200
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
_TOLD_WORDS: Final = ("told", "tells", "according to", "reported by", "cited by", "quoted by", "interview with")
_TOLD: Final = re.compile(rf"\b(?:{'|'.join(_TOLD_WORDS)})(?: (?:the|news agency|broadcaster|newspaper|agency))*+ ")
"""What stands before the name of a cited outlet. A name alone is no citation: "shares of Bloomberg", "in Time"."""
_TELLS_WORDS: Final = (
    *("noted", "notes", "reported", "reports", "writes", "wrote", "says", "said", "quoted", "cited"),
    *("learned", "learnt", "understands", "revealed"),
)
_TELLS: Final = re.compile(rf"(?: has)? (?:{'|'.join(_TELLS_WORDS)})\b")
"""What stands behind it."""
_NAME_GOES_ON: Final = re.compile(r"[\w-]")


@cache
def _known() -> dict[str, tuple[str, Role]]:
    known: dict[str, tuple[str, Role]] = {}
    for role, name, *others in rows("outlets.tsv"):
        for form in (name, *values(others[0] if others else "")):
            known[form] = (name, "wire" if role == "wire" else "outlet")
    return known


@cache
def _initials() -> frozenset[str]:
    return frozenset(name[0] for name in _known())


@cache
def _last_words() -> tuple[str, ...]:
    return tuple({name.rsplit(" ", 1)[-1] for name in _known()})


@cache
def _lengths() -> list[int]:
    """The lengths of known names, the longest first: "The Sun" before "Sun"."""
    return sorted({len(name) for name in _known()}, reverse=True)


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
    return list(_credited(line)) if len(line) <= _SOURCE_LINE_LIMIT else []


@lru_cache(16_384)  # each line is asked for several times, and the pages of a site share many
def _credited(line: str) -> tuple[Credit, ...]:
    found = _SOURCE_LINE.fullmatch(line)
    listed = found["names"].rstrip(_CLOSING) if found else ""
    if found and len(listed.split()) <= _SOURCE_WORDS:
        names = [name.strip(" .\"“”'") for name in _BETWEEN.split(listed)]
        return tuple(_credit(name) for name in names if name and len(name) <= 60)
    again = _REPUBLISHED.search(line)
    if again:
        name = again["name"]
        known = agency(name)
        return (Credit(known[0] if known else name, "syndication", None, None),)
    bare = line.strip(" ()[]–—-.")
    known = agency(bare) if len(bare) <= 40 else None
    return (Credit(known[0], known[1], None, None),) if known else ()


def cited(text: str) -> list[Credit]:
    """The agencies and outlets that a text cites, each at its first place.

    >>> cited("he told Reuters. Reuters notes that ...")
    [Credit(name='Reuters', role='cited', start=8, end=15)]
    """
    first: dict[str, Credit] = {}
    for start, end in sorted((*_after(text), *_before(text))):
        name, _ = _known()[text[start:end]]
        first.setdefault(name, Credit(name, "cited", start, end))
    return list(first.values())


def _after(text: str) -> Iterator[tuple[int, int]]:
    """The known names that follow what tells of a source."""
    for at in _places(text, _TOLD_WORDS):
        found = _TOLD.match(text, at)
        if found is None or text[found.end() : found.end() + 1] not in _initials():
            continue
        start = found.end()
        ends = (start + length for length in _lengths())
        named = (end for end in ends if text[start:end] in _known() and not text[end : end + 1].isalnum())
        yield from ((start, end) for end in islice(named, 1))


def _before(text: str) -> Iterator[tuple[int, int]]:
    """The known names that a verb of telling follows."""
    for at in _places(text, [f" {word}" for word in _TELLS_WORDS]):
        end = at - len(" has") if text.endswith(" has", 0, at) else at
        if not text.endswith(_last_words(), 0, end) or _TELLS.match(text, end) is None:
            continue
        starts = (end - length for length in _lengths() if length <= end)
        named = (at for at in starts if text[at:end] in _known() and not (at and _NAME_GOES_ON.match(text, at - 1)))
        yield from ((start, end) for start in islice(named, 1))


def _places(text: str, words: Iterable[str]) -> Iterator[int]:
    """Where any of the words stands; to find them one by one is several times as fast as a pattern for all."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + 1)


def _credit(name: str) -> Credit:
    known = agency(name)
    return Credit(known[0] if known else name, known[1] if known else "outlet", None, None)

"""Candidates: stretches of an article that may name something, found by the model, by tables and by their capitals."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, Literal, NamedTuple

from copydesk.text.countries import countries
from copydesk.text.names import HONORIFICS, bare
from copydesk.text.parses import Name, Parse, Token
from copydesk.text.tables import rows, values

Type = Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK", "LAW"]
TYPE_OF: Final[dict[str, Type]] = {
    "PERSON": "PERSON",
    "ORG": "ORG",
    "GPE": "GPE",
    "LOC": "LOC",
    "FAC": "FAC",
    "NORP": "NORP",
    "EVENT": "EVENT",
    "PRODUCT": "PRODUCT",
    "WORK_OF_ART": "WORK",
    "LAW": "LAW",
}
"""The model's labels that are names of things, and our types for them; dates and numbers are read elsewhere."""
PROPER: Final = ("NNP", "NNPS")
_EDGE_TAGS: Final = frozenset({"POS", "DT", "HYPH", ",", ".", ":", "``", "''", "-LRB-", "-RRB-", "CC", "IN", "PRP$"})
_NEVER_NAMES: Final = frozenset({"WP", "WRB", "WDT", "PRP", "PRP$", "MD", "UH"})
_JOINTS: Final = ("of", "for")

Lie = Literal["exact", "inside", "around", "across", "none"]


class Candidate(NamedTuple):
    """Tokens ``[first, last)`` that may be a name.

    ``near`` is the type of the model's name that it shares words with, and ``lie`` how it lies to that name; ``known``
    is the type by a table.
    """

    first: int
    last: int
    near: Type | None
    lie: Lie
    known: Type | None


class Found(NamedTuple):
    """Tokens ``[first, last)`` to which somebody gives a type."""

    first: int
    last: int
    type: Type


def find_candidates(parse: Parse) -> list[Candidate]:
    """Find what may be a name, in the order of the text; candidates may overlap."""
    named = [found for name in parse.names if (found := _trimmed(parse, name)) is not None]
    known = {(found.first, found.last): found.type for found in _known(parse, named)}
    spans = {(found.first, found.last) for found in named} | known.keys() | set(_capitals(parse))
    by_token = {index: found for found in named for index in range(found.first, found.last)}
    return [_candidate(first, last, by_token, known.get((first, last))) for first, last in sorted(spans)]


def _candidate(first: int, last: int, by_token: dict[int, Found], known: Type | None) -> Candidate:
    near = next((by_token[index] for index in range(first, last) if index in by_token), None)
    if near is None:
        return Candidate(first, last, None, "none", known)
    begins, ends = near.first <= first, last <= near.last
    lie: Lie = "across"
    if (near.first, near.last) == (first, last):
        lie = "exact"
    elif begins and ends:
        lie = "inside"
    elif first <= near.first and near.last <= last:
        lie = "around"
    return Candidate(first, last, near.type, lie, known)


def _trimmed(parse: Parse, name: Name) -> Found | None:
    """Cut off what is no part of the name: articles, honorifics, the possessive, quotation marks."""
    kind = TYPE_OF.get(name.label)
    if kind is None:
        return None
    tokens, first, last = parse.tokens, name.first, name.last
    while first < last and _is_edge(tokens[first], first, parse):
        first += 1
    while first < last and tokens[last - 1].tag in _EDGE_TAGS:
        last -= 1
    while kind == "PERSON" and first < last - 1 and bare(tokens[first].text) in HONORIFICS:
        first += 1
    if first == last or not any(_can_name(token) for token in tokens[first:last]):
        return None
    return Found(first, last, kind)


def _can_name(token: Token) -> bool:
    return token.text[0].isalpha() and token.tag not in _NEVER_NAMES


def _is_edge(token: Token, index: int, parse: Parse) -> bool:
    if token.tag != "DT":
        return token.tag in _EDGE_TAGS
    # "The Hague", "The Guardian": a capital inside the sentence says that the article belongs to the name.
    begins_sentence = parse.sentences[parse.sentence_of[index]][0] == index
    return token.text[0].islower() or begins_sentence


def _capitals(parse: Parse) -> Iterator[tuple[int, int]]:
    """Runs of proper nouns, without their honorifics too, and two of them joined: "Department of the Interior"."""
    tokens, first = parse.tokens, 0
    while first < len(tokens):
        last = _run(tokens, first)
        if last == first:
            first += 1
            continue
        yield first, last
        bare_first = first
        while bare_first < last - 1 and bare(tokens[bare_first].text) in HONORIFICS:
            bare_first += 1
        if bare_first > first:
            yield bare_first, last
        joined = _joined(tokens, last)
        if joined > last:
            yield first, joined
        first = last


def _run(tokens: list[Token], first: int) -> int:
    """One past the last of the proper nouns that begin at a token."""
    last = first
    while last < len(tokens) and tokens[last].tag in PROPER and tokens[last].text[0].isalnum():
        if last == first and not tokens[last].text[0].isupper():
            break
        last += 1
    return last


def _joined(tokens: list[Token], last: int) -> int:
    """Where a name goes on behind "of": one past its end, or ``last`` where it does not."""
    if last >= len(tokens) or tokens[last].text not in _JOINTS:
        return last
    behind = last + 2 if last + 1 < len(tokens) and tokens[last + 1].text == "the" else last + 1
    end = _run(tokens, behind)
    return end if end > behind else last


# --- tables -----------------------------------------------------------------------------------------------------------


def _known(parse: Parse, named: Iterable[Found]) -> Iterator[Found]:
    """Countries, peoples, well-known organisations and leaders, which the model may overlook, cut or call otherwise."""
    inside_longer = {
        index for found in named if found.last - found.first > 1 for index in range(found.first, found.last)
    }
    index = 0
    while index < len(parse.tokens):
        match = _known_at(parse, index)
        if match is None or index in inside_longer:
            index += 1
            continue
        yield match
        index = match.last


def _known_at(parse: Parse, index: int) -> Found | None:
    token = parse.tokens[index]
    if not token.text[0].isupper():
        return None
    for words, kind in known_names().get(token.text, ()):
        last = index + len(words)
        if tuple(part.text for part in parse.tokens[index:last]) != words:
            continue
        named = token.tag in (*PROPER, "JJ") or (token.text.isupper() and len(token.text) > 1)
        if len(words) > 1 or (named and not in_longer_name(parse, index, last, kind)):
            return Found(index, last, kind)
    return None


def in_longer_name(parse: Parse, first: int, last: int, kind: str) -> bool:
    """Whether capitalised neighbours make a longer name: "Michael Jordan", "Georgia Tech" are no countries."""
    if kind == "NORP":
        return False
    before = parse.tokens[first - 1] if first else None
    after = parse.tokens[last] if last < len(parse.tokens) else None
    return any(
        token is not None and token.tag in PROPER and bare(token.text) not in HONORIFICS for token in (before, after)
    )


@cache
def known_names() -> dict[str, tuple[tuple[tuple[str, ...], Type], ...]]:
    """Names of countries, peoples, organisations and leaders with their types, by first word, the longest first."""
    found: defaultdict[str, list[tuple[tuple[str, ...], Type]]] = defaultdict(list)
    people = countries().by_demonym
    plurals = [word + "s" for word in people if not word.endswith(("s", "sh", "ch", "ese"))]
    organisations = [name for row in rows("organisations.tsv") for name in (row[0], *values(row[1]))]
    tables: tuple[tuple[Iterable[str], Type], ...] = (
        (countries().by_name, "GPE"),
        ([*people, *plurals], "NORP"),
        (organisations, "ORG"),
        (values(rows("leaders.tsv")[0][0]), "PERSON"),
    )
    for names, kind in tables:
        for name in names:
            words = tuple(name.split())
            if words and words[0][0].isupper():
                found[words[0]].append((words, kind))
    return {first: tuple(sorted(options, key=lambda one: -len(one[0]))) for first, options in found.items()}

"""Mentions: where the text names something, with the type that fits best in the whole article."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from copydesk.text.countries import countries
from copydesk.text.kinds import Type, type_evidence
from copydesk.text.names import HONORIFICS, bare
from copydesk.text.parses import Name, Parse, Token
from copydesk.text.tables import rows, values

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
_EDGE_TAGS: Final = frozenset({"POS", "DT", "HYPH", ",", ".", ":", "``", "''", "-LRB-", "-RRB-", "CC", "IN", "PRP$"})

_NEVER_NAMES: Final = frozenset({"WP", "WRB", "WDT", "PRP", "PRP$", "MD", "UH"})


class Mention(NamedTuple):
    """Tokens ``[first, last)`` that name something of a type."""

    first: int
    last: int
    type: Type


def find_mentions(parse: Parse) -> list[Mention]:
    """Find the names in an article, in the order of the text and without overlaps."""
    found = [mention for name in parse.names if (mention := _trimmed(parse, name)) is not None]
    known = _without_overlaps([*_known(parse, found), *found])
    typed = _typed(parse, known)
    repeated = _repeats(parse, typed)
    return sorted([*typed, *repeated])


def _trimmed(parse: Parse, name: Name) -> Mention | None:
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
    return Mention(first, last, kind)


def _can_name(token: Token) -> bool:
    return token.text[0].isalpha() and token.tag not in _NEVER_NAMES


def _is_edge(token: Token, index: int, parse: Parse) -> bool:
    if token.tag != "DT":
        return token.tag in _EDGE_TAGS
    # "The Hague", "The Guardian": a capital inside the sentence says that the article belongs to the name.
    begins_sentence = parse.sentences[parse.sentence_of[index]][0] == index
    return token.text[0].islower() or begins_sentence


def _known(parse: Parse, found: Iterable[Mention]) -> Iterator[Mention]:
    """Countries, peoples and well-known organisations, which the model may overlook, cut or call otherwise."""
    surnames = {
        parse.tokens[mention.last - 1].text
        for mention in found
        if mention.type == "PERSON" and mention.last - mention.first > 1
    }
    inside_longer = {
        index for mention in found if mention.last - mention.first > 1 for index in range(mention.first, mention.last)
    }
    index = 0
    while index < len(parse.tokens):
        match = _known_at(parse, index)
        if match is None or index in inside_longer or parse.words(match.first, match.last) in surnames:
            index += 1
            continue
        yield match
        index = match.last


def _known_at(parse: Parse, index: int) -> Mention | None:
    token = parse.tokens[index]
    if not token.text[0].isupper():
        return None
    for words, kind in known_names().get(token.text, ()):
        last = index + len(words)
        if tuple(part.text for part in parse.tokens[index:last]) != words:
            continue
        if len(words) > 1 or (token.tag in ("NNP", "NNPS", "JJ") and not _in_longer_name(parse, index, last, kind)):
            return Mention(index, last, kind)
    return None


def _in_longer_name(parse: Parse, first: int, last: int, kind: str) -> bool:
    """Whether capitalised neighbours make a longer name: "Michael Jordan", "Georgia Tech" are no countries."""
    if kind == "NORP":
        return False
    before = parse.tokens[first - 1] if first else None
    after = parse.tokens[last] if last < len(parse.tokens) else None
    return any(
        token is not None and token.tag in ("NNP", "NNPS") and bare(token.text) not in HONORIFICS
        for token in (before, after)
    )


@cache
def known_names() -> dict[str, tuple[tuple[tuple[str, ...], Type], ...]]:
    """Names of countries, peoples and organisations by their first word, the longest first, with their types."""
    found: defaultdict[str, list[tuple[tuple[str, ...], Type]]] = defaultdict(list)
    people = countries().by_demonym
    plurals = [word + "s" for word in people if not word.endswith(("s", "sh", "ch", "ese"))]
    organisations = [name for row in rows("organisations.tsv") for name in (row[0], *values(row[1]))]
    tables: tuple[tuple[Iterable[str], Type], ...] = (
        (countries().by_name, "GPE"),
        ([*people, *plurals], "NORP"),
        (organisations, "ORG"),
    )
    for names, kind in tables:
        for name in names:
            words = tuple(name.split())
            if words and words[0][0].isupper():
                found[words[0]].append((words, kind))
    return {first: tuple(sorted(options, key=lambda one: -len(one[0]))) for first, options in found.items()}


def _without_overlaps(mentions: list[Mention]) -> list[Mention]:
    """Keep the first of the mentions that overlap."""
    taken: set[int] = set()
    kept = []
    for mention in mentions:
        tokens = range(mention.first, mention.last)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(mention)
    return sorted(kept)


def _typed(parse: Parse, mentions: list[Mention]) -> list[Mention]:
    """Give each name the type that the article as a whole speaks for."""
    votes: defaultdict[str, Counter[Type]] = defaultdict(Counter)
    surnames: set[str] = set()
    for mention in mentions:
        name = parse.words(mention.first, mention.last)
        votes[name].update(type_evidence(parse, mention.first, mention.last, mention.type))
        if mention.type == "PERSON" and mention.last - mention.first > 1:
            surnames.add(parse.tokens[mention.last - 1].text)
    for name, counted in votes.items():
        if name in surnames:
            counted["PERSON"] += 1 + sum(counted.values())
    best = {name: max(counted, key=lambda kind: counted[kind]) for name, counted in votes.items()}
    return [mention._replace(type=best[parse.words(mention.first, mention.last)]) for mention in mentions]


def _repeats(parse: Parse, mentions: list[Mention]) -> list[Mention]:
    """Find names again where the model overlooked them: what names a thing once names it in the whole article."""
    taken = {index for mention in mentions for index in range(mention.first, mention.last)}
    forms: dict[tuple[str, ...], Type] = {}
    for mention in mentions:
        words = tuple(token.text for token in parse.tokens[mention.first : mention.last])
        forms[words] = mention.type
        if mention.type == "PERSON" and len(words) > 1 and len(words[-1]) > 2:
            forms.setdefault(words[-1:], "PERSON")
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for words in forms:
        lengths[words[0]].add(len(words))
    longest_first = {first: sorted(found, reverse=True) for first, found in lengths.items()}
    found = []
    for index, token in enumerate(parse.tokens):
        for length in longest_first.get(token.text, ()):
            last = index + length
            words = tuple(one.text for one in parse.tokens[index:last])
            if words in forms and taken.isdisjoint(range(index, last)) and _names_again(parse, index, length):
                found.append(Mention(index, last, forms[words]))
                taken.update(range(index, last))
                break
    return found


def _names_again(parse: Parse, index: int, length: int) -> bool:
    """Whether the words of a name are that name here: a surname alone may be any word."""
    if length > 1:
        return True
    return parse.tokens[index].tag in ("NNP", "NNPS") and not _in_longer_name(parse, index, index + 1, "")

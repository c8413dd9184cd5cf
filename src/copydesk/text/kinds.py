"""What speaks for the type of a name besides the model: its words, and the words beside it."""

from collections import Counter
from functools import cache
from typing import Final, Literal

from copydesk.text.countries import country_named, country_of_people
from copydesk.text.gazetteers import gazetteer
from copydesk.text.genders import is_given_name
from copydesk.text.names import HONORIFICS, bare
from copydesk.text.parses import Parse
from copydesk.text.tables import rows, values

Type = Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK", "LAW"]
_PLACE_PREPOSITIONS: Final = frozenset({"in", "near", "outside", "from", "around", "across", "to", "toward", "towards"})
_SETTLEMENTS: Final = frozenset(
    {"town", "city", "village", "province", "capital", "region", "district", "port", "suburb"}
)
_CITY: Final = 100_000
"""A word that names a city of this size is believed to mean it where a preposition of place stands before it."""
_KNOWN: Final = 4.0
_STRONG: Final = 3.0
_WEAK: Final = 1.0


@cache
def name_words() -> dict[str, Type]:
    """The type that the last word of a name tells."""
    known: tuple[Type, ...] = ("ORG", "LOC", "GPE", "FAC", "EVENT")
    return {word: kind for kind in known for row in rows("name_words.tsv") if row[0] == kind for word in values(row[1])}


def type_evidence(parse: Parse, first: int, last: int, kind: Type) -> Counter[Type]:
    """Weigh what the type of a name could be.

    Args:
        parse: the article.
        first: the first token of the name.
        last: one past its last.
        kind: the type that the model gives it.
    """
    name = parse.words(first, last)
    evidence: Counter[Type] = Counter()
    _add(evidence, kind, 2.0)
    if country_named(name) or country_of_people(name):
        _add(evidence, kind, _KNOWN)
        return evidence
    words = [token.text for token in parse.tokens[first:last]]
    _by_words(evidence, words)
    _by_neighbours(evidence, parse, first, last, name)
    return evidence


def _add(evidence: Counter[Type], kind: Type, weight: float) -> None:
    evidence[kind] += weight  # type: ignore[assignment]  # a Counter adds any numbers


def _by_words(evidence: Counter[Type], words: list[str]) -> None:
    told = None
    if len(words) > 1:
        # "Ministry of Defence", "Bank of England": the word before "of" tells.
        head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
        told = name_words().get(head)
    if told is not None:
        _add(evidence, told, _STRONG)
    elif is_given_name(words[0]) and len(words) <= 3 and words[-1][0].isupper():
        _add(evidence, "PERSON", _STRONG if len(words) > 1 else 1.5 * _WEAK)


def _by_neighbours(evidence: Counter[Type], parse: Parse, first: int, last: int, name: str) -> None:
    before = parse.tokens[first - 1] if first else None
    if before is not None and bare(before.text) in HONORIFICS and before.tag in ("NNP", "NN"):
        _add(evidence, "PERSON", _WEAK)
    places = gazetteer().find(name)
    if not places:
        return
    # Only the table of our own has features other than cities and countries, and it holds what is well known.
    known = max(place.population for place in places) >= _CITY or not places[0].feature.startswith("PPL")
    kind: Type = "GPE" if places[0].feature.startswith(("PPL", "ADM", "PCL")) else "LOC"
    if before is not None and before.text.casefold() in _PLACE_PREPOSITIONS:
        _add(evidence, kind, _STRONG if known else 2 * _WEAK)
    elif before is not None and before.text == "of" and parse.tokens[first - 2].text in _SETTLEMENTS:
        _add(evidence, kind, _STRONG)
    if last + 1 < len(parse.tokens) and parse.tokens[last].text == ",":
        behind = parse.tokens[last + 1].text
        if country_named(behind) or any(one.feature == "ADM1" for one in gazetteer().find(behind)):
            _add(evidence, kind, _KNOWN)

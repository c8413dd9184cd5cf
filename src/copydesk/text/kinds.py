"""Kinds: whether a candidate is the name of a person, an organisation or a place, judged by all that speaks for it.

A linear model over the words of the candidate, the words beside it, what the spaCy model and the tables say of it. The
spaCy model alone takes foreign people and parties for one another; a table alone cannot tell Jordan from Jordan.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from copydesk.text.candidates import Candidate, Type
from copydesk.text.countries import country_named, country_of_people
from copydesk.text.gazetteers import gazetteer
from copydesk.text.genders import is_given_name
from copydesk.text.names import HONORIFICS, bare
from copydesk.text.parses import Parse, Token
from copydesk.text.tables import rows, values

Scores = tuple[float, float, float]
"""How much speaks for a person, an organisation and a place: logarithms of the odds against none of them."""
_LARGE: Final = 500_000
_TOWN: Final = 50_000
_NOBODY: Final = Token(-1, "", "", "", -1, 0, 0)


class Words(NamedTuple):
    """The words around a candidate, within its sentence."""

    before: Token
    two_before: Token
    after: Token
    two_after: Token


@cache
def name_words() -> dict[str, Type]:
    """The type that the last word of a name tells."""
    known: tuple[Type, ...] = ("ORG", "LOC", "GPE", "FAC", "EVENT")
    return {word: kind for kind in known for row in rows("name_words.tsv") if row[0] == kind for word in values(row[1])}


@cache
def learned() -> dict[str, Scores]:
    """The learned weights of features."""
    packed = files(__package__).joinpath("data", "kinds.json.gz").read_bytes()
    model: dict[str, Any] = json.loads(gzip.decompress(packed))
    scale = model["scale"]
    return {name: (one / scale, two / scale, three / scale) for name, (one, two, three) in model["weights"].items()}


def judge(parse: Parse, candidates: Sequence[Candidate]) -> list[Scores]:
    """Weigh what each candidate names.

    Args:
        parse: the article.
        candidates: of it, as `find_candidates` returns them.
    """
    weights = learned()
    found = []
    for candidate in candidates:
        person = organisation = place = 0.0
        for feature in features(parse, candidate):
            if (weight := weights.get(feature)) is not None:
                person += weight[0]
                organisation += weight[1]
                place += weight[2]
        found.append((person, organisation, place))
    return found


def features(parse: Parse, candidate: Candidate) -> Iterator[str]:
    """What the model sees of a candidate."""
    words = [token.text for token in parse.tokens[candidate.first : candidate.last]]
    yield "any"
    yield from _opinions(parse, candidate, len(words))
    yield from _spelling(words)
    yield from _tags(parse, candidate)
    yield from _neighbours(parse, candidate)


def _opinions(parse: Parse, candidate: Candidate, length: int) -> Iterator[str]:
    """What the model and the tables say."""
    opinion = f"{candidate.lie} {candidate.near}"
    yield f"model {opinion}"
    yield f"model {opinion} {min(length, 4)}"
    name = parse.words(candidate.first, candidate.last)
    if candidate.known:
        yield f"known {candidate.known}"
    if country_named(name):
        yield "country"
    if country_of_people(name):
        yield "people"
    places = gazetteer().find(name)
    if not places:
        yield "no place"
        return
    people = places[0].population
    size = "large" if people >= _LARGE else "town" if people >= _TOWN else "small"
    yield "place"
    yield f"place {size} {places[0].feature[:3]}"
    yield f"place {size} {opinion}"


def _spelling(words: list[str]) -> Iterator[str]:
    count = min(len(words), 4)
    first, last = words[0].casefold(), words[-1].casefold()
    yield f"words {count}"
    yield f"first {first}"
    yield f"last {last}"
    yield f"ends {last[-3:]}"
    yield f"ends {last[-2:]}"
    yield f"begins {first[:3]}"
    yield "shape " + "-".join(map(_shape, words[:4]))
    if count == 1:
        yield f"alone {first}"
    for word in words[1:-1]:
        yield f"inside {word.casefold()}"
    if is_given_name(words[0]):
        yield f"given {min(count, 3)}"
    if count > 1 and any(len(word.rstrip(".")) == 1 for word in words[:2]):
        yield "initial"
    # "Ministry of Defence", "Bank of England": the word before "of" tells.
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    yield f"tells {name_words().get(head)} {count == 1}"


def _shape(word: str) -> str:
    if word[0].isdigit():
        return "9"
    if word.isupper():
        return "AA" if len(word) > 1 else "A"
    if word[0].isupper():
        return "AaA" if any(letter.isupper() for letter in word[1:]) else "Aa"
    return "a"


def _tags(parse: Parse, candidate: Candidate) -> Iterator[str]:
    inside = parse.tokens[candidate.first : candidate.last]
    yield "tags " + "-".join(token.tag for token in inside[:4])
    top = next((one for one in reversed(inside) if not candidate.first <= one.head < candidate.last), inside[-1])
    yield f"as {top.dep}"
    if top.head != top.i:
        governor = parse.lemma(top.head).casefold()
        yield f"under {governor}"
        yield f"as {top.dep} under {governor}"


def _neighbours(parse: Parse, candidate: Candidate) -> Iterator[str]:
    around = _around(parse, candidate)
    before, after = around.before, around.after
    yield f"before {before.text.casefold()}"
    yield f"after {after.text.casefold()}"
    yield f"before tag {before.tag}"
    yield f"after tag {after.tag}"
    yield f"tags around {before.tag} {after.tag}"
    yield f"two before {around.two_before.text.casefold()}"
    yield f"two after {around.two_after.text.casefold()}"
    if bare(before.text) in HONORIFICS:
        yield "honorific"
    # "Kingston, Ontario" and "Ontario, Canada"
    if after.text == "," and _holds_places(around.two_after.text):
        yield "place behind"
    if before.text == "," and gazetteer().find(around.two_before.text):
        yield "place in front"


def _around(parse: Parse, candidate: Candidate) -> Words:
    first, last = parse.sentences[parse.sentence_of[candidate.first]]
    tokens = parse.tokens

    def at(index: int) -> Token:
        return tokens[index] if first <= index < last else _NOBODY

    begin, end = candidate.first, candidate.last
    return Words(at(begin - 1), at(begin - 2), at(end), at(end + 1))


def _holds_places(name: str) -> bool:
    return bool(country_named(name)) or any(one.feature == "ADM1" for one in gazetteer().find(name))

"""Mentions: where the text names something, with the type that fits best in the whole article."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from copydesk.text.candidates import PROPER, Candidate, Type, find_candidates, in_longer_name
from copydesk.text.gazetteers import gazetteer
from copydesk.text.kinds import Scores, judge, name_words
from copydesk.text.parses import Parse

_LEAST: Final = -0.5
"""Least score of a name. Below 0 it is more likely none, but what is missed here is lost to all that follows."""
_SURNAME: Final[Scores] = (0.0, _LEAST, _LEAST)
"""Of a surname: enough for a person, and less than the full name that it may stand in."""
_OTHERS: Final = frozenset({"NORP", "EVENT", "PRODUCT", "WORK", "LAW"})
_SETTLED: Final = ("PPL", "ADM", "PCL")


class Mention(NamedTuple):
    """Tokens ``[first, last)`` that name something of a type."""

    first: int
    last: int
    type: Type


def find_mentions(parse: Parse) -> list[Mention]:
    """Find the names in an article, in the order of the text and without overlaps."""
    candidates = find_candidates(parse)
    scores = _agreed(parse, candidates, judge(parse, candidates))
    found = _chosen(parse, candidates, _with_surnames(parse, candidates, scores))
    return sorted([*found, *_repeats(parse, found)])


def _agreed(parse: Parse, candidates: list[Candidate], scores: list[Scores]) -> list[Scores]:
    """What is spelt alike is judged alike: by the mean over the article."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(candidates):
        places[parse.words(candidate.first, candidate.last)].append(index)
    agreed = list(scores)
    for indexes in places.values():
        if len(indexes) > 1:
            person, organisation, place = (sum(scores[at][kind] for at in indexes) / len(indexes) for kind in range(3))
            for index in indexes:
                agreed[index] = person, organisation, place
    return agreed


def _with_surnames(parse: Parse, candidates: list[Candidate], scores: list[Scores]) -> list[Scores]:
    """Who has a full name in the article has a surname: "Paris" is no city after "Valeska Paris"."""
    surnames = {
        parse.tokens[candidate.last - 1].text
        for candidate, score in zip(candidates, scores, strict=True)
        if candidate.last - candidate.first > 1 and score[0] == max(score) and score[0] > 0
    }
    return [
        _SURNAME if parse.words(candidate.first, candidate.last) in surnames else score
        for candidate, score in zip(candidates, scores, strict=True)
    ]


def _chosen(parse: Parse, candidates: list[Candidate], scores: list[Scores]) -> list[Mention]:
    """Of candidates that overlap, the surest; then what names neither person nor organisation nor place."""
    surest = sorted(range(len(candidates)), key=lambda index: (-max(scores[index]), candidates[index]))
    taken: set[int] = set()
    chosen = []
    for index in surest:
        candidate, score = candidates[index], scores[index]
        kind = _type(parse, candidate, score) if max(score) >= _LEAST else candidate.known or _other(candidate)
        tokens = range(candidate.first, candidate.last)
        if kind is not None and taken.isdisjoint(tokens):
            taken.update(tokens)
            chosen.append(Mention(candidate.first, candidate.last, kind))
    return sorted(chosen)


def _type(parse: Parse, candidate: Candidate, score: Scores) -> Type:
    person, organisation, place = score
    if candidate.known in ("NORP", "PERSON"):
        return candidate.known
    if person >= max(organisation, place):
        return "PERSON"
    return "ORG" if organisation >= place else _kind_of_place(parse, candidate)


def _kind_of_place(parse: Parse, candidate: Candidate) -> Type:
    told = name_words().get(parse.tokens[candidate.last - 1].text) if candidate.last - candidate.first > 1 else None
    if told in ("LOC", "FAC"):
        return told
    if candidate.lie == "exact" and candidate.near in ("GPE", "LOC", "FAC"):
        return candidate.near
    places = gazetteer().find(parse.words(candidate.first, candidate.last))
    return "GPE" if not places or places[0].feature.startswith(_SETTLED) else "LOC"


def _other(candidate: Candidate) -> Type | None:
    return candidate.near if candidate.lie == "exact" and candidate.near in _OTHERS else None


def _repeats(parse: Parse, mentions: list[Mention]) -> Iterator[Mention]:
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
    for index, token in enumerate(parse.tokens):
        for length in longest_first.get(token.text, ()):
            last = index + length
            words = tuple(one.text for one in parse.tokens[index:last])
            if words in forms and taken.isdisjoint(range(index, last)) and _names_again(parse, index, length):
                taken.update(range(index, last))
                yield Mention(index, last, forms[words])
                break


def _names_again(parse: Parse, index: int, length: int) -> bool:
    """Whether the words of a name are that name here: a surname alone may be any word."""
    if length > 1:
        return True
    return parse.tokens[index].tag in PROPER and not in_longer_name(parse, index, index + 1, "")

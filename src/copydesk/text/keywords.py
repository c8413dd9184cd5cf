"""Keywords: the phrases that tell what an article is about, by statistics alone."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.text.terms import background, base_form, rarity

MOST: Final = 8
LEAST: Final = 0.2
"""Least score, relative to the best."""
_LONGEST: Final = 3
"""Most words of a phrase that is not a name."""
_RARITY: Final = -math.log(0.1)
"""A word in more than a tenth of all news is in no keyword: told, week, called."""
_MOST_CHARACTERS: Final = 60
_CLAUSE: Final = re.compile(r"[.,;:!?()\[\]“”\"…\n—–]+|(?<=\s)['‘]|['’](?=\s)|\s-\s")
_WORD: Final = re.compile(r"[^\W\d_][\w-]*(?:['’][^\W\d_]+)*")
_POSSESSIVE: Final = re.compile(r"['’]s$")
_NO_NOUN: Final = re.compile(r"(?:ly|ed|ing|ise|ize|['’][a-z]+|ful|ous|able|ible)$")
"""Endings of words that are rarely nouns: *building* is lost, *maintaining* and *suddenly* are kept out."""


class Keyword(NamedTuple):
    """A phrase as it stands in the text, and its score, 0 to 1, relative to the best."""

    text: str
    score: float


class Name(NamedTuple):
    """A name in the article, and how often it is mentioned in any form."""

    text: str
    mentions: int


def keywords(text: str, title: str, names: Iterable[Name]) -> list[Keyword]:
    """Choose the phrases that tell what an English article is about.

    Args:
        text: the clean text.
        title: the title, or "".
        names: names of persons, organisations, places …; their mentions need not all contain the name.

    Returns:
        at most `MOST`, the best first, none part of another: by count, rarity in news in general, length, and whether
        the title has them (the features of Frank et al. 1999, KEA, weighed by hand).
    """
    scores: dict[str, float] = {}
    surface: dict[str, str] = {}
    head = [_base(word) for word in _WORD.findall(title)]
    named: set[str] = set()
    for name in names:
        words = [_base(word) for word in _WORD.findall(name.text)]
        if words and len(name.text) <= _MOST_CHARACTERS:
            named.update(words)
            # A title says "Kalin" where the name is "Ibrahim Kalin".
            scores[" ".join(words)] = _score(words, name.mentions, words[-1] in head)
            surface[" ".join(words)] = name.text
    counts, forms = _phrases(f"{text}\n{title}")
    title_text = f" {' '.join(head)} "
    for phrase, count in counts.items():
        words = phrase.split()
        in_title = f" {phrase} " in title_text
        least = 2 if len(words) > 1 or in_title else 3
        if count >= least and phrase not in named and _is_noun_like(words[-1]):
            scores.setdefault(phrase, _score(words, count, in_title))
            surface.setdefault(phrase, forms[phrase].most_common(1)[0][0])
    return _best(scores, surface)


def _phrases(text: str) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """Count the phrases that begin and end with a telling word, within the marks of punctuation."""
    counts: Counter[str] = Counter()
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for clause in _CLAUSE.split(text):
        words = _WORD.findall(clause)
        bases = [_base(word) for word in words]
        for start, end in _runs(bases):
            phrase = " ".join(bases[start:end])
            counts[phrase] += 1
            forms[phrase][_POSSESSIVE.sub("", " ".join(words[start:end]))] += 1
    return counts, forms


def _runs(bases: list[str]) -> Iterator[tuple[int, int]]:
    for start in range(len(bases)):
        for end in range(start + 1, min(start + _LONGEST, len(bases)) + 1):
            if not _is_telling(bases[end - 1]):
                break
            yield start, end


@lru_cache(maxsize=100_000)
def _base(word: str) -> str:
    return base_form(_POSSESSIVE.sub("", word.lower()))


@lru_cache(maxsize=100_000)
def _is_telling(base: str) -> bool:
    return len(base) > 2 and rarity(base) > _RARITY


@lru_cache(maxsize=100_000)
def _is_noun_like(base: str) -> bool:
    return _NO_NOUN.search(base) is None


def _score(words: list[str], count: int, in_title: bool) -> float:
    weight = sum(min(rarity(word), math.log(background().articles / 3)) for word in words) / len(words)
    return (1 + math.log(count)) * weight * (1 + 0.25 * (len(words) - 1)) * (2.0 if in_title else 1.0)


def _best(scores: dict[str, float], surface: dict[str, str]) -> list[Keyword]:
    # A name of everyday words alone, such as "May", weighs nothing.
    ranked = sorted((row for row in scores.items() if row[1] > 0), key=lambda row: (-row[1], row[0]))
    chosen: list[Keyword] = []
    padded: list[str] = []
    for phrase, score in ranked:
        if len(chosen) == MOST or score < LEAST * ranked[0][1]:
            break
        if not any(f" {phrase} " in other or other in f" {phrase} " for other in padded):
            padded.append(f" {phrase} ")
            chosen.append(Keyword(surface[phrase], round(score / ranked[0][1], 3)))
    return chosen

"""Terms: the words of an article, and how much each tells about it."""

import gzip
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from sys import intern
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\w+")
_COMMON: Final = 0.2
"""A word in more than this share of the background articles tells nothing: the, said, people."""
_TITLE_WEIGHT: Final = 2
"""A word in the title counts as often as this more."""
_NOTHING: Final = ("", 0.0)
_LEAD: Final = 300
"""Words of an article that it is compared by: news says first what it is about."""
_TITLE: Final = 50
_DAMPED: Final = [0.0, *(1.0 + math.log(count) for count in range(1, _LEAD + _TITLE * _TITLE_WEIGHT + 1))]
"""A word that occurs ten times as often does not tell ten times as much."""
_SCALE: Final = 32
"""Steps per unit of a stored weight; one byte holds weights up to 7.9, more than any in ``_DAMPED``."""


class Background(NamedTuple):
    """How many of ``articles`` news articles contain each word."""

    articles: int
    counts: dict[str, int]


class Vector(NamedTuple):
    """The most telling terms of an article, best first, and how strongly it uses each (one byte a term)."""

    terms: tuple[str, ...]
    weights: bytes


@cache
def background() -> Background:
    """The counts that ship with the package, made by ``evals/train_background.py``."""
    with gzip.open(Path(__file__).with_name("data") / "background.json.gz") as file:
        data = json.load(file)
    return Background(data["articles"], data["counts"])


def _idf(articles: int, count: int) -> float:
    return math.log((articles + 1) / (count + 1))


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order.

    >>> words("Turkey’s F-16 jets")
    ['turkey', 's', 'f', '16', 'jets']
    """
    return _WORD.findall(text.lower())


def base_form(word: str) -> str:
    """A word without the English plural ending; no linguistics, but the same for both numbers.

    >>> [base_form(word) for word in ("talks", "talk", "parties", "gas", "crisis", "congress")]
    ['talk', 'talk', 'party', 'gas', 'crisis', 'congress']
    """
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


def rarity(term: str, count: int = 0, articles: int = 0) -> float:
    """Inverse document frequency of a term.

    Args:
        term: a base form, or a name as `vector` writes it.
        count: how many of ``articles`` other articles have it; they are counted together with the background.
        articles: how many other articles there are.

    Returns:
        0 for a word that is everywhere.
    """
    known = background()
    held = known.counts.get(term, 0)
    return 0.0 if held > known.articles * _COMMON else _idf(known.articles + articles, held + count)


def vector(body: Sequence[str], title: Sequence[str], names: Iterable[str], limit: int) -> Vector:
    """Choose the terms that tell most about an article.

    Args:
        body: words of the text, as `words` gives them.
        title: words of the title.
        names: names of persons, organisations and places in it; each is a term of its own beside its words.
        limit: most terms.

    Returns:
        the terms with the highest TF-IDF, sublinear in the count (Manning, Raghavan, Schütze 2008, section 6.4.1).
        It depends on the article alone, so that it is the same whenever it is computed.
    """
    counts: defaultdict[tuple[str, float], int] = defaultdict(int)
    for word, count in Counter(body[:_LEAD]).items():
        weighed = _weighed(word)
        if weighed is not _NOTHING:
            counts[weighed] += count
    for word in title[:_TITLE]:
        if _weighed(word) is not _NOTHING:
            counts[_weighed(word)] += _TITLE_WEIGHT
    # Negative, so that the best come first and equals in the order of the alphabet.
    scored = [(-_DAMPED[count] * scarce, term, count) for (term, scarce), count in counts.items()]
    unseen = _idf(background().articles, 0)
    scored.extend((-unseen, "=" + name.lower(), 1) for name in names)
    scored.sort()
    best = scored[:limit]
    return Vector(
        tuple(intern(term) for _, term, _ in best),
        bytes([round(_DAMPED[count] * _SCALE) for _, _, count in best]),
    )


@lru_cache(maxsize=200_000)
def _weighed(word: str) -> tuple[str, float]:
    """The base form of a word and its rarity; words that are everywhere, numbers and letters are all alike nothing."""
    term = base_form(word)
    scarce = rarity(term)
    return (term, scarce) if scarce and len(term) > 1 and not term.isdigit() else _NOTHING

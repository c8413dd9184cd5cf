"""Terms: the words of an article, and how much each tells about it."""

import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\w+")
_COMMON: Final = 0.2
"""A word in more than this share of the background articles tells nothing: the, said, people."""
_TITLE_WEIGHT: Final = 2
"""A word in the title counts as often as this more."""
_SCALE: Final = 32
"""Steps per unit of a stored weight; one byte holds weights up to 8."""


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
    return Background(data["articles"], {word: int(count) for word, count in data["counts"].items()})


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order.

    >>> words("Turkey’s F-16 jets")
    ['turkey', 's', 'f', '16', 'jets']
    """
    return _WORD.findall(text.lower())


@lru_cache(maxsize=200_000)
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
    if held > known.articles * _COMMON:
        return 0.0
    return math.log((known.articles + articles + 1) / (held + count + 1))


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
    counts: Counter[str] = Counter()
    for word, count in Counter(body).items():
        if len(word) > 1 and not word.isdigit():
            counts[base_form(word)] += count
    for word in title:
        if len(word) > 1 and not word.isdigit():
            counts[base_form(word)] += _TITLE_WEIGHT
    strengths = {term: 1.0 + math.log(count) for term, count in counts.items()}
    scored = [(strength * rarity(term), term) for term, strength in strengths.items()]
    for name in names:
        term = "=" + name.lower()
        strengths[term] = 1.0
        scored.append((math.log(background().articles + 1), term))
    best = sorted(((score, term) for score, term in scored if score > 0), key=lambda row: (-row[0], row[1]))[:limit]
    terms = tuple(term for _, term in best)
    return Vector(terms, bytes(min(255, round(strengths[term] * _SCALE)) for term in terms))

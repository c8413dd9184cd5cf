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
_SCALE: Final = 32
"""Steps per unit of a stored weight; one byte holds weights up to 8."""


class Background(NamedTuple):
    """How many of ``articles`` news articles contain each word, and what that makes its inverse document frequency."""

    articles: int
    counts: dict[str, int]
    rarities: dict[str, float]


class Vector(NamedTuple):
    """The most telling terms of an article, best first, and how strongly it uses each (one byte a term)."""

    terms: tuple[str, ...]
    weights: bytes


@cache
def background() -> Background:
    """The counts that ship with the package, made by ``evals/train_background.py``."""
    with gzip.open(Path(__file__).with_name("data") / "background.json.gz") as file:
        data = json.load(file)
    articles: int = data["articles"]
    counts: dict[str, int] = data["counts"]
    return Background(articles, counts, {word: _idf(articles, count) for word, count in counts.items()})


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
    strengths: defaultdict[str, int] = defaultdict(int)
    for word, count in Counter(body).items():
        if (term := _telling(word)) is not None:
            strengths[term] += count
    for word in title:
        if (term := _telling(word)) is not None:
            strengths[term] += _TITLE_WEIGHT
    rarities, unseen = background().rarities, _idf(background().articles, 0)
    # Negative, so that the best come first and equals in the order of the alphabet.
    scored = [(-_damped(count) * rarities.get(term, unseen), term) for term, count in strengths.items()]
    scored.extend((-unseen, "=" + name.lower()) for name in names)
    scored.sort()
    terms = tuple(intern(term) for _, term in scored[:limit])
    return Vector(terms, bytes(min(255, round(_damped(strengths.get(term, 1)) * _SCALE)) for term in terms))


@lru_cache(maxsize=1_000)
def _damped(count: int) -> float:
    return 1.0 + math.log(count)


@lru_cache(maxsize=200_000)
def _telling(word: str) -> str | None:
    """The base form of a word, unless it is everywhere, a number, or a letter."""
    term = base_form(word)
    return term if len(term) > 1 and not term.isdigit() and rarity(term) else None

"""Tone: how favourable the words of an article are."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NEGATIONS: Final = frozenset(
    ("not", "no", "never", "none", "neither", "nor", "nobody", "nothing", "without", "hardly", "cannot", "barely")
)
_REACH: Final = 3
"""Words after a negation that it turns round: *not a very good deal*."""
_TURNED: Final = -0.74
"""What is left of a negated word's valence (Hutto and Gilbert 2014)."""
_PRIOR: Final = 4.0
"""Valence added to both sides together, so that one strong word in a brief makes no strong tone."""


class Tone(NamedTuple):
    """Tone, -1 to 1, and the shares of positive and of negative words among all words."""

    tone: float
    positive: float
    negative: float


@cache
def lexicon() -> dict[str, float]:
    """Valence of words, -4 to 4: VADER's lexicon (MIT licence), corrected for news by our own list."""
    vader = resources.files("vaderSentiment").joinpath("vader_lexicon.txt").read_text(encoding="utf-8")
    news = (Path(__file__).with_name("data") / "tone_news.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in (*vader.splitlines(), *news.splitlines()) if not line.startswith("#")]
    return {row[0]: float(row[1]) for row in rows if len(row) > 1}


def tone(text: str) -> Tone | None:
    """Judge the tone of an English text.

    Returns:
        the balance of positive and negative valence; ``None`` for a text without words.

    >>> tone("The rescued miners celebrated a brilliant victory.").tone > 0
    True
    >>> tone("The talks were not successful.").tone < 0
    True
    """
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    if not words:
        return None
    valences = list(_valences(words))
    positive = sum(valence for valence in valences if valence > 0)
    negative = -sum(valence for valence in valences if valence < 0)
    return Tone(
        round((positive - negative) / (positive + negative + _PRIOR), 3),
        round(sum(valence > 0 for valence in valences) / len(words), 3),
        round(sum(valence < 0 for valence in valences) / len(words), 3),
    )


def _valences(words: list[str]) -> Iterator[float]:
    """The valence of each word that has one, with its sign turned by a negation shortly before it."""
    known = lexicon()
    turned_until = -1
    for position, word in enumerate(words):
        valence = known.get(word, 0.0)
        if valence:
            yield valence * _TURNED if position <= turned_until else valence
        if word in _NEGATIONS or word.endswith("n't"):
            turned_until = position + _REACH

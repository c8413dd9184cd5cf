"""Topics: the top level of IPTC Media Topics, told from the words of an article."""

import gzip
import json
import math
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from copydesk.text.terms import base_form, words

NAMES: Final = {
    "medtop:01000000": "arts, culture, entertainment and media",
    "medtop:02000000": "crime, law and justice",
    "medtop:03000000": "disaster, accident and emergency incident",
    "medtop:04000000": "economy, business and finance",
    "medtop:05000000": "education",
    "medtop:06000000": "environment",
    "medtop:07000000": "health",
    "medtop:08000000": "human interest",
    "medtop:09000000": "labour",
    "medtop:10000000": "lifestyle and leisure",
    "medtop:11000000": "politics and government",
    "medtop:12000000": "religion",
    "medtop:13000000": "science and technology",
    "medtop:14000000": "society",
    "medtop:15000000": "sport",
    "medtop:16000000": "conflict, war and peace",
    "medtop:17000000": "weather",
}
"""IPTC NewsCodes, Media Topics, version of October 2023: codes and English names of the top level."""
LEAST: Final = 0.12
"""Least score of a topic that is stated."""
LEAST_BEST: Final = 0.25
"""Least score of the best topic; below it, no topic is stated at all."""
MOST: Final = 3
"""Most topics of an article."""
LEAST_FEATURES: Final = 8
"""Fewest known words to judge by: a headline alone can be about anything."""
TITLE_WEIGHT: Final = 2
"""A word in the title counts as often as this more."""
WEIGHT_SCALE: Final = 40
WEIGHT_ZERO: Final = 128
"""A stored weight is one byte: 128 + 40 times the logarithm of how much more often the word stands with the topic."""


class Topic(NamedTuple):
    """A topic's code, its English name, and how sure it is, 0 to 1."""

    code: str
    name: str
    score: float


class Model(NamedTuple):
    """Naive Bayes weights: for each word or pair of words its rarity, and one byte for each of the codes."""

    codes: list[str]
    priors: list[float]
    sharpness: float
    weights: dict[str, tuple[float, bytes]]


@cache
def model() -> Model:
    """The model that ships with the package, made by ``evals/train_topics.py``."""
    with gzip.open(Path(__file__).with_name("data") / "topics.json.gz") as file:
        data = json.load(file)
    weights = {word: (rarity, bytes(row)) for word, (rarity, row) in data["weights"].items()}
    return Model(data["codes"], data["priors"], data["sharpness"], weights)


def features(text: str, title: str) -> Counter[str]:
    """Count the words of an article in their base form, and the pairs of neighbours.

    >>> sorted(features("Peace talks", ""))
    ['peace', 'peace talk', 'talk']
    """
    body, head = ([base_form(word) for word in words(part)] for part in (text, title))
    counts = Counter(body + head * TITLE_WEIGHT)
    counts.update(map(" ".join, pairwise(body)))
    return counts


def topics(text: str, title: str) -> list[Topic]:
    """Tell the topics of an English article.

    Args:
        text: the clean text.
        title: the title, or "".

    Returns:
        at most `MOST` topics, the best first; none where the words do not tell. Multinomial naive Bayes over words
        weighed by TF-IDF (Rennie et al. 2003), trained from keywords and unlabelled news (McCallum and Nigam 1999).
    """
    trained = model()
    totals = [0.0] * len(trained.codes)
    norm, known = 0.0, 0
    for word, count in features(text, title).items():
        entry = trained.weights.get(word)
        if entry is None:
            continue
        rarity, row = entry
        strength = (1.0 + math.log(count)) * rarity
        norm += strength * strength
        known += 1
        for index, weight in enumerate(row):
            totals[index] += strength * (weight - WEIGHT_ZERO)
    if known < LEAST_FEATURES:
        return []
    sharpness = trained.sharpness / (WEIGHT_SCALE * math.sqrt(norm))
    return _stated(trained, [total * sharpness for total in totals])


def _stated(trained: Model, logits: list[float]) -> list[Topic]:
    scores = [logit + math.log(prior) for logit, prior in zip(logits, trained.priors, strict=True)]
    highest = max(scores)
    shares = [math.exp(score - highest) for score in scores]
    total = sum(shares)
    ranked = sorted(zip((share / total for share in shares), trained.codes, strict=True), reverse=True)
    if ranked[0][0] < LEAST_BEST:
        return []
    return [Topic(code, NAMES[code], round(score, 3)) for score, code in ranked[:MOST] if score >= LEAST]

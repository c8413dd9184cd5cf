"""Shingles: overlap of an extracted text with the true one, as scrapinghub's article-extraction benchmark counts."""

import re
from collections import Counter

SIZE = 4
_TOKEN = re.compile(r"\w+")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text, each as often as it occurs; a shorter text is one run."""
    tokens = _TOKEN.findall(text)
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + SIZE]) for at in range(max(1, len(tokens) - SIZE + 1)))


class Truth:
    """A true text, to ask which lines stand in it."""

    def __init__(self, text: str) -> None:
        self._shingles = set(shingles(text))
        self._lines = {tuple(_TOKEN.findall(line)) for line in text.splitlines()}

    def covers(self, line: str) -> bool:
        """Whether most of a line stands in the text; one of less than four words must be a line there too."""
        found = shingles(line)
        hits = sum(count for shingle, count in found.items() if shingle in self._shingles or shingle in self._lines)
        return hits * 2 > sum(found.values())


def overlap(text: str, truth: str) -> tuple[float, float, float]:
    """True positives, false positives and false negatives, each over the shingles of both (the benchmark's way)."""
    found, wanted = shingles(text), shingles(truth)
    hits = sum((found & wanted).values())
    false, missed = sum(found.values()) - hits, sum(wanted.values()) - hits
    total = (hits + false + missed) or 1
    return hits / total, false / total, missed / total

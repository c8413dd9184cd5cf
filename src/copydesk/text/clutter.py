"""Clutter: which lines of a page's visible text are its article, judged in the context of their neighbours.

Two small logistic models, one after the other: the first sees what a line and its neighbours look like, the second
what the first thinks of the surroundings. Sentences stand together; so do links.
"""

import json
import math
import re
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.text import tables
from copydesk.text.phrases import REASONS, Hits, hits

Matrix = NDArray[np.float32]

KEEP: Final = 0.5
"""Probability from which a line is kept."""

_DIGIT: Final = re.compile(r"\d")
_SENTENCE_END: Final = re.compile(r"[.!?…。؟।][\"'”’»)\]]*$")
_INNER_END: Final = re.compile(r"[.!?][\"'”’»)]* [\"'“‘«(]*[^\W\d_]")
_LINK: Final = re.compile(r"https?://|www\.|\S@\S|(?:^|\s)@\w", re.IGNORECASE)
_DATE: Final = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d{2}\b|"
    r"\b\d+ (?:min|mins|minutes?|hours?|hrs?|days?|weeks?|months?) ?(?:ago|read)\b",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile("[|•·›»/→▶►]")
_QUOTE: Final = re.compile('["“”„«»]')
_OPENING: Final = frozenset("\"“„«‘'(")


_HEAD: Final = 400
"""Characters that are looked at closely; more tell nothing else."""
_SHORT: Final = 120
"""Characters of a line that may well stand on the next page too."""


class Judgement(NamedTuple):
    """How likely each line is part of the article, the phrases it has, and what it looks like by itself."""

    keep: list[float]
    hits: list[Hits]
    looks: Matrix


@cache
def _reader_words() -> frozenset[str]:
    return frozenset(word for _, cell in tables.rows("reader_words.tsv") for word in tables.values(cell))


@cache
def model() -> dict[str, Any]:
    """The learned weights."""
    weights: dict[str, Any] = json.loads(files(__package__).joinpath("data", "clutter.json").read_text("utf-8"))
    for stage in ("first", "second"):
        weights[stage] = [np.asarray(layer, dtype=np.float32) for layer in weights[stage]]
    weights["title"] = np.asarray(weights["title"], dtype=np.float32)
    return weights


def judge(
    lines: Sequence[str], gaps: Sequence[bool], title: str | None = None, known: Judgement | None = None
) -> Judgement:
    """Judge the lines of a text.

    Args:
        lines: the lines, none blank.
        gaps: whether a blank line stands before each.
        title: the article's title, if it is known.
        known: what was found out about the same lines before: only their context has changed.

    Returns:
        for each line the probability that it is part of the article, and what was found out about it.
    """
    if not lines:
        return Judgement([], [], np.zeros((0, 0), dtype=np.float32))
    found = known.hits if known else [hits(line) for line in lines]
    seen = known.looks if known else looks(lines, found)
    own = in_place(seen, lines, gaps, title)
    weights = model()
    first = predict(weights["first"], in_context(own))
    second = predict(weights["second"], with_opinions(own, first))
    return Judgement(second.tolist(), found, seen)


def among(judgement: Judgement, indexes: Sequence[int]) -> Judgement:
    """The judgement of some of the lines."""
    keep, found = judgement.keep, judgement.hits
    return Judgement([keep[i] for i in indexes], [found[i] for i in indexes], judgement.looks[list(indexes)])


# --- what a line looks like -------------------------------------------------------------------------------------------


def features(lines: Sequence[str], gaps: Sequence[bool], found: Sequence[Hits], title: str | None) -> Matrix:
    """What each line looks like by itself and in its place; one row a line."""
    return in_place(looks(lines, found), lines, gaps, title)


def looks(lines: Sequence[str], found: Sequence[Hits]) -> Matrix:
    """What each line looks like by itself; one row a line, the columns of `_PLACE` still empty."""
    rows = [
        _short_row(line, hit) if len(line) <= _SHORT else _packed(line, hit)
        for line, hit in zip(lines, found, strict=True)
    ]
    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), -1)


def in_place(seen: Matrix, lines: Sequence[str], gaps: Sequence[bool], title: str | None) -> Matrix:
    """The rows of lines with what depends on the other lines: repetition, blank lines around, the title in it."""
    own = seen.copy()
    counts = Counter(lines)
    heading = (title or "").casefold()
    repeated, before, after, titled = _PLACE
    own[:, repeated] = [counts[line] > 1 for line in lines]
    own[:, before] = gaps
    own[:, after] = [*gaps[1:], True]
    if heading:
        own[:, titled] = [heading in line.casefold() for line in lines]
    return own


@lru_cache(16_384)  # the pages of a site share their menus
def _short_row(line: str, found: Hits) -> bytes:
    return _packed(line, found)


def _packed(line: str, found: Hits) -> bytes:
    return array("f", _row(line, found)).tobytes()


def _row(line: str, found: Hits) -> list[float]:
    head = line[:_HEAD]
    words = head.split()
    size = len(words) or 1
    starts = [word[0] for word in words]
    lower = sum(map(str.islower, starts))
    upper = sum(map(str.isupper, starts))
    reader = sum(map(_reader_words().__contains__, _without_stops(head.lower()).split()))
    short = sum(map(str.islower, [word[0] for word in words if len(word) <= 3]))
    digits = len(_DIGIT.findall(line[:200]))
    ended = _SENTENCE_END.search(line[-6:]) is not None
    first, last = line[0], line[-1]
    length = len(line)
    # The weights are learned for the columns in this order; those of `_PLACE` are filled in later.
    return [
        math.log1p(length) / 6,
        size <= 3,
        4 <= size <= 8,
        9 <= size <= 15,
        16 <= size <= 30,
        size > 30,
        ended,
        ended and size >= 8 and lower * 2 >= size,
        last == ":",
        last == "…" or line.endswith("..."),
        first.islower(),
        first.isdigit(),
        first in _OPENING,
        not first.isalnum() and first not in _OPENING,
        upper / size,
        lower / size,
        short / size,
        line.count(",") / size,
        _INNER_END.search(head) is not None,
        digits / min(length, 200),
        _has_link(line[:300]),
        _SEPARATOR.search(line, 0, 200) is not None,
        reader / size,
        _QUOTE.search(line, 0, 400) is not None,
        0.0,
        length <= 120 and digits > 0 and _DATE.search(line) is not None,
        line.isupper(),
        0.0,
        0.0,
        0.0,
        *_told(found),
        1.0,
    ]


def _without_stops(text: str) -> str:
    for stop in ".,!?":  # four times faster than `str.translate`
        text = text.replace(stop, " ")
    return text


@cache
def _told(found: Hits) -> tuple[float, ...]:
    """Whether the phrases say that the line is clutter by itself, and each reason that they give."""
    return (float(found.line is not None), *(float(reason in found) for reason in REASONS))


def _has_link(line: str) -> bool:
    """Whether an address stands in a line; nearly all lines have nothing of what the pattern needs."""
    lowered = line.lower()
    return ("@" in line or "http" in lowered or "www." in lowered) and _LINK.search(line) is not None


_PROSE: Final = 7
_PLACE: Final = (24, 27, 28, 29)
_SHAPE: Final = (0, 1, 2, 6, 7, 15, 27, 30)
"""Columns that matter in neighbours: length, few words, sentence, prose, lower case, gap, phrase."""


def in_context(own: Matrix) -> Matrix:
    """The features of each line with the shape of its neighbours and of the wider surroundings."""
    prose = own[:, _PROSE] * own[:, 0]
    around = means(np.stack([prose, own[:, 1]], axis=1), (3, 8, 25))
    shares = np.stack(_shares(prose), axis=1)
    return np.concatenate([own, *shifted(own[:, _SHAPE], (-2, -1, 1, 2)), around, shares], axis=1)


def with_opinions(own: Matrix, first: Matrix) -> Matrix:
    """The features of each line with what the first model thinks of it and of its surroundings."""
    weight = first * own[:, 0]
    logit = (np.clip(np.log(first + 1e-6) - np.log(1 - first + 1e-6), -8, 8) / 4)[:, None]
    opinion = first[:, None]
    around = means(opinion, (2, 5, 12, 40))
    rest = np.stack([*_shares(weight), *_distances(first)], axis=1)
    return np.concatenate([own, logit, *shifted(opinion, (-3, -2, -1, 1, 2, 3)), around, rest], axis=1)


def shifted(columns: Matrix, steps: Sequence[int]) -> list[Matrix]:
    """The rows moved by each number of rows, zeros where nothing comes in."""
    size, width = columns.shape
    most = max(map(abs, steps))
    padded = np.zeros((size + 2 * most, width), dtype=columns.dtype)
    padded[most : most + size] = columns
    return [padded[most - by : most - by + size] for by in steps]


def means(columns: Matrix, radii: Sequence[int]) -> Matrix:
    """The means of each column over each row's neighbours up to each radius, itself included; column by column."""
    size, width = columns.shape
    total = np.zeros((size + 1, width))
    np.cumsum(columns, axis=0, dtype=np.float64, out=total[1:])
    rows = np.arange(size)
    found = np.empty((size, width, len(radii)), dtype=np.float32)
    for index, radius in enumerate(radii):
        low, high = np.maximum(rows - radius, 0), np.minimum(rows + radius + 1, size)
        found[:, :, index] = (total[high] - total[low]) / (high - low)[:, None]
    return found.reshape(size, -1)


def _shares(column: Matrix) -> list[Matrix]:
    """The share of a quantity that stands before and after each row, and whether there is none on that side."""
    before = np.cumsum(column, dtype=np.float64) - column
    total = float(column.sum()) or 1.0
    after = total - before - column
    return [
        (before / total).astype(np.float32),
        (after / total).astype(np.float32),
        (before < 0.3).astype(np.float32),
        (after < 0.3).astype(np.float32),
        np.full(len(column), min(total / 20, 1.0), dtype=np.float32),
    ]


def _distances(first: Matrix) -> list[Matrix]:
    """How near the next likely line is on either side: 1 for the neighbour, towards 0 farther away."""
    likely = first > 0.7
    rows = np.arange(len(first))
    last = np.maximum.accumulate(np.where(likely, rows, -1_000))
    before = np.concatenate([[-1_000], last[:-1]])
    following = np.minimum.accumulate(np.where(likely, rows, 10**6)[::-1])[::-1]
    after = np.concatenate([following[1:], [10**6]])
    return [(1 / (rows - before)).astype(np.float32), (1 / (after - rows)).astype(np.float32)]


def predict(layers: Sequence[Matrix], features: Matrix) -> Matrix:
    """A logistic model, with a hidden layer (tanh) if it has one."""
    values: Matrix = features
    for weights in layers[:-1]:
        values = np.tanh(values @ weights)
        values = np.concatenate([values, np.ones((len(values), 1), dtype=np.float32)], axis=1)
    result: Matrix = 1 / (1 + np.exp(-np.clip(values @ layers[-1], -30, 30)))
    return result.reshape(-1)

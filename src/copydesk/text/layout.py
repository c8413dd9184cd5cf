"""Layout: which visible lines of a page are its article, judged by their text and the markup around them, and where
that leaves doubts by what a general extractor found.

Two small models each, as for plain text (`copydesk.text.clutter`): the markup of a site may tell nothing, the text may
read like an article and be a teaser of one, and the extractor may take the wrong part of the page; together they are
seldom wrong.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np

from copydesk.text import clutter
from copydesk.text.clutter import Matrix
from copydesk.text.phrases import hits
from copydesk.text.runs import Runs
from copydesk.text.visible import Seen

KEEP: Final = 0.55
"""Probability from which a line is kept."""
DOUBT: Final = 0.1
"""Doubt from which the extractor is asked: on a third of all pages."""


class Looks(NamedTuple):
    """What each line looks like by itself, and with its neighbours; one row a line."""

    own: Matrix
    context: Matrix


@cache
def model() -> dict[str, Any]:
    """The learned weights: two models for lines ``alone``, two for those ``compared`` with what the extractor found."""
    weights: dict[str, Any] = json.loads(files(__package__).joinpath("data", "layout.json").read_text("utf-8"))
    for name in ("alone", "compared"):
        weights[name] = [[np.asarray(layer, dtype=np.float32) for layer in stage] for stage in weights[name]]
    return weights


def look(lines: Sequence[Seen], marks: Matrix, title: str | None) -> Looks:
    """Look at the visible lines of a page.

    Args:
        lines: all that the page shows, in order.
        marks: what the markup tells of each (`copydesk.text.markup.columns`).
        title: the article's title, if it is known.
    """
    if not lines:
        return Looks(marks, marks)
    texts = [line.text for line in lines]
    shapes = clutter.features(texts, [True] * len(texts), [hits(text) for text in texts], title)
    return Looks(np.concatenate([shapes, marks], axis=1), np.concatenate([clutter.in_context(shapes), marks], axis=1))


def judge(looks: Looks) -> list[float]:
    """For each line the probability that it is part of the article."""
    return _predict("alone", looks)


def doubt(lines: Sequence[Seen], chances: Sequence[float]) -> float:
    """The characters that are expected to be judged wrongly, relative to those that are kept."""
    sizes, chance = np.asarray([len(line.text) for line in lines]), np.asarray(chances)
    kept = int(sizes[chance >= KEEP].sum()) if lines else 0
    return float(sizes @ np.minimum(chance, 1 - chance)) / kept if kept else 1.0


def compare(looks: Looks, lines: Sequence[Seen], blocks: Sequence[str]) -> list[float]:
    """The probabilities in the light of what the extractor found.

    Args:
        looks: of the lines.
        lines: all that the page shows.
        blocks: what the extractor found.
    """
    return _predict("compared", compared(looks, [line.text for line in lines], blocks))


def compared(looks: Looks, texts: Sequence[str], blocks: Sequence[str]) -> Looks:
    """The looks of lines with how much of each, and of its neighbours, the extractor found."""
    runs = Runs(blocks)
    share = np.asarray([[runs.share(text)] for text in texts], dtype=np.float32).reshape(-1, 1)
    around = clutter.shifted(share, (-2, -1, 1, 2))
    return Looks(np.concatenate([looks.own, share], axis=1), np.concatenate([looks.context, share, *around], axis=1))


def _predict(name: str, looks: Looks) -> list[float]:
    if not len(looks.own):
        return []
    first, second = model()[name]
    opinions = clutter.predict(first, looks.context)
    chances: list[float] = clutter.predict(second, clutter.with_opinions(looks.own, opinions)).tolist()
    return chances

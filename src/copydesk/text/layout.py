"""Layout: which visible lines of a page are its article, judged by their text, the markup around them, and what a
general extractor found.

Two small models, as for plain text (`copydesk.text.clutter`): the markup of a site may tell nothing, the text may read
like an article and be a teaser of one, and the extractor may take the wrong part of the page; together they are seldom
wrong.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np

from copydesk.text import clutter
from copydesk.text.clutter import Matrix
from copydesk.text.phrases import hits
from copydesk.text.runs import Runs
from copydesk.text.visible import Seen

KEEP: Final = 0.55
"""Probability from which a line is kept."""


@cache
def model() -> dict[str, Any]:
    """The learned weights."""
    weights: dict[str, Any] = json.loads(files(__package__).joinpath("data", "layout.json").read_text("utf-8"))
    for stage in ("first", "second"):
        weights[stage] = [np.asarray(layer, dtype=np.float32) for layer in weights[stage]]
    return weights


def judge(lines: Sequence[Seen], marks: Matrix, title: str | None, blocks: Sequence[str]) -> list[float]:
    """Judge the visible lines of a page.

    Args:
        lines: all that the page shows, in order.
        marks: what the markup tells of each (`copydesk.text.markup.columns`).
        title: the article's title, if it is known.
        blocks: what the extractor found.

    Returns:
        For each line the probability that it is part of the article.
    """
    if not lines:
        return []
    own, context = features(lines, marks, title, blocks)
    first = clutter.predict(model()["first"], context)
    second: list[float] = clutter.predict(model()["second"], clutter.with_opinions(own, first)).tolist()
    return second


def features(lines: Sequence[Seen], marks: Matrix, title: str | None, blocks: Sequence[str]) -> tuple[Matrix, Matrix]:
    """What each line looks like, by itself and with its neighbours; one row a line.

    The arguments are those of `judge`.
    """
    texts, runs = [line.text for line in lines], Runs(blocks)
    shapes = clutter.features(texts, [True] * len(texts), [hits(text) for text in texts], title)
    share = np.asarray([[runs.share(text)] for text in texts], dtype=np.float32)
    around = [clutter.shift(share, by) for by in (-2, -1, 1, 2)]
    own = np.concatenate([shapes, share, marks], axis=1)
    return own, np.concatenate([clutter.in_context(shapes), share, marks, *around], axis=1)

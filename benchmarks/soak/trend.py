"""How fast a figure grows: a least-squares line over time, and how far its slope can be trusted."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, linear_regression
from typing import Final

BLOCK: Final = 60.0
"""Seconds in a block, where the stretch is long enough for `_BLOCKS`."""
_BLOCKS: Final = 10
_HOUR: Final = 3600.0

Point = tuple[float, float]
"""Seconds, and the figure at that time."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over a stretch of time.

    Attributes:
        slope: growth an hour, of the least-squares line through all points.
        error: its standard error.
        first, last: means of the first and of the last block.
        most: the greatest of all points.
        mean: of all points.
        blocks: mean of each block.
    """

    slope: float
    error: float
    first: float
    last: float
    most: float
    mean: float
    blocks: tuple[float, ...]


def trend(points: Sequence[Point]) -> Trend:
    """Lay a line through points.

    Samples that follow each other are alike, and would make the error of the line through them look smaller than it
    is. So the error is taken from the line through the means of blocks of a minute each, or of a tenth of a stretch
    that is shorter than ten minutes.

    Args:
        points: in the order of time, evenly spread; at least three blocks must hold some.

    Raises:
        ValueError: there are too few points.
    """
    blocks = _blocks(points)
    if len(blocks) < 3:
        raise ValueError(f"{len(points)} samples are too few for a line; soak for longer")
    at, figures = zip(*points, strict=True)
    means = tuple(figure for _, figure in blocks)
    return Trend(
        slope=linear_regression(at, figures).slope * _HOUR,
        error=_error(blocks) * _HOUR,
        first=means[0],
        last=means[-1],
        most=max(figures),
        mean=fmean(figures),
        blocks=means,
    )


def _blocks(points: Sequence[Point]) -> list[Point]:
    began, ended = points[0][0], points[-1][0]
    length = min(BLOCK, (ended - began) / _BLOCKS) or BLOCK
    gathered: dict[int, list[Point]] = {}
    for point in points:
        # The last point ends the last block, and does not begin one of its own.
        gathered.setdefault(min(int((point[0] - began) / length), math.ceil((ended - began) / length) - 1), []).append(
            point
        )
    return [(fmean(at for at, _ in block), fmean(figure for _, figure in block)) for block in gathered.values()]


def _error(blocks: Sequence[Point]) -> float:
    """Standard error of the slope of a line through these."""
    at, means = zip(*blocks, strict=True)
    line = linear_regression(at, means)
    rest = sum((mean - line.intercept - line.slope * moment) ** 2 for moment, mean in blocks)
    middle = fmean(at)
    return math.sqrt(rest / (len(blocks) - 2) / sum((moment - middle) ** 2 for moment in at))

"""Learn the two models that judge lines: one by their looks, one by what the first thinks of the lines around."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from copydesk.text import clutter

_FOLDS: Final = 4
_DECAY: Final = 1e-3


class Lesson(NamedTuple):
    """The lines of a page to learn from.

    Attributes:
        page: its name; pages of the same name are never on both sides of a fold.
        own: what each line looks like by itself.
        context: that, and what its neighbours look like.
        wanted: 1 where the line is to be kept, else 0.
        weight: how much each line counts; 0: what is wanted of it is not known.
    """

    page: str
    own: Any
    context: Any
    wanted: Any
    weight: Any


def weights(lines: Sequence[str]) -> Any:
    """How much lines count: the longer, the more, up to a bound."""
    return np.minimum(np.asarray([len(line) for line in lines], dtype=np.float32) / 60 + 0.3, 4)


def two_stages(lessons: Sequence[Lesson], hidden: tuple[int, int], passes: tuple[int, int]) -> tuple[Any, Any]:
    """Learn both models.

    Args:
        lessons: all pages.
        hidden: units of the hidden layer of each.
        passes: over all lines, of each.
    """
    first = _learnt([lesson.context for lesson in lessons], lessons, hidden[0], passes[0])
    # The second model must see opinions as honest as those on new pages: made by models that have not seen the page.
    opinions = [clutter.predict(first, lesson.context) for lesson in lessons]
    names = sorted({lesson.page for lesson in lessons})
    for fold in range(_FOLDS):
        held = set(names[fold::_FOLDS])
        others = [lesson for lesson in lessons if lesson.page not in held]
        part = _learnt([lesson.context for lesson in others], others, hidden[0], passes[0])
        for index, lesson in enumerate(lessons):
            if lesson.page in held:
                opinions[index] = clutter.predict(part, lesson.context)
    rows = [clutter.with_opinions(lesson.own, seen) for lesson, seen in zip(lessons, opinions, strict=True)]
    return first, _learnt(rows, lessons, hidden[1], passes[1])


def rounded(layers: Sequence[Any]) -> list[Any]:
    """The weights as they are written down."""
    return [np.round(layer.astype(float), 3).tolist() for layer in layers]


def _learnt(rows: Sequence[Any], lessons: Sequence[Lesson], hidden: int, passes: int) -> list[Any]:
    wanted = np.concatenate([lesson.wanted for lesson in lessons])
    weight = np.concatenate([lesson.weight for lesson in lessons])
    known = weight > 0
    return _fit(np.concatenate(rows)[known], wanted[known], weight[known], hidden, passes)


def _fit(rows: Any, wanted: Any, weight: Any, hidden: int, passes: int) -> list[Any]:
    """Adam on the weighted logistic loss, in mini-batches; a hidden layer of tanh units if ``hidden``."""
    rng = np.random.default_rng(7)
    width = rows.shape[1]
    layers = (
        [rng.normal(0, 0.15, (width, hidden)), rng.normal(0, 0.15, (hidden + 1, 1))]
        if hidden
        else [np.zeros((width, 1))]
    )
    state = [(np.zeros_like(x), np.zeros_like(x)) for x in layers]
    weight = weight / weight.mean()
    step, size = 0, 512
    for number in range(passes):
        rate = 0.01 * 0.5 * (1 + np.cos(np.pi * number / passes)) + 1e-5
        order = rng.permutation(len(rows))
        for at in range(0, len(rows), size):
            batch = order[at : at + size]
            step += 1
            for index, gradient in enumerate(_gradients(layers, rows[batch], wanted[batch], weight[batch])):
                mean, square = state[index]
                decayed = gradient + _DECAY * layers[index]
                mean += 0.1 * (decayed - mean)
                square += 0.001 * (decayed**2 - square)
                layers[index] -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return [layer.astype(np.float32) for layer in layers]


def _gradients(layers: list[Any], rows: Any, wanted: Any, weight: Any) -> list[Any]:
    if len(layers) == 1:
        error = (1 / (1 + np.exp(-(rows @ layers[0])[:, 0])) - wanted) * weight / len(rows)
        return [rows.T @ error[:, None]]
    inner = np.tanh(rows @ layers[0])
    out = np.concatenate([inner, np.ones((len(rows), 1))], axis=1)
    error = ((1 / (1 + np.exp(-(out @ layers[1])[:, 0])) - wanted) * weight / len(rows))[:, None]
    back = (error @ layers[1][:-1].T) * (1 - inner**2)
    return [rows.T @ back, out.T @ error]

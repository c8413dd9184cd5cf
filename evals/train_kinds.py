"""Train the model that tells what candidates name, and write its weights.

    .venv/bin/python -m evals.train_kinds --data DIR

Learned from sentences with persons, organisations and places marked: WikiGold, CrossNER politics (dev) and UNER English
web treebank (dev). Multinomial logistic regression, by AdaGrad over small batches.
"""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from copydesk import models
from copydesk.text import kinds
from copydesk.text.candidates import find_candidates
from copydesk.text.parses import Parse, join, paragraphs
from evals.name_sets import SETS, gold_names
from evals.plain import arguments, read_rows

WEIGHTS: Final = Path(kinds.__file__).parent / "data" / "kinds.json.gz"
CLASSES: Final = ("PER", "ORG", "LOC", None)
SCALE: Final = 100
_LEAST: Final = 2
"""Fewest candidates with a feature that is learned from."""
_PASSES: Final = 12
_BATCH: Final = 32
_RATE: Final = 0.05
_DECAY: Final = 1e-3
Weights = dict[str, tuple[float, float, float]]


class Lesson(NamedTuple):
    """The candidates of a sentence: the features of each, and the number of its class."""

    features: list[list[str]]
    wanted: list[int]


def parsed(text: str) -> Parse:
    model = models.model()
    spans = list(paragraphs(text))
    docs = model.parse(model.tokenize([text[start:end] for start, end in spans]))
    return join(text, docs, [start for start, _ in spans], model.lemma)


def lesson(row: dict[str, Any]) -> Lesson:
    parse = parsed(row["text"])
    gold = {(start, end): kind for start, end, kind in gold_names(row)}
    candidates = find_candidates(parse)
    return Lesson(
        [list(kinds.features(parse, one)) for one in candidates],
        [CLASSES.index(gold.get(parse.span(one.first, one.last))) for one in candidates],
    )


def train(lessons: Sequence[Lesson]) -> Weights:
    """Learn the weights of features for each class, less those for none."""
    counts = Counter(feature for one in lessons for features in one.features for feature in features)
    names = sorted(name for name, count in counts.items() if count >= _LEAST)
    number = {name: index for index, name in enumerate(names, start=1)}
    rows = [[number[name] for name in features if name in number] for one in lessons for features in one.features]
    seen = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for index, row in enumerate(rows):
        seen[index, : len(row)] = row
    learnt = _fit(seen, np.asarray([kind for one in lessons for kind in one.wanted]), len(names) + 1)
    relative = learnt[:, :3] - learnt[:, 3:]
    return {name: tuple(relative[index].tolist()) for name, index in number.items()}


def _fit(seen: Any, wanted: Any, size: int) -> Any:
    """The mean of the weights over the later half of the passes."""
    weights, squares, total = np.zeros((size, 4)), np.full((size, 4), 1e-8), np.zeros((size, 4))
    shuffle = np.random.default_rng(0)
    for step in range(_PASSES):
        order = shuffle.permutation(len(seen))
        for begin in range(0, len(order), _BATCH):
            batch = order[begin : begin + _BATCH]
            known = seen[batch]
            chances = np.exp(weights[known].sum(axis=1))
            chances /= chances.sum(axis=1, keepdims=True)
            chances[np.arange(len(batch)), wanted[batch]] -= 1
            used, places = np.unique(known, return_inverse=True)
            gradient = np.zeros((len(used), 4))
            np.add.at(gradient, places.ravel(), np.repeat(chances, known.shape[1], axis=0))
            gradient = gradient / len(batch) + _DECAY * len(batch) / len(seen) * weights[used]
            squares[used] += gradient**2
            weights[used] -= _RATE * gradient / np.sqrt(squares[used])
            weights[0] = 0  # the filling of shorter rows
        if step >= _PASSES // 2:
            total += weights
    return total / (_PASSES - _PASSES // 2)


def write(weights: Weights, version: str) -> None:
    rounded = {name: [round(SCALE * one) for one in values] for name, values in sorted(weights.items())}
    kept = {name: values for name, values in rounded.items() if any(values)}
    content = json.dumps({"version": version, "scale": SCALE, "weights": kept}, ensure_ascii=False)
    with gzip.GzipFile(WEIGHTS, "wb", mtime=0) as file:
        file.write(content.encode())
    print(f"{version}: {len(kept)} features -> {WEIGHTS.name} ({WEIGHTS.stat().st_size} bytes)")


def main() -> None:
    data = arguments(__doc__).data
    lessons = [lesson(row) for file in SETS.values() for row in read_rows(data / file)]
    write(train(lessons), f"kinds-{len(lessons)}-{sum(len(one.wanted) for one in lessons)}")


if __name__ == "__main__":
    main()

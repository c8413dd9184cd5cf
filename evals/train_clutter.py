"""Train the classifier of lines and write its weights; `--folds` measures it on pages that it has not seen.

    .venv/bin/python -m evals.train_clutter --data DIR

Learned from: visible text of news pages in several languages with the body known, whole pages and the region around
the article, and the bare bodies, of which everything is to be kept.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from copydesk.text import clutter
from copydesk.text.lines import split
from copydesk.text.phrases import hits
from evals.plain import arguments, read_rows
from evals.shingles import Truth

WEIGHTS = Path(clutter.__file__).parent / "data" / "clutter.json"
HIDDEN = (12, 12)
PASSES = (60, 60)
DECAY = 1e-3


class Example(NamedTuple):
    """The lines of one text and which of them are the article; ``page`` groups what must not be split over folds."""

    page: str
    lines: list[str]
    gaps: list[bool]
    keep: list[bool]
    title: str | None


def examples(data: Path) -> Iterator[Example]:
    for row in read_rows(data / "extraction" / "text_dumps_fundus_en.jsonl.gz"):
        yield example(row["id"], row["text"], row["article_body"], None)
        yield example(row["id"], row["text"], row["article_body"], row["title"])
        if row["kind"] == "region":
            body = "\n\n".join(row["article_body"].splitlines())
            yield example(row["id"], body, row["article_body"], row["title"])
            yield example(row["id"], f"{row['title']}\n\n{body}", row["article_body"], None)


def example(page: str, text: str, body: str, title: str | None) -> Example:
    lines = split(text)
    truth = Truth(body)
    keep = [truth.covers(line.text) for line in lines]
    return Example(page, [line.text for line in lines], [line.gap for line in lines], keep, title)


def train(pages: Sequence[Example]) -> dict[str, Any]:
    own = [clutter.features(p.lines, p.gaps, [hits(line) for line in p.lines], p.title) for p in pages]
    wanted = np.concatenate([np.asarray(p.keep, dtype=np.float32) for p in pages])
    weight = np.concatenate([np.minimum(np.asarray([len(line) for line in p.lines]) / 60 + 0.3, 4) for p in pages])
    contexts = [clutter.in_context(rows) for rows in own]
    first = fit(np.concatenate(contexts), wanted, weight, HIDDEN[0], PASSES[0])
    # The second model must see opinions as honest as those on new pages: made by models that have not seen the page.
    opinions = [clutter.predict(first, rows) for rows in contexts]
    names = sorted({p.page for p in pages})
    for fold in range(4):
        held = {name for index, name in enumerate(names) if index % 4 == fold}
        seen = [index for index, p in enumerate(pages) if p.page not in held]
        rows = np.concatenate([contexts[i] for i in seen])
        labels = np.concatenate([np.asarray(pages[i].keep, dtype=np.float32) for i in seen])
        weights = np.concatenate([np.minimum(np.asarray([len(x) for x in pages[i].lines]) / 60 + 0.3, 4) for i in seen])
        part = fit(rows, labels, weights, HIDDEN[0], PASSES[0])
        for index, p in enumerate(pages):
            if p.page in held:
                opinions[index] = clutter.predict(part, contexts[index])
    second_rows = np.concatenate([clutter.with_opinions(o, f) for o, f in zip(own, opinions, strict=True)])
    second = fit(second_rows, wanted, weight, HIDDEN[1], PASSES[1])
    return {"first": first, "second": second}


def fit(rows: Any, wanted: Any, weight: Any, hidden: int, passes: int) -> list[Any]:
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
                decayed = gradient + DECAY * layers[index]
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


def write(weights: dict[str, Any], pages: Sequence[Example]) -> None:
    rounded = {
        name: [np.round(layer.astype(float), 3).tolist() for layer in layers] for name, layers in weights.items()
    }
    lines = sum(len(p.lines) for p in pages)
    version = f"lines-{len({p.page for p in pages})}-{lines}"
    WEIGHTS.write_text(json.dumps({"version": version, **rounded}, separators=(",", ":")) + "\n")


def main() -> None:
    pages = list(examples(arguments(__doc__).data))
    weights = train(pages)
    write(weights, pages)
    print(f"{WEIGHTS.name}: {len(pages)} texts, {sum(len(p.lines) for p in pages)} lines")


if __name__ == "__main__":
    main()

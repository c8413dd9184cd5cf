"""Train the classifier of lines and write its weights; `--folds` measures it on pages that it has not seen.

    .venv/bin/python -m evals.train_clutter --data DIR

Learned from: visible text of news pages in several languages with the body known, whole pages and the region around
the article, and the bare bodies, of which everything is to be kept.
"""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from copydesk.text import clutter, titles
from copydesk.text.bodies import first_paragraph
from copydesk.text.lines import split
from copydesk.text.phrases import hits
from evals.dumps import region, visible
from evals.plain import arguments, read_rows
from evals.shingles import Truth

WEIGHTS = Path(clutter.__file__).parent / "data" / "clutter.json"
HIDDEN = (12, 12)
PASSES = (60, 60)
DECAY = 1e-3


class Example(NamedTuple):
    """The lines of one text and which are the article; ``title`` is given, ``wanted`` true; folds split by ``page``."""

    page: str
    lines: list[str]
    gaps: list[bool]
    keep: list[bool]
    title: str | None
    wanted: str


def examples(data: Path) -> Iterator[Example]:
    chance = random.Random(11)
    for row in read_rows(data / "extraction" / "text_dumps_fundus_en.jsonl.gz"):
        yield from _variants(row, row["text"], row["kind"] == "region", chance)
    for row in read_rows(data / "extraction" / "fundus_other_langs.jsonl.gz"):
        dump = visible(row["html"])
        yield from _variants(row, dump, False, chance)
        yield from _variants(row, region(dump, row["article_body"], chance), True, chance)


def _variants(row: dict[str, Any], text: str, bare: bool, chance: random.Random) -> Iterator[Example]:
    """The text with and without its title known; where ``bare``, also the body alone, whole and cut short."""
    page, body, title = row["id"], row["article_body"], row["title"]
    found = example(page, text, body, None, title)
    yield found
    yield example(page, text, body, title, title)
    if not bare:
        return
    paragraphs = [line for line in body.splitlines() if line.strip()]
    short = paragraphs[: chance.randrange(1, 5)]
    whole, brief = "\n\n".join(paragraphs), "\n\n".join(short)
    yield example(page, whole, body, title, title)
    yield example(page, f"{title}\n\n{brief}", body, None, title)
    # As a newsroom's tool stores it: the caption of an image, the title, the article, and what stood below it.
    clutter_lines = [line for line, keep in zip(found.lines, found.keep, strict=True) if not keep and line != title]
    inside = found.keep.index(True) if True in found.keep else 0
    between = found.lines[inside : len(found.keep) - found.keep[::-1].index(True)] if inside else found.lines
    captions = [line for line in between if line in clutter_lines and 2 <= len(line.split()) <= 16] or ["image"]
    below = "\n\n".join(clutter_lines[-chance.randrange(1, 8) :])
    for caption in chance.choices(captions, k=3):
        yield example(page, f"{caption}\n\n{title}\n\n{whole}\n\n{below}", body, None, title)


def example(page: str, text: str, body: str, title: str | None, wanted: str) -> Example:
    lines = split(text)
    truth = Truth(body)
    keep = [truth.covers(line.text) for line in lines]
    return Example(page, [line.text for line in lines], [line.gap for line in lines], keep, title, wanted)


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
    judged = [clutter.predict(second, clutter.with_opinions(o, f)) for o, f in zip(own, opinions, strict=True)]
    return {"first": first, "second": second, "title": fit_titles(pages, judged)}


def fit_titles(pages: Sequence[Example], judged: Sequence[Any]) -> Any:
    """A ranker of the lines above the first paragraph: softmax over them and over "none of them", whose score is 0."""
    groups = []
    for page, chances in zip(pages, judged, strict=True):
        keep = [float(chance) for chance in chances]
        start = first_paragraph(page.lines, keep)
        if page.title is not None or not start:
            continue
        rows = titles.features(page.lines, page.gaps, [hits(line) for line in page.lines], keep, start)
        key = titles.folded(page.wanted)
        same = [titles.folded(page.lines[index]) == key for index in titles.candidates(start)]
        # The last of several: a window's title stands far above the headline.
        best = max((number for number, is_title in enumerate(same) if is_title), default=-1)
        if best >= 0 or key not in titles.folded(" ".join(page.lines[:start])):
            groups.append((np.asarray(rows), best))
    weights = np.zeros(len(groups[0][0][0]))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, 301):
        gradient = 0.002 * weights * len(groups)
        for group, best in groups:
            scores = np.append(group @ weights, 0.0)
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            gradient += group.T @ chances[:-1] - (group[best] if best >= 0 else 0)
        mean += 0.1 * (gradient - mean)
        square += 0.01 * (gradient**2 - square)
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights.astype(np.float32)


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

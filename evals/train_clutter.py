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
from evals.two_stages import Lesson, rounded, two_stages, weights

WEIGHTS = Path(clutter.__file__).parent / "data" / "clutter.json"
HIDDEN = (12, 12)
PASSES = (60, 60)


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
    lessons = [
        Lesson(p.page, rows, clutter.in_context(rows), np.asarray(p.keep, dtype=np.float32), weights(p.lines))
        for p, rows in zip(pages, own, strict=True)
    ]
    first, second = two_stages(lessons, HIDDEN, PASSES)
    judged = [
        clutter.predict(second, clutter.with_opinions(rows, clutter.predict(first, lesson.context)))
        for lesson, rows in zip(lessons, own, strict=True)
    ]
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


def write(learnt: dict[str, Any], pages: Sequence[Example]) -> None:
    lines = sum(len(p.lines) for p in pages)
    version = f"lines-{len({p.page for p in pages})}-{lines}"
    layers = {name: rounded(each) for name, each in learnt.items()}
    WEIGHTS.write_text(json.dumps({"version": version, **layers}, separators=(",", ":")) + "\n")


def main() -> None:
    pages = list(examples(arguments(__doc__).data))
    write(train(pages), pages)
    print(f"{WEIGHTS.name}: {len(pages)} texts, {sum(len(p.lines) for p in pages)} lines")


if __name__ == "__main__":
    main()

"""Train the models that judge the lines of a page, and write their weights.

    .venv/bin/python -m evals.train_layout --data DIR

Learned from news pages in several languages with the body known, and from older pages of many kinds, of which only some
passages are known to be in it or not. In these, lines on which two runs of the extractor agree count a little, so that
such markup is not met for the first time.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import trafilatura

from copydesk.text import extractors, layout
from copydesk.text.layout import Looks
from copydesk.text.pages import survey
from copydesk.text.runs import Runs
from evals.plain import arguments, read_rows
from evals.shingles import Truth
from evals.two_stages import Lesson, rounded, two_stages, weights

WEIGHTS: Final = Path(layout.__file__).parent / "data" / "layout.json"
HIDDEN: Final = (12, 12)
PASSES: Final = (20, 20)
_AGREED: Final = 0.1
"""Weight of a line on which the extractor's two runs agree, where nobody has said what it is."""
_LONG: Final = 25
"""Characters of a line that is known when it is a part of a passage."""


class Pair(NamedTuple):
    """The lessons of a page: its lines alone, and compared with what the extractor found."""

    alone: Lesson
    compared: Lesson


def lessons(data: Path) -> Iterator[Pair]:
    for name in ("fundus_en", "fundus_other_langs"):
        for row in read_rows(data / "extraction" / f"{name}.jsonl.gz"):
            if (found := _page(row)) is not None:
                truth = Truth(row["article_body"])
                wanted = np.asarray([truth.covers(line) for line in found.lines], dtype=np.float32)
                yield _pair(row["id"], found, wanted, weights(found.lines))
    for row in read_rows(data / "extraction" / "trafilatura_eval_en.jsonl.gz"):
        if (found := _page(row)) is not None:
            wanted, known = _passages(row, found)
            yield _pair(row["id"], found, wanted, known * weights(found.lines))


class _Page(NamedTuple):
    lines: list[str]
    blocks: list[str]
    looks: Looks


def _page(row: dict[str, Any]) -> _Page | None:
    surveyed = survey(row["html"], row["url"])
    if surveyed is None or not surveyed.seen:
        return None
    looks = layout.look(surveyed.seen, surveyed.marks, surveyed.title)
    blocks = extractors.extract(surveyed.tree)
    return None if blocks is None else _Page([line.text for line in surveyed.seen], [text for _, text in blocks], looks)


def _pair(name: str, page: _Page, wanted: Any, weight: Any) -> Pair:
    with_found = layout.compared(page.looks, page.lines, page.blocks)
    return Pair(Lesson(name, *page.looks, wanted, weight), Lesson(name, *with_found, wanted, weight))


def _passages(row: dict[str, Any], page: _Page) -> tuple[Any, Any]:
    """What is wanted of each line, and how much is known of it."""
    inside, outside = ([" ".join(passage.split()) for passage in row[name]] for name in ("with", "without"))
    first, second = (
        Runs(page.blocks),
        Runs((trafilatura.extract(row["html"], include_comments=False) or "").split("\n")),
    )
    wanted, known = np.zeros((2, len(page.lines)), dtype=np.float32)
    for index, line in enumerate(page.lines):
        shares = (first.share(line), second.share(line))
        if _is_of(line, inside) or _is_of(line, outside):
            wanted[index], known[index] = _is_of(line, inside), 1.0
        elif min(shares) > 0.5 or max(shares) < 0.2:
            wanted[index], known[index] = min(shares) > 0.5, _AGREED
    return wanted, known


def _is_of(line: str, passages: Sequence[str]) -> bool:
    return any(passage in line or (len(line) > _LONG and line in passage) for passage in passages)


def train(pages: Sequence[Pair]) -> dict[str, Any]:
    """Learn all models; the keys are those of the weights."""
    return {
        "alone": two_stages([pair.alone for pair in pages], HIDDEN, PASSES),
        "compared": two_stages([pair.compared for pair in pages], HIDDEN, PASSES),
    }


def main() -> None:
    pages = list(lessons(arguments(__doc__).data))
    count = sum(len(pair.alone.wanted) for pair in pages)
    layers = {name: [rounded(stage) for stage in stages] for name, stages in train(pages).items()}
    version = f"layout-{len(pages)}-{count}"
    WEIGHTS.write_text(json.dumps({"version": version, **layers}, separators=(",", ":")) + "\n")
    print(f"{WEIGHTS.name}: {len(pages)} pages, {count} lines")


if __name__ == "__main__":
    main()

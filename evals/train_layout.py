"""Train the model that judges the lines of a page, and write its weights.

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

from copydesk.text import layout
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


def lessons(data: Path) -> Iterator[Lesson]:
    for name in ("fundus_en", "fundus_other_langs"):
        for row in read_rows(data / "extraction" / f"{name}.jsonl.gz"):
            if (found := _page(row)) is not None:
                truth = Truth(row["article_body"])
                wanted = np.asarray([truth.covers(line) for line in found.lines], dtype=np.float32)
                yield Lesson(row["id"], found.own, found.context, wanted, weights(found.lines))
    for row in read_rows(data / "extraction" / "trafilatura_eval_en.jsonl.gz"):
        if (found := _page(row)) is not None:
            wanted, known = _passages(row, found)
            yield Lesson(row["id"], found.own, found.context, wanted, known * weights(found.lines))


class _Page(NamedTuple):
    lines: list[str]
    blocks: list[str]
    own: Any
    context: Any


def _page(row: dict[str, Any]) -> _Page | None:
    surveyed = survey(row["html"], row["url"])
    if surveyed is None or not surveyed[0].seen:
        return None
    page, marks = surveyed
    blocks = [text for _, text in page.blocks]
    return _Page([line.text for line in page.seen], blocks, *layout.features(page.seen, marks, page.title, blocks))


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


def train(pages: Sequence[Lesson]) -> dict[str, Any]:
    first, second = two_stages(pages, HIDDEN, PASSES)
    return {"first": first, "second": second}


def main() -> None:
    pages = list(lessons(arguments(__doc__).data))
    count = sum(len(lesson.wanted) for lesson in pages)
    layers = {name: rounded(each) for name, each in train(pages).items()}
    version = f"layout-{len(pages)}-{count}"
    WEIGHTS.write_text(json.dumps({"version": version, **layers}, separators=(",", ":")) + "\n")
    print(f"{WEIGHTS.name}: {len(pages)} pages, {count} lines")


if __name__ == "__main__":
    main()

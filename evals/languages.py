"""Languages: how often the language of an article is right, of its title alone, and of one that begins in another.

    .venv/bin/python -m evals.languages --data DIR

The truth is the language that a page's ``html`` element states. Pages that state none are left out, and those that the
sets know to be in another language than they state are corrected in `evals/data/languages.tsv`.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from copydesk.text import languages
from evals.plain import HERE, arguments, read_rows, report

_SETS: Final = ("fundus_en", "fundus_other_langs")
_SEED: Final = 3
_QUOTED, _QUOTED_SHARE = 600, 3
"""Characters of another language put before an article, and the part of its own length that they are at most."""


class Text(NamedTuple):
    """An article's text and title in a language; ``None``: in one that no detector of ours knows."""

    language: str | None
    text: str
    title: str


def texts(data: Path, limit: int | None) -> Iterator[Text]:
    with (HERE / "data" / "languages.tsv").open() as table:
        corrected = {row["publisher"]: row["language"] for row in csv.DictReader(table, delimiter="\t")}
    for name in _SETS:
        for row in read_rows(data / "extraction" / f"{name}.jsonl.gz", limit):
            language = corrected.get(row["publisher"], (row["html_lang"] or "").lower()[:2])
            if language:
                yield Text(None if language == "-" else language, row["article_body"], row["title"])


def mixed(found: list[Text]) -> Iterator[tuple[str | None, str]]:
    """Each article behind the beginning of one in another language, as behind a long quotation."""
    chance = random.Random(_SEED)
    for text in found:
        other = chance.choice([other for other in found if other.language != text.language])
        cut = other.text[: min(len(text.text) // _QUOTED_SHARE, _QUOTED)]
        yield text.language, f"{cut}\n\n{text.text}"


def main() -> None:
    options = arguments(__doc__)
    found = list(texts(options.data, options.limit))
    sets = {
        "texts": [(text.language, text.text) for text in found],
        "first hundred characters": [(text.language, text.text[:100]) for text in found],
        "titles": [(text.language, text.title) for text in found],
        "behind another language": list(mixed(found)),
    }
    figures = {name: sum(_right(*row) for row in rows) / len(rows) for name, rows in sets.items()}
    report("languages", figures, {"articles": len(found)})


def _right(language: str | None, text: str) -> bool:
    found = languages.detect(text)
    return (found.code if found else None) == language


if __name__ == "__main__":
    main()

"""Extraction: how much of an article is found in plain text and HTML, how little else, and its title and date.

    .venv/bin/python -m evals.extraction --data DIR

The classifier of lines is trained anew for each of five folds, so that no page is judged by weights that have seen it;
``plain_shipped`` figures take the weights in the package and texts that they were not trained on.
"""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from copydesk.errors import Reject
from copydesk.events import CleanArticle, Origin, ReceivedArticle
from copydesk.stages import clean
from copydesk.text import clutter, moments
from evals.dumps import region, visible
from evals.plain import arguments, read_rows, report
from evals.shingles import overlap
from evals.train_clutter import examples, train

FOLDS = 5


class Text(NamedTuple):
    """A text of a set, with the body that is to be found in it."""

    page: str
    set: str
    text: str
    body: str
    title: str


def texts(data: Path) -> Iterator[Text]:
    for row in read_rows(data / "extraction" / "text_dumps_fundus_en.jsonl.gz"):
        yield Text(row["id"], f"plain_{row['kind']}", row["text"], row["article_body"], row["title"])
    chance = random.Random(5)
    for row in read_rows(data / "extraction" / "fundus_other_langs.jsonl.gz"):
        dump = visible(row["html"])
        yield Text(row["id"], "plain_page_other_languages", dump, row["article_body"], row["title"])
        around = region(dump, row["article_body"], chance)
        yield Text(row["id"], "plain_region_other_languages", around, row["article_body"], row["title"])


def main() -> None:
    options = arguments(__doc__)
    figures: dict[str, float] = {}
    counts: dict[str, int] = {}
    clean.warm()
    shipped = dict(clutter.model())
    _html(options.data, options.limit, figures, counts)
    _snippets(options.data, options.limit, figures, counts)
    _folds(options.data, options.limit, figures, counts)
    clutter.model().update(shipped)
    report("extraction", figures, counts)


def cleaned(content: str, content_type: str, url: str | None = None, title: str | None = None) -> CleanArticle | None:
    raw = ReceivedArticle(
        content=content,
        content_type="text/html" if content_type == "html" else "text/plain",
        id="evals",
        url=url,
        title=title,
        origin=Origin(topic="evals", partition=0, offset=0),
    )
    try:
        return clean.clean(raw)
    except Reject:
        return None


def score(pairs: Iterable[tuple[str, str]]) -> float:
    """F1 over shingles of four words, each page counting the same (scrapinghub/article-extraction-benchmark)."""
    hits = false = missed = 0.0
    for text, body in pairs:
        hit, wrong, lost = overlap(text, body)
        hits, false, missed = hits + hit, false + wrong, missed + lost
    return 2 * hits / (2 * hits + false + missed)


def same_title(found: str | None, wanted: str) -> bool:
    return _words(found or "") == _words(wanted)


def _words(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _folds(data: Path, limit: int | None, figures: dict[str, float], counts: dict[str, int]) -> None:
    learned, measured = list(examples(data)), list(texts(data))[:limit]
    pages = sorted({text.page for text in measured})
    found: dict[str, list[tuple[Text, CleanArticle | None]]] = {}
    for fold in range(FOLDS):
        held = set(pages[fold::FOLDS])
        clutter.model().update(train([example for example in learned if example.page not in held]))
        for text in measured:
            if text.page in held:
                found.setdefault(text.set, []).append((text, cleaned(text.text, "text")))
    for name, rows in found.items():
        figures[f"{name}_f1"] = score((article.text if article else "", text.body) for text, article in rows)
        titles = [same_title(article.title if article else None, text.title) for text, article in rows]
        # A region may begin below the title: it can be found only where it stands.
        stands = [_words(text.title) in _words(text.text) for text, _ in rows]
        figures[f"{name}_title"] = sum(t and s for t, s in zip(titles, stands, strict=True)) / max(1, sum(stands))
        counts[name] = len(rows)


def _html(data: Path, limit: int | None, figures: dict[str, float], counts: dict[str, int]) -> None:
    for name in ("fundus_en", "fundus_other_langs"):
        rows = read_rows(data / "extraction" / f"{name}.jsonl.gz", limit)
        started = time.perf_counter()
        found = [cleaned(row["html"], "html", row["url"]) for row in rows]
        print(f"{name}: {1000 * (time.perf_counter() - started) / len(rows):.1f} ms a page")
        bodies = [row["article_body"] for row in rows]
        figures[f"html_{name}_f1"] = score((a.text if a else "", body) for a, body in zip(found, bodies, strict=True))
        pairs = list(zip(found, rows, strict=True))
        figures[f"html_{name}_title"] = _share([same_title(a.title if a else None, row["title"]) for a, row in pairs])
        dated = [(a, row) for a, row in pairs if row["publishing_date"]]
        figures[f"html_{name}_date"] = _share([_same_day(a, row["publishing_date"]) for a, row in dated])
        counts[f"html_{name}"] = len(rows)


def _snippets(data: Path, limit: int | None, figures: dict[str, float], counts: dict[str, int]) -> None:
    rows = read_rows(data / "extraction" / "trafilatura_eval_en.jsonl.gz", limit)
    for name in ("html", "plain_shipped"):
        found = [cleaned(row["html"] if name == "html" else visible(row["html"]), name, row["url"]) for row in rows]
        hits, false, missed = _snippet_counts(found, rows)
        figures[f"{name}_snippets_f1"] = 2 * hits / (2 * hits + false + missed)
        figures[f"{name}_snippets_precision"] = hits / (hits + false)
        figures[f"{name}_snippets_recall"] = hits / (hits + missed)
        titled = [(a, row) for a, row in zip(found, rows, strict=True) if row.get("title")]
        figures[f"{name}_snippets_title"] = _share(
            [same_title(a.title if a else None, row["title"]) for a, row in titled]
        )
        counts[f"{name}_snippets"] = len(rows)
        if name == "html":
            dated = [(a, row) for a, row in zip(found, rows, strict=True) if row.get("date")]
            figures["html_snippets_date"] = _share([_same_day(a, row["date"]) for a, row in dated])


def _snippet_counts(found: Sequence[CleanArticle | None], rows: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    hits = false = missed = 0
    for article, row in zip(found, rows, strict=True):
        text = " ".join((article.text if article else "").split())
        for snippet in row["with"]:
            there = " ".join(snippet.split()) in text
            hits, missed = hits + there, missed + (not there)
        false += sum(" ".join(snippet.split()) in text for snippet in row["without"])
    return hits, false, missed


def _same_day(article: CleanArticle | None, wanted: str) -> bool:
    moment = moments.parse(wanted)
    found = article.published_at if article else None
    if moment is None or found is None:
        return False
    # The truth may be written in local time, the event is in UTC.
    return abs((found.value - moment.value).total_seconds()) <= 86_400 and (
        found.value.date() == moment.value.date() or moment.precision == "day"
    )


def _share(values: Sequence[bool]) -> float:
    return sum(map(bool, values)) / max(1, len(values))


if __name__ == "__main__":
    main()

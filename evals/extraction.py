"""Extraction: how much of an article is found in plain text and HTML, how little else, and its title and date.

    .venv/bin/python -m evals.extraction --data DIR

The models of lines are trained anew for each of five folds, so that no page is judged by weights that have seen it;
``plain_shipped`` figures take the weights in the package and texts that they were not trained on.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import trafilatura

from copydesk.errors import Reject
from copydesk.events import CleanArticle, Origin, ReceivedArticle
from copydesk.stages import clean
from copydesk.text import bylines, clutter, layout, moments
from evals import train_layout
from evals.dumps import region, visible
from evals.plain import arguments, read_rows, report
from evals.shingles import overlap
from evals.train_clutter import examples, train

FOLDS = 5
_BODIES: Final = ("fundus_en", "fundus_other_langs")
_SNIPPETS: Final = "trafilatura_eval_en"


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
    _plain_snippets(options.data, options.limit, figures, counts)
    _pages(options.data, options.limit, figures, counts)
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
    hits, false, missed = _overlaps(pairs)
    return 2 * hits / (2 * hits + false + missed)


def _overlaps(pairs: Iterable[tuple[str, str]]) -> tuple[float, float, float]:
    hits = false = missed = 0.0
    for text, body in pairs:
        hit, wrong, lost = overlap(text, body)
        hits, false, missed = hits + hit, false + wrong, missed + lost
    return hits, false, missed


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


def _pages(data: Path, limit: int | None, figures: dict[str, float], counts: dict[str, int]) -> None:
    """Pages, each by weights that have not seen it; the extractor that we build on is the yardstick."""
    learned = list(train_layout.lessons(data))
    names = sorted({pair.alone.page for pair in learned})
    sets = {name: read_rows(data / "extraction" / f"{name}.jsonl.gz", limit) for name in (*_BODIES, _SNIPPETS)}
    found: dict[str, CleanArticle | None] = {}
    for fold in range(FOLDS):
        held = set(names[fold::FOLDS])
        layout.model().update(train_layout.train([pair for pair in learned if pair.alone.page not in held]))
        for row in (row for rows in sets.values() for row in rows):
            if row["id"] in held or (fold == 0 and row["id"] not in names):
                found[row["id"]] = cleaned(row["html"], "html", row["url"])
    for name in _BODIES:
        articles = [found[row["id"]] for row in sets[name]]
        _bodies(f"html_{name}", articles, sets[name], figures)
        counts[f"html_{name}"] = len(articles)
    articles = [found[row["id"]] for row in sets[_SNIPPETS]]
    _snippets("html", articles, sets[_SNIPPETS], figures)
    counts["html_snippets"] = len(articles)


def _bodies(
    name: str, articles: Sequence[CleanArticle | None], rows: Sequence[dict[str, Any]], figures: dict[str, float]
) -> None:
    bodies = [row["article_body"] for row in rows]
    others = [trafilatura.extract(row["html"], include_comments=False) or "" for row in rows]
    for by, texts in (("", list(map(_text, articles))), (", trafilatura", others)):
        hits, false, missed = _overlaps(zip(texts, bodies, strict=True))
        figures[f"{name}_f1{by}"] = 2 * hits / (2 * hits + false + missed)
        figures[f"{name}_precision{by}"] = hits / (hits + false)
    pairs = list(zip(articles, rows, strict=True))
    figures[f"{name}_title"] = _share([same_title(a.title if a else None, row["title"]) for a, row in pairs])
    dated = [(a, row) for a, row in pairs if row["publishing_date"]]
    figures[f"{name}_date"] = _share([_same_day(a, row["publishing_date"]) for a, row in dated])
    figures[f"{name}_authors_f1"] = _authors(pairs)


def _authors(pairs: Iterable[tuple[CleanArticle | None, dict[str, Any]]]) -> float:
    """F1 over names where any are known; those that the truth has for agencies and desks are no authors of ours."""
    hits = false = missed = 0
    for article, row in ((article, row) for article, row in pairs if row["authors"]):
        found = {_words(author.name) for author in article.authors} if article else set()
        wanted = {_words(name) for name in bylines.people(row["authors"]).people}
        hits, false, missed = hits + len(found & wanted), false + len(found - wanted), missed + len(wanted - found)
    return 2 * hits / max(1, 2 * hits + false + missed)


def _plain_snippets(data: Path, limit: int | None, figures: dict[str, float], counts: dict[str, int]) -> None:
    rows = read_rows(data / "extraction" / f"{_SNIPPETS}.jsonl.gz", limit)
    _snippets("plain_shipped", [cleaned(visible(row["html"]), "text", row["url"]) for row in rows], rows, figures)
    counts["plain_shipped_snippets"] = len(rows)


def _snippets(
    name: str, articles: Sequence[CleanArticle | None], rows: Sequence[dict[str, Any]], figures: dict[str, float]
) -> None:
    hits, false, missed = _snippet_counts(list(map(_text, articles)), rows)
    figures[f"{name}_snippets_f1"] = 2 * hits / (2 * hits + false + missed)
    figures[f"{name}_snippets_precision"] = hits / (hits + false)
    figures[f"{name}_snippets_recall"] = hits / (hits + missed)
    titled = [(a, row) for a, row in zip(articles, rows, strict=True) if row.get("title")]
    figures[f"{name}_snippets_title"] = _share([same_title(a.title if a else None, row["title"]) for a, row in titled])
    if name == "html":
        others = [trafilatura.extract(row["html"], include_comments=False) or "" for row in rows]
        hits, false, missed = _snippet_counts(others, rows)
        figures["html_snippets_f1, trafilatura"] = 2 * hits / (2 * hits + false + missed)
        dated = [(a, row) for a, row in zip(articles, rows, strict=True) if row.get("date")]
        figures["html_snippets_date"] = _share([_same_day(a, row["date"]) for a, row in dated])


def _text(article: CleanArticle | None) -> str:
    return article.text if article else ""


def _snippet_counts(texts: Sequence[str], rows: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    hits = false = missed = 0
    for text, row in zip((" ".join(text.split()) for text in texts), rows, strict=True):
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

"""How well quoted speech is found: content, source and speaker.

Run: ``python -m evals.quotes --data DIR``. On PolNeAR (dev), the
attributions with quotation marks in their content; on GUM news, the speakers by name of direct and mixed quotes.
"""

import re
from typing import Any

from copydesk.events import Quote
from copydesk.stages.extract import extract
from evals.plain import arguments, article, f1, read_rows, report

Span = tuple[int, int]
_WORD = re.compile(r"\w+")
_MARKS = ("“", "”", '"', "«", "»", "''", "``")


def gold_quotes(row: dict[str, Any]) -> list[tuple[list[Span], list[Span]]]:
    """Content and source of the attributions that have quotation marks in their content."""
    text = row["text"]
    return [
        ([(s, e) for s, e in one["content"]], [(s, e) for s, e in one["source"]])
        for one in row["attributions"]
        if any(mark in text[s:e] for s, e in one["content"] for mark in _MARKS)
    ]


def tokens(text: str, spans: list[Span]) -> set[int]:
    return {start + match.start() for start, end in spans for match in _WORD.finditer(text[start:end])}


def matched(text: str, gold: list[list[Span]], found: list[list[Span]]) -> list[tuple[int, int, int]]:
    """Pairs of gold and found content, the largest overlap first, each used once; with the shared tokens."""
    wanted, got = [tokens(text, spans) for spans in gold], [tokens(text, spans) for spans in found]
    options = sorted(
        ((len(left & right), i, j) for i, left in enumerate(wanted) for j, right in enumerate(got) if left & right),
        reverse=True,
    )
    pairs, used_gold, used_found = [], set[int](), set[int]()
    for shared, i, j in options:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            pairs.append((i, j, shared))
    return pairs


def words(text: str, spans: list[Span]) -> list[tuple[int, str]]:
    """The words of spans with their places: two sources are the same when their words are."""
    return sorted((s + m.start(), m.group()) for s, e in spans for m in _WORD.finditer(text[s:e]))


def polnear(rows: list[dict[str, Any]]) -> tuple[dict[str, float], dict[str, int]]:
    hits = {"overlap": 0, "source": 0}
    shared = left = right = wanted = found = 0
    for row in rows:
        text = row["text"]
        gold, quotes = gold_quotes(row), [one for one in extract(article(text)).quotes if one.kind != "indirect"]
        pairs = matched(text, [content for content, _ in gold], [one.content for one in quotes])
        wanted, found = wanted + len(gold), found + len(quotes)
        hits["overlap"] += len(pairs)
        for i, j, common in pairs:
            shared, left = shared + common, left + len(tokens(text, gold[i][0]))
            right += len(tokens(text, quotes[j].content))
            hits["source"] += bool(gold[i][1]) and words(text, gold[i][1]) == words(text, quotes[j].source)
    figures = {
        "source exact F1": f1(hits["source"], found, wanted),
        "content overlap F1": f1(hits["overlap"], found, wanted),
        "content overlap precision": hits["overlap"] / max(found, 1),
        "content overlap recall": hits["overlap"] / max(wanted, 1),
        "content token F1 of matched": f1(shared, left, right),
    }
    return figures, {"articles": len(rows), "attributions": wanted, "found": found}


def same_name(left: str | None, right: str | None) -> bool:
    """Whether two names can mean one: the last word of the shorter is in the longer."""
    if not left or not right:
        return False
    shorter, longer = sorted((left.casefold(), right.casefold()), key=len)
    return shorter.split()[-1] in _WORD.findall(longer)


def gum(rows: list[dict[str, Any]], documents: dict[str, str]) -> tuple[dict[str, float], dict[str, int]]:
    right = wanted = answered = 0
    extracted: dict[str, list[Quote]] = {}
    for row in rows:
        if row["quote_form"] == "indirect" or not row["speaker_name"] or row["doc_id"] not in documents:
            continue
        text = documents[row["doc_id"]]
        if row["doc_id"] not in extracted:
            extracted[row["doc_id"]] = list(extract(article(text)).quotes)
        quotes = extracted[row["doc_id"]]
        pairs = matched(text, [[(s, e) for s, e in row["content"]]], [one.content for one in quotes])
        wanted += 1
        speaker = quotes[pairs[0][1]].speaker_name if pairs else None
        answered += speaker is not None
        right += same_name(speaker, row["speaker_name"])
    figures = {"GUM speaker by name, recall": right / max(wanted, 1)}
    figures["GUM speaker by name, precision"] = right / max(answered, 1)
    return figures, {"GUM quotes with a named speaker": wanted}


def main() -> None:
    options = arguments(__doc__)
    figures, counts = polnear(read_rows(options.data / "quotes/polnear_dev.jsonl.gz", options.limit))
    documents = {
        row["id"]: row["text"]
        for part in ("train", "dev")
        for row in read_rows(options.data / f"ner/gum_news_interview_{part}.jsonl.gz")
    }
    more, more_counts = gum(read_rows(options.data / "quotes/gum_news_attribution_derived.jsonl"), documents)
    report("quotes", figures | more, counts | more_counts)


if __name__ == "__main__":
    main()

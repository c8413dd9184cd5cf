"""How well reported speech is found: content, source and speaker.

Run: ``python -m evals.quotes --data DIR``. On PolNeAR (dev), the attributions with quotation marks in their
content, and those without whose cue has a verb of saying; on GUM news, the speakers by name of direct and mixed quotes.
"""

import re
from pathlib import Path
from typing import Any

from copydesk.events import Quote
from copydesk.stages.extract import extract
from evals.plain import arguments, article, f1, read_rows, report

Span = tuple[int, int]
Attribution = tuple[list[Span], list[Span]]
VERBS = ("reference/quote_verbs_journalismai_apache2.txt", "reference/quote_verbs_gendergaptracker_mit.txt")
_WORD = re.compile(r"\w+")
_MARKS = ("“", "”", '"', "«", "»", "''", "``")


def gold_quotes(row: dict[str, Any], verbs: set[str]) -> tuple[list[Attribution], list[Attribution]]:
    """Content and source of the attributions that have quotation marks in their content, and of the others.

    The others only where the cue has one of ``verbs`` or "according": PolNeAR has what people think and want as well.
    """
    text = row["text"]
    quoted, unquoted = [], []
    for one in row["attributions"]:
        spans = [(s, e) for s, e in one["content"]], [(s, e) for s, e in one["source"]]
        if any(mark in text[s:e] for s, e in one["content"] for mark in _MARKS):
            quoted.append(spans)
        elif any(word.casefold() in verbs for s, e in one["cue"] for word in _WORD.findall(text[s:e])):
            unquoted.append(spans)
    return quoted, unquoted


def verbs_of_saying(data: Path) -> set[str]:
    return {verb.strip() for file in VERBS for verb in (data / file).read_text().splitlines()} | {"according"}


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


def polnear(rows: list[dict[str, Any]], verbs: set[str]) -> tuple[dict[str, float], dict[str, int]]:
    found = [extract(article(row["text"])).quotes for row in rows]
    gold = [gold_quotes(row, verbs) for row in rows]
    texts = [row["text"] for row in rows]
    figures, counts = quoted([one for one, _ in gold], found, texts)
    more, more_counts = unquoted([one for _, one in gold], found, texts)
    return figures | more, {"articles": len(rows)} | counts | more_counts


def quoted(
    wanted: list[list[Attribution]], found: list[list[Quote]], texts: list[str]
) -> tuple[dict[str, float], dict[str, int]]:
    """Attributions are matched by overlap; their tokens are counted where they are matched."""
    overlap = source = shared = left = right = 0
    direct = [[one for one in quotes if one.kind != "indirect"] for quotes in found]
    for text, gold, quotes in zip(texts, wanted, direct, strict=True):
        pairs = matched(text, [content for content, _ in gold], [one.content for one in quotes])
        overlap += len(pairs)
        for i, j, common in pairs:
            shared, left = shared + common, left + len(tokens(text, gold[i][0]))
            right += len(tokens(text, quotes[j].content))
            source += bool(gold[i][1]) and words(text, gold[i][1]) == words(text, quotes[j].source)
    all_wanted, all_found = sum(map(len, wanted)), sum(map(len, direct))
    figures = {
        "source exact F1": f1(source, all_found, all_wanted),
        "content overlap F1": f1(overlap, all_found, all_wanted),
        "content overlap precision": overlap / max(all_found, 1),
        "content overlap recall": overlap / max(all_wanted, 1),
        "content token F1 of matched": f1(shared, left, right),
    }
    return figures, {"attributions": all_wanted, "found": all_found}


def unquoted(
    wanted: list[list[Attribution]], found: list[list[Quote]], texts: list[str]
) -> tuple[dict[str, float], dict[str, int]]:
    """All tokens are counted, of what is missed and of what nobody said, too."""
    shared = left = right = source = count = 0
    for text, gold, quotes in zip(texts, wanted, found, strict=True):
        indirect = [one for one in quotes if one.kind == "indirect"]
        said = tokens(text, [span for content, _ in gold for span in content])
        heard = tokens(text, [span for one in indirect for span in one.content])
        shared, left, right = shared + len(said & heard), left + len(said), right + len(heard)
        count += len(indirect)
        for i, j, _ in matched(text, [content for content, _ in gold], [one.content for one in indirect]):
            source += words(text, gold[i][1]) == words(text, indirect[j].source)
    all_wanted = sum(map(len, wanted))
    figures = {
        "indirect, content token F1": f1(shared, left, right),
        "indirect, content token precision": shared / max(right, 1),
        "indirect, content token recall": shared / max(left, 1),
        "indirect, source exact F1": f1(source, count, all_wanted),
    }
    return figures, {"indirect attributions": all_wanted, "indirect found": count}


def gold_names(row: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """What the document calls the speaker: the name that the set gives, and all that corefers with it.

    The set's names come from heuristics ("Prime Minister" for "Prime Minister, Najib Razak"). Owners are cut off: of
    "Thomas' sister" it is the sister who speaks.
    """
    group = int(row["speaker_entity_group"] or -1)
    called = [one["text"] for one in document["entities"] if one["group"] == group]
    return [row["speaker_name"], *(re.split(r"['’]s? ", name)[-1] for name in called)]


def same_name(ours: str | None, theirs: str) -> bool:
    """Whether two names can mean one: the last word of the shorter is in the longer."""
    if not ours:
        return False
    shorter, longer = sorted((_WORD.findall(name.casefold()) for name in (ours, theirs)), key=len)
    return bool(shorter) and shorter[-1] in longer


def gum(rows: list[dict[str, Any]], documents: dict[str, dict[str, Any]]) -> tuple[dict[str, float], dict[str, int]]:
    right = wanted = answered = 0
    extracted: dict[str, list[Quote]] = {}
    for row in rows:
        if row["quote_form"] == "indirect" or not row["speaker_name"] or row["doc_id"] not in documents:
            continue
        document = documents[row["doc_id"]]
        if row["doc_id"] not in extracted:
            extracted[row["doc_id"]] = list(extract(article(document["text"])).quotes)
        quotes = extracted[row["doc_id"]]
        pairs = matched(document["text"], [[(s, e) for s, e in row["content"]]], [one.content for one in quotes])
        wanted += 1
        speaker = quotes[pairs[0][1]].speaker_name if pairs else None
        answered += speaker is not None
        right += any(same_name(speaker, name) for name in gold_names(row, document))
    figures = {"GUM speaker by name, recall": right / max(wanted, 1)}
    figures["GUM speaker by name, precision"] = right / max(answered, 1)
    return figures, {"GUM quotes with a named speaker": wanted}


def main() -> None:
    options = arguments(__doc__)
    rows = read_rows(options.data / "quotes/polnear_dev.jsonl.gz", options.limit)
    figures, counts = polnear(rows, verbs_of_saying(options.data))
    documents = {
        row["id"]: row
        for part in ("train", "dev")
        for row in read_rows(options.data / f"ner/gum_news_interview_{part}.jsonl.gz")
    }
    more, more_counts = gum(read_rows(options.data / "quotes/gum_news_attribution_derived.jsonl"), documents)
    report("quotes", figures | more, counts | more_counts)


if __name__ == "__main__":
    main()

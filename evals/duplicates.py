"""How well link finds near-duplicates: variants of the same article among others.

Run: ``python -m evals.duplicates --data DIR``. On the variants that sixteen extractors made of 79 pages; pairs of
articles that tell one story in other words (PAC) must not be taken for copies.
"""

import random

from evals.plain import arguments, read_rows, report
from evals.streams import Raw, bcubed_f1, classified, linked, pair_f1


def main() -> None:
    options = arguments(__doc__)
    rows = read_rows(options.data / "stories/neardup_a.jsonl.gz", options.limit)
    random.Random(1).shuffle(rows)
    stream = [Raw(row["id"], row["text"]) for row in rows]
    enriched = list(linked([classified(raw, position) for position, raw in enumerate(stream)]))
    gold = [row["cluster_id"] for row in rows]
    found = [one.duplicate_of or one.id for one in enriched]
    others = read_rows(options.data / "stories/pac_story_pairs.jsonl.gz", options.limit)
    retold = [Raw(row["id"], row["text"], row["title"], row["source"]) for row in others]
    wrong = sum(one.duplicate_of is not None for one in linked([classified(raw, i) for i, raw in enumerate(retold)]))
    report(
        "duplicates",
        {
            "variants, pair F1": pair_f1(gold, found),
            "variants, BCubed F1": bcubed_f1(gold, found),
            "retold stories left alone": 1 - wrong / len(others),
        },
        {"variants": len(rows), "clusters": len(set(gold)), "retold": len(others)},
    )


if __name__ == "__main__":
    main()

"""How well link finds stories.

Run: ``python -m evals.stories --data DIR``. On PAC (152 stories told by two outlets each) and on snippets of ECB+
(pairs of similar happenings, such as two earthquakes, that must be told apart); both through extract and classify, in
a shuffled order. Then how many of 1,000 unrelated articles of one newspaper get into a story of five or more.
"""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from copydesk.stages.extract import extract
from evals.plain import arguments, article, read_rows, report
from evals.streams import Raw, bcubed_f1, classified, linked, pair_f1


def pac(row: dict[str, Any]) -> Raw:
    published = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC) if row["date"] else None
    return Raw(row["id"], row["text"], row["title"], row["source"], published)


def snippet(row: dict[str, Any]) -> Raw:
    return Raw(row["id"], " ".join(row["sentences"]))


def stories(stream: list[Raw]) -> list[str]:
    """The story of each article."""
    articles = [classified(raw, position, extract(article(raw.text))) for position, raw in enumerate(stream)]
    return [one.story.id if one.story else one.id for one in linked(articles)]


def main() -> None:
    options = arguments(__doc__)
    figures: dict[str, float] = {}
    counts: dict[str, int] = {}
    for name, file, form in (
        ("pac", "stories/pac_story_pairs.jsonl.gz", pac),
        ("ecbplus", "stories/ecbplus_snippets_dev.jsonl", snippet),
    ):
        rows = read_rows(options.data / file, options.limit)
        random.Random(1).shuffle(rows)
        gold, found = [row["cluster_id"] for row in rows], stories([form(row) for row in rows])
        figures |= {f"{name} BCubed F1": bcubed_f1(gold, found), f"{name} pair F1": pair_f1(gold, found)}
        counts[name] = len(rows)
    unrelated = read_rows(options.data / "load/guardian_4k.jsonl.gz", options.limit)[::4]
    stream = [classified(Raw(row["id"], row["text"]), position) for position, row in enumerate(unrelated)]
    found = [one.story.id if one.story else one.id for one in linked(stream)]
    chained = sum(size for size in Counter(found).values() if size >= 5)
    figures["unrelated articles not chained"] = 1 - chained / len(found)
    report("stories", figures, counts | {"unrelated": len(found)})


if __name__ == "__main__":
    main()

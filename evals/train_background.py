"""Count in how many news articles each word occurs, for `copydesk.text.terms`; no text is kept.

Run: ``python -m evals.train_background --data DIR``
"""

import argparse
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from copydesk.text.terms import base_form, words

OUTPUT: Final = Path(__file__).parents[1] / "src" / "copydesk" / "text" / "data" / "background.json.gz"
FILES: Final = (
    "load/guardian_4k.jsonl.gz",
    "quotes/polnear_train.jsonl.gz",
    "topics/reuters21578_train.jsonl.gz",
    "extraction/fundus_en.jsonl.gz",
)
MOST: Final = 1_500
"""Most articles of one file, so that no outlet's words look common everywhere."""
LEAST: Final = 3
"""A word in fewer articles than this is as good as unseen."""


def texts(data: Path) -> Iterator[str]:
    """The texts to count, evenly drawn from each file."""
    for name in FILES:
        with gzip.open(data / name, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        step = max(1, len(rows) // MOST)
        for row in rows[::step]:
            yield row.get("article_body") or row.get("text") or ""


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", "../shared/data")))
    data = parser.parse_args().data
    articles, counts = 0, Counter[str]()
    for text in texts(data):
        articles += 1
        counts.update({base_form(word) for word in words(text) if len(word) > 1 and not word.isdigit()})
    kept = {word: count for word, count in sorted(counts.items()) if count >= LEAST}
    with gzip.GzipFile(OUTPUT, "wb", mtime=0) as file:
        file.write(json.dumps({"articles": articles, "counts": kept}, ensure_ascii=False).encode())
    print(f"{articles} articles, {len(kept)} words -> {OUTPUT.name} ({OUTPUT.stat().st_size} bytes)")


if __name__ == "__main__":
    main()

"""How well classify tells topics: BBC news of 2004 and 2005, five of the seventeen top-level topics.

Run: ``python -m evals.topics --data DIR``. The set is for measuring only: the model is not trained on it.
"""

from copydesk.text.topics import topics
from evals.plain import arguments, read_rows, report


def main() -> None:
    options = arguments(__doc__)
    rows = read_rows(options.data / "topics/bbc5_a.jsonl.gz", options.limit)
    gold = [f"medtop:{row['iptc_code']}" for row in rows]
    found = [[topic.code for topic in topics(row["text"], row["title"])] for row in rows]
    stated = [(code, codes) for code, codes in zip(gold, found, strict=True) if codes]
    figures = {
        "best of 17 right, of all": sum(codes[0] == code for code, codes in stated) / len(rows),
        "best of 17 right, of stated": sum(codes[0] == code for code, codes in stated) / max(len(stated), 1),
        "among the stated": sum(code in codes for code, codes in stated) / len(rows),
        "stated": len(stated) / len(rows),
    }
    report("topics", figures, {"articles": len(rows)})


if __name__ == "__main__":
    main()

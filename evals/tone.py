"""How well the tone of a sentence agrees with its tone towards the person named in it (NewsMTSC): a small check only.

Run: ``python -m evals.tone --data DIR``. Tone within 0.05 of zero counts as neutral, as VADER's authors advise; VADER
itself, on the same sentences, is shown beside.
"""

from collections.abc import Callable
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from copydesk.text.tones import tone
from evals.plain import arguments, f1, read_rows, report

NEUTRAL = 0.05


def macro_f1(rows: list[dict[str, Any]], judge: Callable[[str], float]) -> float:
    """Mean F1 of negative, neutral and positive."""
    pairs = []
    for row in rows:
        value = judge(row["sentence"])
        pairs.append((int(row["polarity"]), (value > NEUTRAL) - (value < -NEUTRAL)))
    scores = []
    for label in (-1, 0, 1):
        hits = sum(gold == found == label for gold, found in pairs)
        scores.append(f1(hits, sum(found == label for _, found in pairs), sum(gold == label for gold, _ in pairs)))
    return sum(scores) / 3


def ours(sentence: str) -> float:
    judged = tone(sentence)
    return judged.tone if judged else 0.0


def main() -> None:
    options = arguments(__doc__)
    rows = read_rows(options.data / "sentiment/newsmtsc_rw_dev.jsonl", options.limit)
    vader = SentimentIntensityAnalyzer()
    figures = {
        "macro F1": macro_f1(rows, ours),
        "macro F1, VADER": macro_f1(rows, lambda sentence: float(vader.polarity_scores(sentence)["compound"])),
    }
    report("tone", figures, {"sentences": len(rows)})


if __name__ == "__main__":
    main()

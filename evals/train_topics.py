"""Train the topics from keywords and unlabelled news, for `copydesk.text.topics`; no text is kept.

Keywords of each topic (``evals/data/topic_words.tsv``, our own) and the vocabulary of the IPTC tree make a first
naive Bayes model; the unlabelled news, read with it, makes the second (McCallum and Nigam 1999, "Text classification by
bootstrapping with keywords, EM and shrinkage"). One round of EM only: with more, the common topics swallow their
neighbours.

Run: ``python -m evals.train_topics --data DIR``
"""

import argparse
import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from copydesk.text.terms import base_form, words
from copydesk.text.topics import NAMES, WEIGHT_SCALE, WEIGHT_ZERO, features

OUTPUT: Final = Path(__file__).parents[1] / "src" / "copydesk" / "text" / "data" / "topics.json.gz"
KEYWORDS: Final = Path(__file__).with_name("data") / "topic_words.tsv"
CODES: Final = list(NAMES)
COMMON: Final = 0.2
"""A word in more than this share of the articles tells nothing."""
KEYWORD_WEIGHT: Final = 0.9
TREE_WEIGHT: Final = 0.5
SHARPNESS: Final = 0.6
"""Divides the scores so that the best topic of half the articles gets about 0.5."""
MASS: Final = 300
"""Most articles' weight that a topic takes from the unlabelled news, so that none drowns the others."""
SMOOTHING: Final = 2e-5
LEAST_WEIGHT: Final = 0.5
"""A word whose best topic weighs less than this tells too little to be shipped."""
SHARES: Final = {
    "01": 8, "02": 9, "03": 5, "04": 11, "05": 4, "06": 4, "07": 6, "08": 3, "09": 3,
    "10": 4, "11": 11, "12": 3, "13": 7, "14": 4, "15": 10, "16": 7, "17": 2,
}  # fmt: skip
"""Shares of the topics in general news, in percent: our own estimate, flattened."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Row = tuple[np.ndarray[Any, np.dtype[np.int64]], Matrix]
Counts = Counter[str]


def rows(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def unlabelled(data: Path) -> list[tuple[Counts, str | None]]:
    """Articles, with the code of the topic where the whole collection has one."""
    found: list[tuple[Counts, str | None]] = []
    collections = [
        ("load/guardian_4k.jsonl.gz", 1, None),
        ("quotes/polnear_train.jsonl.gz", 1, "medtop:11000000"),
        ("toponyms/lgl.jsonl.gz", 1, None),
        ("toponyms/geovirus.jsonl.gz", 1, "medtop:07000000"),
        ("extraction/fundus_en.jsonl.gz", 1, None),
        ("stories/pac_story_pairs.jsonl.gz", 1, None),
        ("topics/reuters21578_train.jsonl.gz", 6, "medtop:04000000"),
    ]
    for name, step, code in collections:
        for row in rows(data / name)[::step]:
            text = row.get("article_body") or row.get("text") or ""
            found.append((features(text, row.get("title") or ""), code))
    return found


def keywords() -> dict[str, list[str]]:
    """The keywords of each topic, in their base form."""
    found = {}
    for line in KEYWORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, phrases = line.split("\t")
        found[f"medtop:{code}"] = [" ".join(base_form(word) for word in words(phrase)) for phrase in phrases.split()]
    return found


def vocabulary(articles: list[Counts], seeds: dict[str, list[str]]) -> dict[str, int]:
    """Number the words that tell something, with the number of articles that they are in."""
    counts = Counter(word for article in articles for word in article)
    most = COMMON * len(articles)

    def tells(word: str) -> bool:
        return counts[word] <= most and len(word) > 1 and not word.isdigit()

    kept = {word: count for word, count in counts.items() if tells(word) and count >= (20 if " " in word else 5)}
    kept = {word: count for word, count in kept.items() if all(tells(part) for part in word.split())}
    return kept | {word: counts[word] for phrases in seeds.values() for word in phrases if tells(word)}


def weigh(article: Counts, numbers: dict[str, int], rarity: Matrix) -> Row:
    """TF-IDF of an article's words, of length 1."""
    pairs = sorted((numbers[word], count) for word, count in article.items() if word in numbers)
    index = np.array([number for number, _ in pairs], dtype=np.int64)
    values = (1 + np.log(np.array([count for _, count in pairs], dtype=np.float64))) * rarity[index]
    return index, values / (np.sqrt(np.sum(values**2)) or 1.0)


def weights(counts: Matrix) -> Matrix:
    """How much more often than on average each word stands with each topic (logarithm)."""
    shares = counts / counts.sum(axis=1, keepdims=True)
    result: Matrix = np.log((shares + SMOOTHING) / (shares.mean(axis=0, keepdims=True) + SMOOTHING))
    return result


def posterior(row: Row, model: Matrix, priors: Matrix) -> Matrix:
    """Probability of each topic."""
    index, values = row
    scores = SHARPNESS * (model[:, index] * values).sum(axis=1) + np.log(priors)
    shares = np.exp(scores - scores.max())
    result: Matrix = shares / shares.sum()
    return result


def learn(data: Path) -> tuple[dict[str, int], Matrix, Matrix, Matrix]:
    """Train; returns the words, their rarity, the weights, and the priors."""
    seeds = keywords()
    corpus = unlabelled(data)
    kept = vocabulary([article for article, _ in corpus], seeds)
    numbers = {word: number for number, word in enumerate(sorted(kept))}
    rarity = np.log((len(corpus) + 1) / (np.array([kept[word] for word in numbers]) + 1))
    priors = np.array([SHARES[code[7:9]] for code in CODES], dtype=np.float64) / sum(SHARES.values())
    first = np.full((len(CODES), len(numbers)), 1e-6)
    topics_of = Counter(word for phrases in seeds.values() for word in set(phrases))
    for code, phrases in seeds.items():
        for word in phrases:
            if word in numbers:
                first[CODES.index(code), numbers[word]] += KEYWORD_WEIGHT * rarity[numbers[word]] / topics_of[word]
    for topic in rows(data / "reference" / "iptc_mediatopics_2023-10.jsonl"):
        if not topic["retired"]:
            index, values = weigh(features(topic["definition"] or "", topic["label"]), numbers, rarity)
            first[CODES.index(topic["path"][0]), index] += TREE_WEIGHT * values
    model = weights(first)
    second, mass = np.zeros_like(first), np.zeros(len(CODES))
    for article, known in corpus:
        row = weigh(article, numbers, rarity)
        shares = posterior(row, model, priors)
        if known is not None:
            shares = shares / 2
            shares[CODES.index(known)] += 0.5
        second[:, row[0]] += np.outer(shares, row[1])
        mass += shares
    second *= (np.minimum(mass, MASS) / mass)[:, None]
    return numbers, rarity, weights(first + second), priors


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", "../shared/data")))
    numbers, rarity, model, priors = learn(parser.parse_args().data)
    stored = np.clip(np.round(model * WEIGHT_SCALE) + WEIGHT_ZERO, 0, 255).astype(int)
    kept = {
        word: [round(float(rarity[number]), 2), stored[:, number].tolist()]
        for word, number in numbers.items()
        if model[:, number].max() >= LEAST_WEIGHT
    }
    data = {
        "codes": CODES,
        "priors": [round(float(prior), 3) for prior in priors],
        "sharpness": SHARPNESS,
        "weights": kept,
    }
    with gzip.GzipFile(OUTPUT, "wb", mtime=0) as file:
        file.write(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
    print(f"{len(kept)} words and pairs -> {OUTPUT.name} ({OUTPUT.stat().st_size} bytes)")


if __name__ == "__main__":
    main()

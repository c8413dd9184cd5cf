"""Sentences with persons, organisations and places marked, and what their types are called."""

from typing import Any

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

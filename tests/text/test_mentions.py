"""Names: where they begin and end, and what they name, in sentences of our own."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from copydesk.text.candidates import find_candidates
from copydesk.text.kinds import judge
from copydesk.text.mentions import find_mentions
from copydesk.text.parses import Parse

Parser = Callable[[str], Parse]

CASES = {
    "foreign people": (
        "Talks between Duarte Vilhena and the Moroccan minister, Salma Benani, took place in Porto.",
        {"Duarte Vilhena": "PERSON", "Moroccan": "NORP", "Salma Benani": "PERSON", "Porto": "GPE"},
    ),
    "a surname that is a city": (
        "Valeska Paris left the church in 2009. Paris now lives in Sydney.",
        {"Valeska Paris": "PERSON", "Paris": "PERSON", "Sydney": "GPE"},
    ),
    "joined by of": (
        "The Department of Agriculture warned farmers in Kansas.",
        {"Department of Agriculture": "ORG", "Kansas": "GPE"},
    ),
    "an honorific": (
        "Gen. Oleksandr Hryhorenko visited Kharkiv.",
        {"Oleksandr Hryhorenko": "PERSON", "Kharkiv": "GPE"},
    ),
    "an acronym that is a word": ("The virus spreads, the WHO said.", {"WHO": "ORG"}),
    "water and streets": (
        "The ferry crossed the Irish Sea and the bus stopped in Downing Street.",
        {"Irish Sea": "LOC", "Downing Street": "FAC"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_names(parsed: Parser, name: str) -> None:
    """Each name with its type, and nothing else."""
    text, expected = CASES[name]
    parse = parsed(text)
    found = {parse.words(one.first, one.last): one.type for one in find_mentions(parse)}
    assert found == expected


@pytest.mark.parametrize("text", ["He said so on Tuesday in March.", "what would that help?", "", "… — !"])
def test_no_names(parsed: Parser, text: str) -> None:
    """Days, months and plain words name nothing."""
    assert find_mentions(parsed(text)) == []


_WORDS = ["Paris", "Valeska", "of", "the", "Bank", "England", "WHO", ",", ".", "said", "Gen.", "U.S.", "’s", "\n\n"]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(_WORDS), max_size=30))
def test_mentions_do_not_overlap(parsed: Parser, words: list[str]) -> None:
    """Whatever the words are, names stand apart and in order, and every candidate is judged."""
    parse = parsed(" ".join(words))
    candidates = find_candidates(parse)
    assert len(judge(parse, candidates)) == len(candidates)
    edges = [edge for one in find_mentions(parse) for edge in (one.first, one.last)]
    assert edges == sorted(edges)
    assert all(one.first < one.last <= len(parse.tokens) for one in find_mentions(parse))

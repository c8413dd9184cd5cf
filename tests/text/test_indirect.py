"""Indirect speech: clauses that the writer tells, with the words that say so and the source."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from copydesk.text.parses import Parse
from copydesk.text.quotes import find_quotes

Parser = Callable[[str], Parse]

CASES = {
    "a clause with that": (
        "The minister said that the port would close in May.",
        ("that the port would close in May", "said", "The minister"),
    ),
    "a clause without": (
        "Lopes said the port would close in May.",
        ("the port would close in May", "said", "Lopes"),
    ),
    "the source last": (
        "The port will close in May, Maria Lopes said on Tuesday.",
        ("The port will close in May", "said", "Maria Lopes"),
    ),
    "the source inside": (
        "The port, Lopes said, will close in May.",
        ("The port … will close in May", "said", "Lopes"),
    ),
    "according to": (
        "According to the ministry, the port will close in May.",
        ("the port will close in May", "According to", "the ministry"),
    ),
    "according to, last": (
        "The port will close in May, according to Paulo Reis.",
        ("The port will close in May", "according to", "Paulo Reis"),
    ),
    "a promise": (
        "Lopes vowed to reopen the port.",
        ("to reopen the port", "vowed", "Lopes"),
    ),
    "negation and modality belong to nobody's words": (
        "Lopes did not say that the port would close.",
        ("that the port would close", "say", "Lopes"),
    ),
    "whether": (
        "Reporters asked whether the port would close.",
        ("whether the port would close", "asked", "Reporters"),
    ),
}


def shown(text: str, spans: list[tuple[int, int]]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize("name", CASES)
def test_indirect(parsed: Parser, name: str) -> None:
    """Content, cue and source of the one quote."""
    text, expected = CASES[name]
    (quote,) = find_quotes(parsed(text))
    assert quote.kind == "indirect"
    assert (shown(text, quote.content), shown(text, quote.cue), shown(text, quote.source)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Lopes said so.",
        "The minister spoke for an hour.",
        "She hoped that the port would stay open.",
        "The port will close in May.",
    ],
)
def test_nothing_is_reported(parsed: Parser, text: str) -> None:
    """What is thought, and talk of which nothing is told, is no quote."""
    assert find_quotes(parsed(text)) == []


_WORDS = [
    "Lopes",
    "said",
    "that",
    "“",
    "”",
    ",",
    ".",
    "the",
    "port",
    "closes",
    "according",
    "to",
    "he",
    "told",
    ":",
    "\n\n",
]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(_WORDS), max_size=40))
def test_spans_are_in_order(parsed: Parser, words: list[str]) -> None:
    """Whatever the words are, spans lie in the text, in order, and quotes stand in the order of the text."""
    text = " ".join(words)
    quotes = find_quotes(parsed(text))
    for quote in quotes:
        edges = [offset for span in quote.content for offset in span]
        assert edges == sorted(edges)
        assert quote.content
        assert edges[-1] <= len(text)
    assert [quote.content for quote in quotes] == sorted(quote.content for quote in quotes)

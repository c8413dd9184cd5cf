"""Paragraphs and tokens: every offset points at what it says."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from copydesk.text.parses import Parse, paragraphs

Parser = Callable[[str], Parse]


@given(st.text(alphabet="ab.”\n\t  ", max_size=100))
def test_paragraphs_hold_all_but_white_space(text: str) -> None:
    """Nothing but white space lies between paragraphs, and none at their edges."""
    spans = list(paragraphs(text))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
def test_offsets_are_exact(parsed: Parser, text: str) -> None:
    """Tokens stand where their offsets say, in any script."""
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):
        return
    parse = parsed(text)
    assert all(text[token.start : token.end] == token.text for token in parse.tokens)
    assert [token.i for token in parse.tokens] == list(range(len(parse.tokens)))
    assert len(parse.sentence_of) == len(parse.tokens)
    assert all(0 <= token.head < len(parse.tokens) for token in parse.tokens)


def test_paragraphs_are_joined(parsed: Parser) -> None:
    """Offsets and heads count through the whole article, line breaks and emoji included."""
    text = "Kalin spoke 🎙️ in Ankara.\n\n\tPutin  listened\nin Moscow."
    parse = parsed(text)
    assert [parse.words(first, last) for first, last in parse.paragraphs] == [
        "Kalin spoke 🎙️ in Ankara.",
        "Putin  listened\nin Moscow.",
    ]
    listened = next(token for token in parse.tokens if token.text == "listened")
    assert parse.lemma(listened.i) == "listen"
    assert parse.tokens[parse.children[listened.i][0]].text == "Putin"


@pytest.mark.parametrize("text", ["", "\n", " \n\n "])
def test_empty(parsed: Parser, text: str) -> None:
    """A text without words has no paragraphs."""
    assert parsed(text).paragraphs == []

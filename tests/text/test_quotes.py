"""Quotes with cue and source, in the shapes that news writes them."""

from collections.abc import Callable

import pytest

from copydesk.text.parses import Parse
from copydesk.text.quotes import Quote, find_quotes

Parser = Callable[[str], Parse]

CASES = {
    "source and verb behind": ("“We will not pay,” the minister said.", "direct", "the minister", "“We will not pay,”"),
    "verb and source behind": (
        "“We will not pay,” said Maria Lopes, the finance minister.",
        "direct",
        "Maria Lopes, the finance minister",
        "“We will not pay,”",
    ),
    "title before the name": (
        '"We will not pay," said government spokesman Paulo Reis.',
        "direct",
        "government spokesman Paulo Reis",
        '"We will not pay,"',
    ),
    "where and when are not who": ("“We will not pay,” Lopes said on Monday.", "direct", "Lopes", "“We will not pay,”"),
    "before the quotation": (
        "Asked about the debt, she replied: “We will not pay it back.”",
        "direct",
        "she",
        "“We will not pay it back.”",
    ),
    "split by the cue": (
        "“We will not pay,” Lopes said, “and they know it.”",
        "direct",
        "Lopes",
        "“We will not pay,” … “and they know it.”",
    ),
    "going on behind the cue": (
        "“We will not pay,” Lopes said. “They know it.”",
        "direct",
        "Lopes",
        "“We will not pay,” … “They know it.”",
    ),
    "part of a clause": (
        "Lopes said that the loan was “a mistake”.",
        "mixed",
        "Lopes",
        "that the loan was “a mistake”",
    ),
    "two parts of a clause": (
        "Lopes called the loan “a mistake” and “a disgrace”.",
        "mixed",
        "Lopes",
        "the loan “a mistake” and “a disgrace”",
    ),
    "according to": (
        "“The loan was a mistake,” according to Paulo Reis.",
        "direct",
        "Paulo Reis",
        "“The loan was a mistake,”",
    ),
    "the outer of two reports": (
        "Reis wrote that Lopes considered the loan “a mistake”.",
        "mixed",
        "Reis",
        "that Lopes considered the loan “a mistake”",
    ),
    "paragraphs": (
        "“We will not pay,” Lopes said. “Not now.\n\n“And not later.”",
        "direct",
        "Lopes",
        "“We will not pay,” … “Not now. … “And not later.”",
    ),
}


def shown(text: str, quote: Quote) -> tuple[str, str, str]:
    source = " … ".join(text[start:end] for start, end in quote.source)
    return quote.kind, source, " … ".join(text[start:end] for start, end in quote.content)


@pytest.mark.parametrize("name", CASES)
def test_quote(parsed: Parser, name: str) -> None:
    """The quote has its kind, its source and its content."""
    text, *expected = CASES[name]
    assert [shown(text, quote) for quote in find_quotes(parsed(text))] == [tuple(expected)]


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “herring war” went on for years.",
        "Lopes said on “Good Morning Lisbon” that the loan would not be paid.",
        "They sang “Grândola” in the streets of the town.",
    ],
)
def test_no_quote(parsed: Parser, text: str) -> None:
    """Scare quotes and titles are said by nobody."""
    assert [quote for quote in find_quotes(parsed(text)) if quote.kind != "indirect"] == []


def test_speaker_goes_on(parsed: Parser) -> None:
    """A paragraph that is one quotation follows the quote before it, with less confidence."""
    quotes = find_quotes(parsed("“We will not pay,” Lopes said.\n\n“We have no money. We never had.”"))
    assert [quote.follows for quote in quotes] == [None, 0]
    assert quotes[1].confidence < quotes[0].confidence
    assert quotes[1].source == []

"""Who speaks: names, pronouns and descriptions."""

from collections.abc import Callable

import pytest

from copydesk.text.entities import group
from copydesk.text.mentions import find_mentions
from copydesk.text.parses import Parse
from copydesk.text.quotes import find_quotes
from copydesk.text.roles import find_roles
from copydesk.text.speakers import find_speakers

Parser = Callable[[str], Parse]

CASES = {
    "a surname": ("Maria Lopes met reporters.\n\n“We will not pay,” Lopes said.", "Maria Lopes"),
    "a pronoun by gender": (
        "Maria Lopes met Robert Jones in Lisbon.\n\n“We will not pay,” she said.",
        "Maria Lopes",
    ),
    "the subject before the object": (
        "Thomas Berg criticised David Klein.\n\n“We will not pay,” he said.",
        "Thomas Berg",
    ),
    "an apposition": ("“We will not pay,” said her spokesman, Paulo Reis.", "Paulo Reis"),
    "a role told before": (
        "Paulo Reis, an adviser to the president, met reporters in Lisbon.\n\n“We will not pay,” the adviser said.",
        "Paulo Reis",
    ),
    "an institution by its word": (
        "The Ministry of Health published the figures.\n\n“Cases are rising,” the ministry said.",
        "Ministry of Health",
    ),
    "it": (
        "“Cases are rising,” the World Health Organization said.\n\n“We need more tests,” it added.",
        "World Health Organization",
    ),
    "an office in the lead, the name behind": (
        "Ferries will sail again, the port's director said.\n\nPieter Claes told reporters that the wait was over.",
        "Pieter Claes",
    ),
    "the city": ("The court ruled against Livorno.\n\n“We will appeal,” the city said.", "Livorno"),
    "nobody named": ("“We will not pay,” a passer-by said.", None),
    "a pronoun for nobody": ("“We will not pay,” she said.", None),
    "another's gender": ("Robert Jones came to Lisbon.\n\n“We will not pay,” she said.", None),
}


@pytest.mark.parametrize("name", CASES)
def test_speaker(parsed: Parser, name: str) -> None:
    """The last quote of the text is said by the one expected."""
    text, expected = CASES[name]
    parse = parsed(text)
    entities = group(parse, find_mentions(parse))
    speaker = find_speakers(parse, entities, find_roles(parse, entities), find_quotes(parse))[-1]
    assert (entities[speaker.entity].name if speaker else None) == expected

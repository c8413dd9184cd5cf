"""Roles: what people are said to be."""

from collections.abc import Callable

import pytest

from copydesk.text.entities import group
from copydesk.text.mentions import find_mentions
from copydesk.text.parses import Parse
from copydesk.text.roles import find_roles, role_names

Parser = Callable[[str], Parse]

CASES = {
    "a title": ("Portuguese President Helena Duarte arrived.", {"Helena Duarte": ["Portuguese President"]}),
    "an apposition behind": (
        "Paulo Reis, a spokesman for the port of Ostend, declined to comment.",
        {"Paulo Reis": ["spokesman for the port of Ostend"]},
    ),
    "an apposition before": ("The mayor, Maria Lopes, resigned.", {"Maria Lopes": ["mayor"]}),
    "a relative clause": ("Ivo Maas, who is the chief executive, left.", {"Ivo Maas": ["chief executive"]}),
    "a predicate": ("Maria Lopes is an economist.", {"Maria Lopes": ["economist"]}),
    "another's role": ("Maria Lopes met the president.", {}),
    "no role": ("Maria Lopes, 45, a mother of two, arrived.", {}),
}


@pytest.mark.parametrize("name", CASES)
def test_roles(parsed: Parser, name: str) -> None:
    """The words of the article, without articles."""
    text, expected = CASES[name]
    parse = parsed(text)
    entities = group(parse, find_mentions(parse))
    roles = find_roles(parse, entities)
    found = {entity.name: role_names(parse, roles, number) for number, entity in enumerate(entities)}
    assert {name: words for name, words in found.items() if words} == expected

"""Roles: what the text says that people are, in apposition, as titles and as predicates."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from copydesk.text.cues import SUBJECTS
from copydesk.text.entities import Entity, named_at
from copydesk.text.parses import Parse
from copydesk.text.tables import rows, values

_DETERMINERS: Final = frozenset({"DT", "PRP$", "WP$", ",", "``", "''", "CC", "RB", ":", "-LRB-"})
_CLAUSES: Final = frozenset({"relcl", "acl", "advcl", "appos", "punct", "cc", "conj"})
_LONGEST: Final = 12
"""Words of the longest role that is told; a longer one tells a story."""


class Role(NamedTuple):
    """What an entity is said to be: the noun, and the words ``[first, last)`` around it that say what kind of one."""

    entity: int
    head: int
    first: int
    last: int


@cache
def role_words() -> frozenset[str]:
    """Nouns for offices, ranks and occupations."""
    return frozenset(word for _, cell in rows("role_words.tsv") for word in values(cell))


def find_roles(parse: Parse, entities: Sequence[Entity]) -> list[Role]:
    """Find the roles of people.

    Args:
        parse: the article.
        entities: its entities.

    Returns:
        roles in the order of the text, each once.
    """
    at = named_at(entities)
    found = {
        Role(number, head, *_words(parse, head, mention.first))
        for number, entity in enumerate(entities)
        if entity.type == "PERSON"
        for mention in entity.mentions
        for head in _nouns(parse, mention.first, mention.last - 1, at)
    }
    return sorted(found, key=lambda role: (role.head, role.entity))


def _nouns(parse: Parse, first: int, name: int, at: dict[int, int]) -> Iterator[int]:
    """The nouns that say what the person is whose name is the tokens from ``first`` to ``name``."""
    for index in _nearby(parse, first, name):
        token = parse.tokens[index]
        if token.tag in ("NN", "NNP") and at.get(index) != at.get(name) and is_role(parse, index):
            yield index


def is_role(parse: Parse, index: int) -> bool:
    """Whether a word says what somebody is."""
    lemma = parse.lemma(index).casefold()
    return lemma in role_words() or parse.tokens[index].text.casefold() in role_words()


def _nearby(parse: Parse, first: int, name: int) -> Iterator[int]:
    tokens, children = parse.tokens, parse.children
    head = tokens[name]
    for index in children[name]:
        if tokens[index].dep in ("appos", "compound", "nmod"):
            yield index
        if tokens[index].dep in ("relcl", "appos"):
            yield from _predicates(parse, index)
    if head.dep == "appos":
        yield head.head
    if head.dep in SUBJECTS and parse.lemma(head.head) == "be":
        yield from _predicates(parse, head.head)
    if first > 0 and parse.sentence_of[first - 1] == parse.sentence_of[first]:
        yield first - 1


def _predicates(parse: Parse, verb: int) -> Iterator[int]:
    """Of "who is also his adviser", the adviser; of an apposition, the one in apposition to it."""
    for child in parse.children[verb]:
        if parse.tokens[child].dep in ("attr", "appos"):
            yield child


def role_names(parse: Parse, roles: Sequence[Role], entity: int) -> list[str]:
    """The roles of an entity in the words of the article; of two with one noun, the one with more words."""
    fullest: dict[str, str] = {}
    for role in roles:
        if role.entity == entity:
            noun, words = parse.lemma(role.head).casefold(), " ".join(parse.words(role.first, role.last).split())
            fullest[noun] = max(fullest.get(noun, ""), words, key=len)
    return list(fullest.values())


def _words(parse: Parse, head: int, name: int) -> tuple[int, int]:
    """The words of a role: with its owner, its kind and what it is of; without articles, the name and clauses."""
    members = {head}
    for child in parse.children[head]:
        token = parse.tokens[child]
        if token.dep not in _CLAUSES and (child < head or token.dep == "prep"):
            members.update(parse.subtree(child))
    # A title hangs on the name like the words before it: "Turkish President" of "Turkish President Recep Erdogan".
    if head < name and parse.tokens[head].dep in ("compound", "nmod"):
        governor = parse.tokens[head].head
        members.update(child for child in parse.children[governor] if child < head)
    first = head
    while first - 1 in members and head - first < _LONGEST:
        first -= 1
    last = head
    while last + 1 in members and last + 1 != name and last - first < _LONGEST:
        last += 1
    while first < head and parse.tokens[first].tag in _DETERMINERS:
        first += 1
    return first, last + 1

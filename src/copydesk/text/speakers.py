"""Speakers: which entity the source of a quote stands for, be it a name, a pronoun or a description."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple

from copydesk.text.entities import Entity
from copydesk.text.genders import Gender, gender_of
from copydesk.text.mentions import Mention
from copydesk.text.names import HONORIFICS, bare
from copydesk.text.parses import Parse
from copydesk.text.quotes import Quote

_PRONOUNS: Final[dict[str, Gender]] = {"he": "male", "she": "female"}
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
_OBJECTS: Final = frozenset({"poss", "pobj", "dobj"})
_SAME_WORD: Final = {"advisor": "adviser", "spokeswoman": "spokesman", "spokesperson": "spokesman"}
_REACH: Final = 12
"""Sentences back in which a pronoun's person is sought."""


class Speaker(NamedTuple):
    """The entity that a quote's source stands for.

    ``mention`` is the source's own place where it is no name: a pronoun or a description, tokens ``[first, last)``.
    """

    entity: int
    mention: tuple[int, int] | None
    kind: Literal["name", "nominal", "pronoun"]
    certainty: float


def find_speakers(parse: Parse, entities: Sequence[Entity], quotes: Sequence[Quote]) -> list[Speaker | None]:
    """Find who speaks in each quote; None where the text does not tell.

    Args:
        parse: the article.
        entities: its entities.
        quotes: its quotes, as `find_quotes` returns them.
    """
    people = _People(parse, entities)
    found: list[Speaker | None] = []
    for quote in quotes:
        if quote.follows is not None:
            before = found[quote.follows]
            speaker = before._replace(mention=None) if before else None
        elif quote.source_head is None or quote.source_tokens is None:
            speaker = None
        else:
            speaker = people.resolve(quote.source_head, quote.source_tokens[1])
        if speaker is not None and quote.source_head is not None:
            people.remember(speaker, quote.source_head)
        found.append(speaker)
    return found


class _People:
    """What the text says about its people: where they are named, their genders and what they are."""

    def __init__(self, parse: Parse, entities: Sequence[Entity]) -> None:
        self._parse = parse
        self._entities = entities
        self._at: dict[int, int] = {
            index: number
            for number, entity in enumerate(entities)
            for mention in entity.mentions
            for index in range(mention.first, mention.last)
        }
        self._named = sorted(
            (mention.last - 1, number)
            for number, entity in enumerate(entities)
            if entity.type == "PERSON"
            for mention in entity.mentions
        )
        self._gender = {number: self._gender_of(number) for number in {number for _, number in self._named}}
        self._roles = self._find_roles()
        self._institutions = self._find_institutions()
        self._spoken: list[tuple[int, int]] = []

    def remember(self, speaker: Speaker, position: int) -> None:
        """Who spoke is likely to be meant by the next pronoun."""
        self._spoken.append((position, speaker.entity))

    def resolve(self, head: int, last: int) -> Speaker | None:
        """The speaker for a source with a head, which ends before the token ``last``."""
        token = self._parse.tokens[head]
        word = token.text.casefold()
        if word in _PRONOUNS:
            number = self._person_before(head, _PRONOUNS[word])
            return None if number is None else Speaker(number, (head, head + 1), "pronoun", 0.8)
        if word == "it":
            return self._institution(head)
        if head in self._at:
            return Speaker(self._at[head], None, "name", 1.0)
        return self._named_inside(head, last) or self._described(head) or self._named_after(head)

    # --- names and descriptions ---------------------------------------------------------------------------------------

    def _named_inside(self, head: int, last: int) -> Speaker | None:
        """The name in apposition ("his spokesman, Dmitry Peskov") or after a title ("spokesman Peskov")."""
        for child in self._parse.children[head]:
            if child in self._at and self._parse.tokens[child].dep == "appos":
                return Speaker(self._at[child], None, "name", 0.95)
        final = self._at.get(last - 1)
        if final is None or self._entities[final].type != "PERSON" or self._parse.tokens[last - 1].dep in _OBJECTS:
            return None
        return Speaker(final, None, "name", 0.9)

    def _described(self, head: int) -> Speaker | None:
        """The person whom the text elsewhere calls so: "Erdogan's adviser", "the senator"."""
        token = self._parse.tokens[head]
        if token.tag not in ("NN", "NNP"):
            return None
        owners = {
            self._at[child]
            for child in self._parse.children[head]
            if child in self._at and self._parse.tokens[child].dep in ("poss", "compound")
        }
        definite = bool(owners) or any(
            self._parse.tokens[child].text.casefold() in ("the", "his", "her", "their", "its")
            for child in self._parse.children[head]
        )
        called = self._roles.get(_role(self._parse.lemma(head)), [])
        before = bisect_left(called, (head, 0))
        # The one last called so before; before all of them, the first.
        nearest = chain(reversed(range(before)), range(before, len(called)))
        number = next((called[at][1] for at in nearest if called[at][1] not in owners), None)
        return Speaker(number, self._nominal(head), "nominal", 0.75) if definite and number is not None else None

    def _institution(self, head: int) -> Speaker | None:
        """Who "it" is in "it added": the institution that spoke last."""
        for place, number in self._spoken[:-4:-1]:
            near = self._parse.sentence_of[head] - self._parse.sentence_of[place] <= _REACH
            if near and self._entities[number].type in ("ORG", "GPE"):
                return Speaker(number, (head, head + 1), "pronoun", 0.7)
        return None

    def _named_after(self, head: int) -> Speaker | None:
        """The institution whose name has the word: "the ministry" after "the Ministry of Health"."""
        word = self._parse.tokens[head].text
        definite = any(self._parse.tokens[child].text.casefold() == "the" for child in self._parse.children[head])
        named = self._institutions.get(word.capitalize(), [])
        before = bisect_left(named, (head, 0))
        return Speaker(named[before - 1][1], self._nominal(head), "nominal", 0.7) if definite and before else None

    def _nominal(self, head: int) -> tuple[int, int]:
        members = {
            index for index in self._parse.subtree(head) if index <= head or self._parse.tokens[index].dep == "prep"
        }
        first = head
        while first - 1 in members:
            first -= 1
        return first, head + 1

    def _find_roles(self) -> dict[str, list[tuple[int, int]]]:
        """What people are called: by apposition, as titles, as predicates; by the role's lemma, in the text's order."""
        roles: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for last, number in self._named:
            for index in self._role_heads(last):
                roles[_role(self._parse.lemma(index))].append((index, number))
        return {role: sorted(set(places)) for role, places in roles.items()}

    def _find_institutions(self) -> dict[str, list[tuple[int, int]]]:
        """Where an institution is named that has a word in its name: by the word, in the text's order."""
        named: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, entity in enumerate(self._entities):
            if entity.type == "ORG":
                for word in set(entity.name.split()):
                    named[word].extend((mention.first, number) for mention in entity.mentions)
        return {word: sorted(places) for word, places in named.items()}

    def _role_heads(self, name: int) -> list[int]:
        """The nouns that say what the person at a token is."""
        tokens, children = self._parse.tokens, self._parse.children
        head = tokens[name]
        found = [index for index in children[name] if tokens[index].dep in ("appos", "compound", "nmod")]
        if head.dep == "appos":
            found.append(head.head)
        for index in children[name]:
            if tokens[index].dep in ("relcl", "appos"):
                found.extend(self._predicates(index))
        if head.dep in _SUBJECTS and self._parse.lemma(head.head) == "be":
            found.extend(self._predicates(head.head))
        before = name
        while before in self._at:
            before -= 1
        if before >= 0:
            found.append(before)
        return [index for index in found if tokens[index].tag in ("NN", "NNP") and index not in self._at]

    def _predicates(self, verb: int) -> list[int]:
        tokens = self._parse.tokens
        return [child for child in self._parse.children[verb] if tokens[child].dep in ("attr", "appos")]

    # --- pronouns -----------------------------------------------------------------------------------------------------

    def _person_before(self, position: int, gender: Gender) -> int | None:
        """The person of that gender who is most likely meant: recent, a subject, or the one who spoke last."""
        sentence = self._parse.sentence_of[position]
        scores: defaultdict[int, float] = defaultdict(float)
        earliest = self._parse.sentences[max(sentence - _REACH, 0)][0]
        for place, number in self._named[bisect_left(self._named, (earliest, 0)) :]:
            if place >= position:
                break
            distance = sentence - self._parse.sentence_of[place]
            if self._contradicts(number, gender):
                continue
            weight = 1.0 / (1 + distance)
            weight *= 2.0 if self._parse.tokens[place].dep in _SUBJECTS else 1.0
            weight *= 0.4 if self._parse.tokens[place].dep == "poss" else 1.0
            scores[number] = max(scores[number], weight)
        for place, number in self._spoken[-3:]:
            distance = sentence - self._parse.sentence_of[place]
            if place < position and distance <= _REACH and not self._contradicts(number, gender):
                scores[number] = max(scores[number], 2.4 / (1 + distance))
        if not scores:
            return None
        return max(scores, key=lambda number: scores[number])

    def _contradicts(self, number: int, gender: Gender) -> bool:
        if self._entities[number].type != "PERSON":
            return True
        known = self._gender.get(number)
        return known is not None and known != gender

    def _gender_of(self, number: int) -> Gender | None:
        entity = self._entities[number]
        words = entity.name.split()
        given = words[0] if len(words) > 1 else ""
        titles = [self._title(mention) for mention in entity.mentions]
        return gender_of(given, [title for title in titles if title])

    def _title(self, mention: Mention) -> str | None:
        if mention.first == 0:
            return None
        before = self._parse.tokens[mention.first - 1].text
        return before if bare(before) in HONORIFICS else None


def _role(lemma: str) -> str:
    word = lemma.casefold()
    return _SAME_WORD.get(word, word)

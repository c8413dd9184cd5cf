"""Speakers: which entity the source of a quote stands for, be it a name, a pronoun or a description."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Final, Literal, NamedTuple

from copydesk.text.entities import Entity, named_at
from copydesk.text.genders import Gender, gender_of
from copydesk.text.mentions import Mention
from copydesk.text.names import HONORIFICS, bare, misspelt
from copydesk.text.parses import Parse
from copydesk.text.quotes import Quote
from copydesk.text.roles import Role, is_role

_PRONOUNS: Final[dict[str, Gender]] = {"he": "male", "she": "female"}
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
_AREAS: Final = frozenset({"city", "town", "country", "state", "province", "county", "government", "council", "nation"})
_BODIES: Final = frozenset(
    {"company", "firm", "group", "agency", "bank", "party", "organisation", "organization", "union", "court", "club"}
    | {"newspaper", "paper", "university", "ministry", "department", "committee", "commission", "charity", "church"}
)
_OBJECTS: Final = frozenset({"poss", "pobj", "dobj"})
_SAME_WORD: Final = {"advisor": "adviser", "spokeswoman": "spokesman", "spokesperson": "spokesman"}
_REACH: Final = 12
"""Sentences back in which a pronoun's person is sought."""
_LEAD: Final = 2
"""Sentences of a lead, counted from 0, a headline included; and those up to the name."""


class Speaker(NamedTuple):
    """The entity that a quote's source stands for.

    ``mention`` is the source's own place where it is no name: a pronoun or a description, tokens ``[first, last)``.
    """

    entity: int
    mention: tuple[int, int] | None
    kind: Literal["name", "nominal", "pronoun"]
    certainty: float


def find_speakers(
    parse: Parse, entities: Sequence[Entity], roles: Sequence[Role], quotes: Sequence[Quote]
) -> list[Speaker | None]:
    """Find who speaks in each quote; None where the text does not tell.

    Args:
        parse: the article.
        entities: its entities.
        roles: of people, as `find_roles` returns them.
        quotes: as `find_quotes` returns them.
    """
    people = _People(parse, entities, roles)
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
    return [speaker or people.named_later(quotes, found, index) for index, speaker in enumerate(found)]


def described(parse: Parse, speakers: Sequence[Speaker | None]) -> list[Role]:
    """The roles by which sources call people: "Erdogan's adviser"."""
    found = []
    for speaker in speakers:
        if speaker is not None and speaker.kind == "nominal" and speaker.mention is not None:
            first, last = speaker.mention
            if is_role(parse, last - 1):
                first += parse.tokens[first].tag in ("DT", "PRP$")
                found.append(Role(speaker.entity, last - 1, first, last))
    return found


class _People:
    """What the text says about its people: where they are named, their genders and what they are."""

    def __init__(self, parse: Parse, entities: Sequence[Entity], roles: Sequence[Role]) -> None:
        self._parse = parse
        self._entities = entities
        self._roles = roles
        self._at = named_at(entities)
        self._named = sorted(
            (mention.last - 1, number)
            for number, entity in enumerate(entities)
            if entity.type == "PERSON"
            for mention in entity.mentions
        )
        self._gender = {number: self._gender_of(number) for number in {number for _, number in self._named}}
        self._by_role = self._called()
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
        if word in ("it", "they"):
            return self._institution(head)
        if head in self._at:
            return Speaker(self._at[head], None, "name", 1.0)
        return (
            self._misspelt(head)
            or self._named_inside(head, last)
            or self._described(head)
            or self._named_after(head)
            or self._kind_of(head)
        )

    def _misspelt(self, head: int) -> Speaker | None:
        """ "Water said" in an article about Kathryn Waters."""
        text = self._parse.tokens[head].text
        if not text[0].isupper() or self._parse.children[head]:
            return None
        alike = {number for place, number in self._named if misspelt(text, self._parse.tokens[place].text)}
        return Speaker(alike.pop(), (head, head + 1), "nominal", 0.6) if len(alike) == 1 else None

    def named_later(self, quotes: Sequence[Quote], found: Sequence[Speaker | None], index: int) -> Speaker | None:
        """Whom the lead calls by an office, and the next quote by name: "the port's director said. … Claes told"."""
        head = quotes[index].source_head
        if head is None or head in self._at or self._parse.sentence_of[head] > _LEAD:
            return None
        if self._parse.tokens[head].tag != "NN" or not is_role(self._parse, head):
            return None
        behind = next(((quotes[at], one) for at, one in enumerate(found) if at > index and one is not None), None)
        if behind is None or behind[0].source_head is None or behind[1].kind != "name":
            return None
        person, place = behind[1].entity, behind[0].source_head
        near = self._parse.sentence_of[place] - self._parse.sentence_of[head] <= _LEAD
        new = self._entities[person].type == "PERSON" and self._entities[person].mentions[0].first > head
        return Speaker(person, self._nominal(head), "nominal", 0.7) if near and new else None

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
        called = self._by_role.get(_role(self._parse.lemma(head)), [])
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

    def _kind_of(self, head: int) -> Speaker | None:
        """The place or institution last named, where the source says what kind of thing it is: "the city"."""
        word = self._parse.lemma(head).casefold()
        types = ("GPE",) if word in _AREAS else ("ORG",) if word in _BODIES else ()
        definite = any(self._parse.tokens[child].text.casefold() == "the" for child in self._parse.children[head])
        if not types or not definite:
            return None
        sentence = self._parse.sentence_of[head]
        first = self._parse.sentences[max(sentence - 2, 0)][0]
        for index in range(head - 1, first - 1, -1):
            if index in self._at and self._entities[self._at[index]].type in types:
                return Speaker(self._at[index], self._nominal(head), "nominal", 0.5)
        return None

    def _nominal(self, head: int) -> tuple[int, int]:
        members = {
            index for index in self._parse.subtree(head) if index <= head or self._parse.tokens[index].dep == "prep"
        }
        first = head
        while first - 1 in members:
            first -= 1
        return first, head + 1

    def _called(self) -> dict[str, list[tuple[int, int]]]:
        """Where people are called something: by the role's lemma, in the text's order."""
        called: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for role in self._roles:
            called[_role(self._parse.lemma(role.head))].append((role.head, role.entity))
        return called

    def _find_institutions(self) -> dict[str, list[tuple[int, int]]]:
        """Where an institution is named that has a word in its name: by the word, in the text's order."""
        named: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, entity in enumerate(self._entities):
            if entity.type == "ORG":
                for word in set(entity.name.split()):
                    named[word].extend((mention.first, number) for mention in entity.mentions)
        return {word: sorted(places) for word, places in named.items()}

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

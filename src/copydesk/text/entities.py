"""Entities: the things in the world that the mentions of an article name, one for each."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from copydesk.text.candidates import Type
from copydesk.text.countries import country_named, country_of_people
from copydesk.text.mentions import Mention
from copydesk.text.names import acronym_letters, acronyms, bare, misspelt, person_key, same_person
from copydesk.text.parses import Parse
from copydesk.text.tables import rows, values

_Key = tuple[str, ...]
_COMPANY_FORMS = frozenset({"inc", "corp", "co", "ltd", "plc", "llc", "group", "corporation", "company", "ag", "sa"})


@dataclass(slots=True)
class Entity:
    """One thing: its fullest name, its type, its country where it is one, and the mentions that name it."""

    name: str
    type: Type
    country: str | None = None
    mentions: list[Mention] = field(default_factory=list)


def named_at(entities: Iterable[Entity]) -> dict[int, int]:
    """The number of the entity that is named at each token."""
    return {
        index: number
        for number, entity in enumerate(entities)
        for mention in entity.mentions
        for index in range(mention.first, mention.last)
    }


def group(parse: Parse, mentions: list[Mention]) -> list[Entity]:
    """Group mentions that name the same thing.

    Args:
        parse: the article.
        mentions: in the order of the text.

    Returns:
        the entities in the order of their first mention.
    """
    groups: defaultdict[tuple[str, ...], list[Mention]] = defaultdict(list)
    people = [mention for mention in mentions if mention.type == "PERSON"]
    for key, members in _group_people(parse, people).items():
        groups[("PERSON", *key)] = members
    others = [mention for mention in mentions if mention.type != "PERSON"]
    for key, members in _group_others(parse, others).items():
        groups[key] = members
    entities = [_entity(parse, sorted(members)) for members in groups.values()]
    return sorted(entities, key=lambda entity: entity.mentions[0])


def _group_people(parse: Parse, people: list[Mention]) -> dict[tuple[str, ...], list[Mention]]:
    """Link full names, surnames and first names.

    A surname that several share ("Bill Clinton", "Hillary Clinton") goes to the one named last before it, since that is
    how reporters use it; before all of them, as in headlines, to the first.
    """
    keys = [person_key(_words(parse, mention)) for mention in people]
    options = _options(dict.fromkeys(key for key in keys if key))
    seen: dict[str, tuple[str, ...]] = {}
    groups: defaultdict[tuple[str, ...], list[Mention]] = defaultdict(list)
    for mention, key in zip(people, keys, strict=True):
        if not key:
            continue
        names = options[key]
        chosen = seen.get(key[-1], names[0]) if len(key) == 1 and len(names) > 1 else names[0]
        seen[chosen[-1]] = chosen
        groups[chosen].append(mention)
    return groups


def _options(keys: Iterable[_Key]) -> dict[_Key, list[_Key]]:
    """The full names that each name may stand for, in the order of the text."""
    everyone = _Namesakes(keys)
    full = _Namesakes(key for key in keys if all(len(other) <= len(key) for other in everyone.of(key)))
    by_first: defaultdict[str, list[_Key]] = defaultdict(list)
    for name in full.names:
        if len(name) > 1:
            by_first[name[0]].append(name)
    options = {key: full.of(key) for key in keys}
    for key, names in options.items():
        # "Ms Bauchtman" in an article about Lydia Buchtmann, if she is the only one whom it can be.
        if len(key) == 1 and names == [key]:
            alike = [name for name in full.names if len(name) > 1 and misspelt(key[0], name[-1])]
            options[key] = alike if len(alike) == 1 else names
            continue
        if len(key) == 1 and not any(len(name) > 1 for name in names) and len(by_first[key[0]]) == 1:
            options[key] = by_first[key[0]]
    return options


class _Namesakes:
    """Names by their words, so that each is compared with those that share its rarest word alone."""

    def __init__(self, names: Iterable[_Key]) -> None:
        self.names = list(names)
        self._by_word: defaultdict[tuple[str, str], list[_Key]] = defaultdict(list)
        for name in self.names:
            for word in set(name):
                self._by_word[name[-1], word].append(name)

    def of(self, key: _Key) -> list[_Key]:
        """The names that this one can be short for, itself included."""
        nearest = min((self._by_word.get((key[-1], word), []) for word in key), key=len)
        return [name for name in nearest if same_person(name, key)]


def _group_others(parse: Parse, mentions: list[Mention]) -> dict[tuple[str, ...], list[Mention]]:
    groups: defaultdict[tuple[str, ...], list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[_key(parse, mention)].append(mention)
    names = {key: _words(parse, members[0]) for key, members in groups.items()}
    for key, target in _shorter_names(names).items():
        groups[target].extend(groups.pop(key))
    return groups


def _key(parse: Parse, mention: Mention) -> tuple[str, ...]:
    """What two names of one thing have in common: a country's code, a known organisation's name, or the words."""
    name = parse.words(mention.first, mention.last)
    if mention.type == "GPE" and (code := country_named(name)):
        return ("GPE", code)
    if mention.type == "NORP" and (code := country_of_people(name)):
        return ("NORP", code)
    known = organisations().get(name)
    if mention.type == "ORG" and known:
        return ("ORG", known.casefold())
    words = [bare(word) for word in _words(parse, mention)]
    if mention.type == "ORG" and len(words) > 1 and words[-1] in _COMPANY_FORMS:
        words = words[:-1]
    return (mention.type, " ".join(words))


@cache
def organisations() -> dict[str, str]:
    """The canonical name of each well-known organisation by each of its names."""
    return {name: row[0] for row in rows("organisations.tsv") for name in (row[0], *values(row[1]))}


def _shorter_names(names: dict[tuple[str, ...], list[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Acronyms and first words of longer names: from the key of the short name to the key of the long one."""
    links: dict[tuple[str, ...], tuple[str, ...]] = {}
    long = [(key, words) for key, words in names.items() if len(words) > 1 and key[0] in ("ORG", "FAC", "LAW")]
    by_first: defaultdict[str, list[_Key]] = defaultdict(list)
    by_acronym: defaultdict[str, list[_Key]] = defaultdict(list)
    for key, words in long:
        by_first[words[0]].append(key)
        for acronym in acronyms(words):
            if acronym[0] == words[0][0].casefold():  # not of "the United Nations"
                by_acronym[acronym].append(key)
    for key, words in names.items():
        if len(words) != 1 or key[0] not in ("ORG", "GPE", "PRODUCT"):
            continue
        expansions = by_acronym.get(acronym_letters(words[0]), [])
        longer = [other for other in by_first[words[0]] if key[0] == "ORG" and other[0] == "ORG" and other != key]
        target = expansions or (longer if len(longer) == 1 else [])
        if target and target[0] != key:
            links[key] = target[0]
    return links


def _entity(parse: Parse, members: list[Mention]) -> Entity:
    names = Counter(parse.words(mention.first, mention.last) for mention in members)
    is_country = any(mention.type == "GPE" for mention in members)
    # The fullest name; of equally full ones the most frequent, then the first. Of "UK" and "Britain", the longer.
    name = max(names, key=lambda name: (len(name.split()), len(name) if is_country else 0, names[name]))
    kind = next(mention.type for mention in members if parse.words(mention.first, mention.last) == name)
    if kind == "ORG":
        name = organisations().get(name, name)
    country = country_named(name) if kind == "GPE" else country_of_people(name) if kind == "NORP" else None
    return Entity(" ".join(name.split()), kind, country, members)


def _words(parse: Parse, mention: Mention) -> list[str]:
    return [token.text for token in parse.tokens[mention.first : mention.last]]


def salience(entity: Entity, most_mentions: int, length: int, in_title: bool) -> float:
    """How much an article is about an entity.

    Args:
        entity: the entity.
        most_mentions: how often the most frequent entity of the article is mentioned.
        length: tokens of the article.
        in_title: whether the title names it.

    Returns:
        0..1: half for frequency, three tenths for an early first mention, two tenths for the title.
    """
    frequency = len(entity.mentions) / max(most_mentions, 1)
    earliness = 1 - entity.mentions[0].first / max(length, 1)
    return round(0.5 * frequency + 0.3 * earliness + 0.2 * in_title, 3)

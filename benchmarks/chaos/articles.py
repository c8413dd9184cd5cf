"""Made-up articles of some 100 words: different texts, and several revisions, repeats and retractions of many."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


_PLACES: Final = _words(
    "Ostend Ramsgate Bergen Tallinn Porto Gdansk Split Cork Turku Varna Cadiz Malmo Trieste Lublin Graz Ghent Oulu "
    "Leipzig Bilbao Nantes Aarhus Kaunas Szeged Brno Iasi Patras Bari Vigo Tartu Linz"
)
_GIVEN: Final = _words(
    "Marta Pieter Ines Jonas Klara Tomas Helena Anton Lucia Erik Nadia Marek Sofia Viktor Petra Daniel Irena Oskar "
    "Teresa Milan"
)
_SYLLABLES: Final = _words("bar cla den fer gos hal jor kel lin mos nor pel ros sta tov vel wes zan bru dor")
_NOUNS: Final = _words(
    "ferry harbour berth crossing hospital ward clinic railway station carriage timetable signal library catalogue "
    "shelf orchard farm harvest frost theatre stage curtain bridge river pillar girder school classroom exam foundry "
    "furnace shift smelter museum gallery painting vault stadium pitch season floodlight reservoir dam pump pipeline "
    "market stall licence awning brewery cellar barrel recipe airport runway gate radar forest ridge sapling survey "
    "quarry tunnel lighthouse mill canal tram depot archive choir bakery vineyard laboratory telescope glacier lagoon"
)
_PEOPLE: Final = _words(
    "passengers patients nurses commuters readers growers actors engineers pupils teachers workers visitors supporters "
    "households traders brewers travellers rangers miners divers singers bakers pilots tenants surveyors voters"
)
_ADJECTIVES: Final = _words(
    "old narrow broken distant costly quiet wooden northern southern public private damp hollow rusty famous modest "
    "frozen flooded crowded vacant ancient temporary stubborn cheap silent coastal painted borrowed unfinished bright"
)
_VERBS: Final = _words(
    "reopen expand close rebuild sell modernise inspect merge relocate restore lease survey paint drain heat widen "
    "rename insure photograph dismantle auction guard flood empty measure repair"
)
_SENTENCES: Final = (
    "{Many} {people} want to {verb} the {adj} {noun} and its {noun}, {name} of {there} said on {day}.",
    "{name} asked {few} {adj} {people} to {verb} a {noun}, but {house} chose the {adj} {noun} of {there}.",
    "A {adj} {noun} near {there} cost {many},000 euros, {times} the price of a {noun} or {noun}.",
    "To {verb} one {noun}, {house} needs {few} {people}, a {adj} {noun} and {many} tonnes of {noun} parts.",
    "On {day} {people} from {there} found a {adj} {noun} behind the {noun}, and {name} had to {verb} it.",
    "Neither {people} nor {people} will {verb} any {adj} {noun} in {there} before {day}, {name} wrote.",
    "{few} {people} left {there} after the {adj} {noun} failed; {name} stayed to {verb} its {noun}.",
)
_QUOTES: Final = (
    '"My {adj} {noun} has {few} {people} and no {noun}," {name} told reporters.',
    '"We {verb} every {noun} in {there}, {adj} or {adj}," said {name}, who keeps the {noun}.',
    '"{Many} {people} cannot {verb} a {adj} {noun}," {name} said in {there}.',
)
_CLUTTER: Final = ("You may also like", "Read more", "Share this article", "Sign up for our newsletter", "Promoted")
_DAYS: Final = _words("Monday Tuesday Wednesday Thursday Friday")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_NEW, _REVISED, _REPEATED, _RETRACTED = "new", "revised", "repeated", "retracted"
_SHARES: Final = {_NEW: 70, _REVISED: 20, _REPEATED: 5, _RETRACTED: 5}
_RECENT: Final = 5
"""A revision is often one of the last few articles, so that both are in flight at once."""


@dataclass(frozen=True, slots=True)
class Article:
    """A raw article. ``value=None`` retracts the one with that key."""

    key: str
    value: bytes | None


def articles(seed: int) -> Iterator[Article]:
    """Write articles without end: the same for the same seed.

    Of a hundred, some 70 are new, 20 are revisions of earlier ones, 5 repeat one byte for byte, 5 retract one.
    """
    chance = random.Random(seed)
    keys: list[str] = []
    latest: dict[str, bytes] = {}
    while True:
        (what,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        if what == _NEW or not keys:
            keys.append(f"desk-{len(keys):06}")
            key = keys[-1]
        else:
            key = chance.choice(keys[-_RECENT:] if chance.random() < 0.5 else keys)
        if what == _RETRACTED:
            yield Article(key, None)
            continue
        if what != _REPEATED:
            latest[key] = _article(key, chance)
        yield Article(key, latest[key])


def _article(key: str, chance: random.Random) -> bytes:
    title, body = text(chance)
    if chance.random() < 0.8:
        return f"{title}\n\n{body}".encode()
    return json.dumps({"id": key, "title": title, "content": body, "published_at": "2026-05-03T08:00:00Z"}).encode()


def text(chance: random.Random) -> tuple[str, str]:
    """The title and the body of one article."""
    here, verb, noun, day = (chance.choice(words) for words in (_PLACES, _VERBS, _NOUNS, _DAYS))
    house = f"{_invented(chance)} {chance.choice(('Trust', 'Group', 'Works', 'Union', 'Society'))}"
    slots = _Slots(chance, house)
    title = f"{house} to {verb} {noun} in {here}"
    lead = f"{here.upper()}, May 3 - {house} will {verb} the {noun} of {here} after {chance.randrange(2, 30)} years, "
    lead += f"its director said on {day}."
    body = [lead, *(_filled(sentence, slots) for sentence in chance.sample(_SENTENCES, k=4))]
    body.insert(chance.randrange(1, 4), _filled(chance.choice(_QUOTES), slots))
    return title, "\n\n".join([*body, *chance.sample(_CLUTTER, k=2)]) + "\n"


class _Slots:
    """A word for each slot, another one each time: texts that share five words in a row would be near duplicates."""

    def __init__(self, chance: random.Random, house: str) -> None:
        self._chance = chance
        self._house = house

    def __getitem__(self, slot: str) -> str:
        choose = self._chance.choice
        words = {"noun": _NOUNS, "people": _PEOPLE, "adj": _ADJECTIVES, "verb": _VERBS, "there": _PLACES, "day": _DAYS}
        if slot in words:
            return choose(words[slot])
        if slot == "name":
            return f"{choose(_GIVEN)} {_invented(self._chance)}"
        if slot == "times":
            return choose(("twice", "three times", "four times"))
        return self._house if slot == "house" else str(self._chance.randrange(3, 990))


def _filled(template: str, slots: _Slots) -> str:
    return _SLOT.sub(lambda found: slots[found[1].lower()], template)


def _invented(chance: random.Random) -> str:
    """A name that hardly any other article has, so that few articles are about the same."""
    return "".join(chance.choices(_SYLLABLES, k=3)).capitalize()

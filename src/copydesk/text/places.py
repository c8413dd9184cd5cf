"""Places: coordinates for the names of places, chosen by what the rest of the article is about."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from copydesk.text.countries import country_named, country_of_people
from copydesk.text.entities import Entity
from copydesk.text.gazetteers import Gazetteer, Toponym, fold
from copydesk.text.parses import Parse

_NOMINAL_POPULATION: Final = {"CONT": 5e8, "OCN": 1e8, "SEA": 2e7, "RGN": 5e6, "ADM1": 3e6, "PCLI": 1e6}
"""What seas, regions and divisions weigh beside cities, and countries at the least."""
_OTHER_NAME: Final = 0.05
"""How much less likely a name is meant by which a place is also known: "York" for Warner Robins."""
_IN_COUNTRY: Final = 30.0
"""How much more likely a place is meant in a country that the article names elsewhere."""
_IN_DIVISION: Final = 300.0


class Place(NamedTuple):
    """A place: the index of its entity, what the gazetteer knows, and how sure the choice is (0..1)."""

    entity: int
    toponym: Toponym
    confidence: float


def find_places(parse: Parse, entities: Sequence[Entity], gazetteer: Gazetteer) -> list[Place]:
    """Find the coordinates of the entities that are places.

    Args:
        parse: the article.
        entities: its entities.
        gazetteer: what the names can mean.

    Returns:
        the places that the gazetteer knows, in the order of their entities.
    """
    countries = Counter(code for entity in entities if (code := _country(entity)))
    divisions = _divisions(entities, gazetteer)
    found = []
    for number, entity in enumerate(entities):
        if entity.type not in ("GPE", "LOC", "FAC"):
            continue
        options = _options(entity, gazetteer)
        if options:
            hint = _stated_region(parse, entity, gazetteer)
            found.append(_choose(number, entity, options, countries, divisions, hint))
    return found


def _country(entity: Entity) -> str | None:
    return entity.country or country_of_people(entity.name)


def _options(entity: Entity, gazetteer: Gazetteer) -> tuple[Toponym, ...]:
    if entity.type == "GPE" and entity.country:
        return tuple(
            one for one in gazetteer.find(entity.name) if one.feature == "PCLI" and one.country == entity.country
        )
    return gazetteer.find(entity.name)


def _divisions(entities: Sequence[Entity], gazetteer: Gazetteer) -> set[str]:
    """The first-level divisions that the article names, as "Texas"."""
    return {
        one.admin1
        for entity in entities
        if entity.type == "GPE"
        for one in gazetteer.find(entity.name)
        if one.feature == "ADM1" and one.admin1
    }


def _stated_region(parse: Parse, entity: Entity, gazetteer: Gazetteer) -> set[str]:
    """Countries and divisions that stand right behind the name: "Paris, Texas"."""
    stated: set[str] = set()
    for mention in entity.mentions:
        comma = mention.last
        if comma + 1 >= len(parse.tokens) or parse.tokens[comma].text != ",":
            continue
        for last in range(min(comma + 4, len(parse.tokens)), comma + 1, -1):
            name = parse.words(comma + 1, last)
            if code := country_named(name):
                stated.add(code)
            stated.update(one.admin1 for one in gazetteer.find(name) if one.feature == "ADM1" and one.admin1)
    return stated


def _choose(
    number: int,
    entity: Entity,
    options: tuple[Toponym, ...],
    countries: Counter[str],
    divisions: set[str],
    stated: set[str],
) -> Place:
    weights = [_weight(one, entity, countries, divisions, stated) for one in options]
    total = sum(weights)
    best = max(range(len(options)), key=lambda index: weights[index])
    return Place(number, options[best], round(min(weights[best] / total, 1.0), 2))


def _weight(one: Toponym, entity: Entity, countries: Counter[str], divisions: set[str], stated: set[str]) -> float:
    weight = max(one.population, _NOMINAL_POPULATION.get(one.feature, 1_000), 1_000)
    if fold(one.name) != fold(entity.name) and one.feature.startswith("PPL"):
        weight *= _OTHER_NAME
    if one.feature == "PPLC":
        weight *= 3
    if one.country is not None and one.country in countries and one.feature != "PCLI":
        weight *= _IN_COUNTRY * math.sqrt(countries[one.country])
    if one.admin1 in divisions and one.feature != "ADM1":
        weight *= _IN_DIVISION
    if one.country in stated or one.admin1 in stated:
        weight *= 1e6
    if entity.type == "LOC" and one.feature.startswith("PPL"):
        weight *= 0.1
    return float(weight)

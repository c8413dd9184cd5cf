"""Places: coordinates for the names of places, chosen by what the rest of the article is about."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from copydesk.text.countries import country_named, country_of_people
from copydesk.text.entities import Entity
from copydesk.text.gazetteers import Gazetteer, Toponym, fold
from copydesk.text.parses import Parse

_NOMINAL_POPULATION: Final = {"CONT": 1e9, "OCN": 1e9, "SEA": 1e8, "RGN": 1e7, "ADM1": 3e6, "ADM2": 1e6}
"""What seas, regions and divisions weigh beside cities."""
_LEAST_COUNTRY: Final = 1e6
_CAPITAL: Final = 20.0
_OTHER_NAME: Final = 0.05
"""How much less likely a name is meant by which a place is also known: "York" for Warner Robins."""
_COUNTRY_SUPPORT: Final = 10.0
_DIVISION_SUPPORT: Final = 100.0
"""How much likelier a reading becomes with each other place of the article that is in its country, its division."""
_STATED: Final = 1e5
"""And where the country or division stands right behind the name."""


class Place(NamedTuple):
    """A place: the index of its entity, what the gazetteer knows, and how sure the choice is (0..1)."""

    entity: int
    toponym: Toponym
    confidence: float


class _Reading(NamedTuple):
    """What one entity can mean, with weights that sum to 1."""

    options: tuple[Toponym, ...]
    weights: list[float]


def find_places(parse: Parse, entities: Sequence[Entity], gazetteer: Gazetteer) -> list[Place]:
    """Find the coordinates of the entities that are places.

    Each name is read as the place that is populous by itself, lies where the article's other places lie, and is not
    contradicted by the country or division stated behind it ("Paris, Texas").

    Args:
        parse: the article.
        entities: its entities.
        gazetteer: what the names can mean.

    Returns:
        the places that the gazetteer knows, in the order of their entities.
    """
    readings = {
        number: _read(entity, gazetteer)
        for number, entity in enumerate(entities)
        if entity.type in ("GPE", "LOC", "FAC") and gazetteer.find(entity.name)
    }
    stated = {number: _stated(parse, entities[number], gazetteer) for number in readings}
    support = _support(entities, readings)
    return [
        _choose(number, reading, support - _of_reading(reading), stated[number]) for number, reading in readings.items()
    ]


def _read(entity: Entity, gazetteer: Gazetteer) -> _Reading:
    options = gazetteer.find(entity.name)
    weights = [_prior(option, entity) for option in options]
    total = sum(weights)
    return _Reading(options, [weight / total for weight in weights])


def _prior(option: Toponym, entity: Entity) -> float:
    if option.feature == "PCLI":
        return max(option.population, _LEAST_COUNTRY) * _CAPITAL
    if not option.feature.startswith("PPL"):
        return _NOMINAL_POPULATION.get(option.feature, 1e6)
    weight = float(max(option.population, 1_000))
    if option.feature == "PPLC":
        weight *= _CAPITAL
    if fold(option.name).removesuffix(" city") != fold(entity.name).removesuffix(" city"):
        weight *= _OTHER_NAME
    return weight * (0.1 if entity.type == "LOC" else 1.0)


def _support(entities: Sequence[Entity], readings: dict[int, _Reading]) -> Counter[str]:
    """How many of the article's names speak for each country ("US") and division ("US.Texas")."""
    support: Counter[str] = Counter()
    for number, entity in enumerate(entities):
        if number in readings:
            support.update(_of_reading(readings[number]))
        elif code := country_of_people(entity.name):
            support[code] += 1
    return support


def _of_reading(reading: _Reading) -> Counter[str]:
    share: Counter[str] = Counter()
    for option, weight in zip(reading.options, reading.weights, strict=True):
        for area in (option.country, option.division):
            if area is not None:
                share[area] += weight  # type: ignore[assignment]  # Counter takes any number
    return share


def _stated(parse: Parse, entity: Entity, gazetteer: Gazetteer) -> set[str]:
    """Countries and divisions that stand right behind the name: "Paris, Texas"."""
    stated: set[str] = set()
    for mention in entity.mentions:
        comma = mention.last
        if comma + 1 >= len(parse.tokens) or parse.tokens[comma].text not in (",", "("):
            continue
        for last in range(comma + 2, min(comma + 5, len(parse.tokens) + 1)):
            name = parse.words(comma + 1, last)
            if code := country_named(name):
                stated.add(code)
            stated.update(one.division for one in gazetteer.find(name) if one.feature == "ADM1" and one.division)
    return stated


def _choose(number: int, reading: _Reading, support: Counter[str], stated: set[str]) -> Place:
    weights = [
        weight * _fit(option, support, stated) for option, weight in zip(reading.options, reading.weights, strict=True)
    ]
    best = max(range(len(weights)), key=lambda index: weights[index])
    return Place(number, reading.options[best], round(weights[best] / sum(weights), 2))


def _fit(option: Toponym, support: Counter[str], stated: set[str]) -> float:
    fit = 1.0
    if option.country is not None:
        fit += _COUNTRY_SUPPORT * max(support[option.country], 0.0)
    if option.division is not None:
        fit += _DIVISION_SUPPORT * max(support[option.division], 0.0)
    if option.country in stated or option.division in stated:
        fit *= _STATED
    return fit

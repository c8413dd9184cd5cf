"""Coordinates for names of places."""

from collections.abc import Callable

import pytest

from copydesk.text.entities import group
from copydesk.text.gazetteers import fold, gazetteer
from copydesk.text.mentions import find_mentions
from copydesk.text.parses import Parse
from copydesk.text.places import Place, find_places

Parser = Callable[[str], Parse]


@pytest.fixture
def located(parsed: Parser) -> Callable[[str], dict[str, Place]]:
    """The places of a text by the name of their entity."""

    def locate(text: str) -> dict[str, Place]:
        parse = parsed(text)
        entities = group(parse, find_mentions(parse))
        return {entities[place.entity].name: place for place in find_places(parse, entities, gazetteer())}

    return locate


Locator = Callable[[str], dict[str, Place]]


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Ankara", 39.93, 32.86),
        ("Istanbul", 41.01, 28.98),
        ("Mariupol", 47.1, 37.54),
        ("Kyiv", 50.45, 30.52),
        ("Kiev", 50.45, 30.52),
        ("Moscow", 55.75, 37.62),
        ("Washington", 38.9, -77.04),
        ("New York", 40.71, -74.01),
        ("London", 51.51, -0.13),
        ("Beijing", 39.9, 116.4),
        ("Sydney", -33.87, 151.21),
    ],
)
def test_well_known_cities(name: str, latitude: float, longitude: float, located: Locator) -> None:
    """Cities that the world's news names lie within 30 km (0.27 degrees of latitude) of where they are."""
    place = located(f"The talks were held in {name}, officials said.")[name].toponym
    assert place.latitude == pytest.approx(latitude, abs=0.27)
    assert place.longitude == pytest.approx(longitude, abs=0.27)


def test_stated_region(located: Locator) -> None:
    """What stands behind the name decides."""
    assert located("The fire broke out in Paris, Texas, on Monday.")["Paris"].toponym.admin1 == "Texas"
    assert located("The fire broke out in Paris, France, on Monday.")["Paris"].toponym.country == "FR"


def test_context(located: Locator) -> None:
    """The article's other places decide what an ambiguous name means."""
    spanish = located("The train from Madrid to Córdoba was late, and so was the one to Seville, in Spain.")
    argentine = located("The train from Buenos Aires to Córdoba was late, and so was the one to Rosario, in Argentina.")
    assert spanish["Córdoba"].toponym.country == "ES"
    assert argentine["Córdoba"].toponym.country == "AR"


def test_seas_and_regions(located: Locator) -> None:
    """What no list of cities holds."""
    places = located("Ships crossed the Black Sea on their way to Crimea.")
    assert places["Black Sea"].toponym.feature == "SEA"
    assert places["Crimea"].toponym.country == "UA"


def test_unknown_names_have_no_place(located: Locator) -> None:
    """A name that no gazetteer knows gets no coordinates."""
    assert "Qwxyzburg" not in located("The fire broke out in Qwxyzburg on Monday.")


def test_every_place_lies_on_earth() -> None:
    """The gazetteer's positions are in range and its countries are codes."""
    for options in gazetteer().by_name.values():
        for place in options:
            assert -90 <= place.latitude <= 90
            assert -180 <= place.longitude <= 180
            assert place.country is None or len(place.country) == 2


def test_fold_is_stable() -> None:
    """Folding a folded name changes nothing."""
    for name in ("Saint-Étienne", "İzmir", "Łódź", "the Hague", "N'Djamena", "Xi'an", "Washington, D.C."):
        assert fold(fold(name)) == fold(name)

"""The user's own article, where it lies beside the checkout: everything must be true of it first."""

import math
from pathlib import Path

import pytest

from copydesk.events import ExtractedArticle
from copydesk.records import Record
from copydesk.stages.clean import clean, read
from copydesk.stages.extract import extract

SEED = Path(__file__).parents[3] / "shared" / "seed"
PLACES = {
    "Ankara": (39.93, 32.86),
    "Istanbul": (41.01, 28.98),
    "Mariupol": (47.1, 37.55),
    "Kyiv": (50.45, 30.52),
    "Moscow": (55.75, 37.62),
}


@pytest.fixture(scope="module")
def extracted() -> ExtractedArticle:
    files = sorted(SEED.glob("*.txt"))
    if not files:
        pytest.skip("no seed article beside this checkout")
    record = Record(
        topic="news.raw.v1", partition=0, offset=0, timestamp=0, key=None, value=files[0].read_bytes(), headers=()
    )
    return extract(clean(read(record)))


def test_six_direct_quotes_by_one_man(extracted: ExtractedArticle) -> None:
    """As a surname, as "he", and as the adviser of another."""
    direct = [quote for quote in extracted.quotes if quote.kind == "direct"]
    assert len(direct) == 6
    assert {quote.speaker_name for quote in direct} == {"Ibrahim Kalin"}
    assert len({quote.speaker for quote in direct}) == 1
    sources = {extracted.text[start:end] for quote in direct for start, end in quote.source}
    assert sources == {"Kalin", "he", "Erdogan’s adviser"}


def test_entities(extracted: ExtractedArticle) -> None:
    """Who and what the article names."""
    names = " | ".join(entity.name for entity in extracted.entities)
    for name in ("Erdogan", "Putin", "Zelensky", "Reuters", "NATO"):
        assert name in names


@pytest.mark.parametrize("name", PLACES)
def test_places(name: str, extracted: ExtractedArticle) -> None:
    """Within 30 km of where the city is."""
    place = next(place for place in extracted.places if place.name == name)
    latitude, longitude = PLACES[name]
    east = (place.longitude - longitude) * math.cos(math.radians(latitude))
    assert math.hypot(place.latitude - latitude, east) * 111.2 < 30


def test_offsets(extracted: ExtractedArticle) -> None:
    """Mentions of a name are that name, letter for letter, and quotes begin with their mark."""
    text = extracted.text
    for entity in extracted.entities:
        for mention in entity.mentions:
            surface = text[mention.start : mention.end]
            assert surface == surface.strip() != ""
    assert all(text[start] == "“" for quote in extracted.quotes for start, _ in quote.content if quote.kind == "direct")

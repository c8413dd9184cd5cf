"""The user's own article, as plain text through a real Kafka: every claim we make must be true of it first.

The article is other people's text and not part of this repository: the test reads it where it lies beside the checkout.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk import codec
from copydesk.events import CleanArticle, EnrichedArticle, Event
from copydesk.pipeline import ENRICHED
from tests.agents.test_delivery import publish, read
from tests.agents.workers import running

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
TITLE, HEADING = 1, 10
"""Which of its lines, empty ones not counted: a caption stands above the title, the heading in the middle."""
POINTS = {
    "Ankara": (39.93, 32.86),
    "Istanbul": (41.01, 28.98),
    "Mariupol": (47.10, 37.55),
    "Kyiv": (50.45, 30.52),
    "Moscow": (55.76, 37.62),
}


def seed() -> bytes:
    """The article as the user has it."""
    found = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not found:
        pytest.skip(f"the user's article is not there: {SEED} (it may not be part of this repository)")
    return found[0].read_bytes()


@pytest.fixture
async def article(clean_kafka: str, tmp_path: Path) -> EnrichedArticle:
    """The seed, enriched."""
    raw = seed()
    with running(clean_kafka, tmp_path):
        await publish(clean_kafka, [(None, raw)])
        (message,) = await read(clean_kafka, [ENRICHED.name], 1)
    enriched = codec.decode(message.value, EnrichedArticle)
    check_offsets(enriched, raw.decode())
    return enriched


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Kilometres on the sphere."""
    (a, b), (c, d) = (tuple(map(math.radians, point)) for point in (here, there))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(h))


def spans(value: object) -> Iterator[tuple[int, int]]:
    """Every span of an event that points into its text."""
    if isinstance(value, Event):
        start, end = getattr(value, "start", None), getattr(value, "end", None)
        if start is not None and end is not None:
            yield start, end
        for name in value.__struct_fields__:
            yield from spans(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            yield from spans(item)
    elif isinstance(value, tuple) and len(value) == 2:
        yield value


def check_offsets(article: CleanArticle, raw: str) -> None:
    """Every offset is in range and cuts no word; blocks tile the text; the map back to the raw text is exact."""
    text = article.text
    for start, end in spans(article):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
    assert "\n\n".join(text[block.start : block.end] for block in article.blocks) == text
    assert article.raw_map is not None
    for start, raw_start, length in article.raw_map:
        assert text[start : start + length] == raw[raw_start : raw_start + length]
    for removed in article.removed:
        assert raw[removed.raw_start : removed.raw_end] == removed.text


async def test_the_seed(article: EnrichedArticle) -> None:
    """Title, clutter, credits, heading, quotes, names, places and topics are those that a reader finds."""
    text = article.text
    lines = [line for line in seed().decode().split("\n") if line.strip()]
    assert article.title == lines[TITLE]
    removed = [row.text for row in article.removed]
    for clutter in ("untitled design", "You may also like", "Get the latest", "Stay Informed: ", "Most popular"):
        assert any(row.startswith(clutter) for row in removed), clutter
        assert clutter not in text
    assert {"AMPE", "Capital"} <= {credit.name for credit in article.credits}
    assert "AMPE" not in text
    assert "Capital" not in text
    assert [text[b.start : b.end] for b in article.blocks if b.kind == "heading"] == [lines[HEADING]]

    direct = [quote for quote in article.quotes if quote.kind == "direct"]
    assert [quote.speaker_name for quote in direct] == ["Ibrahim Kalin"] * 6
    assert len({quote.speaker for quote in direct}) == 1
    sources = {text[start:end].replace("’", "'") for quote in direct for start, end in quote.source}
    assert sources == {"Kalin", "he", "Erdogan's adviser"}

    names = " | ".join(entity.name for entity in article.entities)
    for name in ("Erdogan", "Putin", "Zelensky", "Reuters", "NATO"):
        assert name in names
    places = {place.name: (place.latitude, place.longitude) for place in article.places}
    for name, point in POINTS.items():
        assert distance(places[name], point) < 30, name
    assert {topic.code for topic in article.topics[:2]} == {"medtop:16000000", "medtop:11000000"}

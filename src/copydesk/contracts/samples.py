"""A valid event of every class, with all its lists filled: the examples of `schemas/`."""

from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from copydesk import events
from copydesk.pipeline import (
    CLASSIFIED,
    CLEAN,
    CLUTTER,
    ENRICHED,
    EVENTS,
    EXTRACTED,
    PLACES,
    QUOTES,
    RAW,
    REPLAYS,
    STORIES,
    Topic,
)

_RAW_TEXT: Final = """\
Listen to this article

Danube states agree on flood alarm

VIENNA, March 3 (Reuters) - Austria and Hungary agreed on Tuesday to share flood warnings.

“We will warn each other within an hour,” said Anna Gruber, Austria's water minister.

The alarm will cost 12 million euros."""
_TEXT: Final = _RAW_TEXT.split("\n\n", 1)[1]
_AT: Final = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 3, 12, 0, 1, tzinfo=UTC)
_ID: Final = "3b1f0c52-0d35-5f0e-8f0c-6a5a3a0c9d11"
_STORY_ID: Final = "a9d1c2ba-53c1-5d53-b1f1-3c2f36a1c001"
_SOURCE: Final = events.Source(name="The Danube Post", domain="danube-post.example")
_PUBLISHED: Final = events.Moment(value=_AT, precision="minute", zone="stated")


def _span(surface: str) -> events.Span:
    start = _TEXT.index(surface)
    return start, start + len(surface)


def _mention(surface: str, kind: events.MentionKind = "name") -> events.Mention:
    start, end = _span(surface)
    return events.Mention(start=start, end=end, kind=kind)


def _block(kind: events.BlockKind, text: str) -> events.Block:
    start, end = _span(text)
    return events.Block(kind=kind, start=start, end=end)


def _entity(id_: str, type_: events.EntityType, name: str, country: str, surfaces: list[str]) -> events.Entity:
    mentions = [_mention(surface) for surface in surfaces]
    return events.Entity(
        id=id_, name=name, type=type_, salience=0.5, country=country, sectors=["GOV"], roles=[], mentions=mentions
    )


_RAW: Final = events.RawArticle(
    content=_RAW_TEXT,
    content_type="text/plain",
    id=_ID,
    url="https://danube-post.example/world/flood-alarm",
    source="The Danube Post",
    title="Danube states agree on flood alarm",
    authors=["Erik Novak"],
    published_at="2026-03-03T12:00:00Z",
    language="en",
)

_QUOTE: Final = events.Quote(
    kind="direct",
    content=[_span("We will warn each other within an hour,")],
    cue=[_span("said")],
    source=[_span("Anna Gruber, Austria's water minister")],
    speaker="e3",
    speaker_name="Anna Gruber",
    confidence=0.9,
)
_EVENT: Final = events.PoliticalEvent(
    type="AGREE",
    quad=1,
    actors=["e1"],
    recipients=["e2"],
    trigger=_span("agreed"),
    sentence=_span("Austria and Hungary agreed on Tuesday to share flood warnings."),
    factuality="asserted",
    place=None,
    date="2026-03-03",
    confidence=0.7,
)
_PLACE: Final = events.Place(
    entity="e4",
    name="Vienna",
    latitude=48.20849,
    longitude=16.37208,
    country="AT",
    admin1="09",
    geonames_id=2761369,
    feature="PPLC",
    confidence=0.95,
    mentions=[_span("VIENNA")],
)

_ARTICLE: Final = events.EnrichedArticle(
    id=_ID,
    revision=1,
    unchanged=False,
    changed=[],
    url=_RAW.url,
    source=_SOURCE,
    published_at=_PUBLISHED,
    modified_at=None,
    fetched_at=None,
    section="world",
    truncated=False,
    clutter=None,
    language=events.Language(code="en", confidence=0.99),
    title=_RAW.title,
    text=_TEXT,
    blocks=[
        _block("heading" if index == 0 else "paragraph", paragraph)
        for index, paragraph in enumerate(_TEXT.split("\n\n"))
    ],
    removed=[events.Removed(text="Listen to this article", reason="promotion", raw_start=0, raw_end=22)],
    raw_map=[(0, 24, len(_TEXT))],
    authors=[events.Author(name="Erik Novak", start=None, end=None)],
    dateline=events.Dateline(
        place="VIENNA", date="March 3", start=_TEXT.index("VIENNA"), end=_TEXT.index("Austria and")
    ),
    credits=[events.Credit(name="Reuters", role="wire", start=_span("Reuters")[0], end=_span("Reuters")[1])],
    limits=[],
    provenance=events.Provenance(
        pipeline="0.1.0",
        model="en_core_web_sm 3.8.0",
        stages=[
            events.StageRun(name=name, at=_LATER, ms=milliseconds)
            for name, milliseconds in (("clean", 4.2), ("extract", 41.5), ("classify", 3.1), ("link", 0.6))
        ],
        origin=events.Origin(topic="news.raw.v1", partition=3, offset=1041),
    ),
    entities=[
        _entity("e1", "GPE", "Austria", "AT", ["Austria", "Austria's"]),
        _entity("e2", "GPE", "Hungary", "HU", ["Hungary"]),
        _entity("e3", "PERSON", "Anna Gruber", "AT", ["Anna Gruber"]),
        _entity("e4", "GPE", "Vienna", "AT", ["VIENNA"]),
    ],
    places=[_PLACE],
    quotes=[_QUOTE],
    events=[_EVENT],
    dates=[events.Date(start=_span("Tuesday")[0], end=_span("Tuesday")[1], value="2026-03-03", grain="day")],
    amounts=[
        events.Amount(
            start=_span("12 million euros")[0],
            end=_span("12 million euros")[1],
            value=12_000_000.0,
            unit="EUR",
            kind="money",
        )
    ],
    topics=[events.Topic(code="medtop:11000000", name="politics and government", score=0.8)],
    genre=events.Genre(name="report", score=0.9),
    urgency=5,
    sentiment=events.Sentiment(tone=0.2, positive=0.1, negative=0.05),
    entity_sentiment=[events.EntitySentiment(entity="e1", tone=0.1)],
    keywords=[events.Keyword(text="flood warnings", score=0.8)],
    summary=[_span("Austria and Hungary agreed on Tuesday to share flood warnings.")],
    duplicate_of=None,
    duplicate_kind=None,
    story=events.StoryRef(id=_STORY_ID, size=1, first_seen=_LATER),
)

_ITEM: Final[dict[str, Any]] = {
    "id": _ID,
    "revision": 1,
    "index": 0,
    "url": _RAW.url,
    "title": _RAW.title,
    "source": _SOURCE,
    "published_at": _PUBLISHED,
}

_STORY: Final = events.Story(
    id=_STORY_ID,
    title=_RAW.title,
    members=[_ID],
    first_seen=_LATER,
    last_seen=_LATER,
    places=["Vienna"],
    people=["Anna Gruber"],
    topics=["medtop:11000000"],
    sources=1,
)

_CLUTTER: Final = events.Clutter(
    outlet="harbour.example",
    version="harbour.example/5d0a31c2",
    lines=["Subscribe to our morning briefing and never miss a story."],
    learned=_LATER,
)

_REPLAY: Final = events.Replay(letter="news.dead.v1/3/17", written=_AT, at=_LATER, raw="news.raw.v1/3/2048")

_Article = TypeVar("_Article", bound=events.CleanArticle)


def _state(event: type[_Article]) -> _Article:
    """The article as an earlier stage left it: *link* alone gives the revision."""
    known = {name: getattr(_ARTICLE, name) for name in event.__struct_fields__}
    return event(**(known if event is events.EnrichedArticle else known | {"revision": None}))


def samples() -> dict[Topic, events.Event]:
    """One valid event for each topic that has a schema. Every offset is taken from the text by searching for it."""
    return {
        RAW: _RAW,
        CLEAN: _state(events.CleanArticle),
        EXTRACTED: _state(events.ExtractedArticle),
        CLASSIFIED: _state(events.ClassifiedArticle),
        ENRICHED: _ARTICLE,
        QUOTES: events.QuoteItem(**_ITEM, text="We will warn each other within an hour,", quote=_QUOTE),
        EVENTS: events.EventItem(**_ITEM, text=_TEXT[slice(*_EVENT.sentence)], event=_EVENT),
        PLACES: events.PlaceItem(**_ITEM, text="VIENNA", place=_PLACE),
        STORIES: _STORY,
        CLUTTER: _CLUTTER,
        REPLAYS: _REPLAY,
    }

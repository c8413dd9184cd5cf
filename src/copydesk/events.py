"""The events: everything that travels between the stages, field by field.

All offsets are ``[start, end)`` in Unicode code points into the event's own ``text``. All times are UTC. Unknown is
``None`` or an empty list, and every key is always present.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from msgspec import Meta, Struct

Offset = Annotated[int, Meta(ge=0)]
Span = tuple[Offset, Offset]
"""``[start, end)`` in Unicode code points."""
Run = tuple[Offset, Offset, Annotated[int, Meta(ge=1)]]
"""``(start, raw_start, length)``: identical characters in the text and in the raw text."""
Time = Annotated[datetime, Meta(tz=True)]
Confidence = Annotated[float, Meta(ge=0.0, le=1.0)]
Tone = Annotated[float, Meta(ge=-1.0, le=1.0)]
Latitude = Annotated[float, Meta(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Meta(ge=-180.0, le=180.0)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
RecordPlace = Annotated[str, Meta(pattern="^.+/[0-9]+/[0-9]+$")]
"""``topic/partition/offset``: where a record lies."""
Name = Annotated[str, Meta(max_length=1_000)]
"""A title, or the name of an author or outlet, as a publisher may state it."""

BlockKind = Literal["heading", "paragraph", "list_item", "quote", "caption"]
RemovedReason = Literal[
    "navigation", "promotion", "caption", "related", "credit", "legal", "comment", "repeated", "duplicate"
]
CreditRole = Literal["wire", "outlet", "cited", "syndication"]
EntityType = Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK", "LAW"]
MentionKind = Literal["name", "nominal", "pronoun"]
QuoteKind = Literal["direct", "indirect", "mixed"]
PoliticalEventType = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]
Factuality = Literal["asserted", "negated", "planned", "hypothetical", "reported"]
Limit = Literal["language-not-supported", "text-too-long"]


class Event(Struct, frozen=True, kw_only=True):
    """Base of everything that travels: immutable, compared by value."""


# --- what an article is made of ---------------------------------------------------------------------------------------


class Source(Event, frozen=True, kw_only=True):
    """The outlet that published the article."""

    name: str | None
    domain: str | None


class Moment(Event, frozen=True, kw_only=True):
    """A point in time as far as the page states it.

    ``zone`` tells whether the page stated the time zone, we assumed UTC, or the value is a date without a time.
    """

    value: Time
    precision: Literal["year", "month", "day", "minute", "second"]
    zone: Literal["stated", "assumed", "none"]


class Language(Event, frozen=True, kw_only=True):
    """BCP 47 code and how sure the detector is."""

    code: str
    confidence: Confidence


class Block(Event, frozen=True, kw_only=True):
    """A paragraph, heading … of the text; the gaps between blocks are exactly the separators."""

    kind: BlockKind
    start: Offset
    end: Offset


class Removed(Event, frozen=True, kw_only=True):
    """What was cut away and why; the offsets point into the raw plain text and are null for HTML."""

    text: str
    reason: RemovedReason
    raw_start: Offset | None
    raw_end: Offset | None


class Author(Event, frozen=True, kw_only=True):
    """A person who wrote the article; with offsets where the name stands in the text."""

    name: str
    start: Offset | None
    end: Offset | None


class Dateline(Event, frozen=True, kw_only=True):
    """``ANKARA, May 1 (Reuters) -`` at the head of a report."""

    place: str | None
    date: str | None
    start: Offset
    end: Offset


class Credit(Event, frozen=True, kw_only=True):
    """An agency or outlet that the article credits or cites."""

    name: str
    role: CreditRole
    start: Offset | None
    end: Offset | None


class StageRun(Event, frozen=True, kw_only=True):
    """When a stage finished with the article, and how long it took in milliseconds."""

    name: str
    at: Time
    ms: Annotated[float, Meta(ge=0.0)]


class Origin(Event, frozen=True, kw_only=True):
    """The raw record that the article came in. Without a broker the offset is the place in the input."""

    topic: str
    partition: Offset
    offset: Offset


class Provenance(Event, frozen=True, kw_only=True):
    """Which software made this event, from which record."""

    pipeline: str
    model: str | None
    stages: list[StageRun]
    origin: Origin


class Mention(Event, frozen=True, kw_only=True):
    """One place in the text that names, describes or stands for an entity."""

    start: Offset
    end: Offset
    kind: MentionKind


class Entity(Event, frozen=True, kw_only=True):
    """One thing in the world with all its mentions."""

    id: str
    name: str
    type: EntityType
    salience: Confidence
    country: Country | None
    sectors: list[str]
    roles: list[str]
    mentions: list[Mention]


class Place(Event, frozen=True, kw_only=True):
    """An entity that has coordinates (WGS 84 degrees)."""

    entity: str
    name: str
    latitude: Latitude
    longitude: Longitude
    country: Country | None
    admin1: str | None
    geonames_id: int | None
    feature: str | None
    confidence: Confidence
    mentions: list[Span]


class Quote(Event, frozen=True, kw_only=True):
    """Reported speech: what was said, the words that say so, and who said it."""

    kind: QuoteKind
    content: list[Span]
    cue: list[Span]
    source: list[Span]
    speaker: str | None
    speaker_name: str | None
    confidence: Confidence


class PoliticalEvent(Event, frozen=True, kw_only=True):
    """Who did what to whom, coded in PLOVER (2021 manual)."""

    type: PoliticalEventType
    quad: Annotated[int, Meta(ge=1, le=4)]
    actors: list[str]
    recipients: list[str]
    trigger: Span
    sentence: Span
    factuality: Factuality
    place: str | None
    date: str | None
    confidence: Confidence


class Date(Event, frozen=True, kw_only=True):
    """A date in the text, resolved against the date of publication (ISO 8601, as precise as ``grain``)."""

    start: Offset
    end: Offset
    value: str | None
    grain: Literal["year", "month", "week", "day", "time"]


class Amount(Event, frozen=True, kw_only=True):
    """Money, a percentage, or a number of things."""

    start: Offset
    end: Offset
    value: float | None
    unit: str | None
    kind: Literal["money", "percent", "count", "quantity"]


class Topic(Event, frozen=True, kw_only=True):
    """An IPTC Media Topic; ``code`` as in ``medtop:16000000``."""

    code: Annotated[str, Meta(pattern="^medtop:[0-9]{8}$")]
    name: str
    score: Confidence


class Genre(Event, frozen=True, kw_only=True):
    """What kind of journalism it is."""

    name: Literal["report", "analysis", "opinion", "interview", "feature", "live", "brief"]
    score: Confidence


class Sentiment(Event, frozen=True, kw_only=True):
    """Tone of the whole article, and the shares of positive and negative words in it."""

    tone: Tone
    positive: Confidence
    negative: Confidence


class EntitySentiment(Event, frozen=True, kw_only=True):
    """Tone towards one entity."""

    entity: str
    tone: Tone


class Keyword(Event, frozen=True, kw_only=True):
    """A phrase that tells what the article is about."""

    text: str
    score: Confidence


class StoryRef(Event, frozen=True, kw_only=True):
    """The story that the article belongs to, as it stood when the article arrived."""

    id: str
    size: Annotated[int, Meta(ge=1)]
    first_seen: Time


# --- the articles, stage by stage -------------------------------------------------------------------------------------


class RawArticle(Event, frozen=True, kw_only=True):
    """A raw article in the JSON form. Only ``content`` is required."""

    content: str
    content_type: Literal["text/plain", "text/html"] | None = None
    id: Annotated[str, Meta(max_length=1_000)] | None = None
    url: Annotated[str, Meta(max_length=4_000)] | None = None
    source: Name | None = None
    title: Name | None = None
    authors: Annotated[list[Name], Meta(max_length=100)] = []
    published_at: Annotated[str, Meta(max_length=100)] | None = None
    fetched_at: Annotated[str, Meta(max_length=100)] | None = None
    language: Annotated[str, Meta(max_length=100)] | None = None


class ReceivedArticle(RawArticle, frozen=True, kw_only=True):
    """A raw article of any form, read from the record that it came in."""

    origin: Origin


class CleanArticle(Event, frozen=True, kw_only=True):
    """The article without its clutter: written by *clean*."""

    id: str
    revision: Annotated[int, Meta(ge=1)] | None
    unchanged: bool
    changed: list[Offset]
    url: str | None
    source: Source
    published_at: Moment | None
    modified_at: Moment | None
    fetched_at: Moment | None
    section: str | None
    truncated: bool
    clutter: str | None
    language: Language | None
    title: str | None
    text: str
    blocks: list[Block]
    removed: list[Removed]
    raw_map: list[Run] | None
    authors: list[Author]
    dateline: Dateline | None
    credits: list[Credit]
    limits: list[Limit]
    provenance: Provenance


class ExtractedArticle(CleanArticle, frozen=True, kw_only=True):
    """With what is named, said and measured in the text: written by *extract*."""

    entities: list[Entity]
    places: list[Place]
    quotes: list[Quote]
    events: list[PoliticalEvent]
    dates: list[Date]
    amounts: list[Amount]


class ClassifiedArticle(ExtractedArticle, frozen=True, kw_only=True):
    """With what the article is about: written by *classify*."""

    topics: list[Topic]
    genre: Genre | None
    urgency: Annotated[int, Meta(ge=1, le=9)] | None
    sentiment: Sentiment | None
    entity_sentiment: list[EntitySentiment]
    keywords: list[Keyword]
    summary: list[Span]


class EnrichedArticle(ClassifiedArticle, frozen=True, kw_only=True):
    """With its place among the other articles: written by *link*."""

    duplicate_of: str | None
    duplicate_kind: Literal["exact", "near", "revised"] | None
    story: StoryRef | None


# --- what link publishes beside the article ---------------------------------------------------------------------------


class Item(Event, frozen=True, kw_only=True):
    """Something found in an article, on a topic of its own; a newer revision replaces all earlier items."""

    id: str
    """The article's id."""
    revision: Annotated[int, Meta(ge=1)]
    index: Offset
    url: str | None
    title: str | None
    source: Source
    published_at: Moment | None
    text: str
    """The surface text of the item. Spans inside the item point into the text of the article, not into this one."""


class QuoteItem(Item, frozen=True, kw_only=True):
    """One quote of an article."""

    quote: Quote


class EventItem(Item, frozen=True, kw_only=True):
    """One political event of an article."""

    event: PoliticalEvent


class PlaceItem(Item, frozen=True, kw_only=True):
    """One place of an article."""

    place: Place


class Story(Event, frozen=True, kw_only=True):
    """The present state of a story: articles of any outlet about the same happening."""

    id: str
    title: str | None
    members: list[str]
    first_seen: Time
    last_seen: Time
    places: list[str]
    people: list[str]
    topics: list[str]
    sources: Offset
    """Number of distinct sources."""


class Clutter(Event, frozen=True, kw_only=True):
    """What an outlet prints under article after article: lines that are removed from those that follow."""

    outlet: str
    version: str
    """The name of this set of lines, as articles that were cleaned by it state it in ``clutter``."""
    lines: list[str]
    learned: Time
    """When the article came that taught the last of them."""


# --- what people did --------------------------------------------------------------------------------------------------


class Replay(Event, frozen=True, kw_only=True):
    """A dead letter that was put back as new input: the mark that keeps it from being put back twice."""

    letter: RecordPlace
    written: Time
    """When the broker got the letter: a topic that was deleted and made anew counts its offsets from 0 again."""
    at: Time
    raw: RecordPlace | None
    """The raw record that repeats it; ``None`` where the broker did not tell."""


Article = TypeVar("Article", bound=CleanArticle)


def extend(article: CleanArticle, event: type[Article], **values: object) -> Article:
    """Return the next state of an article: all its fields, and the new ones.

    Args:
        article: the article as it is.
        event: the class of the next state.
        values: the fields that the next state adds, and those that it replaces.
    """
    known = {name: getattr(article, name) for name in article.__struct_fields__}
    return event(**(known | values))

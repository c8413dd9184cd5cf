"""The table: one row per stage, the whole flow on one screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from copydesk import events
from copydesk.errors import UsageError
from copydesk.records import RAW_TOPIC
from copydesk.stages import classify, clean, extract, link


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic. ``partitions`` and ``days`` of retention are defaults; ``days=None`` means compacted.

    Dead letters keep the bytes of any event, so their ``event`` is the base of all.
    """

    name: str
    event: type[events.Event]
    key: str
    partitions: int
    days: int | None
    about: str

    @property
    def state(self) -> str:
        """The short name: ``enriched`` of ``news.enriched.v1``."""
        return self.name.split(".")[1]


RAW: Final = Topic(RAW_TOPIC, events.RawArticle, "article id or URL, or none", 8, 30, "raw articles in any form")
CLEAN: Final = Topic("news.clean.v1", events.CleanArticle, "article id", 8, 7, "articles without their clutter")
EXTRACTED: Final = Topic("news.extracted.v1", events.ExtractedArticle, "article id", 8, 7, "with names, quotes, places")
CLASSIFIED: Final = Topic("news.classified.v1", events.ClassifiedArticle, "article id", 1, 7, "with topics and tone")
ENRICHED: Final = Topic("news.enriched.v1", events.EnrichedArticle, "article id", 8, 90, "with duplicates and stories")
QUOTES: Final = Topic("news.quotes.v1", events.QuoteItem, "article id", 8, 90, "one message per quote")
EVENTS: Final = Topic("news.events.v1", events.EventItem, "article id", 8, 90, "one message per political event")
PLACES: Final = Topic("news.places.v1", events.PlaceItem, "article id", 8, 90, "one message per place")
STORIES: Final = Topic("news.stories.v1", events.Story, "story id", 8, None, "the present state of each story")
CLUTTER: Final = Topic("news.clutter.v1", events.Clutter, "outlet", 1, None, "lines that an outlet repeats, learned")
DEAD: Final = Topic("news.dead.v1", events.Event, "original key", 8, 90, "what could not be enriched, and why")
REPLAYS: Final = Topic("news.replays.v1", events.Replay, "place of the letter", 8, None, "dead letters put back, once")

TOPICS: Final = (RAW, CLEAN, EXTRACTED, CLASSIFIED, ENRICHED, QUOTES, EVENTS, PLACES, STORIES, CLUTTER, DEAD, REPLAYS)
ITEMS: Final = (QUOTES, EVENTS, PLACES)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the flow.

    ``run`` takes the event of ``reads`` (for *clean*, what ``read`` makes of the record) and returns the event of
    ``writes``. A stateful stage writes to the topics in ``also`` too: its ``run`` takes a window over the
    stream and the event, and returns emissions; it lives in one process of its own.
    """

    name: str
    reads: Topic
    writes: Topic
    also: tuple[Topic, ...]
    run: Callable[..., Any]
    warm: Callable[[], None]
    about: str

    @property
    def stateful(self) -> bool:
        """Whether the stage keeps a window over the stream."""
        return bool(self.also)


STAGES: Final = (
    Stage("clean", RAW, CLEAN, (), clean.clean, clean.warm, "cuts the clutter away, finds title, dates and credits"),
    Stage("extract", CLEAN, EXTRACTED, (), extract.extract, extract.warm, "finds names, places, quotes, amounts"),
    Stage("classify", EXTRACTED, CLASSIFIED, (), classify.classify, classify.warm, "says what it is about"),
    Stage(
        "link", CLASSIFIED, ENRICHED, (*ITEMS, STORIES, CLUTTER), link.link, link.warm, "finds duplicates and stories"
    ),
)


def stages_named(names: str) -> tuple[Stage, ...]:
    """The rows of the table with these names, in their order there.

    Args:
        names: separated by commas; empty for all.

    Raises:
        UsageError: a name is not in the table.

    >>> [stage.name for stage in stages_named("classify,extract")]
    ['extract', 'classify']
    """
    wanted = [name.strip() for name in names.split(",")] if names.strip() else [stage.name for stage in STAGES]
    known = {stage.name for stage in STAGES}
    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no stage {name!r}; use {', '.join(stage.name for stage in STAGES)}")
    return tuple(stage for stage in STAGES if stage.name in wanted)

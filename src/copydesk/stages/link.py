"""Link: find duplicates and stories over a sliding window."""

from dataclasses import dataclass, field

from copydesk.events import ClassifiedArticle, EnrichedArticle, extend
from copydesk.records import Emission


@dataclass
class Window:
    """What link remembers of the stream."""

    revisions: dict[str, int] = field(default_factory=dict)


def warm() -> None:
    """Load what the stage needs, once per process."""


def new_window() -> Window:
    """An empty window."""
    return Window()


def link(window: Window, article: ClassifiedArticle) -> list[Emission]:
    """Decide what follows from an article, without changing the window."""
    revision = window.revisions.get(article.id, 0) + 1
    enriched = extend(article, EnrichedArticle, revision=revision, duplicate_of=None, duplicate_kind=None, story=None)
    return [Emission(EnrichedArticle, article.id, enriched)]


def retract(window: Window, article_id: str) -> list[Emission]:
    """Decide what follows from the retraction of an article, without changing the window."""
    return [Emission(EnrichedArticle, article_id, None)]


def fold(window: Window, article_id: str, article: EnrichedArticle | None) -> None:
    """Take a committed (or about to be committed) enriched article, or its retraction, into the window."""
    if article is not None:
        window.revisions[article_id] = article.revision or 1

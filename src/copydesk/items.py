"""Items: what was found in an article, as messages of their own."""

from collections.abc import Iterator
from typing import Any

from copydesk.events import EnrichedArticle, EventItem, PlaceItem, QuoteItem, Span
from copydesk.records import Emission


def items_of(article: EnrichedArticle) -> Iterator[Emission]:
    """Its quotes, events and places, each with where it is from."""
    for index, quote in enumerate(article.quotes):
        item = QuoteItem(**_head(article, index, quote.content), quote=quote)
        yield Emission(QuoteItem, article.id, item, str(index))
    for index, event in enumerate(article.events):
        coded = EventItem(**_head(article, index, [event.sentence]), event=event)
        yield Emission(EventItem, article.id, coded, str(index))
    for index, place in enumerate(article.places):
        spans = place.mentions[:1]
        located = PlaceItem(**_head(article, index, spans), place=place)
        yield Emission(PlaceItem, article.id, located, str(index))


def _head(article: EnrichedArticle, index: int, spans: list[Span]) -> dict[str, Any]:
    return {
        "id": article.id,
        "revision": article.revision,
        "index": index,
        "url": article.url,
        "title": article.title,
        "source": article.source,
        "published_at": article.published_at,
        "text": " ".join(article.text[start:end] for start, end in spans),
    }

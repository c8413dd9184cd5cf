"""Extract: find names, places, quotes, dates and amounts.

Only English is read; an article in another language, or a longer one than the setting ``max_text`` allows, passes with
its limit stated and nothing extracted, not even from its beginning: half an article would look like a whole one.
"""

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from copydesk import events
from copydesk.events import CleanArticle, ExtractedArticle, Limit, extend
from copydesk.settings import settings

if TYPE_CHECKING:
    from copydesk.text.entities import Entity
    from copydesk.text.parses import Parse
    from copydesk.text.places import Place
    from copydesk.text.quotes import Quote
    from copydesk.text.roles import Role
    from copydesk.text.speakers import Speaker

_CHARACTERS: Final = 4
"""Characters of an average word or mark, at least: a text of marks alone has more of them than its length tells."""


def warm() -> None:
    """Load what the stage needs, once per process: the model, and the gazetteer (about 4 s, 450 MB)."""
    from copydesk import models
    from copydesk.text.candidates import known_names
    from copydesk.text.gazetteers import gazetteer

    gazetteer()
    known_names()
    models.model()


def extract(article: CleanArticle) -> ExtractedArticle:
    """Extract from a clean article.

    Args:
        article: the article; an unknown language is read as English, unless ``limits`` says that it is none we know.

    Returns:
        the article with entities, places, quotes, dates and amounts; all empty where ``limits`` says why.
    """
    limits = _limits(article)
    if limits:
        return _extended(article, limits=limits)
    from copydesk import models
    from copydesk.text.amounts import find_amounts
    from copydesk.text.dates import find_dates
    from copydesk.text.entities import group
    from copydesk.text.gazetteers import gazetteer
    from copydesk.text.mentions import find_mentions
    from copydesk.text.places import find_places
    from copydesk.text.quotes import find_quotes
    from copydesk.text.roles import find_roles
    from copydesk.text.speakers import described, find_speakers

    parse = _parse(article.text)
    if parse is None:
        return _extended(article, limits=[*article.limits, "text-too-long"])
    entities = group(parse, find_mentions(parse))
    roles = find_roles(parse, entities)
    quotes = find_quotes(parse)
    speakers = find_speakers(parse, entities, roles, quotes)
    roles += described(parse, speakers)
    return _extended(
        article,
        entities=_entities(article, parse, entities, roles, speakers),
        places=[_place(parse, place, entities) for place in find_places(parse, entities, gazetteer())],
        quotes=[_quote(quote, speaker, entities) for quote, speaker in zip(quotes, speakers, strict=True)],
        dates=[events.Date(**found._asdict()) for found in find_dates(article.text, _published(article))],
        amounts=[events.Amount(**found._asdict()) for found in find_amounts(parse)],
        provenance=replace(article.provenance, model=models.model_name()),
    )


def _limits(article: CleanArticle) -> list[Limit]:
    limits = list(article.limits)
    if article.language is not None and article.language.code.split("-")[0] != "en":
        limits.append("language-not-supported")
    if len(article.text) > settings().max_text:
        limits.append("text-too-long")
    return list(dict.fromkeys(limits))


def _extended(article: CleanArticle, **found: object) -> ExtractedArticle:
    empty: dict[str, object] = {name: [] for name in ("entities", "places", "quotes", "events", "dates", "amounts")}
    return extend(article, ExtractedArticle, **(empty | found))


def _parse(text: str) -> "Parse | None":
    """The parse of a text; ``None`` where it has too many words and marks to be read in time."""
    from copydesk import models
    from copydesk.text.parses import join, paragraphs

    spans = list(paragraphs(text))
    model = models.model()
    docs = model.tokenize([text[start:end] for start, end in spans])
    if sum(map(len, docs)) > settings().max_text // _CHARACTERS:
        return None
    return join(text, model.parse(docs), [start for start, _ in spans], model.lemma)


def _published(article: CleanArticle) -> date | None:
    return article.published_at.value.date() if article.published_at else None


def _id(entity: int) -> str:
    return f"e{entity + 1}"


def _entities(
    article: CleanArticle,
    parse: "Parse",
    entities: "list[Entity]",
    roles: "list[Role]",
    speakers: "list[Speaker | None]",
) -> list[events.Entity]:
    from copydesk.text.entities import salience
    from copydesk.text.roles import role_names

    found = []
    most = max((len(entity.mentions) for entity in entities), default=0)
    for number, entity in enumerate(entities):
        mentions: dict[tuple[int, int], events.MentionKind] = {
            parse.span(one.first, one.last): "name" for one in entity.mentions
        }
        for speaker in speakers:
            if speaker is not None and speaker.entity == number and speaker.mention is not None:
                mentions.setdefault(parse.span(*speaker.mention), speaker.kind)
        found.append(
            events.Entity(
                id=_id(number),
                name=entity.name,
                type=entity.type,
                salience=salience(entity, most, len(parse.tokens), entity.name in (article.title or "")),
                country=entity.country,
                sectors=[],
                roles=role_names(parse, roles, number),
                mentions=[events.Mention(start=s, end=e, kind=kind) for (s, e), kind in sorted(mentions.items())],
            )
        )
    return found


def _place(parse: "Parse", place: "Place", entities: "list[Entity]") -> events.Place:
    entity, toponym = entities[place.entity], place.toponym
    return events.Place(
        entity=_id(place.entity),
        name=toponym.name,
        latitude=toponym.latitude,
        longitude=toponym.longitude,
        country=toponym.country,
        admin1=toponym.admin1,
        geonames_id=toponym.geonames_id,
        feature=toponym.feature,
        confidence=place.confidence,
        mentions=[parse.span(mention.first, mention.last) for mention in entity.mentions],
    )


def _quote(quote: "Quote", speaker: "Speaker | None", entities: "list[Entity]") -> events.Quote:
    certainty = speaker.certainty if speaker else 1.0
    return events.Quote(
        kind=quote.kind,
        content=quote.content,
        cue=quote.cue,
        source=quote.source,
        speaker=_id(speaker.entity) if speaker else None,
        speaker_name=entities[speaker.entity].name if speaker else None,
        confidence=round(quote.confidence * certainty, 2),
    )

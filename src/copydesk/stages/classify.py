"""Classify: say what the article is about, and in what tone."""

from typing import Final

from copydesk.events import ClassifiedArticle, ExtractedArticle, Keyword, Limit, Sentiment, Topic, extend
from copydesk.settings import settings
from copydesk.text import keywords, tones, topics
from copydesk.text.terms import background

UNSUPPORTED: Final[Limit] = "language-not-supported"
_KEYWORD_TYPES: Final = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "EVENT", "PRODUCT", "WORK", "LAW"})


def warm() -> None:
    """Load what the stage needs, once per process."""
    topics.model()
    tones.lexicon()
    background()


def classify(article: ExtractedArticle) -> ClassifiedArticle:
    """Find the topics, the tone and the keywords of an extracted article.

    Only what is known of English is used: in another language all of it stays empty, and ``limits`` says so. Genre,
    urgency, tone towards entities, and summary are not found yet.
    """
    supported = _is_english(article)
    text, title = article.text[: settings().max_text], article.title or ""
    return extend(
        article,
        ClassifiedArticle,
        limits=article.limits if supported or UNSUPPORTED in article.limits else [*article.limits, UNSUPPORTED],
        topics=[Topic(code=row.code, name=row.name, score=row.score) for row in topics.topics(text, title)]
        if supported
        else [],
        genre=None,
        urgency=None,
        sentiment=_sentiment(text) if supported else None,
        entity_sentiment=[],
        keywords=_keywords(article, text, title) if supported else [],
        summary=[],
    )


def _is_english(article: ExtractedArticle) -> bool:
    if UNSUPPORTED in article.limits:
        return False
    return article.language is None or article.language.code.lower().split("-")[0] == "en"


def _sentiment(text: str) -> Sentiment | None:
    tone = tones.tone(text)
    return tone and Sentiment(tone=tone.tone, positive=tone.positive, negative=tone.negative)


def _keywords(article: ExtractedArticle, text: str, title: str) -> list[Keyword]:
    names = [
        keywords.Name(entity.name, len(entity.mentions))
        for entity in article.entities
        if entity.type in _KEYWORD_TYPES and entity.mentions
    ]
    return [Keyword(text=row.text, score=row.score) for row in keywords.keywords(text, title, names)]

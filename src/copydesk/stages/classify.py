"""Classify: say what the article is about."""

from copydesk.events import ClassifiedArticle, ExtractedArticle, extend


def warm() -> None:
    """Load what the stage needs, once per process."""


def classify(article: ExtractedArticle) -> ClassifiedArticle:
    """Classify an extracted article."""
    return extend(
        article,
        ClassifiedArticle,
        topics=[],
        genre=None,
        urgency=None,
        sentiment=None,
        entity_sentiment=[],
        keywords=[],
        summary=[],
    )

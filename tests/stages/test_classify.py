"""Topics, tone and keywords as fields of the article."""

from msgspec.structs import replace

from copydesk import codec
from copydesk.events import (
    ClassifiedArticle,
    Entity,
    ExtractedArticle,
    Language,
    Mention,
    Origin,
    Provenance,
    Source,
)
from copydesk.stages.classify import classify

TEXT = """The army of Sarvia shelled the border town of Kell overnight, hours after peace talks with the rebels \
collapsed.

President Ana Dorn told parliament that her government would send more troops and asked the European Union for \
sanctions against the militia. Opposition leaders called for a ceasefire and for elections before the end of the \
year; the minister of defence offered to resign.

At least nine soldiers were killed and dozens of civilians wounded when missiles hit the town, the foreign \
minister said. Lawmakers vote on the government’s budget for the army on Friday."""


def article(text: str = TEXT, language: str | None = "en") -> ExtractedArticle:
    dorn = Entity(
        id="e1",
        name="Ana Dorn",
        type="PERSON",
        salience=0.8,
        country=None,
        sectors=[],
        roles=[],
        mentions=[Mention(start=124, end=132, kind="name"), Mention(start=155, end=158, kind="pronoun")],
    )
    return ExtractedArticle(
        id="a",
        revision=None,
        unchanged=False,
        changed=[],
        url=None,
        source=Source(name=None, domain=None),
        published_at=None,
        modified_at=None,
        fetched_at=None,
        section=None,
        truncated=False,
        clutter=None,
        language=Language(code=language, confidence=1.0) if language else None,
        title="Sarvia shells border town as peace talks collapse",
        text=text,
        blocks=[],
        removed=[],
        raw_map=None,
        authors=[],
        dateline=None,
        credits=[],
        limits=[],
        provenance=Provenance(pipeline="1", model=None, stages=[], origin=Origin(topic="t", partition=0, offset=0)),
        entities=[dorn],
        places=[],
        quotes=[],
        events=[],
        dates=[],
        amounts=[],
    )


def test_a_war_is_conflict_first_and_politics_second() -> None:
    """The best topic comes first, and every topic is sure enough to be stated."""
    codes = [topic.code for topic in classify(article()).topics]
    assert codes[:2] == ["medtop:16000000", "medtop:11000000"]


def test_bad_news_has_a_negative_tone() -> None:
    """Shares count words, and the tone is their balance."""
    sentiment = classify(article()).sentiment
    assert sentiment is not None
    assert sentiment.tone < -0.3
    assert 0 < sentiment.positive < sentiment.negative < 0.5


def test_names_and_phrases_are_keywords() -> None:
    """The best has score 1; names keep their form."""
    found = {keyword.text: keyword.score for keyword in classify(article()).keywords}
    assert "Ana Dorn" in found
    assert "border town" in found
    assert max(found.values()) == 1.0


def test_later_fields_stay_empty() -> None:
    """Nothing is invented for what is not found yet."""
    found = classify(article())
    assert (found.genre, found.urgency, found.entity_sentiment, found.summary) == (None, None, [], [])


def test_another_language_is_said_once() -> None:
    """What does not apply stays empty, and the limit is stated only once."""
    once = classify(article(language="fr"))
    assert (once.topics, once.sentiment, once.keywords) == ([], None, [])
    assert once.limits == ["language-not-supported"]
    again = classify(replace(article(language="fr"), limits=["language-not-supported"]))
    assert again.limits == ["language-not-supported"]


def test_a_text_without_words_says_nothing() -> None:
    """Numbers have neither topic nor tone."""
    found = classify(replace(article("12 34 56"), title=None, entities=[]))
    assert (found.topics, found.sentiment, found.keywords) == ([], None, [])


def test_the_event_is_valid_on_the_wire() -> None:
    """Scores stay within their ranges."""
    found = classify(article())
    assert codec.decode(codec.encode(found), ClassifiedArticle) == found

"""The extract stage on an article of our own."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from copydesk import codec
from copydesk.events import CleanArticle, ExtractedArticle, Language, Limit, Moment, Origin, Provenance, Source
from copydesk.settings import settings
from copydesk.stages.extract import extract

TEXT = """\
Portugal must keep talking to both sides of the fishing dispute, Prime Minister Helena Duarte's envoy said on Tuesday.

Rui Sampaio, who is also Duarte's closest adviser on trade, said that although Lisbon had criticised the blockade, it \
would not close its ports to Moroccan ships.

“We were against this blockade from the first day, but we never stopped talking to Rabat,” Sampaio \
said over the weekend.

“Somebody has to carry the messages,” he told Reuters.

What happens next

Talks between Duarte and the Moroccan foreign minister, Salma Benani, took place in Porto in late March. “There is no \
quick way out,” Sampaio said.

Asked whether Portugal would join the sanctions of the European Union, he replied: “Whom would that help? The boats \
would still not sail.”

The so-called “herring war” has cost the industry $40 million and 1,200 jobs.

“The EU has taken concrete steps,” said Duarte's adviser.
"""


def article(text: str = TEXT, language: str | None = "en", published: datetime | None = None) -> CleanArticle:
    return CleanArticle(
        id="a1",
        revision=None,
        unchanged=False,
        changed=[],
        url=None,
        source=Source(name=None, domain=None),
        published_at=Moment(value=published, precision="day", zone="none") if published else None,
        modified_at=None,
        fetched_at=None,
        section=None,
        truncated=False,
        clutter=None,
        language=Language(code=language, confidence=1.0) if language else None,
        title="Sampaio: Portugal keeps the door open",
        text=text,
        blocks=[],
        removed=[],
        raw_map=None,
        authors=[],
        dateline=None,
        credits=[],
        limits=[],
        provenance=Provenance(
            pipeline="0", model=None, stages=[], origin=Origin(topic="news.raw.v1", partition=0, offset=0)
        ),
    )


@pytest.fixture(scope="module")
def extracted() -> ExtractedArticle:
    return extract(article(published=datetime(2022, 5, 2, tzinfo=UTC)))


def test_all_quotes_have_their_speaker(extracted: ExtractedArticle) -> None:
    """A surname, a pronoun and a description of the same man are one speaker."""
    direct = [quote for quote in extracted.quotes if quote.kind == "direct"]
    sources = [TEXT[start:end] for quote in direct for start, end in quote.source]
    assert sources == ["Sampaio", "he", "Sampaio", "he", "Duarte's adviser"]
    assert {quote.speaker_name for quote in direct} == {"Rui Sampaio"}


def test_indirect_speech_has_its_speaker(extracted: ExtractedArticle) -> None:
    """What is told without quotation marks is reported speech, too."""
    indirect = [quote for quote in extracted.quotes if quote.kind == "indirect"]
    shown = [TEXT[start:end] for quote in indirect for start, end in quote.content]
    assert shown[1].startswith("that although Lisbon had criticised")
    # In the lead he has no name yet.
    assert [quote.speaker_name for quote in indirect] == ["Rui Sampaio", "Rui Sampaio"]


def test_scare_quotes_are_no_quotes(extracted: ExtractedArticle) -> None:
    """Nobody is reported to say “herring war”."""
    assert not any("herring" in TEXT[start:end] for quote in extracted.quotes for start, end in quote.content)


def test_one_entity_for_each_thing(extracted: ExtractedArticle) -> None:
    """Surname and full name, acronym and expansion name one entity; its mentions stand in the order of the text."""
    names = [entity.name for entity in extracted.entities]
    assert len(names) == len(set(names))
    assert {"Rui Sampaio", "Helena Duarte", "Portugal", "European Union", "Reuters", "Salma Benani"} <= set(names)
    by_name = {entity.name: entity for entity in extracted.entities}
    union = [TEXT[mention.start : mention.end] for mention in by_name["European Union"].mentions]
    assert union == ["European Union", "EU"]
    kinds = [mention.kind for mention in by_name["Rui Sampaio"].mentions]
    assert kinds == ["nominal", "name", "name", "pronoun", "name", "pronoun", "nominal"]
    assert by_name["Portugal"].country == "PT"


def test_people_have_their_roles(extracted: ExtractedArticle) -> None:
    """From appositions, relative clauses, titles, and what sources call them."""
    roles = {entity.name: entity.roles for entity in extracted.entities if entity.roles}
    assert roles == {
        "Helena Duarte": ["Prime Minister"],
        "Rui Sampaio": ["Duarte's closest adviser on trade", "Prime Minister Helena Duarte's envoy"],
        "Salma Benani": ["Moroccan foreign minister"],
    }


def test_places_have_coordinates(extracted: ExtractedArticle) -> None:
    """Cities and countries are found in the gazetteer, and in the country that the article is about."""
    places = {place.name: (round(place.latitude), round(place.longitude), place.country) for place in extracted.places}
    assert places["Lisbon"] == (39, -9, "PT")
    assert places["Rabat"] == (34, -7, "MA")
    assert places["Porto"] == (41, -9, "PT")


def test_dates_and_amounts(extracted: ExtractedArticle) -> None:
    """Relative dates are resolved against the day of publication, amounts have unit and value."""
    dates = {TEXT[one.start : one.end]: one.value for one in extracted.dates}
    assert dates == {"Tuesday": "2022-04-26", "over the weekend": "2022-W17", "late March": "2022-03"}
    amounts = {TEXT[one.start : one.end]: (one.value, one.unit, one.kind) for one in extracted.amounts}
    assert amounts == {"$40 million": (4e7, "USD", "money"), "1,200 jobs": (1200.0, "job", "count")}


def test_event_is_valid_on_the_wire(extracted: ExtractedArticle) -> None:
    """The result passes the strict decoder and names the model."""
    assert codec.decode(codec.encode(extracted), ExtractedArticle) == extracted
    assert extracted.provenance.model == "en_core_web_sm 3.8.0"


def test_other_languages_pass_untouched() -> None:
    """Nothing is invented for a language that is not read."""
    result = extract(article("Paris est la capitale de la France.", language="fr"))
    assert result.limits == ["language-not-supported"]
    assert (result.entities, result.places, result.quotes, result.dates, result.amounts) == ([], [], [], [], [])
    assert result.provenance.model is None


def test_a_limit_of_before_holds() -> None:
    """What *clean* has found to be in no known language is not read as English."""
    before: list[Limit] = ["language-not-supported"]
    result = extract(replace(article("Umkhumbi uzobuya eParis.", language=None), limits=before))
    assert result.limits == before
    assert (result.entities, result.places) == ([], [])


def test_too_long_a_text_passes_untouched() -> None:
    """A text over the limit is not read, not even in part."""
    result = extract(article("Paris is big. " * (settings().max_text // 14 + 1)))
    assert result.limits == ["text-too-long"]
    assert result.entities == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "“", "”“", "...", "a\x00b", "«»\n\n\"\n\n'"])
def test_odd_texts_pass(text: str) -> None:
    """A text without words, or with stray marks, yields nothing and no error."""
    result = extract(article(text))
    assert (result.quotes, result.places) == ([], [])

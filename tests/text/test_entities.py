"""One entity for each thing in the world."""

from collections.abc import Callable

import pytest

from copydesk.text.entities import Entity, group, salience
from copydesk.text.mentions import find_mentions
from copydesk.text.names import is_acronym_of, person_key, same_person
from copydesk.text.parses import Parse

Parser = Callable[[str], Parse]


@pytest.fixture
def found(parsed: Parser) -> Callable[[str], dict[str, list[str]]]:
    """The entities of a text: type and name, with the words of their mentions."""

    def find(text: str) -> dict[str, list[str]]:
        parse = parsed(text)
        entities = group(parse, find_mentions(parse))
        return {
            f"{entity.type} {entity.name}": [parse.words(one.first, one.last) for one in entity.mentions]
            for entity in entities
        }

    return find


Finder = Callable[[str], dict[str, list[str]]]


def test_full_name_and_surname(found: Finder) -> None:
    """A surname names the person whose full name the text gives, also before it does."""
    entities = found("Merkel met reporters. Angela Merkel left soon. Merkel’s office said nothing.")
    assert entities == {"PERSON Angela Merkel": ["Merkel", "Angela Merkel", "Merkel"]}


def test_two_people_of_one_surname(found: Finder) -> None:
    """A surname that two people share goes to the one named last before it."""
    entities = found(
        "Bill Clinton spoke first. Clinton was brief. Hillary Clinton spoke next. Clinton talked for an hour."
    )
    assert entities["PERSON Bill Clinton"] == ["Bill Clinton", "Clinton"]
    assert entities["PERSON Hillary Clinton"] == ["Hillary Clinton", "Clinton"]


def test_acronym_introduced(found: Finder) -> None:
    """An acronym in brackets and later in the text is the organisation that it stands for."""
    entities = found(
        "The Ministry of Defence (MoD) ordered the ships. The MoD declined to say more on Friday in London."
    )
    assert entities["ORG Ministry of Defence"] == ["Ministry of Defence", "MoD", "MoD"]


def test_well_known_acronym(found: Finder) -> None:
    """The world's organisations need no introduction."""
    entities = found("The UN sent food. Officials of the United Nations in Geneva thanked NATO.")
    assert entities["ORG United Nations"] == ["UN", "United Nations"]
    assert entities["ORG NATO"] == ["NATO"]


def test_names_of_one_country(found: Finder) -> None:
    """All names of a country are one entity; its people are another."""
    entities = found("The US and Britain agreed. The United States sent Americans to the UK.")
    assert entities["GPE United States"] == ["US", "United States"]
    assert entities["GPE Britain"] == ["Britain", "UK"]
    assert entities["NORP Americans"] == ["Americans"]


def test_country_inside_a_longer_name(found: Finder) -> None:
    """Michael Jordan is no country."""
    entities = found("Michael Jordan flew to Chicago. Jordan was tired.")
    assert entities["PERSON Michael Jordan"] == ["Michael Jordan", "Jordan"]


def test_honorifics_and_possessives_are_no_part_of_names(found: Finder) -> None:
    """The mention is the name alone."""
    entities = found("Mr. Kurt Weber’s lawyer met Dr. Anna Schmidt in Berlin.")
    assert entities["PERSON Kurt Weber"] == ["Kurt Weber"]
    assert entities["PERSON Anna Schmidt"] == ["Anna Schmidt"]


def test_person_names() -> None:
    """Middle initials and suffixes do not tell people apart; surnames and given names do."""
    assert same_person(person_key(["John", "F.", "Kerry", "Jr."]), person_key(["Kerry"]))
    assert same_person(person_key(["Recep", "Tayyip", "Erdogan"]), person_key(["Tayyip", "Erdogan"]))
    assert not same_person(person_key(["Bill", "Clinton"]), person_key(["Hillary", "Clinton"]))
    assert not same_person(person_key(["Bill", "Clinton"]), ())


@pytest.mark.parametrize(
    ("acronym", "name"), [("IAEA", "International Atomic Energy Agency"), ("MoD", "Ministry of Defence")]
)
def test_acronyms(acronym: str, name: str) -> None:
    """Initials with and without the small words."""
    assert is_acronym_of(acronym, name.split())


@pytest.mark.parametrize(
    ("acronym", "name"), [("US", "Under Secretary General"), ("Ian", "International Aid Network"), ("A", "Army")]
)
def test_no_acronyms(acronym: str, name: str) -> None:
    """Other initials, words that happen to share the letters, and single letters."""
    assert not is_acronym_of(acronym, name.split())


def test_salience(parsed: Parser) -> None:
    """Frequency, an early mention and the title each make an entity more salient, within 0..1."""
    parse = parsed("Angela Merkel met Emmanuel Macron in Berlin. Merkel was pleased.")
    merkel, macron = group(parse, find_mentions(parse))[:2]
    scores = [salience(merkel, 2, 12, True), salience(merkel, 2, 12, False), salience(macron, 2, 12, False)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert isinstance(merkel, Entity)

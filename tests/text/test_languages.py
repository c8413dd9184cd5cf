"""Languages: what pieces of a text tell together, and what is stated where they leave doubts."""

import pytest

from copydesk.text import languages

ENGLISH = (
    "The ferry between Ostend and Ramsgate will sail again after eleven years, the director of the port said. "
    "Two ships have been bought from an operator in Greece, and the quays are being repaired for them. "
)
GERMAN = (
    "Die Fähre zwischen Ostende und Ramsgate soll nach elf Jahren wieder fahren, sagte der Direktor des Hafens. "
    "Zwei Schiffe wurden in Griechenland gekauft, und die Kais werden für sie instand gesetzt. "
)
ZULU = (
    "Umkhumbi uzobuya futhi ngemva kweminyaka eyishumi nanye, kusho umqondisi wetheku ekuseni ngoLwesibili. "
    "Kuthengwe imikhumbi emibili eGreece futhi izindawo zokuma ziyalungiswa ukuze zilungele ihlobo elizayo. "
)


def code(text: str, stated: str | None = None) -> str | None:
    found = languages.detect(text, stated)
    return found.code if found else None


def test_a_quotation_at_the_head_does_not_hide_the_language() -> None:
    assert code(GERMAN + ENGLISH * 4) == "en"
    assert code(ENGLISH + GERMAN * 4) == "de"


def test_the_share_of_the_pieces_is_the_confidence() -> None:
    alone, mixed = languages.detect(ENGLISH * 5), languages.detect(GERMAN + ENGLISH * 4)
    assert alone is not None
    assert mixed is not None
    assert mixed.confidence < alone.confidence


def test_a_language_that_is_not_known_is_no_other_one() -> None:
    assert code(ZULU * 3) is None
    assert code(ZULU * 3, stated="en-ZA") is None


@pytest.mark.parametrize("stated", ["fr", "fr-BE", "FR"])
def test_what_is_stated_does_not_outweigh_a_clear_text(stated: str) -> None:
    assert code(ENGLISH * 3, stated) == "en"


def test_what_is_stated_settles_a_short_text() -> None:
    assert code("Berlin.", stated="de") == "de"
    assert code("Berlin.", stated="no language") != "no language"


@pytest.mark.parametrize("text", ["", "12 : 4", "…", "\n\n"])
def test_without_letters_there_is_no_language(text: str) -> None:
    assert code(text, stated="en") is None

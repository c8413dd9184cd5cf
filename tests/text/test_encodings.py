"""Encodings: bytes to characters, whatever was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.text.encodings import decode

FRENCH = "Le café « Chez Zoé » à Évreux est fermé – l’été, a déclaré le maire de la ville, très déçu. " * 3
RUSSIAN = "Совет порта во вторник решил снова открыть старую паромную линию, закрытую одиннадцать лет назад. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_undeclared_western_text_is_read(encoding: str) -> None:
    """By its mark, by its form, or by detection."""
    assert decode(FRENCH.encode(encoding)) == FRENCH


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_a_declared_encoding_is_believed_where_the_bytes_allow_it(encoding: str) -> None:
    """The header's charset, and the page's own."""
    page = f'<html><head><meta charset="{encoding}"></head><p>{RUSSIAN}</p>'
    assert decode(RUSSIAN.encode(encoding), encoding) == RUSSIAN
    assert decode(page.encode(encoding)) == page


def test_utf8_wins_over_a_wrong_declaration() -> None:
    """Many a server says ISO-8859-1 about UTF-8."""
    assert decode(FRENCH.encode(), "iso-8859-1") == FRENCH


@pytest.mark.parametrize("declared", ["utf8mb4", "hex", "a\0b", "", "idna"])
def test_an_unknown_declaration_is_passed_over(declared: str) -> None:
    """A page may declare anything."""
    assert decode(FRENCH.encode("cp1252"), declared) == FRENCH


def test_text_cut_within_a_character_is_read_up_to_it() -> None:
    """A truncated page is still a page."""
    assert decode("café".encode()[:-1]) == "caf"


def test_binary_data_is_no_text() -> None:
    """An image in place of a page."""
    assert decode(bytes((7 * number * number) % 256 for number in range(5_000))) is None


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "shift_jis", "utf-16", "cp1252"]))
def test_any_bytes_end_in_text_or_none(data: bytes, declared: str | None) -> None:
    """Nothing raises."""
    text = decode(data, declared)
    assert text is None or isinstance(text, str)

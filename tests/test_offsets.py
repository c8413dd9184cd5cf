"""Offsets in code points, UTF-16 units and UTF-8 bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.offsets import from_utf8, from_utf16, to_utf8, to_utf16


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_offsets_are_lengths_of_encoded_prefixes(text: str) -> None:
    """An offset counts what stands before it, in the units of the encoding."""
    every = range(len(text) + 1)

    assert to_utf16(text, every) == [len(text[:end].encode("utf-16-le")) // 2 for end in every]
    assert to_utf8(text, every) == [len(text[:end].encode()) for end in every]


@given(st.text(), st.data())
def test_there_and_back_is_the_same(text: str, data: st.DataObject) -> None:
    """Converted and converted back, any offsets in any order are unchanged, lone surrogates in the text or not."""
    offsets = data.draw(st.lists(st.integers(0, len(text))))

    assert from_utf16(text, to_utf16(text, offsets)) == offsets
    assert from_utf8(text, to_utf8(text, offsets)) == offsets


@pytest.mark.parametrize("convert", [to_utf16, to_utf8, from_utf16, from_utf8])
@pytest.mark.parametrize("offset", [-1, 3])
def test_offset_outside_the_text_is_an_error(convert: object, offset: int) -> None:
    """An offset before or beyond the text is named in the error."""
    assert callable(convert)
    with pytest.raises(ValueError, match=f"offset {offset} is outside"):
        convert("ab", [0, offset])


def test_offset_within_a_character_is_an_error() -> None:
    """The middle of a surrogate pair or of a multi-byte character is no offset in code points."""
    with pytest.raises(ValueError, match="offset 1 "):
        from_utf16("😀", [1])
    with pytest.raises(ValueError, match="offset 2 "):
        from_utf8("€", [2])

"""Quotation marks in all the ways that newsrooms and their software write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.text.parses import paragraphs
from copydesk.text.quotations import quotations

CASES = {
    "curly": ("“No,” she said. “Never.”", ["“No,”", "“Never.”"]),
    "straight": ('"No," she said. "Never."', ['"No,"', '"Never."']),
    "two single marks": ("''No,'' she said.", ["''No,''"]),
    "guillemets": ("«No,» she said.", ["«No,»"]),
    "single": ("‘No, it’s not,’ she said of the workers’ rights.", ["‘No, it’s not,’"]),
    "inside another": ("\"He said 'no' to me,\" she said.", ["\"He said 'no' to me,\""]),
    "paragraphs, each opened": ("“One.\n\n“Two,” she said.", ["“One.", "“Two,”"]),
    "paragraphs, opened once": ('"One.\nTwo.\nThree," she said. "Four."', ['"One.', "Two.", 'Three,"', '"Four."']),
    "closing mark that opens": ("the “force” and ”another force” here", ["“force”", "”another force”"]),
    "inches": ("He is 5'10\" tall.", []),
    "years and elisions": ("In the ’90s rock ’n’ roll was 'em all.", []),
    "a mark never closed": ("She said “no and left.\n\nNothing else.", ["“no and left."]),
    "a stray mark": ('She said "no and left.\n\nNothing else.', []),
}


@pytest.mark.parametrize("name", CASES)
def test_marks(name: str) -> None:
    """Each style yields the stretches that stand inside marks."""
    text, expected = CASES[name]
    assert [text[start:end] for start, end, _ in quotations(text, list(paragraphs(text)))] == expected


@given(st.text(alphabet="ab. ,\n\"'“”‘’«»", max_size=200))
def test_any_text(text: str) -> None:
    """Quotations are in order, do not overlap, and stay inside the text, whatever the marks."""
    end_before = 0
    for start, end, _ in quotations(text, list(paragraphs(text))):
        assert end_before <= start < end <= len(text)
        end_before = end

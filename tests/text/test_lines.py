"""Lines: clean characters that know where they stood in the raw text."""

from hypothesis import given
from hypothesis import strategies as st

from copydesk.text import lines

RAW = st.text(st.sampled_from("ab .\n\r\t\u00a0\u00ad\u200b\u2028\x00\x07\ud800é\u0301—"), max_size=200)


@given(RAW)
def test_every_segment_leads_back_to_the_same_characters(raw: str) -> None:
    """Text and raw text agree wherever a segment says so, and segments are in order."""
    text, segments = lines.join(lines.split(raw), "\n\n")
    ends = (0, 0)
    for start, raw_start, length in segments:
        assert text[start : start + length] == raw[raw_start : raw_start + length]
        assert start >= ends[0]
        assert raw_start >= ends[1]
        ends = (start + length, raw_start + length)


@given(RAW)
def test_splitting_what_was_split_changes_nothing(raw: str) -> None:
    """The joined lines are a fixed point: cleaning twice is cleaning once."""
    once, _ = lines.join(lines.split(raw), "\n\n")
    again, _ = lines.join(lines.split(once), "\n\n")
    assert again == once


@given(RAW)
def test_no_character_but_the_invisible_is_lost(raw: str) -> None:
    """What is visible in the raw text is in its lines, in the same order."""
    seen = [character for line in lines.split(raw) for character in line.text if character != " "]
    assert seen == [character for character in raw if character in "ab.é\u0301—"]


def test_every_kind_of_line_end_separates() -> None:
    """Windows, old Macintosh and Unicode line ends; one of Windows is no blank line."""
    found = lines.split("one\r\ntwo\rthree\u2028four\r\n\r\nfive")
    assert [line.text for line in found] == ["one", "two", "three", "four", "five"]
    assert [line.gap for line in found] == [True, False, False, False, True]


def test_wrapped_lines_become_paragraphs() -> None:
    """Wire text is broken after some 70 characters: its sentences go on in the next line."""
    raw = (
        "The council of the port voted on Tuesday to reopen the line that\n"
        "was closed eleven years ago, and the mayor said that the town will\n"
        "pay for it with money which it has saved since then.\n\n"
        "Not everybody in the town was glad to hear of the plan, which will\n"
        "cost more than the new school, and take longer to build as well.\n"
    )
    found = lines.split(raw)
    assert [line.text[:3] for line in found] == ["The", "Not"]
    assert "that was closed" in found[0].text
    assert raw[found[0].raw_start : found[0].raw_end].endswith("since then.")

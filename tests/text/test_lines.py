"""Lines: clean characters that know where they stood in the raw text."""

import time
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.text import lines

RAW = st.text(st.sampled_from("ab .\n\r\t\u00a0\u00ad\u200b\u2028\x00\x07\ud800é\u0301—ﬁÃ©â€™\x99ŸA"), max_size=60)


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


@given(st.text(st.sampled_from("ab .\n\u00a0\u00ad\u200bé\u0301—"), max_size=200))
def test_no_character_but_the_invisible_is_lost(raw: str) -> None:
    """What is visible in the raw text is in its lines, in the same order."""
    seen = "".join(line.text for line in lines.split(raw)).replace(" ", "")
    assert normalize("NFD", seen) == normalize("NFD", "".join(c for c in raw if c in "ab.é\u0301—"))


def test_every_kind_of_line_end_separates() -> None:
    """Windows, old Macintosh and Unicode line ends; one of Windows is no blank line."""
    found = lines.split("one\r\ntwo\rthree\u2028four\r\n\r\nfive")
    assert [line.text for line in found] == ["one", "two", "three", "four", "five"]
    assert [line.gap for line in found] == [True, False, False, False, True]


def test_divided_words_take_linear_time() -> None:
    """The words of a text are gathered once, and not for each of its paragraphs."""
    paragraph = (
        "    The council of the port voted on Tuesday to reopen the line with a com-\n"
        "mittee of eleven members, and the mayor said that the town will be glad\n"
        "of it when the summer comes and the ships are back at the old quay wall.\n"
    )

    def seconds(count: int) -> float:
        """The least of some runs: a garbage collection in one of them is none of its own."""
        spent = []
        for _ in range(4):
            started = time.process_time()
            assert len(lines.split(paragraph * count)) == count
            spent.append(time.process_time() - started)
        return min(spent)

    assert seconds(1_600) < 8 * seconds(400)


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


@pytest.mark.parametrize(
    "text",
    [
        "The café’s owner said “naïve” – twice.",
        "Ein Größenverhältnis von 3 : 4, „ungefähr“, für 5 € …",
        "Le château où l’été s’achève, à l’œuvre.",
        "Мэр города сказал, что паром вернётся в пятницу.",
        "市長は金曜日にフェリーが戻ると述べた。",
        "⛴️ back at last 🎉",
    ],
)
@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
@pytest.mark.parametrize("times", [1, 2])
def test_mojibake_is_repaired(text: str, read_as: str, times: int) -> None:
    """Text of any script that was read as Western, once or twice, comes out as it was written."""
    broken = text
    for _ in range(times):
        broken = "".join(_misread(byte, read_as) for byte in broken.encode())
    assert broken != text
    assert lines.plain(broken) == lines.plain(text)


def _misread(byte: int, read_as: str) -> str:
    """Windows-1252 leaves five bytes without a character; browsers show the control character (WHATWG Encoding)."""
    try:
        return bytes([byte]).decode(read_as)
    except UnicodeDecodeError:
        return chr(byte)


def test_a_closing_quotation_mark_without_its_last_byte_is_one() -> None:
    """Windows-1252 has no character for it, and many programs drop it."""
    assert lines.plain("â€œWe saw it,â€ she said: â€œall of it.â€") == "“We saw it,” she said: “all of it.”"


@pytest.mark.parametrize(
    "text",
    [
        "« À la plage, dit-il, c’est déjà l’été… »",
        "Ele gritou: “AMANHÔ… e «MANHû.",
        "Perché? Perchè”… disse.",
        "São Paulo, Ângela, Órgãos, Ções",
        "Œuvres complètes, âgé de 30 ans – “très” bien",
    ],
)
def test_what_only_looks_like_mojibake_stays(text: str) -> None:
    """Accents in front of quotation marks and dashes are meant as they stand."""
    assert lines.plain(text) == text


def test_what_is_changed_is_in_no_segment() -> None:
    """All other characters still lead back to the raw text, also behind a change."""
    raw = "A ﬁne cafÃ©\u00a0of Rene\u0301.The end"
    (line,) = lines.split(f"{raw} came")
    assert line.text == "A fine café of René. The end came"
    changed = set(range(len(line.text))) - {at for start, _, size in line.segments for at in range(start, start + size)}
    assert "".join(line.text[at] for at in sorted(changed)) == "fié é "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sails on Friday.The port said so.", "It sails on Friday. The port said so."),
        ("Will it sail?Nobody knows!Not yet.", "Will it sail? Nobody knows! Not yet."),
        ("Book at Booking.Com or St.Pölten, U.S.Army.", "Book at Booking.Com or St.Pölten, U.S.Army."),
        ("the file harbour.Ferry", "the file harbour.Ferry"),
    ],
)
def test_sentences_that_lost_their_line_break_come_apart(text: str, expected: str) -> None:
    """Names of sites and abbreviations stay whole."""
    assert lines.plain(text) == expected


def test_words_that_were_divided_at_the_end_of_a_line_are_whole_again() -> None:
    """A word that news knows loses its hyphen; two words that belong together keep theirs."""
    raw = (
        "The council of the port voted on Tuesday to reopen the line with a com-\n"
        "mittee of eleven members, and the mayor said that the town-owned com-\n"
        "pany would pay for the work with the help of a loan from the state-\n"
        "owned bank, which it has asked for several times in the last years.\n"
    )
    (found,) = lines.split(raw)
    assert "a committee of eleven" in found.text
    assert "town-owned company would" in found.text
    assert "state-owned bank" in found.text
    assert all(
        found.text[start : start + size] == raw[raw_start : raw_start + size]
        for start, raw_start, size in found.segments
    )

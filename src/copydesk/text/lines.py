"""Lines: raw plain text as paragraphs of clean characters, each of which knows where it stood in the raw text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import Final, NamedTuple
from unicodedata import normalize

from copydesk.text import mojibake
from copydesk.text.terms import background

Segment = tuple[int, int, int]
"""``(start, raw_start, length)``: identical characters in the line and in the raw text."""

_BREAKS: Final = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_LINE: Final = re.compile(f"[^{_BREAKS}]+")
_BREAK: Final = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# The joiners U+200C and U+200D stay: Persian and emoji need them.
_DROPPED: Final = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc\ud800-\udfff"
_SPACE: Final = "\\s\x00-\x1f\x7f-\x9f"
_UNSEEN: Final = re.compile(f"[{_DROPPED}{_SPACE}]")
_BLANK: Final = "".join(character for character in map(chr, range(0x10000)) if _UNSEEN.match(character))
_LIGATURES: Final = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "ft", "st"), strict=True))
# "on Friday.The port", but neither "Booking.Com" nor "St.Pölten".
_LOST_BREAK: Final = (
    "[.!?](?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+[\\s,’'])(?<=[a-zà-öø-ÿ]{3}.)(?!(?:Com|Org|Net|Co|Js|Io|Uk|De|Fr|Es|It|Ch|Eu)\\b)"
)
_EDIT: Final = re.compile(
    f"(?P<accents>[\u0300-\u036f]+)|(?P<ligature>[ﬀ-ﬆ])|(?P<lost>{_LOST_BREAK})"
    f"|(?P<dropped>[{_DROPPED}]+)|(?P<space>^[{_SPACE}]+|[{_SPACE}]+$|[{_SPACE}]{{2,}}|[^\\S ]|[\x00-\x1f\x7f-\x9f])"
)
_BLANKS: Final = "".join(filter(str.isspace, _BLANK.replace(" ", "")))
_NEVER: Final = f"{_DROPPED}{_BLANKS}\x00-\x1f\x7f-\x9fﬀ-ﬆ\u0300-\u036f"
_ODD: Final = re.compile(f"[{_NEVER}.!?{mojibake.LEAD}](?:(?<=[{_NEVER}])|(?<=[.!?])(?=[A-ZÀ-ÖØ-Þ])|{mojibake.HINT})")
"""What a line that ought to be edited has, but for blanks; most have nothing of it. All alternatives share the class of
their first character, or the search would take six times as long."""
_EDITS: Final = 8
"""Most times that a line is edited; what one edit leaves may have to be edited again: a blank, nothing, a blank."""

_WRAP_COLUMNS: Final = (40, 100)
"""Shortest and longest line that can be one of wrapped text."""
_SENTENCE_END: Final = re.compile(r"[.!?:…][\"'”’»)]*$")
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIVIDED: Final = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,40})-$")


class Line(NamedTuple):
    """A line or unwrapped paragraph.

    ``[raw_start, raw_end)`` is its place in the raw text, ``gap`` whether a blank line stands before it, ``indent`` the
    blanks that it began with.
    """

    text: str
    raw_start: int
    raw_end: int
    segments: tuple[Segment, ...]
    gap: bool
    indent: int


def split(raw: str) -> list[Line]:
    """Split raw text into its lines that are not blank; wrapped lines are joined to paragraphs.

    Control characters count as blanks, runs of blanks become one, and what takes no room (soft hyphens, zero-width
    spaces, lone surrogates) is dropped. Mojibake is repaired, ligatures are spelled out, accents join their letters
    (NFC), and a blank goes between sentences that lost their line break.

    >>> [line.text for line in split("One\\u00a0 two\\n\\nThr\\u00adee")]
    ['One two', 'Three']
    >>> split("a  b")[0].segments
    ((0, 0, 1), (1, 2, 2))
    >>> split("He ﬁnally came.Then it rained in the cafÃ© …")[0].text
    'He finally came. Then it rained in the café …'
    """
    lines: list[Line] = []
    gap, last = True, 0
    for found in _LINE.finditer(raw):
        if lines and not gap:
            gap = found.start() - last > 1 and len(_BREAK.findall(raw, last, found.start())) > 1
        last = found.end()
        line = _line(found[0], found.start(), gap)
        if line is None:
            gap = True
            continue
        lines.append(line)
        gap = False
    return _unwrapped(lines)


def plain(text: str) -> str:
    """The characters of a text as `split` would make them, on one line.

    >>> plain(" One\\n two ")
    'One two'
    """
    return _edited(text, ((0, 0, len(text)),))[0] if _is_odd(text) else text


def join(lines: Sequence[Line], separator: str) -> tuple[str, list[Segment]]:
    """The text of lines with a separator between them, and its segments."""
    segments: list[Segment] = []
    at = 0
    for line in lines:
        segments += ((at + start, raw, length) for start, raw, length in line.segments)
        at += len(line.text) + len(separator)
    return separator.join(line.text for line in lines), segments


def _line(raw: str, at: int, gap: bool) -> Line | None:
    if not _is_odd(raw):
        return Line(raw, at, at + len(raw), ((0, at, len(raw)),), gap, 0)
    text, segments = _edited(raw, ((0, at, len(raw)),))
    if not text:
        return None
    indent = len(raw) - len(raw.lstrip(_BLANK))
    return Line(text, at + indent, at + len(raw.rstrip(_BLANK)), tuple(segments), gap, indent)


def _is_odd(text: str) -> bool:
    """Whether a line may have to be edited."""
    return text[:1] == " " or text[-1:] == " " or "  " in text or _ODD.search(text) is not None


def _edited(text: str, segments: Sequence[Segment]) -> tuple[str, Sequence[Segment]]:
    """A line as it ought to be, and what is left of its segments."""
    for _ in range(_EDITS):
        edits = list(_repairs(text)) or list(_edits(text))
        if not edits:
            break
        stays: list[tuple[int, int, int]] = []  # from, to, and where to it moves
        parts: list[str] = []
        at = length = 0
        for start, end, new in (*edits, (len(text), len(text), "")):
            stays.append((at, start, length))
            parts += (text[at:start], new)
            length += start - at + len(new)
            at = end
        text, segments = "".join(parts), _merged(_moved(segments, stays))
    return text, segments


def _repairs(text: str) -> Iterator[tuple[int, int, str]]:
    """The mojibake of a line, before its blanks are looked at: they may be halves of characters."""
    for found in mojibake.RUN.finditer(text):
        whole = mojibake.whole(found)
        if whole is not None:
            yield found.start(), found.end(), whole


def _edits(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a line ought to be otherwise, and how."""
    last = 0
    for found in _EDIT.finditer(text):
        start, end, new = found.start(), found.end(), ""
        if found["accents"]:
            start = max(last, start - 1)  # with their letter, unless that is edited itself
            new = normalize("NFC", text[start:end])
        elif found["ligature"]:
            new = _LIGATURES[found[0]]
        elif found["space"] and start > 0 and end < len(text):
            new = " "
            if text[end - 1] == " ":  # it stays where it stood
                end, new = end - 1, ""
        elif found["lost"]:
            start, new = end, " "
        if new != text[start:end]:
            last = end
            yield start, end, new


def _moved(segments: Iterable[Segment], stays: Sequence[tuple[int, int, int]]) -> Iterator[Segment]:
    """The parts of segments that stay, each where it has moved to."""
    first = 0
    for start, raw, length in segments:
        while first < len(stays) and stays[first][1] <= start:
            first += 1
        for at, end, to in islice(stays, first, None):
            if at >= start + length:
                break
            low, high = max(at, start), min(end, start + length)
            if low < high:
                yield to + low - at, raw + low - start, high - low


def _merged(segments: Iterable[Segment]) -> list[Segment]:
    merged: list[Segment] = []
    for start, raw, length in segments:
        if merged:
            before, before_raw, size = merged[-1]
            if before + size == start and before_raw + size == raw:
                merged[-1] = (before, before_raw, size + length)
                continue
        merged.append((start, raw, length))
    return merged


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Join the lines of wire text, which is broken after some 70 characters, if this text is broken so."""
    low, high = _WRAP_COLUMNS
    pairs = [(line, after) for line, after in pairwise(lines) if not after.gap]
    pairs = [(line, after) for line, after in pairs if low <= len(line.text) <= high]
    wrapped = [line for line, after in pairs if after.text[0].islower() and not _SENTENCE_END.search(line.text)]
    if len(wrapped) < 2 or 4 * len(wrapped) < len(pairs):
        return lines
    width = max(len(line.text) for line in wrapped)
    paragraphs: list[list[Line]] = []
    for line in lines:
        before = paragraphs[-1][-1] if paragraphs else None
        goes_on = before is not None and not line.gap and line.indent <= before.indent
        if before is not None and goes_on and 3 * width <= 4 * len(before.text) <= 5 * width:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    words = _Words(lines)
    return [_paragraph(paragraph, words) for paragraph in paragraphs]


class _Words:
    """The words of a text, to tell a word that was divided at the end of a line from two with a hyphen.

    Args:
        lines: of the text.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    @cached_property
    def _known(self) -> set[str]:
        return {word.lower() for line in self._lines for word in _WORD.findall(line.text)}

    def has(self, word: str) -> bool:
        return word in self._known

    def knows(self, word: str) -> bool:
        return word in self._known or word in background().counts


def _paragraph(lines: Sequence[Line], words: _Words) -> Line:
    if len(lines) == 1:
        return lines[0]
    first, last = lines[0], lines[-1]
    seams = [_seam(line.text, after.text, words) for line, after in pairwise(lines)]
    text = ""
    segments: list[Segment] = []
    for line, (cut, seam) in zip(lines, (*seams, (0, "")), strict=True):
        size = len(line.text) - cut
        segments += _moved(line.segments, [(0, size, len(text))])
        text += line.text[:size] + seam
    return Line(text, first.raw_start, last.raw_end, tuple(segments), first.gap, first.indent)


def _seam(before: str, after: str, words: _Words) -> tuple[int, str]:
    """How two lines join: the characters that go from the end of the first, and what comes between them."""
    divided, rest = _DIVIDED.search(before), _WORD.match(after)
    if divided is None or rest is None or not after[0].islower():
        return 0, " "
    left, right = divided[1].lower(), rest[0].lower()
    if words.has(f"{left}-{right}"):
        return 0, ""
    whole = words.knows(left + right) or not (words.knows(left) and words.knows(right))
    return (1, "") if whole else (0, "")

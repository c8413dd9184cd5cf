"""Lines: raw plain text as paragraphs of clean characters, each of which knows where it stood in the raw text."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

Segment = tuple[int, int, int]
"""``(start, raw_start, length)``: identical characters in the line and in the raw text."""

_BREAKS: Final = "\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
_LINE: Final = re.compile(f"[^{_BREAKS}]+")
_BREAK: Final = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# The joiners U+200C and U+200D stay: Persian and emoji need them.
_DROPPED: Final = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffc\ud800-\udfff"
_SPACE: Final = "\\s\x00-\x1f\x7f-\x9f"
_ODD: Final = re.compile(f"[{_DROPPED}\x00-\x1f\x7f-\x9f]|\\s\\s|[^\\S ]|^\\s|\\s$")
_PIECE: Final = re.compile(f"(?P<kept>[^{_DROPPED}{_SPACE}]+)|(?P<space>[{_SPACE}]+)|[{_DROPPED}]+")

_WRAP_COLUMNS: Final = (40, 100)
"""Shortest and longest line that can be one of wrapped text."""
_SENTENCE_END: Final = re.compile(r"[.!?:…][\"'”’»)]*$")


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
    spaces, lone surrogates) is dropped.

    >>> [line.text for line in split("One\\u00a0 two\\n\\nThr\\u00adee")]
    ['One two', 'Three']
    >>> split("a  b")[0].segments
    ((0, 0, 1), (1, 2, 2))
    """
    lines: list[Line] = []
    gap, last = True, 0
    for found in _LINE.finditer(raw):
        if lines and not gap:
            gap = sum(1 for _ in _BREAK.finditer(raw, last, found.start())) > 1
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
    if _ODD.search(text) is None:
        return text
    pieces = (" " if found["space"] else found["kept"] or "" for found in _PIECE.finditer(text))
    return "".join(pieces).strip()


def join(lines: Sequence[Line], separator: str) -> tuple[str, list[Segment]]:
    """The text of lines with a separator between them, and its segments."""
    segments: list[Segment] = []
    at = 0
    for line in lines:
        segments += ((at + start, raw, length) for start, raw, length in line.segments)
        at += len(line.text) + len(separator)
    return separator.join(line.text for line in lines), segments


def _line(text: str, at: int, gap: bool) -> Line | None:
    if _ODD.search(text) is None:
        return Line(text, at, at + len(text), ((0, at, len(text)),), gap, 0)
    parts: list[str] = []
    segments: list[Segment] = []
    length, blank = 0, None
    first = last = -1
    for found in _PIECE.finditer(text):
        if found["space"] is not None:
            blank = found
        elif found["kept"] is not None:
            if first < 0:
                first = found.start()
            elif blank is not None:
                parts.append(" ")
                if blank[0].endswith(" "):
                    segments.append((length, at + blank.end() - 1, 1))
                length += 1
            blank = None
            parts.append(found[0])
            segments.append((length, at + found.start(), len(found[0])))
            length += len(found[0])
            last = found.end()
    if first < 0:
        return None
    return Line("".join(parts), at + first, at + last, tuple(_merged(segments)), gap, first)


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
    return [_paragraph(paragraph) for paragraph in paragraphs]


def _paragraph(lines: list[Line]) -> Line:
    if len(lines) == 1:
        return lines[0]
    text, segments = join(lines, " ")
    first, last = lines[0], lines[-1]
    return Line(text, first.raw_start, last.raw_end, tuple(segments), first.gap, first.indent)

"""Offsets for other languages: Unicode code points, as events count, to UTF-16 units or UTF-8 bytes, and back.

JavaScript, Java and C# count UTF-16 units; Go and Rust count UTF-8 bytes.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate

_Width = Callable[[str], int]


def to_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Turn offsets in code points into offsets in UTF-16 units.

    Args:
        text: the event's text.
        offsets: code points, 0 to ``len(text)``, in any order.

    Returns:
        As many offsets, in the same order, in time linear in the text and the offsets.

    Raises:
        ValueError: an offset is outside the text.

    >>> to_utf16("a😀b", [0, 1, 2, 3])
    [0, 1, 3, 4]
    """
    return _encoded(text, offsets, _utf16_units)


def from_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Turn offsets in UTF-16 units into offsets in code points; the inverse of `to_utf16`.

    Raises:
        ValueError: an offset is outside the text or within a surrogate pair.

    >>> from_utf16("a😀b", [0, 1, 3, 4])
    [0, 1, 2, 3]
    """
    return _decoded(text, offsets, _utf16_units)


def to_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """Turn offsets in code points into offsets in UTF-8 bytes; like `to_utf16`.

    >>> to_utf8("a€b", [0, 1, 2, 3])
    [0, 1, 4, 5]
    """
    return _encoded(text, offsets, _utf8_bytes)


def from_utf8(text: str, offsets: Iterable[int]) -> list[int]:
    """Turn offsets in UTF-8 bytes into offsets in code points; the inverse of `to_utf8`.

    Raises:
        ValueError: an offset is outside the text or within a character.

    >>> from_utf8("a€b", [0, 1, 4, 5])
    [0, 1, 2, 3]
    """
    return _decoded(text, offsets, _utf8_bytes)


def _utf16_units(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _utf8_bytes(character: str) -> int:
    """RFC 3629, section 3. A lone surrogate counts as the three bytes that it would take."""
    return 1 + (character > "\x7f") + (character > "\u07ff") + (character > "\uffff")


def _encoded(text: str, offsets: Iterable[int], width: _Width) -> list[int]:
    ends = [*accumulate(map(width, text), initial=0)]
    wanted = list(offsets)
    for offset in wanted:
        if not 0 <= offset <= len(text):
            raise ValueError(f"offset {offset} is outside the text ({len(text)})")
    return [ends[offset] for offset in wanted]


def _decoded(text: str, offsets: Iterable[int], width: _Width) -> list[int]:
    starts = {end: index for index, end in enumerate(accumulate(map(width, text), initial=0))}
    wanted = list(offsets)
    for offset in wanted:
        if offset not in starts:
            raise ValueError(f"offset {offset} is outside the text or within a character")
    return [starts[offset] for offset in wanted]

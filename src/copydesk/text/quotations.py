"""Quotation marks: which stretches of a text stand inside them."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_OPENING: Final = "“„«‟"
_CLOSING: Final = "”»"
_STRAIGHT: Final = '"＂'
_DOUBLE: Final = re.compile(f"[{_OPENING}{_CLOSING}{_STRAIGHT}]|``|''")
_SINGLE_OPEN: Final = re.compile(r"(?<![\w’'])[‘'](?=\w)(?!(?:em|til|tis|twas|cause|n)\b|\d0s)")
_SINGLE_CLOSE: Final = re.compile(r"(?<=\S)[’'](?!\w)")
_SENTENCE_MARKS: Final = ".,?!…"


class Quotation(NamedTuple):
    """Offsets ``[start, end)``, marks included.

    ``continued``: not closed at the end of its paragraph, and opened again at the beginning of the next, as
    quotations of several paragraphs are.
    """

    start: int
    end: int
    continued: bool


def quotations(text: str, paragraphs: Iterable[tuple[int, int]]) -> list[Quotation]:
    """Find what stands inside quotation marks: double, curly or straight, guillemets; single where no double are.

    Args:
        text: the article.
        paragraphs: offsets ``[start, end)``; no quotation runs from one into the next without a new opening mark.

    Returns:
        in the order of the text, without the quotations inside quotations.

    >>> [tuple(one) for one in quotations('“No,” he said. "Yes."', [(0, 21)])]
    [(0, 5, False), (15, 21, False)]
    >>> [tuple(one) for one in quotations("It was 5'10\\" tall.", [(0, 18)])]
    []
    """
    spans = list(paragraphs)
    found: list[Quotation] = []
    for position, (start, end) in enumerate(spans):
        following = text[spans[position + 1][0]] if position + 1 < len(spans) else ""
        doubles = _doubles(text, start, end, following)
        found.extend(doubles or _singles(text, start, end))
    return found


def _doubles(text: str, start: int, end: int, following: str) -> list[Quotation]:
    found = []
    opened: int | None = None
    for mark in _DOUBLE.finditer(text, start, end):
        if opened is None:
            if _opens(text, mark.start(), mark.end(), start):
                opened = mark.start()
        elif _closes(text, mark.start(), mark.end(), end):
            found.append(Quotation(opened, mark.end(), False))
            opened = None
    if opened is not None:
        continued = following != "" and (following in _OPENING or following in _STRAIGHT)
        # A mark that is never closed: the rest of the paragraph where it opened with it, else a slip of the pen.
        if continued or opened == start or text[opened] in _OPENING:
            found.append(Quotation(opened, end, continued))
    return found


def _opens(text: str, start: int, end: int, first: int) -> bool:
    if text[start] in _OPENING or text[start] == "`":
        return True
    before = text[start - 1] if start > first else " "
    after = text[end] if end < len(text) else " "
    # Also a closing mark that stands where only an opening one can: ”like women”.
    return not before.isalnum() and not after.isspace() and after not in _SENTENCE_MARKS


def _closes(text: str, start: int, end: int, last: int) -> bool:
    mark = text[start]
    if mark in _CLOSING or mark == "'":
        return True
    if mark in _OPENING or mark == "`":
        return False
    before = text[start - 1]
    after = text[end] if end < last else " "
    # A straight mark with a space before and a letter after opens a quotation inside the quotation.
    return not (before.isspace() and after.isalnum())


def _singles(text: str, start: int, end: int) -> list[Quotation]:
    """Single marks, told from apostrophes: they close where punctuation stands before, else at the last chance."""
    found = []
    position = start
    while (mark := _SINGLE_OPEN.search(text, position, end)) is not None:
        limit = _SINGLE_OPEN.search(text, mark.end(), end)
        closings = list(_SINGLE_CLOSE.finditer(text, mark.end(), limit.start() if limit else end))
        punctuated = [closing for closing in closings if text[closing.start() - 1] in _SENTENCE_MARKS]
        closing = punctuated[0] if punctuated else closings[0] if closings else None
        if closing is None:
            position = mark.end()
            continue
        found.append(Quotation(mark.start(), closing.end(), False))
        position = closing.end()
    return found

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
_REACH: Final = 6
"""Paragraphs that one quotation without new opening marks may run over."""


class Quotation(NamedTuple):
    """Offsets ``[start, end)``, marks included.

    ``continued``: not closed at the end of its paragraph, and going on in the next.
    """

    start: int
    end: int
    continued: bool


def quotations(text: str, paragraphs: Iterable[tuple[int, int]]) -> list[Quotation]:
    """Find what stands inside quotation marks: double, curly or straight, guillemets; single where no double are.

    Args:
        text: the article.
        paragraphs: offsets ``[start, end)``; a quotation that runs on has
            a part in each, be there a new opening mark or not.

    Returns:
        in the order of the text, without the quotations inside quotations.

    >>> [tuple(one) for one in quotations('“No,” he said. "Yes."', [(0, 21)])]
    [(0, 5, False), (15, 21, False)]
    >>> [tuple(one) for one in quotations("It was 5'10\\" tall.", [(0, 18)])]
    []
    """
    spans = list(paragraphs)
    found: list[Quotation] = []
    carried = False
    for position, (start, end) in enumerate(spans):
        first = start
        if carried:
            closing = _first_closing(text, start, end)
            found.append(Quotation(start, closing or end, closing is None))
            if closing is None:
                continue
            first, carried = closing, False
        doubles = _doubles(text, first, end, start)
        if doubles and doubles[-1].continued:
            following = spans[position + 1 : position + 1 + _REACH]
            carried = not _opens_next(text, following) and _closes_later(text, following)
            if not carried and not _opens_next(text, following):
                doubles[-1:] = _unclosed(text, doubles[-1], start)
        found.extend(doubles or (_singles(text, start, end) if first == start else []))
    return found


def _opens_next(text: str, following: list[tuple[int, int]]) -> bool:
    return bool(following) and text[following[0][0]] in _OPENING + _STRAIGHT


def _unclosed(text: str, one: Quotation, paragraph: int) -> list[Quotation]:
    """A mark that is never closed: the rest of the paragraph if it opened with it, else a slip of the pen."""
    return [one._replace(continued=False)] if one.start == paragraph or text[one.start] in _OPENING else []


def _first_closing(text: str, start: int, end: int) -> int | None:
    """The end of the first mark in a paragraph where that mark can only close what an earlier paragraph opened."""
    mark = _DOUBLE.search(text, start, end)
    if mark is None or text[mark.start()] in _OPENING or text[mark.start()] == "`" or mark.start() == start:
        return None
    after = text[mark.end()] if mark.end() < end else " "
    closes = text[mark.start()] in _CLOSING or (not text[mark.start() - 1].isspace() and not after.isalnum())
    return mark.end() if closes else None


def _closes_later(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether the next mark of the following paragraphs closes."""
    for start, end in spans:
        if _DOUBLE.search(text, start, end) is not None:
            return _first_closing(text, start, end) is not None
    return False


def _doubles(text: str, start: int, end: int, first: int) -> list[Quotation]:
    found = []
    opened: int | None = None
    for mark in _DOUBLE.finditer(text, start, end):
        if opened is None:
            if _opens(text, mark.start(), mark.end(), first):
                opened = mark.start()
        elif _closes(text, mark.start(), mark.end(), end):
            found.append(Quotation(opened, mark.end(), False))
            opened = None
    if opened is not None:
        found.append(Quotation(opened, end, True))
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

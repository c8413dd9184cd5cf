"""The general extractor, trafilatura: what it takes for the article of a page, as plain blocks."""

from collections.abc import Iterator
from typing import Any, Final

from trafilatura import bare_extraction
from trafilatura.meta import reset_caches

from copydesk.text.lines import plain
from copydesk.text.visible import BlockKind

Block = tuple[BlockKind, str]

_RESET_EVERY: Final = 500
"""Pages after which the extractor's caches are emptied: they keep text of every page."""
_PROSE: Final = 80
"""Characters of a paragraph that is no entry of a menu."""
_KINDS: Final[dict[str, BlockKind]] = {"head": "heading", "item": "list_item", "quote": "quote"}


class _Extractor:
    """Counts the pages, to empty the library's caches now and then."""

    def __init__(self) -> None:
        self._pages = 0

    def extract(self, tree: Any) -> Any:
        self._pages += 1
        if self._pages % _RESET_EVERY == 0:
            reset_caches()
        return bare_extraction(tree, fast=True, include_comments=False)


_extractor = _Extractor()


def extract(tree: Any) -> list[Block] | None:
    """What the extractor takes for the article.

    Args:
        tree: the parsed page (lxml); it is taken apart.

    Returns:
        its blocks; ``None`` for a page without an article.
    """
    document = _extractor.extract(tree)
    return None if document is None else [block for element in document.body for block in _blocks(element)]


def _blocks(element: Any) -> Iterator[Block]:
    if element.tag == "list":
        for item in element.iter("item"):
            yield from _pieces("list_item", item)
    elif element.tag == "table":
        for row in element.iter("row"):
            yield from _row(row)
    elif element.tag == "quote" and element.find("p") is not None:
        for part in element.iter("p"):
            yield from _pieces("quote", part)
    elif element.tag != "graphic":
        yield from _pieces(_KINDS.get(element.tag, "paragraph"), element)


def _row(row: Any) -> Iterator[Block]:
    """A row of figures is one line; a cell with paragraphs is a column of an old page that is laid out by a table."""
    cells = [(cell, plain("".join(cell.itertext()))) for cell in row.iter("cell")]
    if not any(cell.find("p") is not None for cell, _ in cells):
        text = " | ".join(text for _, text in cells if text)
        if text:
            yield "paragraph", text
        return
    for cell, _ in cells:
        parts = [part for part in cell if part.tag != "table"]  # its cells are among ours
        if any(len("".join(part.itertext())) >= _PROSE for part in parts):  # the other columns hold menus
            if cell.text and plain(cell.text):
                yield "paragraph", plain(cell.text)
            for part in parts:
                yield from _blocks(part)


def _pieces(kind: BlockKind, element: Any) -> Iterator[Block]:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    for piece in "".join(element.itertext()).split("\n"):
        text = plain(piece)
        if text:
            yield kind, text

"""Pages: the article in an HTML page, and what the page says about it."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from trafilatura import bare_extraction, load_html
from trafilatura.meta import reset_caches

from copydesk.text import layout, markup, stated, titles
from copydesk.text.clutter import Matrix
from copydesk.text.lines import plain
from copydesk.text.moments import Moment
from copydesk.text.visible import BlockKind, Seen, visible_lines

ELEMENTS: Final = 50_000
"""Most elements of a page that are read; news pages have some thousands, and time grows with them."""
CHARACTERS: Final = 1_500_000
"""Most characters that a page may show; the longest articles have some 200,000."""
ATTRIBUTE: Final = 10_000
"""Longest value of an attribute that is read; longer ones are pictures, written into the page."""

_DOUBTFUL: Final = 0.5
"""Share of what the extractor found below which what we found is not believed."""
_ABOVE, _BELOW = 15, 6
"""Lines that count as just above and just below an article."""
_PROSE: Final = 80
"""Characters of a paragraph that is no entry of a menu."""
_RESET_EVERY: Final = 500
"""Pages after which the extractor's caches are emptied: they keep text of every page."""
_WHOLE: Final = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_KINDS: Final[dict[str, BlockKind]] = {"head": "heading", "item": "list_item", "quote": "quote"}
_CODE: Final = frozenset({"script", "style"})


class TooLarge(Exception):
    """The page has more elements or shows more text than is read."""


class Page(NamedTuple):
    """What a page holds; ``None`` or empty where it says nothing."""

    title: str | None
    authors: list[str]
    published: Moment | None
    modified: Moment | None
    site: str | None
    section: str | None
    url: str | None
    blocks: list[tuple[BlockKind, str]]
    """The article."""
    seen: list[Seen]
    """All that the page shows, the article included."""
    above: list[str]
    """Lines just above the article, where its authors and its date stand."""
    below: list[str]
    """Lines between its paragraphs and just below it, where it says that the rest is for subscribers."""


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


def read_page(html: str, url: str | None) -> Page | None:
    """Find the article in a page.

    Args:
        html: the page, decoded.
        url: where it comes from, if that is known.

    Returns:
        the page's article; ``None`` for a page without any.

    Raises:
        TooLarge: for a page of more than `ELEMENTS` elements or `CHARACTERS` characters.
    """
    surveyed = survey(html, url)
    if surveyed is None:
        return None
    page, marks = surveyed
    blocks = [text for _, text in page.blocks]
    chances = layout.judge(page.seen, marks, page.title, blocks)
    kept = [index for index, chance in enumerate(chances) if chance >= layout.KEEP]
    # What the extractor found where our lines are much less, as in markup never met before.
    if sum(len(page.seen[index].text) for index in kept) < _DOUBTFUL * sum(map(len, blocks)):
        return page
    rest = set(range(len(page.seen))) - set(kept)
    first, last = (kept[0], kept[-1]) if kept else (0, 0)
    return page._replace(
        blocks=[(page.seen[index].kind, page.seen[index].text) for index in kept],
        above=[page.seen[index].text for index in range(max(0, first - _ABOVE), first)],
        below=[page.seen[index].text for index in range(first, last + _BELOW + 1) if index in rest],
    )


def survey(html: str, url: str | None) -> tuple[Page, Matrix] | None:
    """The page with what the extractor takes for its article, and what the markup tells of each line.

    The arguments and errors are those of `read_page`.
    """
    text = _UNUSABLE.sub(" ", _DECLARATION.sub("", html, count=1))
    if text.count("<") > 3 * ELEMENTS:
        raise TooLarge(f"the page has {text.count('<')} tags; {3 * ELEMENTS} are read")
    # The extractor finds no headings in a piece of a page, such as a feed's content.
    tree = load_html(text if _WHOLE.search(text) else f"<html><body>{text}</body></html>")
    if tree is None:
        return None
    _bound(tree)
    facts = stated.read(tree, url)
    seen = list(visible_lines(tree))
    marks = markup.columns(seen)
    document = _extractor.extract(tree)  # it takes the tree apart
    if document is None:
        return None
    blocks = [block for element in document.body for block in _blocks(element)]
    page = Page(
        title=titles.choose(facts.headings, facts.names),
        authors=facts.authors,
        published=facts.published,
        modified=facts.modified,
        site=facts.site,
        section=facts.section,
        url=facts.url,
        blocks=blocks,
        seen=seen,
        above=[],
        below=[],
    )
    return page, marks


def _bound(tree: Any) -> None:
    """See that the page can be read in time, and drop the attributes that are too long to tell anything."""
    elements = characters = 0
    for element in tree.iter():
        elements += 1
        if isinstance(element.tag, str) and element.tag not in _CODE:
            characters += len(element.text or "")
            for name, value in element.items():
                if len(value) > ATTRIBUTE:
                    del element.attrib[name]
        characters += len(element.tail or "")
    if elements > ELEMENTS:
        raise TooLarge(f"the page has {elements} elements; {ELEMENTS} are read")
    if characters > CHARACTERS:
        raise TooLarge(f"the page shows {characters} characters; {CHARACTERS} are read")


def _blocks(element: Any) -> Iterator[tuple[BlockKind, str]]:
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


def _row(row: Any) -> Iterator[tuple[BlockKind, str]]:
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


def _pieces(kind: BlockKind, element: Any) -> Iterator[tuple[BlockKind, str]]:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    for piece in "".join(element.itertext()).split("\n"):
        text = plain(piece)
        if text:
            yield kind, text

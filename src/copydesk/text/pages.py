"""Pages: the article in an HTML page, and what the page says about it."""

import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from trafilatura import bare_extraction, load_html
from trafilatura.meta import reset_caches

from copydesk.text import layout, markup, moments, titles
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
AUTHORS: Final = 100
"""Most authors that are read."""

_DOUBTFUL: Final = 0.5
"""Share of what the extractor found below which what we found is not believed."""
_PROSE: Final = 80
"""Characters of a paragraph that is no entry of a menu."""
_RESET_EVERY: Final = 500
"""Pages after which the extractor's caches are emptied: they keep text of every page."""
_WHOLE: Final = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_KINDS: Final[dict[str, BlockKind]] = {"head": "heading", "item": "list_item", "quote": "quote"}
_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "publishdate", "pubdate", "article.published", "dc.date.issued", "dcterms.created", "dc.date",
    "cxenseparse:recs:publishtime", "date",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
)
_CODE: Final = frozenset({"script", "style"})
_STATED: Final = 50
"""Most headings of the first level, and articles in JSON-LD, that are looked at: each is compared with each."""
_URL: Final = 4_000
_TYPES, _TYPE = 20, 200
"""Most types that a thing in JSON-LD may have, and the longest, in characters."""
_ARTICLE_TYPES: Final = re.compile(r"Article|Posting|Report|Review")


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


class _Extractor:
    """Counts the pages, to empty the library's caches now and then."""

    def __init__(self) -> None:
        self._pages = 0

    def extract(self, tree: Any, url: str | None) -> Any:
        self._pages += 1
        if self._pages % _RESET_EVERY == 0:
            reset_caches()
        return bare_extraction(tree, url=url, fast=True, with_metadata=True, include_comments=False)


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
    return page._replace(blocks=_article(page, marks))


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
    stated = list(islice(_stated(tree), _STATED))
    meta = _meta(tree)
    published = _time(stated, "datePublished") or _first(meta, _PUBLISHED)
    modified = _time(stated, "dateModified") or _first(meta, _MODIFIED)
    first = islice(tree.iter("h1"), _STATED)
    headings = [line for heading in first if (line := _line("".join(heading.itertext())))]
    named = [*(item.get("headline") for item in stated), meta.get("og:title"), meta.get("twitter:title")]
    window = tree.findtext(".//title")
    seen = list(visible_lines(tree))
    marks = markup.columns(seen)
    document = _extractor.extract(tree, url)  # it takes the tree apart
    if document is None:
        return None
    blocks = [block for element in document.body for block in _blocks(element)]
    called = (_line(name) for name in [*named, window, document.title] if isinstance(name, str))
    page = Page(
        title=titles.choose(headings, [name for name in called if name]),
        authors=[name for part in (document.author or "").split(";") if (name := _line(part))][:AUTHORS],
        published=published or (moments.parse(document.date) if document.date else None),
        modified=modified,
        site=_line(document.sitename),
        section=_line(meta.get("article:section"))
        or _section(stated)
        or _line(next(iter(document.categories or []), None)),
        url=document.url if document.url and len(document.url) <= _URL else None,
        blocks=blocks,
        seen=seen,
    )
    return page, marks


def _article(page: Page, marks: Matrix) -> list[tuple[BlockKind, str]]:
    """The lines that are likely; what the extractor found where these are much less, as in markup never met before."""
    blocks = [text for _, text in page.blocks]
    chances = layout.judge(page.seen, marks, page.title, blocks)
    kept = [(line.kind, line.text) for line, chance in zip(page.seen, chances, strict=True) if chance >= layout.KEEP]
    doubtful = sum(len(text) for _, text in kept) < _DOUBTFUL * sum(map(len, blocks))
    return page.blocks if doubtful else kept


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


def _line(text: str | None) -> str | None:
    """A title or name on one line; ``None`` for what is none."""
    return plain(text) or None if text and len(text) <= titles.LONGEST else None


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


# --- what the page states -----------------------------------------------------------------------------------------


def _stated(tree: Any) -> Iterator[dict[str, Any]]:
    """The articles that the page describes in JSON-LD (schema.org)."""
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json" or not script.text:
            continue
        try:
            value = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):  # pages hold all kinds of broken JSON
            continue
        waiting = deque([value])
        while waiting:
            item = waiting.popleft()
            if isinstance(item, list):
                waiting += item[:50]
            elif isinstance(item, dict):
                waiting += [item[name] for name in ("@graph", "mainEntity") if isinstance(item.get(name), (list, dict))]
                if _ARTICLE_TYPES.search(_type(item)):
                    yield item


def _type(item: dict[str, Any]) -> str:
    stated = item.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return " ".join(name[:_TYPE] for name in names[:_TYPES] if isinstance(name, str))


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _time(stated: list[dict[str, Any]], name: str) -> Moment | None:
    for item in stated:
        value = item.get(name)
        moment = moments.parse(value) if isinstance(value, str) else None
        if moment:
            return moment
    return None


def _first(meta: dict[str, str], names: tuple[str, ...]) -> Moment | None:
    for name in names:
        moment = moments.parse(meta[name]) if name in meta else None
        if moment:
            return moment
    return None


def _section(stated: list[dict[str, Any]]) -> str | None:
    for item in stated:
        section = item.get("articleSection")
        section = section[0] if isinstance(section, list) and section else section
        if isinstance(section, str) and section.strip():
            return _line(section)
    return None

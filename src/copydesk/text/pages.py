"""Pages: the article in an HTML page, and what the page says about it."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from lxml import etree
from trafilatura import load_html

from copydesk.text import extractors, layout, markup, mojibake, stated, titles
from copydesk.text.clutter import Matrix
from copydesk.text.extractors import Block
from copydesk.text.identity import is_root
from copydesk.text.runs import Runs
from copydesk.text.stated import Stated
from copydesk.text.visible import Seen, visible_lines

ELEMENTS: Final = 50_000
"""Most elements of a page that are read; news pages have some thousands, and time grows with them."""
CHARACTERS: Final = 1_500_000
"""Most characters that a page may show; the longest articles have some 200,000."""
ATTRIBUTE: Final = 10_000
"""Longest value of an attribute that is read; longer ones are pictures, written into the page."""

_DOUBTFUL: Final = 0.5
"""Share of what the extractor found below which what we found is not believed."""
_WELCOME, _WHOLE_SHARE = 500, 0.6
"""Characters of a text, and its share of the lines around it, from which even a home page is an article: it may be the
only page of its site."""
_UNSHOWN: Final = 0.3
"""Share of the text that the page states for machines below which what it shows is not the article."""
_LINKED, _LINKED_ANYWAY = 0.6, 0.75
"""Share of the kept text that stands in links from which a page is a list, also if it says that it is an article."""
_AMONG, _SCATTERED = 40, 0.25
"""Lines from the first to the last that are kept, and the share of their text that is, for a page of teasers."""
_HELD: Final = 0.5
"""Share of a line that the extractor found from which it is a part of the article."""
_ABOVE, _BELOW = 15, 6
"""Lines that count as just above and just below an article."""
_WHOLE: Final = re.compile(r"<(?:html|body|head|!doctype)\b", re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_CONTROLS: Final = re.compile("[\x80-\x9f]")
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_COUNT: Final = etree.XPath("count(//*)")
_ALL_TEXT: Final = etree.XPath("string()", smart_strings=False)
_SHOWN_TEXT: Final = etree.XPath("//text()[not(parent::script or parent::style)]", smart_strings=False)
_LONG_ATTRIBUTES: Final = etree.XPath(f"//@*[string-length() > {ATTRIBUTE}]")


class TooLarge(Exception):
    """The page has more elements or shows more text than is read."""


class Page(NamedTuple):
    """What a page holds."""

    facts: Stated
    """What it says about itself."""
    title: str | None
    blocks: list[Block]
    """The article."""
    is_list: bool
    """It shows other pages rather than an article of its own: a home page, a section, a tag."""
    kept: list[int]
    """The indexes of its lines among all, in order."""
    seen: list[Seen]
    """All that the page shows, the article included."""
    chances: list[float]
    """How likely each of them seems to be part of the article, 0..1."""
    above: list[str]
    """Lines just above the article, where its authors and its date stand."""
    below: list[str]
    """Lines between its paragraphs and just below it, where it says that the rest is for subscribers."""


class Survey(NamedTuple):
    """What there is to choose the article from."""

    facts: Stated
    title: str | None
    seen: list[Seen]
    marks: Matrix
    tree: Any


def read_page(html: str, url: str | None) -> Page | None:
    """Find the article in a page.

    Its lines are judged by themselves; where that leaves doubts, a general extractor is asked too, and the lines are
    judged again by what it has found.

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
    facts, title, seen, marks, tree = surveyed
    looks = layout.look(seen, marks, title)
    chances = layout.judge(looks)
    blocks: list[Block] = []
    if layout.doubt(seen, chances) > layout.DOUBT:
        found = extractors.extract(tree)
        if found is None and not facts.body:
            return None
        blocks = found or []
        chances = layout.compare(looks, seen, [text for _, text in blocks])
    kept = [index for index, chance in enumerate(chances) if chance >= layout.KEEP]
    # What the extractor found where our lines are much less, as in markup never met before.
    if sum(len(seen[index].text) for index in kept) < _DOUBTFUL * sum(len(text) for _, text in blocks):
        runs = Runs([text for _, text in blocks])
        kept = [index for index, line in enumerate(seen) if runs.share(line.text) > _HELD]
    else:
        blocks = [(seen[index].kind, seen[index].text) for index in kept]
    # A page that is drawn by its scripts shows nothing of its article to us, and states it for search engines.
    if sum(len(seen[index].text) for index in kept) < _UNSHOWN * sum(map(len, facts.body)):
        blocks, kept = [("paragraph", line) for line in facts.body], []
    first, last = (kept[0], kept[-1] + 1) if kept else (0, 0)
    above, below = range(max(0, first - _ABOVE), first), range(first, min(len(seen), last + _BELOW))
    return Page(
        facts=facts,
        title=title,
        blocks=blocks,
        is_list=_is_list(facts, seen, kept, url or facts.url),
        kept=kept,
        seen=seen,
        chances=chances,
        above=[seen[index].text for index in above],
        below=[seen[index].text for index in sorted(set(below) - set(kept))],
    )


def _is_list(facts: Stated, seen: Sequence[Seen], kept: Sequence[int], url: str | None) -> bool:
    """Whether a page looks like a list of articles: links are most of what is kept, or it lies scattered."""
    if not kept:
        return False
    size = sum(len(seen[index].text) for index in kept)
    linked = sum(seen[index].linked for index in kept) / size
    if facts.is_article:  # a tag's page may say so too
        return linked > _LINKED_ANYWAY
    among = seen[kept[0] : kept[-1] + 1]
    share = size / sum(len(line.text) for line in among)
    home = url is not None and is_root(url) and (size < _WELCOME or share < _WHOLE_SHARE)
    return linked > _LINKED or home or (len(among) >= _AMONG and share < _SCATTERED)


def survey(html: str, url: str | None) -> Survey | None:
    """What a page states and shows; the arguments and errors are those of `read_page`."""
    # The halves of characters that were read as Latin-1 are controls, which would be lost below.
    whole = mojibake.repaired(html) if _CONTROLS.search(html) else html
    text = _UNUSABLE.sub(" ", _DECLARATION.sub("", whole, count=1))
    if text.count("<") > 3 * ELEMENTS:
        raise TooLarge(f"the page has {text.count('<')} tags; {3 * ELEMENTS} are read")
    # The extractor finds no headings in a piece of a page, such as a feed's content.
    tree = load_html(text if _WHOLE.search(text) else f"<html><body>{text}</body></html>")
    if tree is None:
        return None
    _bound(tree)
    facts = stated.read(tree, url)
    seen = list(visible_lines(tree))
    return Survey(facts, titles.choose(facts.headings, facts.names), seen, markup.columns(seen), tree)


def _bound(tree: Any) -> None:
    """See that the page can be read in time, and drop the attributes that are too long to tell anything."""
    elements = int(_COUNT(tree))
    if elements > ELEMENTS:
        raise TooLarge(f"the page has {elements} elements; {ELEMENTS} are read")
    # Scripts are no text, and to look for them takes longer than to see that all is short enough.
    if len(_ALL_TEXT(tree)) > CHARACTERS:
        characters = sum(len(text) for text in _SHOWN_TEXT(tree))
        if characters > CHARACTERS:
            raise TooLarge(f"the page shows {characters} characters; {CHARACTERS} are read")
    for value in _LONG_ATTRIBUTES(tree):
        del value.getparent().attrib[value.attrname]

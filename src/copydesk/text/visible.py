"""Visible lines: what a reader of a page sees, block by block, before anything is cut away."""

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from lxml import etree

from copydesk.text.lines import plain

BlockKind = Literal["heading", "paragraph", "list_item", "quote", "caption"]
Purpose = Literal["navigation", "caption"]

_UNSEEN: Final = frozenset((
    "head", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "audio", "video", "canvas",
    "textarea", "select", "datalist",
))  # fmt: skip
_INLINE: Final = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "input", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "td", "th",
))  # fmt: skip
"""Elements that break no line (HTML standard, phrasing content); a row of a table is one line."""
_CELLS: Final = frozenset({"td", "th"})
_END_OF_CELL: Final = "\x1f"
"""The unit separator of ASCII, which no page may hold (XML 1.0, 2.2)."""
_HIDING: Final = ("display:none", "visibility:hidden")


_PURPOSES: Final[dict[str, Purpose]] = {"nav": "navigation", "figcaption": "caption"}
_KINDS: Final[dict[str, BlockKind]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "li": "list_item",
    "blockquote": "quote",
    "figcaption": "caption",
    "article": "paragraph",  # an entry of a list of articles is no entry of a list
}


class Seen(NamedTuple):
    """A line, and what the elements around it say.

    Attributes:
        text: on one line.
        purpose: what an element around it is for.
        kind: what it is if it is part of an article.
        element: the innermost element around it that breaks lines.
        linked: characters of it that stand in links.
    """

    text: str
    purpose: Purpose | None
    kind: BlockKind
    element: Any
    linked: int


class _Lines:
    """Collects the text between two breaks."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.links = 0
        self.blocks: list[Any] = [None]
        self.purposes: list[Purpose | None] = [None]
        self.kinds: list[BlockKind] = ["paragraph"]

    def enter(self, block: Any) -> None:
        self.blocks.append(block)
        self.purposes.append(_PURPOSES.get(block.tag, self.purposes[-1]))
        kind = _KINDS.get(block.tag, self.kinds[-1])
        # A heading that nobody has closed holds the whole article.
        self.kinds.append("paragraph" if block.tag == "p" and kind == "heading" else kind)

    def leave(self) -> None:
        for around in (self.blocks, self.purposes, self.kinds):
            around.pop()

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            if self.links:
                self.linked += len(text.strip())

    def taken(self) -> Iterator[Seen]:
        if self.parts:
            cells = (plain(" ".join(cell.split())) for cell in "".join(self.parts).split(_END_OF_CELL))
            text = " | ".join(cell for cell in cells if cell)
            if text:
                linked = min(self.linked, len(text))
                yield Seen(text, self.purposes[-1], self.kinds[-1], self.blocks[-1], linked)
            self.parts.clear()
            self.linked = 0


def visible_lines(tree: Any) -> Iterator[Seen]:
    """The lines of a page in the order of its source.

    Args:
        tree: the parsed page (lxml); it is not changed.
    """
    lines = _Lines()
    hidden: Any = None
    walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start" and _is_hidden(element):
            hidden = element
            walker.skip_subtree()
        elif hidden is not None:  # its end: nothing inside is walked
            lines.add(hidden.tail)
            hidden = None
        elif event == "start":
            if element.tag not in _INLINE:
                yield from lines.taken()
                lines.enter(element)
            lines.links += element.tag == "a"
            lines.add(element.text)
        elif event == "end":
            if element.tag not in _INLINE:
                yield from lines.taken()
                lines.leave()
            lines.links -= element.tag == "a"
            if element.tag in _CELLS:
                lines.parts.append(_END_OF_CELL)
            lines.add(element.tail)
        else:
            lines.add(element.tail)
    yield from lines.taken()


def _is_hidden(element: Any) -> bool:
    if element.tag in _UNSEEN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return style is not None and any(rule in style.replace(" ", "").lower() for rule in _HIDING)

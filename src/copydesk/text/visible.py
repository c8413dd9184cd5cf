"""Visible lines: what a reader of a page sees, block by block, before anything is cut away."""

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

from lxml import etree

from copydesk.text.lines import plain

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
_HIDING: Final = ("display:none", "visibility:hidden")


_PURPOSES: Final[dict[str, Purpose]] = {"nav": "navigation", "figcaption": "caption"}


class Seen(NamedTuple):
    """A line, and what the element around it says that it is for."""

    text: str
    purpose: Purpose | None


def visible_lines(tree: Any) -> Iterator[Seen]:
    """The lines of a page in the order of its source.

    Args:
        tree: the parsed page (lxml); it is not changed.
    """
    parts: list[str] = []
    around: list[Purpose] = []
    hidden: Any = None
    walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start" and _is_hidden(element):
            hidden = element
            walker.skip_subtree()
        elif hidden is not None:  # its end: nothing inside is walked
            parts.append(hidden.tail or "")
            hidden = None
        elif event == "start":
            if element.tag not in _INLINE:
                yield from _line(parts, around)
                parts.clear()
            if element.tag in _PURPOSES:
                around.append(_PURPOSES[element.tag])
            parts.append(element.text or "")
        elif event == "end":
            if element.tag not in _INLINE:
                yield from _line(parts, around)
                parts.clear()
            if element.tag in _PURPOSES:
                around.pop()
            parts.append((" " if element.tag in _CELLS else "") + (element.tail or ""))
        else:
            parts.append(element.tail or "")
    yield from _line(parts, around)


def _line(parts: list[str], around: list[Purpose]) -> Iterator[Seen]:
    text = plain(" ".join("".join(parts).split()))
    if text:
        yield Seen(text, around[-1] if around else None)


def _is_hidden(element: Any) -> bool:
    if element.tag in _UNSEEN or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return style is not None and any(rule in style.replace(" ", "").lower() for rule in _HIDING)

"""Dumps: the visible text of a page as plain text, the way a crawler without an extractor stores it."""

import random
from typing import Any, Final

from lxml import html as lxml_html

from evals.shingles import Truth

_HIDDEN: Final = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "select",
    "head",
    "math",
    "object",
    "textarea",
}
_SPACED: Final = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "section",
    "article",
    "figure",
    "header",
}
_BROKEN: Final = {
    "div",
    "li",
    "tr",
    "br",
    "td",
    "dt",
    "dd",
    "figcaption",
    "blockquote",
    "main",
    "aside",
    "nav",
    "footer",
}


def visible(page: str) -> str:
    """The visible text of a page; paragraphs are set apart by blank lines, other blocks stand on lines of their own."""
    tree = lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    parts: list[str] = [tree.findtext(".//title") or "", "\n\n"]
    _walk(tree, parts)
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)


def region(dump: str, body: str, chance: random.Random) -> str:
    """What stands around the article, as a crude extractor leaves it: some lines before it and some after."""
    lines = dump.split("\n")
    truth = Truth(body)
    inside = [index for index, line in enumerate(lines) if len(line) > 60 and truth.covers(line)]
    if not inside:
        return dump
    return "\n".join(lines[max(0, inside[0] - chance.randrange(16)) : inside[-1] + 1 + chance.randrange(30)])


def _walk(element: Any, parts: list[str]) -> None:
    if isinstance(element.tag, str) and element.tag not in _HIDDEN:
        mark = "\n\n" if element.tag in _SPACED else "\n" if element.tag in _BROKEN else ""
        parts += [mark, (element.text or "").replace("\n", " ")]
        for child in element:
            _walk(child, parts)
        parts.append(mark)
    parts.append((element.tail or "").replace("\n", " "))

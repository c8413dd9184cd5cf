"""Markup: what the elements around the visible lines of a page tell of them, as columns for a model.

Sites name their elements for themselves, and yet the same words come again: an element of the class
``related-articles`` holds no part of the article on any site.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.text.visible import Seen

_TAGS: Final = ("p", "li", "h1", "h2", "h3", "h4", "blockquote", "figcaption", "td", "dd", "div", "section", "article")
"""Elements of a line that tell something."""
_AROUND: Final = (
    *("article", "main", "aside", "footer", "nav", "header", "form", "figure", "ul", "table", "blockquote", "a"),
)
"""Elements anywhere around a line that tell something."""
_NAMES: Final = {
    "comment": r"comment|disqus|discussion",
    "related": r"relat|recommend|more-|read-?more|teaser|trending|popular|most-?read|recirc|also|latest|latest-news",
    "promotion": r"promo|newsletter|subscri|sign-?up|advert|\bads?\b|ads?-|-ads?\b|sponsor|paywall|banner|cta\b|donat",
    "share": r"share|sharing|social|toolbar|follow",
    "side": r"sidebar|\bside|rail|widget",
    "foot": r"foot|copyright|legal|cookie|consent|gdpr|disclaim",
    "navigation": r"\bnav|menu|breadcrumb|pagination|pager",
    "caption": r"caption|credit|image|photo|gallery|media|video|figure",
    "about": r"byline|author|\bmeta|date|time\b|timestamp|\btags?\b|topic|categor|\bbio\b",
    "head": r"headline|title|heading|kicker|standfirst|subtitle|\bdeck\b|lead\b",
    # "body" and "text" alone tell as much as "article-body" and "story-text"; "content" alone is anything.
    "body": r"body|paragraph|\btext\b|prose|rich-?text|(?:article|entry|post|story)[-_]*(?:content|text)",
}
"""What the names of elements (class, id, itemprop) tell."""
_NAMED: Final = re.compile("|".join(f"(?P<{told}>{names})" for told, names in _NAMES.items()))
_ATTRIBUTES: Final = ("class", "id", "itemprop")
_NAME: Final = 400
"""Most characters of an attribute that are looked at; frameworks write hundreds of classes."""
_NEAR: Final = 3
"""Elements around a line that are near it."""
_DEEP: Final = 40
_PROSE: Final = 80
"""Characters of a line that is no entry of a menu."""

_TAG_BITS: Final = {tag: 1 << at for at, tag in enumerate(_TAGS)}
_AROUND_BITS: Final = {tag: 1 << at for at, tag in enumerate(_AROUND)}
_NAME_BITS: Final = {name: 1 << at for at, name in enumerate(_NAMES)}
_WIDTHS: Final = (len(_TAGS), len(_AROUND), len(_NAMES), len(_NAMES))
_NUMBERS: Final = 5
COLUMNS: Final = sum(_WIDTHS) + _NUMBERS


class _Around(NamedTuple):
    """What stands around an element, itself included: sets of bits, one for each of `_AROUND` and of `_NAMES`."""

    tags: int
    told: int
    near: tuple[int, ...]
    depth: int


_NOTHING: Final = _Around(0, 0, (), 0)


def columns(lines: Sequence[Seen]) -> NDArray[np.float32]:
    """What the markup tells of each line; one row a line, `COLUMNS` wide.

    Args:
        lines: of a page, before anything has changed its elements.
    """
    known: dict[Any, _Around] = {}
    parents = [line.element.getparent() if line.element is not None else None for line in lines]
    grandparents = [parent.getparent() if parent is not None else None for parent in parents]
    prose = [len(line.text) if len(line.text) > _PROSE and 2 * line.linked < len(line.text) else 0 for line in lines]
    under = _weights(prose, parents, grandparents)
    total = sum(prose) or 1
    sets, numbers = [], []
    for line, parent, grandparent in zip(lines, parents, grandparents, strict=True):
        around = _around(line.element, known)
        tag = _TAG_BITS.get(line.element.tag, 0) if line.element is not None else 0
        sets.append((tag, around.tags, reduce(or_, around.near, 0), around.told))
        share = line.linked / len(line.text)
        depth = min(around.depth, _DEEP) / 20
        numbers.append((share, line.linked > 0, depth, under[parent] / total, under[grandparent] / total))
    bits = np.asarray(sets, dtype=np.int64).reshape(-1, len(_WIDTHS))
    parts = [(bits[:, [at]] >> np.arange(width)) & 1 for at, width in enumerate(_WIDTHS)]
    return np.concatenate([*parts, np.asarray(numbers).reshape(-1, _NUMBERS)], axis=1, dtype=np.float32)


def _weights(prose: Sequence[int], parents: Sequence[Any], grandparents: Sequence[Any]) -> Counter[Any]:
    """How much prose stands right under each element, and half of what stands one deeper."""
    under: Counter[Any] = Counter()
    for size, parent, grandparent in zip(prose, parents, grandparents, strict=True):
        if size:
            under[parent] += 2 * size
            under[grandparent] += size
    return under


def _around(element: Any, known: dict[Any, _Around]) -> _Around:
    path: list[Any] = []
    while element is not None and element not in known:
        path.append(element)
        element = element.getparent()
    around = known[element] if element is not None else _NOTHING
    for one in reversed(path):
        own, tag = _told(one), _AROUND_BITS.get(one.tag, 0)
        around = _Around(around.tags | tag, around.told | own, (*around.near[1 - _NEAR :], own), around.depth + 1)
        known[one] = around
    return around


def _told(element: Any) -> int:
    told = 0
    if element.tag not in {"html", "body"}:  # "body": of the page, not of the article
        for attribute in _ATTRIBUTES:
            names = element.get(attribute)
            if names:
                for name in names[:_NAME].split():
                    told |= _name_tells(name)
    return told


@lru_cache(16_384)
def _name_tells(name: str) -> int:
    return reduce(or_, (_NAME_BITS[match.lastgroup or ""] for match in _NAMED.finditer(name.lower())), 0)

"""Markup: what the elements around the visible lines of a page tell of them, as columns for a model.

Sites name their elements for themselves, and yet the same words come again: an element of the class
``related-articles`` holds no part of the article on any site.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
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

COLUMNS: Final = len(_TAGS) + len(_AROUND) + 2 * len(_NAMES) + 5


class _Around(NamedTuple):
    """What stands around an element, itself included."""

    tags: frozenset[str]
    told: frozenset[str]
    near: tuple[frozenset[str], ...]
    depth: int


_NOTHING: Final = _Around(frozenset(), frozenset(), (), 0)


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
    rows = []
    for line, parent, grandparent in zip(lines, parents, grandparents, strict=True):
        around = _around(line.element, known)
        tag = line.element.tag if line.element is not None else ""
        near = frozenset().union(*around.near)
        rows.append(
            [
                *(tag == name for name in _TAGS),
                *(name in around.tags for name in _AROUND),
                *(name in near for name in _NAMES),
                *(name in around.told for name in _NAMES),
                line.linked / len(line.text),
                line.linked > 0,
                min(around.depth, _DEEP) / 20,
                under[parent] / total,
                under[grandparent] / total,
            ]
        )
    return np.asarray(rows, dtype=np.float32).reshape(-1, COLUMNS)


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
        own = _told(one)
        around = _Around(around.tags | {one.tag}, around.told | own, (*around.near[1 - _NEAR :], own), around.depth + 1)
        known[one] = around
    return around


def _told(element: Any) -> frozenset[str]:
    if element.tag in {"html", "body"}:  # "body": of the page, not of the article
        return frozenset()
    told: set[str] = set()
    for attribute in _ATTRIBUTES:
        for name in (element.get(attribute) or "")[:_NAME].split():
            told |= _name_tells(name)
    return frozenset(told)


@lru_cache(16_384)
def _name_tells(name: str) -> frozenset[str]:
    return frozenset(match.lastgroup for match in _NAMED.finditer(name.lower()) if match.lastgroup)

"""What a page states about its article: in JSON-LD (schema.org), in its `meta` elements, and in its links."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, NamedTuple

from htmldate import find_date

from copydesk.text import bylines, moments, titles
from copydesk.text.credits import agency
from copydesk.text.identity import canonical_url, domain, is_url
from copydesk.text.lines import plain
from copydesk.text.moments import Moment

AUTHORS: Final = 100
"""Most authors that are read."""

_Item = dict[str, Any]
_ITEMS: Final = 50
"""Most things in JSON-LD, and headings of the first level, that are looked at: each is compared with each."""
_THINGS: Final = 500
"""Most things in JSON-LD that are walked through to find them."""
_URL: Final = 4_000
_CODE: Final = 35
"""Characters of a language tag (RFC 5646, 4.4.1)."""
_BODY: Final = 200_000
_TYPES, _TYPE = 20, 200
"""Most types that a thing in JSON-LD may have, and the longest, in characters."""
_ARTICLE_TYPES: Final = re.compile(r"Article|Posting|Report|Review")
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
_AUTHORS: Final = (
    *("author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "citation_author"),
    *("dc.creator", "dcterms.creator", "byl", "authors", "author_name", "og:article:author", "cxenseparse:author"),
)
_LAST_FIRST: Final = re.compile(r"(?P<last>[^\s,]+(?: [^\s,]+)?), (?P<first>[^\s,]+(?: [^\s,]+)?)")
_BYLINE: Final = re.compile(r"(?<![a-z])(?:by-?line|author|autor|auteur)s?(?:[-_]*name)?s?(?![a-z])", re.IGNORECASE)
"""The class of an element with the names of those who wrote."""
_ACCOUNT: Final = re.compile(r"^[\da-z]+(?:[-_][\da-z]+)*$|^@|^https?:|\S@\S")
"""An account or a page about the author, not a name: "sophie-foster", "@harbour", "m.lind@example.org"."""
_DATE_IN_PATH: Final = re.compile(r"/((?:19|20)\d\d)[/-]?([01]\d)(?:[/-]?([0-3]\d))?(?=[/_.-]|$)")


class Stated(NamedTuple):
    """What a page says; ``None`` or empty where it says nothing.

    Attributes:
        headings: of the first level, in order.
        names: what its metadata and its window call it, the most trusted first.
        url: the canonical address, without what tracks readers.
        is_article: it says that it is an article.
        language: the code of its language, which is often that of the site rather than of the article.
        body: the text of the article, for machines; plain, and in lines.
    """

    headings: list[str]
    names: list[str]
    authors: list[str]
    published: Moment | None
    modified: Moment | None
    site: str | None
    section: str | None
    url: str | None
    is_article: bool
    language: str | None
    body: list[str]


def read(tree: Any, url: str | None) -> Stated:
    """Read what a page states.

    Args:
        tree: the parsed page (lxml); it is not changed.
        url: where it comes from, if that is known.
    """
    things = _things(tree)
    items = [thing for thing in things if _ARTICLE_TYPES.search(_type(thing))][:_ITEMS]
    meta = _meta(tree)
    canonical = _canonical(tree, meta)
    called = (
        *(item.get("headline") for item in items),
        *(name for key in ("og:title", "twitter:title") for name in meta.get(key, ())),
        tree.findtext(".//title"),
    )
    return Stated(
        headings=_lines("".join(heading.itertext()) for heading in islice(tree.iter("h1"), _ITEMS)),
        names=_lines(name for name in called if isinstance(name, str)),
        authors=_authors(tree, items, things, meta)[:AUTHORS],
        published=_published(tree, items, meta, url or canonical),
        modified=_time(items, "dateModified") or _first(meta, _MODIFIED),
        site=_site(items, meta),
        section=_section(items, meta),
        url=canonical,
        is_article=bool(items) or any(kind.lower().startswith("article") for kind in meta.get("og:type", ())),
        language=(tree.get("lang") or "")[:_CODE] or None,
        body=_body(items),
    )


# --- where it stands --------------------------------------------------------------------------------------------------


def _things(tree: Any) -> list[_Item]:
    """All that JSON-LD describes at its upper levels, articles or not."""
    found: list[_Item] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json" or not script.text:
            continue
        try:
            value = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):  # pages hold all kinds of broken JSON
            continue
        waiting = deque([value])
        while waiting and len(found) < _THINGS:
            item = waiting.popleft()
            if isinstance(item, list):
                waiting += item[:_ITEMS]
            elif isinstance(item, dict):
                found.append(item)
                waiting += [item[name] for name in ("@graph", "mainEntity") if isinstance(item.get(name), (list, dict))]
    return found


def _type(item: _Item) -> str:
    stated = item.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return " ".join(name[:_TYPE] for name in names[:_TYPES] if isinstance(name, str))


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name.lower(), []).append(content)
    return found


def _body(items: Sequence[_Item]) -> list[str]:
    bodies = (item.get("articleBody") for item in items)
    longest = max((body for body in bodies if isinstance(body, str) and "</" not in body), key=len, default="")
    return [line for part in longest[:_BODY].splitlines() if (line := plain(part))]


# --- who wrote it -----------------------------------------------------------------------------------------------------


def _authors(tree: Any, items: Sequence[_Item], things: Sequence[_Item], meta: dict[str, list[str]]) -> list[str]:
    """The authors in the first place that names people, else in the first that names any: each spells them its own way.

    The publisher often stands where an author is expected ("Harbour News"), and the people in the byline alone.
    """
    persons = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str)}
    places: tuple[Callable[[], Iterable[str]], ...] = (
        lambda: (name for item in items for name in _creators(item.get("author"), persons)),
        *(partial(map, _in_order, meta[key]) for key in _AUTHORS if key in meta),
        lambda: _marked(tree),
        lambda: _bylines(tree),
    )
    first: list[str] = []
    for place in places:
        names = _names(place())
        if bylines.people(names).people:
            return names
        first = first or names
    return first


def _marked(tree: Any) -> list[str]:
    """What the page marks as an author; of the first article only, for those that it recommends name theirs too."""
    elements = [element for element in tree.iter("a", "span", "div") if _is_author(element)][:_ITEMS]
    return [_text(element) for element in elements if _near(element) is _near(elements[0])]


def _bylines(tree: Any) -> list[str]:
    """The first names in an element that is called a byline."""
    called = (
        element
        for element in tree.iter("a", "address", "div", "p", "span")
        if _BYLINE.search(element.get("class") or "")
    )
    for element in islice(called, _ITEMS):
        text = _text(element)
        found = bylines.byline(text) or (bylines.byline(f"By {text}") if text else None)
        if found and found.people:
            return [*found.people, *found.agencies]
    return []


def _near(element: Any) -> Any:
    """The element two levels above: the box that holds a byline, with each of its names in an item of its own."""
    above = element.getparent()
    further = above.getparent() if above is not None else None
    return above if further is None else further


def _text(element: Any) -> str:
    return "".join(element.itertext())


def _creators(value: Any, persons: dict[str, _Item]) -> Iterator[str]:
    """The names in an author of schema.org: a name, a thing with one, a reference to one, or a list of them."""
    for creator in value[:AUTHORS] if isinstance(value, list) else [value]:
        if isinstance(creator, str):
            yield creator
        elif isinstance(creator, dict):
            known = creator if "name" in creator else persons.get(str(creator.get("@id")), creator)
            names = known.get("name")
            for name in names[:AUTHORS] if isinstance(names, list) else [names]:
                # An organization is the publisher, "Condé Nast", or an agency.
                if isinstance(name, str) and ("Organization" not in _type(known) or agency(plain(name[:_TYPE]))):
                    yield name


def _names(values: Iterable[str]) -> list[str]:
    """The names among some values, each once: no address, and no account."""
    return list(dict.fromkeys(name for name in _lines(values) if not _ACCOUNT.search(name)))


def _in_order(name: str) -> str:
    """A name as it is spoken: libraries write "Castelvecchi, Davide"."""
    found = _LAST_FIRST.fullmatch(name.strip()) if len(name) < _TYPE else None
    return f"{found['first']} {found['last']}" if found else name


def _is_author(element: Any) -> bool:
    return "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author"


# --- when -------------------------------------------------------------------------------------------------------------


def _time(items: Sequence[_Item], name: str) -> Moment | None:
    values = (item.get(name) for item in items)
    return next((moment for value in values if isinstance(value, str) and (moment := moments.parse(value))), None)


def _first(meta: dict[str, list[str]], names: Sequence[str]) -> Moment | None:
    values = (value for name in names for value in meta.get(name, ()))
    return next((moment for value in values if (moment := moments.parse(value))), None)


def _published(tree: Any, items: Sequence[_Item], meta: dict[str, list[str]], url: str | None) -> Moment | None:
    stated = _time(items, "datePublished") or _first(meta, _PUBLISHED) or _of_elements(tree)
    path = _of_path(url)
    return stated or (path if path and path.precision == "day" else _shown(tree, url) or path)


def _shown(tree: Any, url: str | None) -> Moment | None:
    """A date that the page only shows, never a guess from its last lines."""
    try:
        found = find_date(tree, original_date=True, extensive_search=False, url=url)
    except (ValueError, OverflowError):  # a zone of more than a day, or a time before the year 1 in UTC
        return None
    return moments.parse(found) if found else None


def _of_elements(tree: Any) -> Moment | None:
    """What an element says that is for that; of several, one that is called the date of publication."""
    times = list(islice(tree.iter("time"), _ITEMS))
    times.sort(key=lambda element: element.get("itemprop") != "datePublished" and element.get("pubdate") is None)
    values = (element.get("datetime") for element in times)
    return next((moment for value in values if value and (moment := moments.parse(value))), None)


def _of_path(url: str | None) -> Moment | None:
    """The date in an address, as in ``/2026/03/14/ferry-returns``."""
    found = _DATE_IN_PATH.search(url[:_URL]) if url else None
    return moments.parse("-".join(part for part in found.groups() if part)) if found else None


# --- where ------------------------------------------------------------------------------------------------------------


def _site(items: Sequence[_Item], meta: dict[str, list[str]]) -> str | None:
    publishers = (item.get("publisher") for item in items)
    published = (publisher.get("name") for publisher in publishers if isinstance(publisher, dict))
    names = (*meta.get("og:site_name", ()), *published, *meta.get("application-name", ()))
    return next(iter(_lines(name for name in names if isinstance(name, str))), None)


def _section(items: Sequence[_Item], meta: dict[str, list[str]]) -> str | None:
    sections = [item.get("articleSection") for item in items]
    flat = (each for section in sections for each in (section[:1] if isinstance(section, list) else [section]))
    names = (*meta.get("article:section", ()), *flat)
    return next(iter(_lines(name for name in names if isinstance(name, str))), None)


def _canonical(tree: Any, meta: dict[str, list[str]]) -> str | None:
    links = (element.get("href") for element in tree.iter("link") if (element.get("rel") or "").lower() == "canonical")
    for url in (*links, *meta.get("og:url", ())):
        if url and len(url) <= _URL and is_url(url) and domain(url):
            return canonical_url(url)
    return None


def _lines(values: Iterable[str]) -> list[str]:
    """Names on one line each; without what is none."""
    return [line for value in values if len(value) <= titles.LONGEST and (line := plain(value))]

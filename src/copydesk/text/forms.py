"""Forms: which of the accepted forms raw bytes have, and foreign JSON shapes in our own field names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

Form = Literal["json", "html", "text"]

_JSON_START: Final = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{"\]]|$))')
_JSON_WHOLE: Final = re.compile(r"\s*(?:null|true|false|\[[\s\d.,eE+-]*\])\s*\Z")
"""A value that is no object; "[1] Table of contents" begins a text."""
_PAGE_START: Final = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TAG: Final = re.compile(
    r"</?(?:html|head|body|div|p|article|section|main|span|table|tr|td|ul|ol|li|br|a|script|style|meta|link|img|"
    r"figure|blockquote|strong|em|b|i|h[1-6])(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_SAMPLE: Final = 20_000
_MEDIA: Final[Mapping[str, Form]] = {
    "application/json": "json",
    "text/json": "json",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
}


def media_form(content_type: str | None) -> tuple[Form | None, str | None]:
    """What a ``content-type`` header states.

    Returns:
        the form, and the encoding; ``None`` for what it does not state.

    >>> media_form("text/html; charset=windows-1252")
    ('html', 'windows-1252')
    >>> media_form("application/octet-stream")
    (None, None)
    """
    if not content_type:
        return None, None
    media, *parameters = (part.strip() for part in content_type.split(";"))
    form = _MEDIA.get(media.lower()) or ("json" if media.lower().endswith("+json") else None)
    charset = next(
        (value for name, _, value in (p.partition("=") for p in parameters) if name.lower() == "charset"), None
    )
    return form, charset.strip("\"' ") if charset else None


def sniff(text: str) -> Form:
    """Tell the form of a raw article by how it looks.

    >>> sniff(' {"content": "..."}'), sniff("<!DOCTYPE html><html>"), sniff("{sic} said the mayor")
    ('json', 'html', 'text')
    """
    if _JSON_START.match(text) or _JSON_WHOLE.match(text):
        return "json"
    return "html" if is_html(text) else "text"


def is_html(text: str) -> bool:
    """Whether a text is a page, or a piece of one; a lone ``<b>`` in a report about HTML makes no page.

    >>> is_html("<p>One.</p><p>Two.</p>"), is_html("Use the <b> tag.")
    (True, False)
    """
    if _PAGE_START.match(text):
        return True
    sample = text[:_SAMPLE]
    tags = sum(1 for _ in _TAG.finditer(sample))
    return tags >= 2 and tags * 1_000 >= len(sample)


def own_fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a raw article under our names.

    Recognised beside our own: news-please, trafilatura ``--json``, and ninjs 2 and 3 (IPTC). A value of a wrong type is
    passed on as it is: whoever checks the fields names it.

    >>> own_fields({"maintext": "A.", "date_publish": "2024-05-02", "source_domain": "example.org"})
    {'content': 'A.', 'published_at': '2024-05-02', 'source': 'example.org'}
    """
    fields = dict(value)
    if "content" not in value:
        if "bodies" in value or "headlines" in value:
            fields = _ninjs(value)
        elif "maintext" in value:
            fields = _renamed(value, _NEWS_PLEASE)
        elif "raw_text" in value or "text" in value:
            fields = _renamed(value, _TRAFILATURA)
            if isinstance(fields.get("authors"), str):
                fields["authors"] = [name.strip() for name in fields["authors"].split(";") if name.strip()]
    # A crawler writes null for what it does not know; only the content is needed.
    return {name: field for name, field in fields.items() if field is not None or name == "content"}


_NEWS_PLEASE: Final = {
    "maintext": "content",
    "date_publish": "published_at",
    "date_download": "fetched_at",
    "source_domain": "source",
    "title": "title",
    "authors": "authors",
    "url": "url",
    "language": "language",
}
_TRAFILATURA: Final = {
    "raw_text": "content",
    "text": "content",  # wins over raw_text, which has lost its paragraphs
    "date": "published_at",
    "source": "url",
    "url": "url",
    "hostname": "source",
    "source-hostname": "source",
    "sitename": "source",
    "title": "title",
    "author": "authors",
    "language": "language",
}


def _renamed(value: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for foreign, own in names.items():
        if value.get(foreign) is not None:
            fields[own] = value[foreign]
    return fields


def _ninjs(item: Mapping[str, Any]) -> dict[str, Any]:
    # Version 2 writes "versioncreated", version 3 "versionCreated".
    value = {name.lower(): field for name, field in item.items()}
    body = _preferred(value.get("bodies"), ("main", "body"))
    headline = _preferred(value.get("headlines"), ("main", "headline"))
    uri = value.get("uri")
    byline = value.get("by")
    fields = {
        "content": body.get("value") if isinstance(body, Mapping) else body,
        "content_type": _content_type(body),
        "title": headline.get("value") if isinstance(headline, Mapping) else headline,
        "published_at": value.get("firstcreated") or value.get("versioncreated"),
        "language": value.get("language"),
        "source": _name(value.get("infosources")),
        "authors": [byline] if byline else [],
    }
    if isinstance(uri, str):
        fields["url" if uri.startswith(("http://", "https://")) else "id"] = uri
    return fields


def _preferred(items: object, roles: Sequence[str]) -> object:
    """The item of a ninjs list with a preferred role, plain text before HTML, else the first."""
    if not isinstance(items, list) or not items or not all(isinstance(item, Mapping) for item in items):
        return items or None

    def rank(item: Mapping[str, Any]) -> tuple[bool, bool]:
        return item.get("role") not in {*roles, None}, _stated_type(item) != "text/plain"

    return min(items, key=rank)


def _content_type(body: object) -> str | None:
    stated = _stated_type(body) if isinstance(body, Mapping) else None
    form, _ = media_form(stated) if isinstance(stated, str) else (None, None)
    return {"html": "text/html", "text": "text/plain"}.get(form or "")


def _stated_type(body: Mapping[str, Any]) -> object:
    return body.get("contentType") or body.get("contenttype")


def _name(items: object) -> str | None:
    """The name of the first thing in a ninjs list of parties."""
    first = items[0] if isinstance(items, list) and items else None
    name = first.get("name") if isinstance(first, Mapping) else None
    return name if isinstance(name, str) else None

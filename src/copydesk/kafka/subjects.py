"""Subjects: which article a record is about and who published it, as far as it tells without a stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from copydesk import codec
from copydesk.errors import Reject
from copydesk.records import Record
from copydesk.text import identity

SOURCE_HEADER: Final = "source"
"""A header that publishers may set: the outlet's name or domain."""
_SOURCES: Final = ("source", "source_domain", "sitename", "hostname", "source-hostname", "infosources")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a record tells of its article.

    ``ids`` are the key, the id and the address that it states, and the ids that follow from addresses. ``sources`` are
    names and domains of the outlet in the form of `outlet`.
    """

    ids: frozenset[str]
    sources: frozenset[str]


def outlet(name: str) -> str:
    """The name or domain of an outlet in the form in which two are compared.

    >>> outlet(" www.Example.org"), outlet("Harbour News")
    ('example.org', 'harbour news')
    """
    return name.strip().casefold().removeprefix("www.")


def subject(record: Record) -> Subject:
    """Find out what a record of any topic is about.

    The source is looked for in the header ``source``; in what a JSON value names as source, in our form or in those of
    news-please, trafilatura and ninjs; and in the domain of the address that the value or the key states. An HTML page
    or a text tells none.
    """
    fields = _fields(record.value)
    stated = [fields.get(name) for name in ("id", "url", "uri")]
    texts = {text for text in stated if isinstance(text, str)} | {(record.key or b"").decode("utf-8", "replace")}
    urls = {text for text in texts if identity.is_url(text)}
    named = {name for field in _SOURCES for name in _names(fields.get(field))}
    sources = {record.header(SOURCE_HEADER), *named, *map(identity.domain, urls | set(filter(identity.is_url, named)))}
    return Subject(
        ids=frozenset(texts | {identity.url_id(url) for url in urls}) - {""},
        sources=frozenset(outlet(name) for name in sources if name),
    )


def _fields(value: bytes | None) -> Mapping[str, Any]:
    if value is None or not value.lstrip().startswith(b"{"):
        return {}
    try:
        parsed = codec.parse(value)
    except Reject:  # a text that begins with a brace, or the very fault that made it a dead letter
        return {}
    return {name.lower(): field for name, field in parsed.items()}


def _names(source: object) -> list[str]:
    """A name, an object with name or domain, or a list of these."""
    items = source if isinstance(source, list) else [source]
    stated = [
        part for one in items for part in ([one.get("name"), one.get("domain")] if isinstance(one, dict) else [one])
    ]
    return [name for name in stated if isinstance(name, str)]

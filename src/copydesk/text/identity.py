"""Identities: which article a raw record is about."""

import re
import uuid
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_NAMESPACE: Final = uuid.UUID("8d9a3f64-6f0e-5a0b-9d57-2f1d5ad0c1e7")
_URL: Final = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_TRACKING: Final = re.compile(
    r"(?:utm_|mc_|at_|pk_|fb_|hsa_|ns_)\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|twclid|ocid|cmpid|cmp|"
    r"smid|smtyp|ref|ref_src|ref_url|referrer|source|xtor|wt_mc|ito|ncid|partner|share|__twitter_impression"
)
"""Parameters that tell where the reader came from; ``id``, ``p``, ``article`` and the like tell the article."""
_DEFAULT_PORT: Final = {"http": 80, "https": 443}


def is_url(text: str) -> bool:
    """Whether a text is an absolute web address.

    >>> is_url("https://example.org/a"), is_url("ferry-7")
    (True, False)
    """
    stripped = text.strip()
    return _URL.match(stripped) is not None and " " not in stripped


def canonical_url(url: str) -> str:
    """The address without what does not tell the article: fragment, tracking, default port, case of the host.

    >>> canonical_url("HTTPS://News.Example.org:443/a?utm_source=x&id=7#top")
    'https://news.example.org/a?id=7'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # "http://[news": a publisher's mistake, and still one article
        return url.strip()
    scheme = parts.scheme.lower()
    place = host if port is None or port == _DEFAULT_PORT.get(scheme) else f"{host}:{port}"
    query = parse_qsl(parts.query.strip(), keep_blank_values=True)
    kept = [pair for pair in query if not _TRACKING.fullmatch(pair[0].lower())]
    # The blanks of "/a #top" stand inside the address, and at the end of what is left of it.
    return urlunsplit((scheme, place, parts.path.rstrip() or "/", urlencode(kept, errors="replace"), ""))


def domain(url: str) -> str | None:
    """The host of an address, without ``www``.

    >>> domain("https://www.example.org/a")
    'example.org'
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def is_root(url: str) -> bool:
    """Whether an address is that of a whole site.

    >>> is_root("https://example.org/"), is_root("https://example.org/a"), is_root("http://[news")
    (True, False, False)
    """
    try:
        return urlsplit(url).path in {"", "/"}
    except ValueError:
        return False


def is_domain(text: str) -> bool:
    """Whether a text is a host's name and not an outlet's: "St. Louis Post" has blanks.

    >>> is_domain("news.example.org"), is_domain("Harbour News")
    (True, False)
    """
    return _DOMAIN.fullmatch(text) is not None


def url_id(url: str) -> str:
    """The id of an article that is known by its address: a UUIDv5 (RFC 9562) of the canonical URL."""
    return str(uuid.uuid5(_NAMESPACE, _encodable(canonical_url(url))))


def text_id(text: str) -> str:
    """The id of an article of which only the text is known."""
    return str(uuid.uuid5(_NAMESPACE, _encodable(text)))


def key_id(key: str) -> str:
    """The id that the key of a record stands for: the key itself, or that of the address that it is.

    >>> key_id("ferry-7")
    'ferry-7'
    """
    return url_id(key) if is_url(key) else key


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def outlet(domain_name: str | None, url: str | None, name: str | None) -> str | None:
    """What stands for an outlet wherever it is compared: its domain if that is known, else its name.

    >>> outlet(None, "https://www.Harbour.example/ferry", "Harbour News"), outlet(None, None, "Harbour News")
    ('harbour.example', 'harbour news')
    """
    known = domain_name or (domain(url) if url else None) or name
    return known.casefold().removeprefix("www.") if known else None

"""Identities: one article, one id, however its address is written."""

import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.text import identity

URL = "https://news.example.org/world/ferry?id=7"


@pytest.mark.parametrize(
    "variant",
    [
        "HTTPS://NEWS.example.org/world/ferry?id=7",
        "https://news.example.org:443/world/ferry?id=7#comments",
        "https://news.example.org/world/ferry?utm_source=mail&id=7&fbclid=x",
        "  https://news.example.org/world/ferry?id=7 ",
    ],
)
def test_variants_of_an_address_are_one_article(variant: str) -> None:
    """Case of the host, default port, fragment and tracking do not tell articles apart."""
    assert identity.key_id(variant) == identity.url_id(URL)


@pytest.mark.parametrize(
    "other",
    [
        "https://news.example.org/world/Ferry?id=7",
        "https://news.example.org/world/ferry?id=8",
        "http://news.example.org:8080/world/ferry?id=7",
    ],
)
def test_other_addresses_are_other_articles(other: str) -> None:
    """The path's case, other parameters and other ports may tell articles apart."""
    assert identity.key_id(other) != identity.url_id(URL)


def test_a_key_that_is_no_address_is_the_id() -> None:
    """A publisher's id is left as it is."""
    assert identity.key_id("ferry-7") == "ferry-7"


@given(st.text(max_size=80))
@example(" #")
@example("?id=7 #")
def test_canonical_addresses_stay_as_they_are(rest: str) -> None:
    """Making an address canonical twice is making it so once; nothing raises."""
    once = identity.canonical_url("https://news.example.org/" + rest)
    assert identity.canonical_url(once) == once


@given(st.text(max_size=80))
def test_ids_of_texts_are_uuids(text: str) -> None:
    """Version 5 of RFC 9562, whatever the characters."""
    assert uuid.UUID(identity.text_id(text)).version == 5

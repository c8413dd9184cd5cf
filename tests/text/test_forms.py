"""Forms: JSON, HTML and plain text told apart, and foreign JSON in our field names."""

from typing import Any

import pytest

from copydesk.text import forms

NINJS_2 = {
    "uri": "urn:newsml:harbour.example:20240503:1",
    "versioncreated": "2024-05-03T10:00:00Z",
    "language": "de",
    "infosources": [{"name": "Harbour Wire"}],
    "headlines": [{"role": "short", "value": "Fähre"}, {"role": "main", "value": "Die Fähre fährt wieder"}],
    "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>Die Fähre fährt.</p>"}],
    "by": "Von Marta Lindqvist, dpa",
}
NINJS_3 = NINJS_2 | {
    "versionCreated": "2024-05-03T10:00:00Z",
    "infoSources": [{"name": "Harbour Wire"}],
    "bodies": [{"role": "main", "contentType": "text/html", "value": "<p>Die Fähre fährt.</p>"}],
}
del NINJS_3["versioncreated"], NINJS_3["infosources"]


@pytest.mark.parametrize("item", [NINJS_2, NINJS_3], ids=["2", "3"])
def test_ninjs_in_both_spellings_gives_the_same_article(item: dict[str, Any]) -> None:
    """Version 2 writes its names in lower case, version 3 in camel case."""
    assert forms.own_fields(item) == {
        "id": "urn:newsml:harbour.example:20240503:1",
        "title": "Die Fähre fährt wieder",
        "content": "<p>Die Fähre fährt.</p>",
        "content_type": "text/html",
        "published_at": "2024-05-03T10:00:00Z",
        "language": "de",
        "source": "Harbour Wire",
        "authors": ["Von Marta Lindqvist, dpa"],
    }


def test_plain_text_is_preferred_among_equal_bodies() -> None:
    """A ninjs item may carry the same body twice; the one without markup loses nothing."""
    bodies = [{"contentType": "text/html", "value": "<p>A.</p>"}, {"contentType": "text/plain", "value": "A."}]
    assert forms.own_fields({"headlines": [{"value": "T"}], "bodies": bodies})["content"] == "A."


def test_authors_of_trafilatura_are_set_apart() -> None:
    """trafilatura joins names with semicolons, and writes null for what it does not know."""
    fields = forms.own_fields({"text": "A.", "author": "Jo van Dael; Marta Lindqvist", "language": None})
    assert fields == {"content": "A.", "authors": ["Jo van Dael", "Marta Lindqvist"]}


def test_a_value_of_a_wrong_type_is_passed_on() -> None:
    """Whoever checks the fields must see the wrong value to name it."""
    assert forms.own_fields({"maintext": 7}) == {"content": 7}
    assert forms.own_fields({"bodies": "no list"})["content"] == "no list"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('  {"content": ""}', "json"),
        ("{}", "json"),
        ("<!-- saved --><!DOCTYPE html><title>A</title>", "html"),
        ("\ufeff<HTML><body>A", "html"),
        ("<p>The ferry sails.</p>\n<p>It is late.</p>", "html"),
        ("Prices < 5 and > 3 were rare.", "text"),
        ("[Updated] The ferry sails.", "text"),
        ("", "text"),
    ],
)
def test_the_form_is_told_by_how_the_text_begins(text: str, form: str) -> None:
    """Without a header the form is sniffed."""
    assert forms.sniff(text.removeprefix("\ufeff")) == form


@pytest.mark.parametrize(
    ("header", "stated"),
    [
        ("application/vnd.example+json", ("json", None)),
        ('Text/HTML; Charset="ISO-8859-1"', ("html", "ISO-8859-1")),
        ("image/png", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_the_header_states_form_and_encoding(header: str | None, stated: tuple[str | None, str | None]) -> None:
    """Types of no known form are left to sniffing."""
    assert forms.media_form(header) == stated

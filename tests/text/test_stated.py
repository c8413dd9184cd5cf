"""What a page states about its article, and which of its statements count."""

import json
from typing import Any

import pytest
from lxml import html

from copydesk.text import stated
from copydesk.text.stated import Stated


def read(head: str = "", body: str = "", url: str | None = None) -> Stated:
    return stated.read(html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), url)


def linked(*things: dict[str, Any]) -> str:
    return f'<script type="application/ld+json">{json.dumps(list(things))}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Ferry to return",
    "datePublished": "2026-03-14T09:30:00+01:00",
    "dateModified": "2026-03-15T08:00:00Z",
    "author": [{"@type": "Person", "name": "Marta Lindqvist"}, {"@type": "Organization", "name": "Harbour News"}],
    "publisher": {"@type": "Organization", "name": "Harbour News"},
    "articleSection": ["Travel", "Sea"],
}


def test_linked_data_states_it_all() -> None:
    """JSON-LD is read first, wherever in a graph the article stands."""
    found = read(linked({"@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]}))
    assert found.names == ["Ferry to return"]
    assert found.authors == ["Marta Lindqvist"]
    assert found.published is not None
    assert (found.published.value.isoformat(), found.published.zone) == ("2026-03-14T08:30:00+00:00", "stated")
    assert found.modified is not None
    assert (found.site, found.section) == ("Harbour News", "Travel")


def test_an_author_may_be_a_reference() -> None:
    """The person stands elsewhere in the graph, under the same identifier."""
    article = ARTICLE | {"author": {"@id": "#marta"}}
    person = {"@type": "Person", "@id": "#marta", "name": "Marta Lindqvist"}
    assert read(linked({"@graph": [article, person]})).authors == ["Marta Lindqvist"]


@pytest.mark.parametrize(
    "place",
    [
        meta("author", "Marta Lindqvist"),
        meta("author", "Lindqvist, Marta"),
        meta("author", "https://example.org/marta") + meta("byl", "By Marta Lindqvist"),
        meta("author", "m.lindqvist@example.org") + meta("parsely-author", "Marta Lindqvist"),
        meta("twitter:title", "x") + meta("author", "@harbournews") + meta("dc.creator", "Marta Lindqvist"),
    ],
)
def test_authors_in_metadata(place: str) -> None:
    """Names are names: no address, no account; and in the order in which they are spoken."""
    assert [name.removeprefix("By ") for name in read(place).authors] == ["Marta Lindqvist"]


def test_people_count_more_than_publishers() -> None:
    """The publisher stands where an author is expected, and the person in the byline."""
    byline = '<p class="article-byline">Marta Lindqvist and Jo van Dael</p>'
    assert read(meta("author", "AFP"), byline).authors == ["Marta Lindqvist", "Jo van Dael"]
    assert read(meta("author", "AFP")).authors == ["AFP"]


def test_authors_of_other_articles_do_not_count() -> None:
    """A list of recommended articles marks the authors of each, in a box of its own."""
    own = '<header><p><span itemprop="author">Marta Lindqvist</span></p></header>'
    other = '<li><p><a rel="author">Ines Duarte</a></p></li>'
    assert read(body=f"{own}<ul>{other}</ul>").authors == ["Marta Lindqvist"]


@pytest.mark.parametrize(
    ("head", "body", "url", "day", "precision"),
    [
        (meta("article:published_time", "2026-03-14T09:30:00Z"), "", "/2026/03/13/x", "2026-03-14", "second"),
        ("", '<time datetime="2026-03-14">yesterday</time>', None, "2026-03-14", "day"),
        ("", '<time datetime="2026-03-01">x</time><time itemprop="datePublished" datetime="2026-03-14">y</time>', None,
         "2026-03-14", "day"),
        ("", "", "/2026/03/14/ferry", "2026-03-14", "day"),
        ("", '<h1>Ferry</h1><p class="date">14 March 2026</p>', "/2026/03/ferry", "2026-03-14", "day"),
    ],
)  # fmt: skip
def test_the_date_of_publication(head: str, body: str, url: str | None, day: str, precision: str) -> None:
    """What is stated counts before what is shown, and what is shown before half a date in the address."""
    found = read(head, body, url and f"https://example.org{url}").published
    assert found is not None
    assert (found.value.date().isoformat(), found.precision) == (day, precision)


def test_no_date_is_no_date() -> None:
    """The year in the foot of a page is not the year of the article."""
    assert (
        read(body="<h1>Ferry to return</h1><p>It will sail again.</p><footer>© 2026 Harbour News</footer>").published
        is None
    )


@pytest.mark.parametrize("name", ["date", "article:published_time"])
def test_an_impossible_time_is_no_date(name: str) -> None:
    """A zone of more than a day ahead is no zone, and costs nothing but the date."""
    found = read(meta(name, "2026-03-14T09:30:00+99:99") + meta("author", "Marta Lindqvist"))
    assert (found.published, found.authors) == (None, ["Marta Lindqvist"])


def test_the_canonical_address_is_without_trackers() -> None:
    """An address that leads nowhere is none."""
    link = '<link rel="canonical" href="https://example.org/ferry?utm_source=x">'
    assert read(link).url == "https://example.org/ferry"
    assert read('<link rel="canonical" href="/ferry">').url is None


@pytest.mark.parametrize("broken", ["{", "[" * 100_000, '"text"', "[null, 3]", '{"@type": 7, "author": 3}'])
def test_broken_linked_data_states_nothing(broken: str) -> None:
    """Pages hold all kinds of it."""
    found = read(f'<script type="application/ld+json">{broken}</script>')
    assert (found.authors, found.names, found.published) == ([], [], None)

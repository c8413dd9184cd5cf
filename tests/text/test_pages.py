"""Pages that do not look like pages of today."""

import json

import pytest

from copydesk.text.pages import read_page

PARAGRAPHS = (
    "The ferry will sail from Ostend again on Friday, the director of the port said at a meeting with the crews.",
    "It has room for four hundred passengers, and tickets will cost less than forty euros for most of the summer.",
    "The line was closed eleven years ago, when the tunnel had taken most of the cars and nearly all of the lorries.",
)


def test_a_page_laid_out_by_a_table_has_paragraphs() -> None:
    """The column with the article is read paragraph by paragraph, the column with the menu is not read at all."""
    column = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = read_page(
        "<html><title>Ferry to return</title><body><table><tr><td>Front page<br>City<br>Ads</td>"
        f"<td><h1>Ferry to return</h1>{column}</td></tr></table></body></html>",
        None,
    )
    assert page is not None
    assert [text for kind, text in page.blocks if kind == "paragraph"] == list(PARAGRAPHS)


def test_a_table_of_figures_is_a_line_a_row() -> None:
    """Cells without paragraphs belong together."""
    rows = "".join(f"<tr><td>{year}</td><td>{year - 1700} ships</td></tr>" for year in (2024, 2025))
    column = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = read_page(f"<html><body><article>{column}<table>{rows}</table></article></body></html>", None)
    assert page is not None
    texts = [text for _, text in page.blocks]
    assert texts[:3] == list(PARAGRAPHS)
    assert "2024 | 324 ships" in texts


@pytest.mark.parametrize("read_as", ["cp1252", "latin-1"])
def test_a_page_of_mojibake_is_repaired(read_as: str) -> None:
    """Also where the halves of its characters are controls, which no page may hold."""
    said = "“We waited eleven years for this café,” said Zoë, who had come from Málaga to see it open its doors."
    article = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, said))
    broken = article.encode().decode(read_as, "ignore")
    found = read_page(f"<html><body><article>{broken}</article></body></html>", None)
    assert found is not None
    assert said in [text for _, text in found.blocks]


def test_a_page_that_is_drawn_by_scripts_gives_what_it_states() -> None:
    """The text for search engines, where nothing like it is shown; else what readers see."""
    stated = json.dumps({"@type": "NewsArticle", "headline": "Ferry", "articleBody": "\n\n".join(PARAGRAPHS)})
    script = f'<script type="application/ld+json">{stated}</script>'
    drawn = read_page(f"<html><head>{script}</head><body><div id=root>Loading the page …</div></body></html>", None)
    assert drawn is not None
    assert [text for _, text in drawn.blocks] == list(PARAGRAPHS)
    shown = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:2])
    seen = read_page(f"<html><head>{script}</head><body><article>{shown}</article></body></html>", None)
    assert seen is not None
    assert [text for _, text in seen.blocks] == list(PARAGRAPHS[:2])


def teasers(count: int, linked: bool) -> str:
    """Headlines and standfirsts with much between them, as on the first page of a newspaper."""
    headlines = (f"Ferry number {number} returns to the port of Ostend, and crews are glad" for number in range(count))
    said = "It sailed on Friday with four hundred passengers, the port said."
    menu = "".join(f"<a href=/s{number}>Section {number}</a><br>" for number in range(8))
    return "".join(
        f"<div><h2><a href=/f>{headline}</a></h2><p>{f'<a href=/f>{said}</a>' if linked else said}</p>{menu}</div>"
        for headline in headlines
    )


ARTICLE = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
STATED = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    ("head", "body", "url", "is_list"),
    [
        ("", ARTICLE, "https://example.org/2026/ferry", False),
        ("", ARTICLE, None, False),
        ("", ARTICLE, "https://example.org/", True),
        ("", 2 * ARTICLE, "https://example.org/", False),
        (STATED, ARTICLE, "https://example.org/", False),
        ("", teasers(12, linked=True), "https://example.org/news", True),
        (STATED, ARTICLE + teasers(3, linked=True), "https://example.org/2026/ferry", False),
    ],
)
def test_a_list_of_articles_is_told_from_an_article(head: str, body: str, url: str | None, is_list: bool) -> None:
    """By its links, by where its text stands, and by its address, unless it says that it is an article."""
    found = read_page(f"<html><head><title>Ferry to return</title>{head}</head><body>{body}</body></html>", url)
    assert found is not None
    assert found.is_list is is_list

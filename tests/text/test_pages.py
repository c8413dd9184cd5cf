"""Pages that do not look like pages of today."""

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

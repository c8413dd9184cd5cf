"""What the elements around a line tell of it."""

from trafilatura import load_html

from copydesk.text import markup
from copydesk.text.visible import visible_lines

PROSE = "The ferry to Ostend will sail again on Friday, the director of the port said on Monday after eleven years."
PAGE = f"""<html><body>
<nav><a href="/">Home</a></nav>
<article><div class="c-article__body"><p>{PROSE}</p><p>{PROSE}</p></div>
<div id="relatedStories"><ul><li><a href="/b">A second ferry</a></li></ul></div></article>
</body></html>"""


def test_columns_tell_lines_of_the_article_from_those_around() -> None:
    """Lines of one element look alike, and unlike those of another."""
    lines = list(visible_lines(load_html(PAGE)))
    home, first, second, related = markup.columns(lines)
    assert [line.text for line in lines] == ["Home", PROSE, PROSE, "A second ferry"]
    assert first.tolist() == second.tolist()
    assert len({tuple(row.tolist()) for row in (home, first, related)}) == 3


def test_a_page_without_lines_has_no_rows() -> None:
    assert markup.columns([]).shape == (0, markup.COLUMNS)


def test_names_are_read_in_any_spelling() -> None:
    """Class, id and itemprop; whole words, and parts of words that are joined."""
    spelled = ('class="related"', 'id="Related-Stories"', 'class="x y--related__list"', 'itemprop="relatedLink"')
    rows = []
    for name in (*spelled, 'class="article"'):
        (row,) = markup.columns(list(visible_lines(load_html(f"<html><body><div {name}>A ferry</div></body></html>"))))
        rows.append(row.tolist())
    assert all(row == rows[0] for row in rows[:4])
    assert rows[4] != rows[0]

"""Which visible lines of a page are its article."""

import pytest

from copydesk.text import extractors, layout
from copydesk.text.pages import read_page, survey
from copydesk.text.visible import Seen

PARAGRAPHS = (
    "The ferry will sail from Ostend again on Friday, the director of the port said at a meeting with the crews.",
    "It had stopped eleven years ago, when the tunnel had taken most of the cars and nearly all of the lorries.",
    "“We have waited for this day,” said Maria Jansen, who has run the café at the quay for twenty years.",
    "The first boat leaves at six in the morning, and tickets cost 39 euros for a car with up to four people.",
)
TEASER = "A new museum in the old customs house shows how sailors lived a century ago, and what they brought home."


def page(*, inside: str = "") -> str:
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{inside}<p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>"
    menu = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Home", "Politics", "Sport", "Weather"))
    return (
        f"<html><head><title>Ferry returns to Ostend</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>Ferry returns to Ostend</h1><div class='article-body'>{body}</div></article></main>"
        "<footer class='site-footer'><p>© Harbour News. All rights reserved. Terms of use.</p></footer>"
        "</body></html>"
    )


def texts(html: str) -> list[str]:
    found = read_page(html, None)
    assert found is not None
    return [text for _, text in found.blocks]


def test_the_paragraphs_of_an_article_are_found() -> None:
    """And neither the menu nor the footer."""
    assert [text for text in texts(page()) if text != "Ferry returns to Ostend"] == list(PARAGRAPHS)


def test_a_teaser_within_the_article_is_no_part_of_it() -> None:
    """It reads like the article; what stands around it tells that it is another's."""
    teaser = f"<aside class='related-articles'><h3>Related</h3><ul><li><a href='/museum'>{TEASER}</a></li></ul></aside>"
    assert TEASER not in texts(page(inside=teaser))


def test_each_line_has_a_probability() -> None:
    """The same page has the same ones each time, and a page without lines has none."""
    surveyed = survey(page(), None)
    assert surveyed is not None
    looks = layout.look(surveyed.seen, surveyed.marks, surveyed.title)
    for judged in (layout.judge, lambda looks: layout.compare(looks, surveyed.seen, PARAGRAPHS)):
        chances = judged(looks)
        assert len(chances) == len(surveyed.seen)
        assert all(0 <= chance <= 1 for chance in chances)
        assert chances == judged(looks)
    nothing = layout.look([], surveyed.marks[:0], None)
    assert layout.judge(nothing) == layout.compare(nothing, [], []) == []


def test_doubt_is_what_may_be_wrong_of_what_is_kept() -> None:
    """Where nothing is kept, all is in doubt."""
    lines = [Seen("a" * size, None, "paragraph", None, 0) for size in (100, 50)]
    assert layout.doubt(lines, [1.0, 0.0]) == 0
    assert layout.doubt(lines, [0.9, 0.2]) == pytest.approx((10 + 10) / 100)
    assert layout.doubt(lines, [0.1, 0.2]) == layout.doubt([], []) == 1


def test_where_little_is_kept_the_extractor_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a page whose markup is like none that was met before."""
    surveyed = survey(page(), None)
    assert surveyed is not None
    monkeypatch.setattr(layout, "judge", lambda looks: [0.0] * len(looks.own))
    monkeypatch.setattr(layout, "compare", lambda looks, *_: [0.0] * len(looks.own))
    found = read_page(page(), None)
    assert found is not None
    assert found.blocks == extractors.extract(surveyed.tree)
    assert found.blocks

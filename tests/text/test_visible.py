"""The lines that a reader of a page sees."""

from hypothesis import given
from hypothesis import strategies as st
from trafilatura import load_html

from copydesk.text.visible import visible_lines


def shown(body: str) -> list[str]:
    return [line.text for line in visible_lines(load_html(f"<html><body>{body}</body></html>"))]


def test_blocks_break_lines_and_phrases_do_not() -> None:
    """A link within a sentence stays in its line, a row of a table is one, and a comment hides nothing behind it."""
    assert shown("<div>The <a href='/f'>ferry</a><!-- note --> sails.<p>Home<br>World</p>again</div>") == [
        "The ferry sails.",
        "Home",
        "World",
        "again",
    ]
    assert shown("<table><tr><td>Ostend</td><td></td><td>3</td></tr><tr><td>Ramsgate</td></tr></table>") == [
        "Ostend | 3",
        "Ramsgate",
    ]


def test_what_is_hidden_is_no_line() -> None:
    """Scripts, templates and hidden elements are left out with all that is in them, what follows them is not."""
    hidden = "<p hidden>a<b>b</b></p><div style='display: none'><p>c</p></div><i aria-hidden='true'>d</i>"
    assert shown(f"<p>One</p>{hidden}<script>e()</script><noscript>f</noscript> two") == ["One", "two"]


def test_elements_tell_the_purpose_of_their_lines() -> None:
    """Within a navigation or a caption all lines are of it, and no longer behind it."""
    page = "<nav><ul><li>Home</li></ul></nav><p>One</p><figure><figcaption>A ship</figcaption></figure>two"
    lines = visible_lines(load_html(f"<html><body>{page}</body></html>"))
    told = [(line.text, line.purpose) for line in lines]
    assert told == [("Home", "navigation"), ("One", None), ("A ship", "caption"), ("two", None)]


WORDS = st.text(alphabet="abc", min_size=1, max_size=5)
NODES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["div", "b", "section", "nav", "span"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@given(st.lists(NODES, max_size=5))
def test_no_visible_character_is_lost(nodes: list[str]) -> None:
    """Whatever the elements: the lines hold all characters of the page, in their order."""
    page = load_html(f"<html><body>{''.join(nodes)}</body></html>")
    assert page is not None
    assert "".join(line.text for line in visible_lines(page)) == "".join(page.itertext())


def test_a_line_tells_its_element_and_how_much_of_it_is_linked() -> None:
    """The element is the one that breaks the line, not the phrase around a word."""
    page = "<div><p>See <a href='/f'>the <b>ferry</b></a> sail</p><a href='/'><h2>Home</h2></a>end</div>"
    lines = visible_lines(load_html(f"<html><body>{page}</body></html>"))
    assert [(line.text, line.element.tag, line.linked) for line in lines] == [
        ("See the ferry sail", "p", 8),
        ("Home", "h2", 4),
        ("end", "div", 0),
    ]


def test_a_line_tells_what_it_is_in_an_article() -> None:
    """By the nearest element that says so; a heading that nobody has closed makes no headings of what follows."""
    page = (
        "<h2>Why<p>One</p><p>Two</p></h2><ul><li><p>Item</p><article>Three</article></li></ul>"
        "<blockquote><p>Said</p></blockquote><figure><figcaption>A ship</figcaption></figure>"
    )
    lines = visible_lines(load_html(f"<html><body>{page}</body></html>"))
    assert [(line.text, line.kind) for line in lines] == [
        ("Why", "heading"),
        ("One", "paragraph"),
        ("Two", "paragraph"),
        ("Item", "list_item"),
        ("Three", "paragraph"),
        ("Said", "quote"),
        ("A ship", "caption"),
    ]

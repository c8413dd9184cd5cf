"""The examples: what their table says of them."""

import re
from pathlib import Path

import pytest

from copydesk import codec
from copydesk.events import RawArticle

FOLDER = Path(__file__).parents[1] / "examples"
FILES = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")
FOREIGN = {"23-news-please-shape.json", "24-ninjs-shape.json", "28-trafilatura-shape.json"}
"""JSON in the shapes of other software."""
OWN = [path for path in FILES if path.suffix == ".json" and path.name not in FOREIGN]


def test_table_lists_every_example_in_order() -> None:
    """The table in README.md has one row per file, in the order of publication."""
    table = re.findall(r"^\| `([^`]+)`", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)

    assert table == [path.name for path in FILES]
    assert len(FILES) >= 24


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_json_examples_are_raw_articles_with_their_origin(path: Path) -> None:
    """Our own JSON form decodes, and says id, URL, source and time."""
    article = codec.decode(path.read_bytes(), RawArticle)

    assert article.content
    assert article.id
    assert article.url
    assert article.source
    assert article.published_at


def test_windows_1252_example_is_no_utf_8() -> None:
    """The page has the bytes of curly quotes in Windows-1252, which UTF-8 does not allow."""
    page = (FOLDER / "18-windows-1252-html.html").read_bytes()

    assert b"\x93" in page
    assert b"\x94" in page
    with pytest.raises(UnicodeDecodeError):
        page.decode()


def test_reprint_repeats_most_of_the_original() -> None:
    """The two near-duplicates share most paragraphs, but not all of the text."""
    original, reprint = (
        codec.decode((FOLDER / name).read_bytes(), RawArticle).content.split("\n\n")
        for name in ("16-near-duplicate-original.json", "17-near-duplicate-reprint.json")
    )
    shared = set(original) & set(reprint)

    assert original != reprint
    assert len(shared) >= len(original) / 2

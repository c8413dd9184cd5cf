"""Articles from files, folders and standard input."""

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk.cli.inputs import Input, key_of, read
from copydesk.cli.publish import message


def test_a_file_is_one_article_byte_for_byte(tmp_path: Path) -> None:
    """Whatever its bytes, with the type that its suffix says."""
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>caf\xe9</p>\r\n")
    assert list(read([str(page)])) == [Input(str(page), b"<p>caf\xe9</p>\r\n", "text/html")]


def test_an_empty_file_is_an_article_too(tmp_path: Path) -> None:
    """It is for the pipeline to say that nothing is in it."""
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert list(read([str(empty)])) == [Input(str(empty), b"", "text/plain")]


def test_json_lines_are_one_article_each(tmp_path: Path) -> None:
    """Named with their line; empty lines are none."""
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b'{"content":"a"}\n\n{"content":"b"}\r\n')
    assert [(one.name, one.value) for one in read([str(feed)])] == [
        (f"{feed}:1", b'{"content":"a"}'),
        (f"{feed}:3", b'{"content":"b"}'),
    ]


def test_a_folder_gives_its_articles_by_name(tmp_path: Path) -> None:
    """Also those further down; what is no article, such as a README, stays out."""
    (tmp_path / "b").mkdir()
    for name in ("c.json", "b/a.html", "a.TXT", "README.md"):
        (tmp_path / name).touch()
    names = [Path(one.name).relative_to(tmp_path).as_posix() for one in read([str(tmp_path)])]
    assert names == ["a.TXT", "b/a.html", "c.json"]


@pytest.mark.parametrize(
    ("given", "values"),
    [
        (b'{"content":"a"}\n{"content":"b"}\n', [b'{"content":"a"}', b'{"content":"b"}']),
        (b"First line\n{}\n", [b"First line\n{}\n"]),
        (b'{\n"content": "a"\n}\n', [b'{\n"content": "a"\n}\n']),
        (b"", [b""]),
    ],
)
def test_standard_input_is_json_lines_or_one_article(
    given: bytes, values: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first line tells."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(given)))
    assert [one.value for one in read(["-"])] == values


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (b'{"id":"ferry-1","url":"https://news.example/1"}', "ferry-1"),
        (b'{"url":"https://news.example/1"}', "https://news.example/1"),
        (b'{"id":7,"content":"a"}', None),
        (b'["id"]', None),
        (b"plain text", None),
        (b'{"id":"a"', None),
        (b"", None),
    ],
)
def test_the_key_is_the_id_or_the_url_of_a_json_article(value: bytes, key: str | None) -> None:
    """So that an article and its revisions share it; other forms have none."""
    assert key_of(Input("a", value, None)) == key


def test_what_is_given_goes_before_what_is_inferred() -> None:
    """Key, headers and content type of the command line."""
    article = Input("a.json", b'{"id":"a"}', "application/json")
    assert message(article).headers == (("content-type", b"application/json"),)
    chosen = message(article, "k", (("source", b"desk"),), "text/plain")
    assert (chosen.key, chosen.headers) == ("k", (("source", b"desk"), ("content-type", b"text/plain")))

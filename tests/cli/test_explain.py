"""`copydesk explain`: what became of each line of an article, and why."""

import json
import re
from pathlib import Path

import pytest

from copydesk.events import Origin, ReceivedArticle
from copydesk.stages.clean import explain
from tests.cli.commands import copydesk, on_a_terminal

TITLE = "Ferry service returns to Ostend after eleven years"
LEAD = "The ferry will sail from Ostend again on Friday, the director of the port said at a meeting."
MORE = "It has room for four hundred passengers, and tickets will cost less than forty euros."
TEXT = f"Harbour News\nPolitics\n{TITLE}\nBy Marta Lindqvist\n\n{LEAD}\n\n{MORE}\n\nSign up for our newsletter\n"
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><nav><a href=/>Politics</a></nav><article>"
    f"<h1>{TITLE}</h1><p class=byline>By Marta Lindqvist</p><p>{LEAD}</p><p>{MORE}</p></article>"
    "<footer><p>Sign up for our newsletter</p></footer></body></html>"
)


@pytest.mark.parametrize("content", [TEXT, PAGE], ids=["text", "page"])
def test_each_line_has_one_verdict(content: str) -> None:
    """In the order of the page: what is kept makes up the text, all else has its reason."""
    origin = Origin(topic="news.raw.v1", partition=0, offset=0)
    article, verdicts = explain(ReceivedArticle(content=content, id="a", origin=origin))
    decisions = {verdict.text: verdict.decision for verdict in verdicts}
    assert decisions[TITLE] == "title"
    assert decisions["By Marta Lindqvist"] == "credit"
    assert decisions[LEAD] == decisions[MORE] == "paragraph"
    assert decisions["Sign up for our newsletter"] == "promotion"
    assert "\n\n".join(verdict.text for verdict in verdicts if verdict.kept) == article.text
    assert len(verdicts) == len(article.blocks) + len(article.removed) + (content == TEXT)
    assert [verdict.phrase for verdict in verdicts if verdict.text == "Sign up for our newsletter"] == ["promotion"]


def test_into_a_pipe_it_is_json(tmp_path: Path) -> None:
    """One object an article; what is rejected is told with its reason, status 3."""
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").touch()
    done = copydesk("explain", str(tmp_path))
    assert done.returncode == 3
    assert f"{tmp_path / 'b.txt'}: empty: " in done.stderr.decode()
    (told,) = map(json.loads, done.stdout.splitlines())
    assert told["article"]["title"] == TITLE
    assert [line["text"] for line in told["lines"] if line["kept"]] == [LEAD, MORE]
    assert all(0 <= line["chance"] <= 1 for line in told["lines"])


def test_on_a_terminal_it_is_read(tmp_path: Path) -> None:
    """In colours, unless they are not wanted; no control character of the article reaches the terminal."""
    (tmp_path / "a.txt").write_text(TEXT.replace("Harbour", "\x1b[2JHarbour"))
    status, shown = on_a_terminal("explain", str(tmp_path / "a.txt"), COLUMNS="200", TERM="xterm")
    assert status == 0
    assert "\x1b[1mtitle " in shown
    assert "\x1b[2J" not in shown
    _, plain = on_a_terminal("explain", str(tmp_path / "a.txt"), COLUMNS="200", NO_COLOR="1")
    assert "\x1b" not in plain
    assert re.search(rf"title  {TITLE}\s+authors  Marta Lindqvist", plain)
    assert re.search(rf"^paragraph   0\.\d\d  {LEAD}\s*$", plain, re.MULTILINE)
    assert re.search(r"^promotion   0\.\d\d  Sign up for our newsletter \[promotion\]\s*$", plain, re.MULTILINE)

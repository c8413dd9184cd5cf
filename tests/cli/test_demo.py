"""`copydesk demo`: what a newcomer sees first."""

import re
from pathlib import Path

from tests.cli.commands import copydesk

ROOT = Path(__file__).resolve().parents[2]


def test_every_article_is_shown_and_the_demo_ends_by_itself(tmp_path: Path) -> None:
    """The examples and an article of one's own end as events or dead letters; status 0."""
    mine = tmp_path / "mine.txt"
    mine.write_text("Harbour opens\n\nThe harbour of Ostend opened on Monday, its director Pieter Claes said.\n")
    done = copydesk("demo", "--once", str(mine), COPYDESK_WORKERS="1")
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    total = len([file for file in (ROOT / "examples").iterdir() if file.suffix in {".txt", ".html", ".json"}]) + 1
    assert f"{total} of {total} articles ended as events or dead letters." in shown
    assert len(re.findall(r"^\[\d+/\d+\] ", shown, re.MULTILINE)) == total
    assert "empty in clean" in shown
    assert "Ostend" in shown

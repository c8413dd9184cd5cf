"""`copydesk demo`: what a newcomer sees first."""

import re
from pathlib import Path

from tests.cli.commands import copydesk

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = """Ferry service to return to Ostend

OSTEND, May 3 - Ferries will sail from Ostend again after eleven years, the port's director said on Tuesday.

"We have waited a long time for this day," Pieter Claes told reporters on the quay.

The first ship leaves for Ramsgate on June 1 with room for 400 passengers, and tickets cost 39 euros.
"""


def test_every_article_is_shown_and_the_demo_ends_by_itself(tmp_path: Path) -> None:
    """The examples and an article of one's own end as events or dead letters; status 0."""
    mine = tmp_path / "mine.txt"
    mine.write_text(ARTICLE)
    done = copydesk("demo", "--once", str(mine), COPYDESK_WORKERS="1")
    shown = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    total = len([file for file in (ROOT / "examples").iterdir() if file.suffix in {".txt", ".html", ".json"}]) + 1
    assert f"{total} of {total} articles ended as events or dead letters." in shown
    assert len(re.findall(r"^\[\d+/\d+\] ", shown, re.MULTILINE)) == total
    assert "empty in clean" in shown
    assert "Ferry service to return to Ostend\n" in shown
    assert 'Pieter Claes: "We have waited a long time for this day,"' in shown

"""What the documents say is what the code does."""

import re
from pathlib import Path

from copydesk.cli import _COMMANDS
from copydesk.settings import table

ROOT = Path(__file__).resolve().parents[1]


def test_the_table_of_settings_is_the_code_s() -> None:
    """docs/settings.md is what `copydesk settings` prints."""
    assert table() in (ROOT / "docs" / "settings.md").read_text()


def test_the_readme_names_every_command() -> None:
    """Each command stands in the README's table, and no other."""
    named = set(re.findall(r"^\| `copydesk (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named == set(_COMMANDS)


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """Relative links in the top-level documents name files that exist."""
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text()):
            assert (ROOT / target).exists(), f"{document.name} links to {target}"

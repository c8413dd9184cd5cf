"""Wrong use: one line on standard error, exit status 2, no traceback."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from copydesk.cli import main
from copydesk.cli.worker import checkout
from copydesk.errors import UsageError
from tests.cli.commands import copydesk


@pytest.fixture
def away() -> str:
    """An address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """See that it is wrong use and nothing else, and return what was said."""
    error = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b""), error
    assert error.startswith("copydesk: ")
    assert error.count("\n") == 1
    return error


@pytest.mark.parametrize(
    "command",
    [
        ["publish", "-"],
        ["subscribe", "enriched"],
        ["topics"],
        ["worker"],
        ["dead", "list"],
        ["dead", "show", "0/1"],
        ["dead", "replay", "--all"],
        ["dead", "replay", "--all", "--dry-run"],
        ["trace", "ferry-1"],
    ],
)
def test_a_broker_that_is_away(command: list[str], away: str) -> None:
    """Each command that needs a broker says where none answers, and what to do."""
    error = one_line(copydesk(*command, COPYDESK_BROKER=away))
    assert f"no broker answers at {away}: start one with `make kafka`, or set COPYDESK_BROKER" in error


@pytest.mark.parametrize("command", [["topics"], ["worker"], ["subscribe", "raw"], ["demo", "--once"]])
def test_a_bad_setting(command: list[str]) -> None:
    """The variable is named, whatever the command."""
    error = one_line(copydesk(*command, COPYDESK_WORKERS="many"))
    assert "COPYDESK_WORKERS='many': use a whole number" in error


@pytest.mark.parametrize("command", ["publish", "run", "demo"])
def test_a_file_that_is_not_there(command: str) -> None:
    """Nothing has been sent or written by then."""
    assert "cannot read nowhere.txt: there is no such file" in one_line(copydesk(command, "nowhere.txt"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """The same for one without permission."""
    closed = tmp_path / "closed.txt"
    closed.touch(mode=0)
    assert f"cannot read {closed}: permission denied" in one_line(copydesk("run", str(closed)))


def test_a_folder_without_articles(tmp_path: Path) -> None:
    """An empty folder is more likely a wrong one."""
    assert "no file in this folder ends in" in one_line(copydesk("publish", str(tmp_path)))


def test_an_output_that_cannot_be_written(tmp_path: Path) -> None:
    """The path and the reason are told."""
    article = tmp_path / "article.txt"
    article.write_text("news")
    error = one_line(copydesk("run", str(article), "-o", str(tmp_path / "no" / "out.jsonl")))
    assert "cannot write" in error
    assert "No such file or directory" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["subscribe", "sports"], "there is no topic 'sports'; use raw, clean"),
        (["subscribe", "raw", "--since", "yesterday"], "--since yesterday: use earliest, now"),
        (["subscribe", "raw", "--limit", "0"], "--limit 0: use 1 or more"),
        (["subscribe", "raw", "--filter", "title"], "--filter title: use FIELD=VALUE"),
        (["dead"], "the following arguments are required: ACTION"),
        (["dead", "list", "--reason", "boring"], "invalid choice: 'boring'"),
        (["dead", "list", "--stage", "print"], "invalid choice: 'print'"),
        (["dead", "list", "--until", "earliest"], "--until earliest: use now, how long ago"),
        (["dead", "list", "--limit", "0"], "--limit 0: use 1 or more"),
        (["dead", "replay"], "say which letters, with --reason"),
        (["dead", "replay", "--limit", "5"], "say which letters, with --reason"),
        (["trace", "ferry-1", "--since", "yesterday"], "--since yesterday: use earliest, now"),
        (["publish", "-", "--header", "source"], "--header source: use NAME=VALUE"),
        (["run", "-", "--from", "link", "--to", "clean"], "the last stage comes before the first"),
        (["run", "-", "--workers", "0"], "--workers 0: use 1 or more"),
    ],
)
def test_wrong_arguments(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong, and what is right."""
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_one_key_for_several_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They would replace each other: refused before the first is sent."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("news")
    assert main(["publish", "--key", "k", str(tmp_path)]) == 2
    assert "--key k: there is more than one article" in capsys.readouterr().err


def test_a_worker_without_its_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a plain ``pip install`` there is no ``agents/``; the line says where there is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("copydesk.__file__", str(tmp_path / "site-packages" / "copydesk" / "__init__.py"))
    with pytest.raises(UsageError, match="runs from a checkout or an image"):
        checkout()


@pytest.mark.parametrize("words", [["dead", "replay", "--id=--"], ["subscribe", "enriched", "--since=--"]])
def test_two_dashes_are_no_value(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """argparse would hand a list to what expects a word."""
    assert main(words) == 2
    assert capsys.readouterr().err.endswith(": `--` is no value; see `copydesk --help`\n")

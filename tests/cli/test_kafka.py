"""`copydesk publish`, `subscribe` and `topics` on a real Kafka."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from copydesk.pipeline import TOPICS
from tests.cli.commands import COPYDESK, copydesk


def test_publish_and_subscribe(kafka: str, tmp_path: Path) -> None:
    """Files, lines and headers go in and are acknowledged; JSON lines come out and end by themselves."""
    (tmp_path / "page.html").write_bytes(b"<p>caf\xe9</p>")
    (tmp_path / "feed.jsonl").write_text('{"id":"cli-1","content":"a"}\n{"id":"cli-2","content":"b"}\n')
    done = copydesk("publish", str(tmp_path), "--header", "desk=cli", COPYDESK_BROKER=kafka)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"3 accepted\n")
    read = copydesk("subscribe", "raw", "--no-follow", COPYDESK_BROKER=kafka)
    assert read.returncode == 0, read.stderr
    found = {line["key"]: line for line in map(json.loads, read.stdout.splitlines())}
    assert found["cli-1"]["value"] == '{"id":"cli-1","content":"a"}'
    assert found[None]["content_type"] == "text/html"
    assert found[None]["value_base64"] is not None
    one = copydesk("subscribe", "raw", "--filter", "key=cli-2", "--limit", "1", COPYDESK_BROKER=kafka)
    assert [json.loads(line)["key"] for line in one.stdout.splitlines()] == ["cli-2"]


def test_what_is_not_accepted_is_named(kafka: str, tmp_path: Path) -> None:
    """The others are published all the same, and the status tells."""
    (tmp_path / "a-large.txt").write_bytes(bytes(17_000_000))
    (tmp_path / "b-small.txt").write_bytes(b"small")
    done = copydesk("publish", str(tmp_path), COPYDESK_BROKER=kafka)
    first, last = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert first.startswith(f"not accepted: {tmp_path / 'a-large.txt'}: ")
    assert last == "1 accepted, 1 not accepted"


def test_a_reader_that_leaves_is_no_error(kafka: str) -> None:
    """`copydesk subscribe raw | head -1`: quiet, whatever is left to write."""
    articles = b"".join(b'{"content":"%s"}\n' % (b"x" * 1000) for _ in range(500))
    assert copydesk("publish", "-", given=articles, COPYDESK_BROKER=kafka).returncode == 0
    environment = os.environ | {"COPYDESK_BROKER": kafka}
    with subprocess.Popen(
        [COPYDESK, "subscribe", "raw"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_a_terminal_gets_readable_text(kafka: str) -> None:
    """And no control characters, which a page may bring to take the terminal over."""
    copydesk("publish", "-", "--key", "tty", given=b"\x1b[2J Ferry returns", COPYDESK_BROKER=kafka)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COPYDESK, "subscribe", "raw", "--filter", "key=tty", "--limit", "1"],
        stdout=theirs,
        env=os.environ | {"COPYDESK_BROKER": kafka},
    )
    assert process.wait(60) == 0
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "key tty" in shown
    assert "Ferry returns" in shown
    assert "\x1b" not in shown


def test_topics_are_listed_after_they_were_created(kafka: str) -> None:
    """One line for each row of the table."""
    done = copydesk("topics", COPYDESK_BROKER=kafka)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.decode().splitlines()] == [topic.name for topic in TOPICS]


@pytest.mark.parametrize("command", ["settings", "version"])
def test_what_needs_no_broker(command: str) -> None:
    """It answers without one."""
    done = copydesk(command, COPYDESK_BROKER="127.0.0.1:1")
    assert done.returncode == 0
    assert (b"COPYDESK_BROKER" if command == "settings" else b"copydesk ") in done.stdout

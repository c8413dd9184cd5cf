"""The command as a person runs it: a process of its own."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Final

COPYDESK: Final = str(Path(sys.executable).parent / "copydesk")


def environment(**variables: str) -> dict[str, str]:
    """That of this process, with no setting but those given."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")} | variables


def copydesk(*arguments: str, given: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run it with no setting but those given."""
    return subprocess.run(
        [COPYDESK, *arguments],
        capture_output=True,
        input=given,
        env=environment(**variables),
        check=False,
        timeout=120,
    )


def on_a_terminal(*arguments: str, **variables: str) -> tuple[int, str]:
    """Run it with a terminal as its standard output, and return its status and what the terminal got."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.run(
            [COPYDESK, *arguments], stdout=theirs, env=environment(**variables), check=False, timeout=60
        )
        os.close(theirs)
        return process.returncode, os.read(ours, 100_000).decode()
    finally:
        os.close(ours)

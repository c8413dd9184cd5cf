"""The command as a person runs it: a process of its own."""

import contextlib
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
    shown = b""
    with subprocess.Popen([COPYDESK, *arguments], stdout=theirs, env=environment(**variables)) as process:
        os.close(theirs)
        with contextlib.suppress(OSError):  # what Linux says at the end of a terminal
            while chunk := os.read(ours, 100_000):
                shown += chunk
        os.close(ours)
    return process.returncode, shown.decode()

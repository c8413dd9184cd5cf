"""The command as a person runs it: a process of its own."""

import os
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

"""A worker of Copydesk whose processes obey poison; with the name of a rule, that rule of the loop is broken.

    python -m benchmarks.chaos.worker [RULE]

The rules are those of `benchmarks.chaos.broken`.
"""

import signal
import sys
from typing import Any
from unittest.mock import patch

import agents.process
from benchmarks.chaos import broken
from copydesk.processes import end_with_parent

CHILD = "benchmarks.chaos.child"


class _Poisoned(agents.process.WorkerProcess):
    """Whatever it was asked to run, it runs the stages that obey poison."""

    def __init__(self, role: str, *_: Any, **__: Any) -> None:
        super().__init__(role, CHILD)


def main() -> None:
    """Break the rule, if one is named, and become what ``faust -A agents.app worker`` is."""
    end_with_parent(signal.SIGTERM)
    patch.object(agents.process, "WorkerProcess", _Poisoned).start()  # before anything asks for one
    if len(sys.argv) > 1:
        broken.RULES[sys.argv[1]]()
    from faust.cli.faust import cli

    sys.argv = ["faust", "-A", "agents.app", "worker", "-l", "info"]
    cli()


if __name__ == "__main__":
    main()

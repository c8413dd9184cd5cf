"""The command line: ``copydesk`` and its commands, one module each."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from copydesk.cli import dead, demo, explain, publish, run, settings, subscribe, topics, trace, version, worker
from copydesk.errors import CopydeskError, UsageError

_COMMANDS: Final = {
    "demo": demo,
    "worker": worker,
    "run": run,
    "publish": publish,
    "subscribe": subscribe,
    "dead": dead,
    "trace": trace,
    "explain": explain,
    "topics": topics,
    "settings": settings,
    "version": version,
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as everything here does."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, but for `--id=--`: argparse takes the two dashes away and gives a list instead of a word."""
        words = sys.argv[1:] if args is None else args
        for word in words:
            if word.startswith("--") and word.endswith("=--"):
                self.error(f"argument {word.removesuffix('=--')}: `--` is no value")
        return super().parse_args(words, namespace)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: without the program's name; those of the process by default.

    Returns:
        The exit status: 0, or what the command says of itself; 2 on wrong use, 130 on Ctrl-C.
    """
    # What the libraries below log is for a worker's log; the one line that we print says what matters.
    logging.basicConfig(level=logging.CRITICAL)
    try:
        chosen = _parser().parse_args(arguments)
        status = int(_COMMANDS[chosen.command].execute(chosen))
        sys.stdout.flush()
    except CopydeskError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `copydesk subscribe enriched | head`: nobody reads any more, which is no error. The interpreter would still
        # complain when it flushes what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="copydesk", description="An event-driven stream processor for news, on Kafka.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in _COMMANDS.items():
        about = (module.__doc__ or "").splitlines()[0]
        module.add_arguments(commands.add_parser(name, help=about, description=about))
    return parser

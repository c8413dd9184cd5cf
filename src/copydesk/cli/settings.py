"""Show every setting as a table, in Markdown."""

import argparse

from copydesk.settings import table


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """The command takes none."""


def execute(_chosen: argparse.Namespace) -> int:
    """Print the table."""
    print(table(), end="")
    return 0

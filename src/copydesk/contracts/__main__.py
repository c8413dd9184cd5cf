"""Write `schemas/`, or check that it is up to date: `python -m copydesk.contracts [--check] [--out FOLDER]`."""

import argparse
import sys
from pathlib import Path

from copydesk.contracts.files import drift, write


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        the exit status: 1 when ``--check`` finds a difference.
    """
    parser = argparse.ArgumentParser(prog="python -m copydesk.contracts", description="Write schemas/.")
    parser.add_argument("--check", action="store_true", help="change nothing; name the files that differ, exit 1")
    parser.add_argument("--out", type=Path, default=Path("schemas"), metavar="FOLDER", help="default: schemas")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.out)
        return 0
    paths = drift(options.out)
    sys.stderr.writelines(f"{options.out / path} differs; run `make schemas`\n" for path in paths)
    return 1 if paths else 0


if __name__ == "__main__":
    sys.exit(main())

"""An hour at full load: is the memory of each process flat after the warm-up?

    python -m benchmarks.soak [--minutes 60] [--warm-up 10] [--window 2000] [--seed N] [--result FILE]

A real Kafka and one worker with two processes in its pool, which are never recycled here, so that what grows shows.
Prints a table and writes the figures; `benchmarks.soak.verdict` tells by which rule a process is flat. The exit status
is 1 when one is not.
"""

import argparse
import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.chaos.cluster import ROOT
from benchmarks.soak import report
from benchmarks.soak.run import Plan, WorkerEndedError, run
from copydesk.errors import UsageError

RESULT: Final = ROOT / "benchmarks" / "results" / "soak.json"


def main() -> int:
    """Soak, print the table, and write the figures."""
    options = _options()
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell that starts it in the background has SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # at the end the broker goes away before its clients
    plan = Plan(options.minutes, options.warm_up, options.window, options.seed)
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        soak = asyncio.run(run(plan, folder))
    except (UsageError, TimeoutError, WorkerEndedError) as error:
        print(f"soak: {error}; logs: {folder}", file=sys.stderr)
        return 1 if isinstance(error, WorkerEndedError) else 2
    except KeyboardInterrupt:
        print(f"soak: interrupted; logs: {folder}", file=sys.stderr)
        return 130
    print("\n".join(report.lines(soak)))
    report.write(options.result, " ".join(["python -m benchmarks.soak", *sys.argv[1:]]), plan, soak)
    shutil.rmtree(folder)
    return 0 if soak.passed else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="in all")
    parser.add_argument("--warm-up", type=float, default=10.0, help="minutes of them that are not judged")
    parser.add_argument("--window", type=int, default=2_000, help="articles that link compares with")
    parser.add_argument("--seed", type=int, default=1, help="draws the articles")
    parser.add_argument("--result", type=Path, default=RESULT, help="where the figures go")
    options = parser.parse_args()
    if options.minutes - options.warm_up < 1:
        parser.error(f"--minutes {options.minutes:g}: at least one more than --warm-up {options.warm_up:g}")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""Nothing lost, nothing twice, while everything is killed, stopped and restarted.

    python -m benchmarks.chaos [--short] [--seed N] [--articles N] [--faults N] [--rule RULE | --peer] …

A real Kafka and three workers on this machine. The faults are drawn by the seed, which is printed. With a rule of
the loop broken by hand, the verifier is what is tried. The exit status is 1 when any promise was broken.
"""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.chaos import report
from benchmarks.chaos.broken import RULES
from benchmarks.chaos.cluster import ROOT
from benchmarks.chaos.faults import Fault, Kind, plan
from benchmarks.chaos.run import Subject, run
from copydesk.errors import UsageError

RESULT: Final = ROOT / "benchmarks" / "results" / "chaos.json"
PEER_RESULT: Final = RESULT.with_name("chaos_peer.json")
PLAIN: Final = Subject(("benchmarks.chaos.plain",), whole=False)
_FULL: Final = {"articles": 20_000, "faults": 42, "seconds": 1_300.0}
_SHORT: Final = {"articles": 1_400, "faults": 8, "seconds": 70.0}


def main() -> int:
    """Run it, print the verdict, and write the figures of a full run."""
    options = _options()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that the broker is away is our own doing
    faults = plan(options.seed, options.faults, options.seconds, kinds=options.kinds or tuple(Kind))
    _announce(options, faults)
    rule = (options.rule,) if options.rule else ()
    subject = PLAIN if options.peer else Subject(("benchmarks.chaos.worker", *rule))
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        found = asyncio.run(run(options.seed, options.articles, faults, folder, subject))
    except (UsageError, TimeoutError) as error:
        print(f"chaos: {error}; logs: {folder}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"chaos: interrupted; logs: {folder}", file=sys.stderr)
        return 130
    print("\n".join(report.lines(found)))
    if options.result:
        command = " ".join(["python -m benchmarks.chaos", *sys.argv[1:]])
        report.write(options.result, command, options.seed, faults, found)
    if found.passed and not found.exits:
        shutil.rmtree(folder)
    else:
        print(f"logs: {folder}")
    return 0 if found.passed else 1


def _announce(options: argparse.Namespace, faults: tuple[Fault, ...]) -> None:
    broken = f", rule broken: {options.rule}" if options.rule else ""
    print(f"seed {options.seed}, {options.articles} articles, {len(faults)} faults{broken}")
    print("\n".join(map(str, faults)), flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="about two minutes: 1,400 articles, 8 faults")
    parser.add_argument("--seed", type=int, help="draws faults and articles; any by default")
    parser.add_argument("--articles", type=int, help="how many, beside poison")
    parser.add_argument("--faults", type=int, help="how many")
    parser.add_argument("--seconds", type=float, help="over which the faults are spread at least")
    parser.add_argument("--kinds", type=_kinds, help=f"only these faults, separated by commas: {', '.join(Kind)}")
    tried = parser.add_mutually_exclusive_group()
    tried.add_argument("--rule", choices=sorted(RULES), help="break this rule of the loop")
    tried.add_argument("--peer", action="store_true", help="try a plain Faust agent instead, as the yardstick")
    parser.add_argument("--result", type=Path, help="where the figures go; only a full run has a default")
    options = parser.parse_args()
    for name, value in (_SHORT if options.short else _FULL).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    if options.seed is None:
        options.seed = random.randrange(1_000_000)
    if options.result is None and not (options.short or options.rule or options.kinds):
        options.result = PEER_RESULT if options.peer else RESULT
    return options


def _kinds(text: str) -> tuple[Kind, ...]:
    try:
        return tuple(map(Kind, text.split(",")))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; use {', '.join(Kind)}") from None


if __name__ == "__main__":
    sys.exit(main())

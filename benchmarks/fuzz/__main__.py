"""Whatever is given to any parser ends as an event or with a reason.

    python -m benchmarks.fuzz [--inputs 200000] [--seed N] [--processes 2]

Prints a table and the faults, and writes ``benchmarks/results/fuzz.json``. Exit status 1 if any input is unaccounted
for: an exception, a stage that failed, or a process that died.
"""

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.fuzz.driver import UNACCOUNTED, Tally, prepare, run, tally
from benchmarks.fuzz.targets import ACCEPTED

RESULT: Final = Path(__file__).resolve().parents[1] / "results" / "fuzz.json"
_SHOWN: Final = 10


def main() -> int:
    """Fuzz, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    started = time.monotonic()
    # Not forked: models and threads of a parent do not go well with that.
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(chosen.processes, apart, prepare) as pool:
        try:
            counts, faults = tally(pool.map(partial(run, chosen.seed), range(chosen.inputs), chunksize=50))
        except BrokenProcessPool:
            print(f"an input of seed {chosen.seed} has killed its process", file=sys.stderr)
            return 1
    seconds = round(time.monotonic() - started)
    print(*_rows(counts), f"seed {chosen.seed}, {chosen.inputs} inputs in {seconds} s", sep="\n")
    print(*faults[:_SHOWN], sep="\n", file=sys.stderr)
    found = {name: {"slowest_ms": round(one.slowest), **dict(one.outcomes)} for name, one in counts.items()}
    command = f"python -m benchmarks.fuzz --inputs {chosen.inputs} --seed {chosen.seed}"
    result = {"command": command, "inputs": chosen.inputs, "seconds": seconds, "parsers": found}
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    return 1 if faults else 0


def _rows(counts: dict[str, Tally]) -> list[str]:
    form = "{:<10} {:>7} {:>8} {:>11} {:>10}  {}"
    rows = [form.format("parser", "inputs", "accepted", "unaccounted", "slowest ms", "rejected")]
    for name, one in counts.items():
        rejected = {reason: n for reason, n in one.outcomes.most_common() if reason not in {ACCEPTED, UNACCOUNTED}}
        told = ", ".join(f"{reason} {n}" for reason, n in rejected.items()) or "-"
        shown = (one.outcomes.total(), one.outcomes[ACCEPTED], one.outcomes[UNACCOUNTED], round(one.slowest), told)
        rows.append(form.format(name, *shown))
    return rows


if __name__ == "__main__":
    sys.exit(main())

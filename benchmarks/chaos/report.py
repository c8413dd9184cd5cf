"""What a run found: as lines for people, and as figures to keep."""

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import psutil

from benchmarks.chaos.faults import Fault
from benchmarks.chaos.run import Report

_SHOWN: Final = 10
"""Most lines of a kind that are printed."""


def lines(report: Report) -> Iterator[str]:
    """The verdict, the recoveries and the stops."""
    verdict = report.verdict
    yield ""
    yield f"in {verdict.raw}, enriched {verdict.enriched}, dead {sum(verdict.dead.values())} in {report.seconds:g} s"
    yield from (f"  dead: {count:5} {reason}" for reason, count in sorted(verdict.dead.items()))
    yield from _listed("dead letters that no poison explains", verdict.unexpected)
    for kind, found in verdict.violations.items():
        yield from _listed(kind.replace("_", " "), found)
    yield from _listed("not taken by the broker", report.refused)
    yield from _listed("problems", report.problems)
    yield from _listed(
        "workers that ended by themselves",
        [f"worker {end.worker}, status {end.status}: {end.last_words}" for end in report.exits],
    )
    yield "seconds from fault to first commit, per partition with work waiting:"
    for kind, found_ in report.recoveries.items():
        never = f", {found_.never} never" if found_.never else ""
        yield f"  {kind:<16} median {found_.median}, worst {found_.worst} ({found_.partitions} partitions{never})"
    yield "SIGTERM: " + ", ".join(f"{term.seconds:g} s (status {term.status})" for term in report.terms)
    yield "every promise was kept" if report.passed else "BROKEN"


def write(path: Path, command: str, seed: int, plan: Sequence[Fault], report: Report) -> None:
    """Keep the figures."""
    verdict = report.verdict
    figures = {
        "command": command,
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"Python {platform.python_version()}",
        "seed": seed,
        "passed": report.passed,
        "seconds": report.seconds,
        "in": verdict.raw,
        "enriched": verdict.enriched,
        "dead": dict(verdict.dead),
        "unexpected_dead": len(verdict.unexpected),
        "violations": {kind: len(found) for kind, found in verdict.violations.items()},
        "recoveries": {kind: asdict(found) for kind, found in report.recoveries.items()},
        "stops": [asdict(term) for term in report.terms],
        "exits": [asdict(end) for end in report.exits],
        "problems": list(report.problems),
        "plan": [asdict(fault) for fault in plan],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n")


def _listed(title: str, found: Sequence[str]) -> Iterator[str]:
    yield f"{title}: {len(found)}"
    yield from (f"  {line}" for line in found[:_SHOWN])
    if len(found) > _SHOWN:
        yield f"  and {len(found) - _SHOWN} more"

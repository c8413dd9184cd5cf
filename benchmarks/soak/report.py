"""What a soak found: as a table for people, and as figures to keep."""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.soak.run import Plan, Soak
from benchmarks.soak.trend import Trend
from benchmarks.soak.verdict import ERRORS, SHARE, Process

_ROW: Final = "{:<11} {:>7}  {:>7} {:>7} {:>7} {:>7}  {:>7} {:>6}  {:>13} {:>13}  {}"
_HEAD: Final = _ROW.format("process", "pid", "first", "last", "most", "PSS", "MB/h", "±", "files", "threads", "verdict")


def lines(soak: Soak) -> Iterator[str]:
    """A row for each process, and what they have done."""
    yield "RSS after the warm-up in MB; files and threads: first, last (most)"
    yield _HEAD
    yield from map(_row, soak.processes)
    yield (
        f"warm-up {soak.warm_up / 60:.1f} min; then {soak.articles} articles in {soak.seconds / 60:.1f} min, "
        f"{soak.articles / soak.seconds:.1f}/s; at least {soak.least_waiting} waiting; {soak.dead} dead letters"
    )
    yield f"stopped in {soak.stop.seconds:g} s with status {soak.stop.status}"
    yield "every process is flat" if soak.passed else "NOT FLAT, or not under load"


def write(path: Path, command: str, plan: Plan, soak: Soak) -> None:
    """Keep the figures."""
    figures = {
        "command": command,
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB, "
        f"Python {platform.python_version()}",
        "rule": f"flat: RSS grows less than {SHARE:.0%} of its mean an hour, or less than {ERRORS:g} standard errors",
        "passed": soak.passed,
        **asdict(plan),
        "warm_up_seconds": round(soak.warm_up),
        "seconds": round(soak.seconds),
        "articles": soak.articles,
        "articles_per_second": round(soak.articles / soak.seconds, 1),
        "least_waiting": soak.least_waiting,
        "dead_letters": soak.dead,
        "stop": asdict(soak.stop),
        "processes": [_figures(process) for process in soak.processes],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _row(process: Process) -> str:
    rss, pss = process.rss, process.pss
    memory = ["-"] * 6
    if rss is not None and pss is not None:
        memory = [f"{size:.1f}" for size in (rss.first, rss.last, rss.most, pss.last, rss.slope, rss.error)]
    counts = [f"{count.first}, {count.last} ({count.most})" for count in (process.files, process.threads)]
    return _ROW.format(process.role, process.pid, *memory, *counts, process.word)


def _figures(process: Process) -> dict[str, Any]:
    return {
        "role": process.role,
        "pid": process.pid,
        "verdict": process.word,
        "rss_mb": _memory(process.rss),
        "pss_mb": _memory(process.pss),
        "files": asdict(process.files),
        "threads": asdict(process.threads),
    }


def _memory(memory: Trend | None) -> dict[str, Any] | None:
    if memory is None:
        return None
    shown = {"slope": "an_hour", "error": "error", "first": "first", "last": "last", "most": "most"}
    rounded = {name: round(getattr(memory, field), 2) for field, name in shown.items()}
    return {**rounded, "by_block": [round(mean, 1) for mean in memory.blocks]}

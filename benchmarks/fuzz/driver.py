"""Runs inputs one by one, each made from the seed and its number alone, and counts how they ended."""

import faulthandler
import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from benchmarks.fuzz.targets import TARGETS, Target

UNACCOUNTED: Final = "unaccounted"


class End(NamedTuple):
    """How an input ended: the target, `UNACCOUNTED` or another outcome, milliseconds, and the fault, if any."""

    target: str
    outcome: str
    milliseconds: float
    fault: str


@dataclass
class Tally:
    """The ends of a target's inputs."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0


def run(seed: int, number: int, targets: Mapping[Target, int] = TARGETS) -> End:
    """Make one input for one of some targets with their weights, and see how it ends."""
    chance = random.Random(f"{seed}/{number}")
    (target,) = chance.choices(list(targets), list(targets.values()))
    started = time.perf_counter()
    fault = ""
    try:
        outcome = target(chance)
    except Exception:  # whatever it is: that is what is looked for
        outcome, fault = UNACCOUNTED, f"input {number} of seed {seed}:\n{traceback.format_exc()}"
    return End(target.__name__, outcome, (time.perf_counter() - started) * 1000, fault)


def prepare() -> None:
    """Log nothing in this process, since trafilatura has a word on most inputs; but tell what was done if it dies."""
    logging.disable(logging.CRITICAL)
    faulthandler.enable()


def tally(ends: Iterable[End]) -> tuple[dict[str, Tally], list[str]]:
    """Count the ends of each target; the faults of those that are unaccounted for come along."""
    counts = {target.__name__: Tally() for target in TARGETS}
    faults = []
    for end in ends:
        counts[end.target].outcomes[end.outcome] += 1
        counts[end.target].slowest = max(counts[end.target].slowest, end.milliseconds)
        if end.fault:
            faults.append(end.fault)
    return counts, faults

"""A small part of the fuzzing that ``make fuzz`` does at length."""

from benchmarks.fuzz.driver import run, tally
from benchmarks.fuzz.targets import ACCEPTED, TARGETS

SEED = 20_261_125
COUNT = 600


def test_every_input_is_accounted_for() -> None:
    """Each of some hundred inputs over all parsers ends as an event or with a reason of the closed list."""
    counts, faults = tally(run(SEED, number) for number in range(COUNT))
    assert faults == []
    assert sum(one.outcomes.total() for one in counts.values()) == COUNT
    assert all(counts[target.__name__].outcomes[ACCEPTED] > 0 for target in TARGETS)
    assert len(counts["articles"].outcomes) > 4


def test_an_exception_is_unaccounted_for() -> None:
    """A parser that raises is found, with the number that makes its input again."""

    def broken(_: object) -> str:
        raise ValueError("no such day")

    end = run(SEED, 7, {broken: 1})
    assert end.outcome == "unaccounted"
    assert "input 7 of seed" in end.fault
    assert "no such day" in end.fault

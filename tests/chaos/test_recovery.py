"""Recovery times are counted from the fault to the first commit after it."""

from benchmarks.chaos.recovery import Recovery, Strike, recoveries

A, B = ("news.raw.v1", 0), ("news.raw.v1", 1)


def test_time_to_the_first_commit_of_each_partition() -> None:
    strike = Strike("kill-worker", 10.0, frozenset({A, B}), {A: 5, B: 7})
    history = [(9.0, {A: 4, B: 7}), (10.5, {A: 5, B: 7}), (13.0, {A: 6, B: 7}), (20.0, {A: 9, B: 8})]
    assert recoveries([strike], history) == {"kill-worker": Recovery(2, 6.5, 10.0, 0)}


def test_a_partition_that_never_commits_again_is_told() -> None:
    strike = Strike("stop-worker", 10.0, frozenset({A}), {A: 5})
    assert recoveries([strike], [(11.0, {A: 5})]) == {"stop-worker": Recovery(1, None, None, 1)}


def test_a_partition_without_any_commit_before_counts_from_zero() -> None:
    strike = Strike("kill-child", 1.0, frozenset({A}), {})
    assert recoveries([strike], [(3.0, {A: 1})]) == {"kill-child": Recovery(1, 2.0, 2.0, 0)}

"""The figures: one source for the page and for Prometheus."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import metrics
from agents.web import figures
from agents.web.figures import Figures, StageFigures, quantile


def stage_of(read: Figures, name: str) -> StageFigures:
    return next(stage for stage in read.stages if stage.name == name)


def test_a_stage_shows_what_was_counted() -> None:
    """Each figure grows by what its metric was told."""
    before = stage_of(figures.read(), "extract")
    metrics.ARTICLES_IN.labels("extract").inc(3)
    metrics.ARTICLES_OUT.labels("extract").inc(2)
    metrics.DEAD_LETTERS.labels("extract", "deadline").inc()
    metrics.PARTITIONS.labels("extract").set(8)
    metrics.IN_FLIGHT.labels("extract").set(5)
    metrics.LAG.labels("extract").set(7)
    after = stage_of(figures.read(), "extract")
    grown = (after.taken - before.taken, after.passed - before.passed, after.dead - before.dead)
    assert grown == (3, 2, 1)
    assert (after.partitions, after.in_flight, after.waiting) == (8, 5, 7)


def test_stages_are_told_apart() -> None:
    """What one stage counts is not shown for another."""
    before = stage_of(figures.read(), "classify").taken
    metrics.ARTICLES_IN.labels("clean").inc(10)
    assert stage_of(figures.read(), "classify").taken == before


def test_dead_letters_are_listed_by_reason_most_frequent_first() -> None:
    """One row for each stage and reason."""
    metrics.DEAD_LETTERS.labels("clean", "empty").inc(1_000)
    metrics.DEAD_LETTERS.labels("link", "invalid").inc(2_000)
    rows = figures.read().dead
    assert [(row.stage, row.reason) for row in rows[:2]] == [("link", "invalid"), ("clean", "empty")]
    assert [row.count for row in rows] == sorted((row.count for row in rows), reverse=True)


def test_processes_are_counted_by_why_they_were_replaced() -> None:
    """A process that was recycled is no accident."""
    before = figures.read().pool
    metrics.POOL_REPLACED.labels(why="recycled").inc(2)
    metrics.POOL_REPLACED.labels(why="lost").inc()
    after = figures.read().pool
    assert (after.recycled - before.recycled, after.lost - before.lost) == (2, 1)


def test_an_unknown_lag_is_none() -> None:
    """Not a number in the gauge is not a number on the page either."""
    metrics.LAG.labels("link").set(math.nan)
    assert stage_of(figures.read(), "link").waiting is None


def test_times_come_from_the_histograms() -> None:
    """The stage's time is the exact mean; the latency is the median as good as the buckets tell."""
    for seconds in (0.2, 0.2, 0.2, 9.0):
        metrics.STAGE_SECONDS.labels("classify").observe(seconds)
        metrics.LATENCY_SECONDS.labels("classify").observe(seconds)
    read = stage_of(figures.read(), "classify")
    assert read.work_seconds == pytest.approx(2.4)
    assert read.latency_seconds is not None
    assert 0.1 < read.latency_seconds <= 0.25


def test_the_start_of_the_process_is_in_the_past() -> None:
    """The same figure that Prometheus has."""
    started = figures.read().started
    assert started is None or started > 1_600_000_000


def test_no_observations_have_no_quantile() -> None:
    """Unknown is not zero."""
    assert quantile([], 0.5) is None
    assert quantile([(1.0, 0), (math.inf, 0)], 0.5) is None


def test_beyond_the_last_bound_the_bound_is_all_that_is_known() -> None:
    """The largest finite bound is the answer, as in Prometheus."""
    assert quantile([(1.0, 0), (60.0, 1), (math.inf, 10)], 0.5) == 60.0


@given(
    values=st.lists(st.floats(0, 20), min_size=1, max_size=50),
    bounds=st.lists(st.floats(0.001, 10), min_size=1, max_size=8, unique=True).map(sorted),
    share=st.floats(0, 1),
)
def test_a_quantile_lies_in_the_bucket_of_the_true_one(values: list[float], bounds: list[float], share: float) -> None:
    """The estimate cannot be off by more than a bucket."""
    buckets = [(bound, float(sum(value <= bound for value in values))) for bound in (*bounds, math.inf)]
    estimate = quantile(buckets, share)
    true = sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
    assert estimate is not None
    upper = next((bound for bound in bounds if true <= bound), math.inf)
    lower = max((bound for bound in bounds if bound < true), default=0.0)
    if math.isinf(upper):
        assert estimate == bounds[-1]
    else:
        assert lower <= estimate <= upper + 1e-9

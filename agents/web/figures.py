"""What the page shows, read from the metrics that Prometheus reads."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import REGISTRY
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from agents import metrics
from copydesk.pipeline import STAGES, Stage

_MEDIAN: Final = 0.5


@dataclass(frozen=True, slots=True)
class StageFigures:
    """One stage, since the worker started.

    Attributes:
        waiting: records behind what was read; ``None`` while unknown.
        in_flight: records read and not yet committed.
        taken: records read and committed.
        passed: records passed on to the next stage.
        dead: records that became dead letters.
        work_seconds: mean time that the stage worked on a record.
        latency_seconds: median time from the broker's receipt of the raw article to the commit of this stage.
    """

    name: str
    about: str
    reads: str
    writes: tuple[str, ...]
    partitions: int
    waiting: int | None
    in_flight: int
    taken: int
    passed: int
    dead: int
    work_seconds: float | None
    latency_seconds: float | None


@dataclass(frozen=True, slots=True)
class DeadFigures:
    """Dead letters of one stage for one reason."""

    reason: str
    stage: str
    count: int


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """The worker processes."""

    ready: int
    busy: int
    recycled: int
    lost: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything on the page that is counted. ``started`` is in seconds since 1970, where the system tells it."""

    stages: tuple[StageFigures, ...]
    dead: tuple[DeadFigures, ...]
    pool: PoolFigures
    transactions: int
    retries: int
    started: float | None


def read() -> Figures:
    """Read the metrics as they are now."""
    dead = [
        DeadFigures(sample.labels["reason"], sample.labels["stage"], int(sample.value))
        for sample in _samples(metrics.DEAD_LETTERS, "_total")
    ]
    return Figures(
        stages=tuple(_stage(stage, dead) for stage in STAGES),
        dead=tuple(sorted(dead, key=lambda row: -row.count)),
        pool=PoolFigures(
            ready=_number(metrics.POOL_PROCESSES),
            busy=_number(metrics.POOL_BUSY),
            recycled=_number(metrics.POOL_REPLACED, "_total", why="recycled"),
            lost=_number(metrics.POOL_REPLACED, "_total", why="lost"),
        ),
        transactions=_number(metrics.TRANSACTIONS, "_total"),
        retries=_number(metrics.TRANSACTION_RETRIES, "_total"),
        started=REGISTRY.get_sample_value("process_start_time_seconds"),
    )


def quantile(buckets: Sequence[tuple[float, float]], share: float) -> float | None:
    """Estimate a quantile from a histogram, as Prometheus does: evenly spread within a bucket.

    Args:
        buckets: upper bound and cumulative count, ascending; the last bound is infinite.
        share: between 0 and 1.

    Returns:
        The estimate, ``None`` without observations, and the largest finite bound for what lies beyond it.

    Source: `histogram_quantile` in the documentation of Prometheus.

    >>> quantile([(1.0, 2), (2.0, 4), (float("inf"), 4)], 0.75)
    1.5
    """
    total = buckets[-1][1] if buckets else 0
    if not total:
        return None
    rank = share * total
    lower, below = 0.0, 0.0
    for bound, count in buckets:
        if count >= rank and count > below:
            return lower if math.isinf(bound) else lower + (bound - lower) * (rank - below) / (count - below)
        lower, below = bound, count
    raise AssertionError("the last bucket holds every observation")


def _stage(stage: Stage, dead: Sequence[DeadFigures]) -> StageFigures:
    name = stage.name
    waiting = _value(metrics.LAG, stage=name)
    return StageFigures(
        name=name,
        about=stage.about,
        reads=stage.reads.name,
        writes=(stage.writes.name, *(topic.name for topic in stage.also)),
        partitions=_number(metrics.PARTITIONS, stage=name),
        waiting=None if math.isnan(waiting) else int(waiting),
        in_flight=_number(metrics.IN_FLIGHT, stage=name),
        taken=_number(metrics.ARTICLES_IN, "_total", stage=name),
        passed=_number(metrics.ARTICLES_OUT, "_total", stage=name),
        dead=sum(row.count for row in dead if row.stage == name),
        work_seconds=_mean(metrics.STAGE_SECONDS, name),
        latency_seconds=_median(metrics.LATENCY_SECONDS, name),
    )


def _mean(histogram: Collector, stage: str) -> float | None:
    count = _value(histogram, "_count", stage=stage)
    return _value(histogram, "_sum", stage=stage) / count if count else None


def _median(histogram: Collector, stage: str) -> float | None:
    samples = _samples(histogram, "_bucket", stage=stage)
    return quantile([(float(sample.labels["le"]), sample.value) for sample in samples], _MEDIAN)


def _number(metric: Collector, suffix: str = "", **labels: str) -> int:
    return int(_value(metric, suffix, **labels))


def _value(metric: Collector, suffix: str = "", **labels: str) -> float:
    """The sum of all samples with these labels; what was never counted is 0."""
    return sum(sample.value for sample in _samples(metric, suffix, **labels))


def _samples(metric: Collector, suffix: str, **labels: str) -> list[Sample]:
    return [
        sample
        for family in metric.collect()
        for sample in family.samples
        if sample.name == family.name + suffix and labels.items() <= sample.labels.items()
    ]

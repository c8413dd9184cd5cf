"""The plan, the articles and the poison are data, the same for the same seed."""

import random
from itertools import islice

import pytest

from benchmarks.chaos import poison
from benchmarks.chaos.articles import articles
from benchmarks.chaos.faults import SESSION_TIMEOUT, Kind, plan


def test_a_plan_is_the_same_for_the_same_seed() -> None:
    assert plan(7, 42, 1_300.0) == plan(7, 42, 1_300.0)
    assert plan(7, 42, 1_300.0) != plan(8, 42, 1_300.0)


@pytest.mark.parametrize("seed", range(20))
def test_every_kind_occurs_in_order_of_time(seed: int) -> None:
    faults = plan(seed, 8, 70.0)
    assert {fault.kind for fault in faults} == set(Kind)
    assert len(faults) == 8
    assert [fault.at for fault in faults] == sorted(fault.at for fault in faults)
    assert all(0 <= fault.at <= 70 and fault.victim in range(3) for fault in faults)


def test_a_stopped_worker_sleeps_past_its_session() -> None:
    stops = [fault for fault in plan(1, 200, 1_000.0) if fault.kind is Kind.STOP_WORKER]
    assert stops
    assert all(fault.lasts > SESSION_TIMEOUT for fault in stops)


def test_only_the_kinds_asked_for() -> None:
    assert {fault.kind for fault in plan(1, 10, 10.0, kinds=[Kind.POISON])} == {Kind.POISON}


def test_articles_are_the_same_for_the_same_seed() -> None:
    assert list(islice(articles(3), 200)) == list(islice(articles(3), 200))
    assert list(islice(articles(3), 200)) != list(islice(articles(4), 200))


def test_articles_are_revised_repeated_and_retracted() -> None:
    latest: dict[str, bytes | None] = {}
    seen = {"new": 0, "revised": 0, "repeated": 0, "retracted": 0}
    for article in islice(articles(1), 2_000):
        if article.value is None:
            seen["retracted"] += 1
        elif article.key not in latest:
            seen["new"] += 1
        else:
            seen["repeated" if latest[article.key] == article.value else "revised"] += 1
        if article.value is not None:
            latest[article.key] = article.value
            assert 60 <= len(article.value.split()) <= 200
    assert min(seen.values()) > 50


def test_poison_is_expected_for_its_own_reasons_only() -> None:
    made = dict(poison.articles(1, random.Random(1), for_link=False))
    assert len(made["poison-large-1"]) > 5_000_000
    assert poison.is_expected("poison-large-1", "too-large")
    assert not poison.is_expected("poison-large-1", "killed-worker")
    assert not poison.is_expected("desk-000001", "too-large")
    assert not poison.is_expected(None, "too-large")

"""The soak's arithmetic: lines, verdicts, counts and the table, on made-up samples."""

import json
import random
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.chaos.cluster import Term
from benchmarks.soak import report
from benchmarks.soak.articles import articles, examples
from benchmarks.soak.backlog import counted
from benchmarks.soak.run import Plan, Soak
from benchmarks.soak.samples import Sample
from benchmarks.soak.trend import trend
from benchmarks.soak.verdict import Process, Word, judge

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
MINUTES = 50


def process(
    memory: Callable[[float], float], *, role: str = "pool", pid: int = 7, files: Callable[[float], int] = lambda _: 9
) -> list[Sample]:
    """Samples every five seconds; ``memory`` and ``files`` are functions of the time in hours."""
    return [
        Sample(at, role, pid, memory(at / 3600), memory(at / 3600) / 2, files(at / 3600), 3)
        for at in range(5, 60 * MINUTES + 1, 5)
    ]


def only(samples: list[Sample]) -> Process:
    (judged,) = judge(samples)
    return judged


# --- the line -------------------------------------------------------------------------------------------------------


def test_the_slope_of_a_straight_line_is_exact_and_has_no_error() -> None:
    found = trend([(5.0 * step, 100 + 5.0 * step / 3600 * 12) for step in range(600)])
    assert found.slope == pytest.approx(12)
    assert found.error == pytest.approx(0, abs=1e-9)
    assert (found.first, found.last) == pytest.approx((100.1, 109.9), abs=0.1)
    assert len(found.blocks) == 50


def test_samples_that_follow_each_other_alike_do_not_make_the_error_small() -> None:
    """Each minute has one level: twelve samples of it tell no more than one."""
    chance = random.Random(4)
    levels = [chance.gauss(100, 5) for _ in range(50)]
    once = trend([(60.0 * minute, level) for minute, level in enumerate(levels)])
    often = trend([(60.0 * minute + 5 * step, level) for minute, level in enumerate(levels) for step in range(12)])
    assert often.error == pytest.approx(once.error, rel=0.05)
    assert often.error > 1


def test_the_error_is_that_of_the_textbook() -> None:
    """Three blocks at 0, 1 and 2 hours: residuals 1/6, -1/3, 1/6; one degree of freedom; spread of the times 2."""
    found = trend([(0.0, 1.0), (3600.0, 2.0), (7200.0, 4.0)])
    assert found.slope == pytest.approx(1.5)
    assert found.error == pytest.approx((1 / 6 / 2) ** 0.5)


def test_a_short_stretch_has_shorter_blocks() -> None:
    assert len(trend([(float(at), 1.0) for at in range(0, 121, 5)]).blocks) == 10


def test_too_few_samples_make_no_line() -> None:
    with pytest.raises(ValueError, match="2 samples are too few"):
        trend([(0.0, 1.0), (5.0, 1.0)])


# --- the verdict ----------------------------------------------------------------------------------------------------


def test_memory_that_rises_steadily_grows() -> None:
    assert only(process(lambda hours: 300 + 9 * hours)).word == Word.GROWS


def test_a_rise_below_two_hundredths_an_hour_is_flat() -> None:
    assert only(process(lambda hours: 300 + 5 * hours)).word == Word.FLAT


def test_a_rise_that_cannot_be_told_from_chance_is_flat() -> None:
    chance = random.Random(1)
    levels = [chance.gauss(0, 30) for _ in range(MINUTES + 1)]
    judged = only(process(lambda hours: 300 + 9 * hours + levels[int(60 * hours)]))
    assert judged.rss is not None
    assert 6 < judged.rss.slope < 2 * judged.rss.error
    assert judged.word == Word.FLAT


def test_memory_that_falls_is_flat() -> None:
    assert only(process(lambda hours: 300 - 60 * hours)).word == Word.FLAT


def test_open_files_that_pile_up_grow() -> None:
    assert only(process(lambda _: 300.0, files=lambda hours: 20 + int(10 * hours))).word == Word.GROWS


def test_open_files_that_come_and_go_are_flat() -> None:
    assert only(process(lambda _: 300.0, files=lambda hours: 20 + int(100 * hours) % 7)).word == Word.FLAT


def test_a_process_that_ends_and_the_one_in_its_place_are_replaced() -> None:
    old = [sample for sample in process(lambda _: 300.0, pid=7) if sample.at <= 1000]
    new = [sample for sample in process(lambda _: 300.0, pid=8) if sample.at > 1000]
    beside = process(lambda _: 100.0, role="link", pid=9)
    judged = judge(sorted([*old, *new, *beside], key=lambda sample: sample.at))
    assert {one.pid: one.word for one in judged} == {7: Word.REPLACED, 8: Word.REPLACED, 9: Word.FLAT}


def test_kafka_is_told_and_not_judged() -> None:
    judged = only(process(lambda hours: 300 + 90 * hours, role="kafka"))
    assert judged.word == Word.GROWS
    assert judged.passed


# --- the load -------------------------------------------------------------------------------------------------------


def test_articles_are_unique_and_the_same_for_the_same_seed() -> None:
    repeated = examples(EXAMPLES)
    loads = list(islice(articles(3, repeated), 2_000))
    assert loads == list(islice(articles(3, repeated), 2_000))
    fresh = [load.article for load in loads if load.is_new]
    assert len({article.key for article in fresh}) == len({article.value for article in fresh}) == len(fresh) > 1_400
    assert {article.key for article in repeated} <= {load.article.key for load in loads}
    assert any(load.article.value is None for load in loads)
    sizes = [len(article.value or b"") for article in fresh]
    assert max(sizes) > 6 * min(sizes)
    assert {(article.value or b"")[:1] for article in fresh} >= {b"{", b"<"}


def test_an_article_is_done_where_it_ends() -> None:
    metrics = """# TYPE copydesk_articles_in counter
copydesk_articles_in_total{stage="clean"} 90.0
copydesk_articles_in_total{stage="link"} 70.0
# TYPE copydesk_dead_letters counter
copydesk_dead_letters_total{reason="empty",stage="clean"} 4.0
copydesk_dead_letters_total{reason="deadline",stage="link"} 1.0
"""
    assert counted(metrics) == (74, 5)
    assert counted("") == (0, 0)


# --- the report -----------------------------------------------------------------------------------------------------


def soak(*samples: list[Sample], waiting: int = 300) -> Soak:
    merged = sorted((sample for one in samples for sample in one), key=lambda sample: sample.at)
    return Soak(600.0, 3000.0, 60_000, waiting, 12, judge(merged), Term(0, 0, 3.5))


def test_the_table_names_the_process_that_grows() -> None:
    found = soak(process(lambda hours: 300 + 12 * hours, pid=11), process(lambda _: 80.0, role="link", pid=12))
    rows = list(report.lines(found))
    (grows,) = [row for row in rows if " 11 " in row]
    assert grows.split()[:7] == ["pool", "11", "300.1", "309.9", "310.0", "155.0", "12.0"]
    assert grows.endswith("grows")
    assert any("60000 articles in 50.0 min, 20.0/s" in row for row in rows)
    assert rows[-1].startswith("NOT FLAT")


def test_a_worker_that_ran_out_of_work_has_not_soaked() -> None:
    assert soak(process(lambda _: 300.0)).passed
    assert not soak(process(lambda _: 300.0), waiting=0).passed


def test_the_figures_hold_what_the_table_shows(tmp_path: Path) -> None:
    path = tmp_path / "results" / "soak.json"
    report.write(path, "python -m benchmarks.soak", Plan(60, 10, 2000, 1), soak(process(lambda h: 300 + 12 * h)))
    figures = json.loads(path.read_text())
    assert figures["articles_per_second"] == 20.0
    assert not figures["passed"]
    (found,) = figures["processes"]
    assert found["verdict"] == "grows"
    assert found["rss_mb"]["an_hour"] == 12.0
    assert len(found["rss_mb"]["by_block"]) == 50

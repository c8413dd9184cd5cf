"""Workers that run only some stages, and workers that stop themselves, on a real Kafka."""

import json
import signal
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import psutil

from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import CLEAN, DEAD, ENRICHED
from copydesk.settings import Settings
from tests.agents.test_delivery import articles, origins, publish, read
from tests.agents.workers import Worker, running, until

JOINING = "(Re-)joining group copydesk-clean"


def stages_held(worker: Worker) -> set[str]:
    return {lane["stage"] for lane in json.loads(worker.get("/api/lanes")[1])["lanes"]}


async def test_stages_stop_and_go_by_themselves(clean_kafka: str, tmp_path: Path) -> None:
    """While nobody extracts, articles are cleaned all the same; who extracts again goes on where the other was."""
    with ExitStack() as stack:
        (others,) = stack.enter_context(running(clean_kafka, tmp_path / "a", stages="clean,classify,link"))
        with running(clean_kafka, tmp_path / "b", stages="extract") as (extractor,):
            sent = await publish(clean_kafka, articles(10))
            assert origins(await read(clean_kafka, [ENRICHED.name, DEAD.name], 10)) == Counter(sent)
            assert stages_held(extractor) == {"extract"}
            assert stages_held(others) == {"clean", "classify", "link"}
            assert extractor.stop() == 0
        sent += await publish(clean_kafka, articles(10, first=10))
        assert origins(await read(clean_kafka, [CLEAN.name], 20)) == Counter(sent)
        assert len(await read(clean_kafka, [ENRICHED.name, DEAD.name], 10)) == 10
        stack.enter_context(running(clean_kafka, tmp_path / "c", stages="extract"))
        assert origins(await read(clean_kafka, [ENRICHED.name, DEAD.name], 20)) == Counter(sent)


def test_a_worker_that_waits_for_its_group_stops_in_time(clean_kafka: str, tmp_path: Path) -> None:
    """A member that sleeps keeps the group waiting: a worker that is asked to stop does not wait with it."""
    with running(clean_kafka, tmp_path, count=2, stages="clean", session_timeout="60") as (asked, sleeper):
        joined = asked.log.read_text().count(JOINING)
        sleeper.process.send_signal(signal.SIGSTOP)
        newcomer = Worker(clean_kafka, tmp_path / "newcomer.log", stages="clean")
        try:
            until(lambda: asked.log.read_text().count(JOINING) > joined, "the group makes room for the newcomer")
            began = time.monotonic()
            assert asked.stop() == 0, asked.log.read_text()
            assert time.monotonic() - began < 15
            assert "Traceback" not in asked.log.read_text()
        finally:
            newcomer.kill()
            sleeper.kill()


async def test_the_watchdog_ends_a_worker_that_stands_still_and_loses_nothing(clean_kafka: str, tmp_path: Path) -> None:
    """A process that never answers, and a deadline that would wait for it: the next worker ends each article once."""
    with running(clean_kafka, tmp_path / "still", article_deadline="300", stall_deadline="10") as (worker,):
        processes = psutil.Process(worker.process.pid).children()
        for process in processes:
            process.suspend()
        sent = await publish(clean_kafka, articles(10))
        assert worker.process.wait(timeout=60) == 1
        log = worker.log.read_text()
        assert "nothing has moved for 10 s, and articles wait: news.raw.v1/" in log
        assert "in read_reply" in log, "the stacks show what it waits for"
        _, alive = psutil.wait_procs(processes, timeout=10)
        assert not alive, "nobody is left behind"
    with running(clean_kafka, tmp_path / "next"):
        assert origins(await read(clean_kafka, [ENRICHED.name, DEAD.name], len(sent))) == Counter(sent)


async def test_the_breaker_ends_the_worker_and_loses_nothing(clean_kafka: str, tmp_path: Path) -> None:
    """Status 3 and how to override it; with that, the next worker ends each article once."""
    await ensure_topics(Settings(broker=clean_kafka))
    sent = await publish(clean_kafka, [(b"bad-%d" % number, b"") for number in range(400)])
    worker = Worker(clean_kafka, tmp_path / "broken.log", breaker_articles="20")
    assert worker.process.wait(timeout=90) == 3
    log = worker.log.read_text()
    assert "of the last 20 articles of clean became dead letters" in log
    assert "set COPYDESK_BREAKER_SHARE higher (1: never stop)" in log
    assert "Traceback" not in log
    with running(clean_kafka, tmp_path, breaker_articles="20", breaker_share="1"):
        assert origins(await read(clean_kafka, [ENRICHED.name, DEAD.name], len(sent))) == Counter(sent)

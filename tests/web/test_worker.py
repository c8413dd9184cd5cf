"""The page of a real worker that works on real articles."""

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiokafka import AIOKafkaProducer
from playwright.async_api import expect

from copydesk import codec
from copydesk.kafka.embedded import embedded_broker
from copydesk.kafka.local import local_broker
from copydesk.pipeline import RAW, STAGES
from copydesk.settings import Settings
from tests.agents.workers import Worker, running, until
from tests.web.conftest import Visitor

PARTITIONS = 2
GOOD = 5
ARTICLE = """Night trains return to the coast

By Marta Lindqvist

OSTEND, May 3 - The railway will run night trains to Ostend again from June, its director said on Tuesday.

"People have asked for this for years," Pieter Claes told reporters in Brussels, in interview number {number}.

The first train leaves Vienna on the evening of June 1 and has room for 240 passengers.
"""


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with embedded_broker(Settings(partitions=PARTITIONS)) as address:
        yield address


@pytest.fixture(scope="module")
def worker(broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder: Path = tmp_path_factory.mktemp("page")
    with running(broker, folder, embedded="yes", partitions=str(PARTITIONS)) as (one,):
        yield one


async def publish(broker: str) -> None:
    """Articles, and one record without any content."""
    async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
        for number in range(GOOD):
            await producer.send_and_wait(
                RAW.name, ARTICLE.format(number=number).encode(), key=f"train-{number}".encode()
            )
        await producer.send_and_wait(RAW.name, b"", key=b"train-empty")


async def test_the_page_shows_what_the_worker_did(broker: str, worker: Worker, visitor: Visitor) -> None:
    """Published articles are counted through every stage, and the empty one among the dead letters."""
    visit = await visitor.visit()
    page = visit.page
    home = f"http://127.0.0.1:{worker.port}/"
    await page.goto(home)
    await expect(page.get_by_role("status")).to_have_text("Ready")
    await publish(broker)

    out = {stage.name: page.locator(f"[data-stage={stage.name}] [data-label=Out]") for stage in STAGES}
    for shown in out.values():
        await expect(shown).to_have_text(str(GOOD), timeout=60_000)
    clean = page.locator("[data-stage=clean]")
    await expect(clean.locator("[data-label=In]")).to_have_text(str(GOOD + 1))
    await expect(clean.locator("[data-label='Dead letters']")).to_have_text("1")
    await expect(clean.locator("[data-label=Partitions]")).to_have_text(str(PARTITIONS))
    for stage in STAGES:
        row = page.locator(f"[data-stage={stage.name}]")
        for idle in ("Lag", "In flight"):
            await expect(row.locator(f"[data-label='{idle}']")).to_have_text("0")
        await expect(row.locator("[data-label='Latency, median']")).to_contain_text("s")
    await expect(page.get_by_role("table", name="Dead letters").get_by_role("row").nth(1)).to_contain_text("empty")
    await expect(page.locator("#lede")).to_contain_text(f"took in {GOOD + 1} articles, passed on {GOOD} enriched")

    assert visit.complaints == []
    assert {urlsplit(url).netloc for url in visit.asked} == {urlsplit(home).netloc}


async def test_page_and_prometheus_agree(worker: Worker) -> None:
    """Both are read from the same counters."""
    _, flow = worker.get("/api/flow")
    _, text = worker.get("/metrics")
    for stage in codec.parse(flow)["stages"]:
        assert f'copydesk_articles_in_total{{stage="{stage["name"]}"}} {stage["taken"]:.1f}' in text.decode()


@pytest.mark.parametrize("path", ["/health", "/ready", "/faust/", "/faust/assignment/", "/router/", "/table/"])
def test_every_view_of_a_real_worker_answers(worker: Worker, path: str) -> None:
    """Ours and Faust's own."""
    status, body = worker.get(path)
    assert status == 200
    codec.parse(body)


def test_lag_and_readiness_on_a_real_kafka(kafka_jars: Path, tmp_path: Path) -> None:
    """Markers of transactions are not taken for articles that wait; a broker that goes is noticed."""
    with contextlib.ExitStack() as broker_runs:
        address = broker_runs.enter_context(local_broker(kafka_jars, tmp_path / "kafka"))
        with running(address, tmp_path, partitions=str(PARTITIONS)) as (one,):
            asyncio.run(publish(address))
            until(lambda: figures_of(one, "taken") == [GOOD + 1, GOOD, GOOD, GOOD], "all articles done")
            until(lambda: figures_of(one, "waiting") == [0, 0, 0, 0], "nothing waits")

            broker_runs.close()
            until(lambda: one.get("/ready")[0] == 503, "not ready without a broker")
            _, body = one.get("/ready")
            assert any("the broker" in reason for reason in codec.parse(body)["reasons"])
            assert one.get("/health")[0] == 200
            one.kill()


def figures_of(worker: Worker, name: str) -> list[Any]:
    """One figure of every stage, in their order."""
    return [stage[name] for stage in codec.parse(worker.get("/api/flow")[1])["stages"]]

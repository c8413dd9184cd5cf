"""The views: what each answers, and in which state of the worker."""

import asyncio
import re
import socket
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from aiokafka.errors import KafkaConnectionError
from faust.types import TP
from prometheus_client.metrics import MetricWrapperBase

from agents import metrics
from agents.web import readiness
from agents.web.server import check_address
from copydesk.errors import UsageError
from copydesk.pipeline import STAGES
from tests.web.conftest import FakeApp, FakeLane

Client = TestClient[Any, Any]


async def test_a_living_loop_is_healthy_whatever_the_broker_does(app: FakeApp, client: Client) -> None:
    """Health asks nobody: a worker is not restarted because its broker is away."""
    app.offsets.fault = KafkaConnectionError("gone")
    answer = await client.get("/health")
    assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    assert app.offsets.asked == []


async def test_ready_with_partitions_a_warm_pool_and_a_broker(client: Client) -> None:
    """All three together are ready."""
    answer = await client.get("/ready")
    assert (answer.status, await answer.json()) == (200, {"ready": True, "reasons": []})


async def test_not_ready_before_the_first_assignment(app: FakeApp, client: Client) -> None:
    """A worker outside the group says so."""
    app.stages[0].desk.assignments = app.stages[-1].desk.assignments = 0
    answer = await client.get("/ready")
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["no partitions have been assigned yet to clean, link"]


async def test_a_worker_that_stands_by_is_ready(app: FakeApp, client: Client) -> None:
    """More workers than partitions leave one with none, and that is no fault."""
    app.stages[0].desk.lanes = {}
    assert (await client.get("/ready")).status == 200


async def test_not_ready_while_a_partition_is_taken_over(app: FakeApp, client: Client) -> None:
    """Between the assignment and the fencing of the older owner nothing can be committed yet."""
    app.stages[0].desk.lanes = {TP(STAGES[0].reads.name, 0): FakeLane(next_offset=0, ready=False)}
    answer = await client.get("/ready")
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["1 partitions are still being taken over"]


async def test_not_ready_while_models_load(app: FakeApp, client: Client) -> None:
    """A cold pool says so."""
    app.pool.ready = False
    answer = await client.get("/ready")
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["no worker process has loaded its models"]


async def test_not_ready_when_the_broker_refuses(app: FakeApp, client: Client) -> None:
    """The broker's own words are passed on."""
    app.offsets.fault = KafkaConnectionError("no brokers available")
    answer = await client.get("/ready")
    assert answer.status == 503
    assert "no brokers available" in (await answer.json())["reasons"][0]


async def test_not_ready_when_the_broker_is_silent(
    app: FakeApp, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that never answers costs the time limit and no more."""
    monkeypatch.setattr(readiness, "BROKER_LIMIT", 0.01)

    async def never(source: object) -> None:  # noqa: ARG001  the signature of the real one
        await asyncio.Event().wait()

    monkeypatch.setattr(app.offsets, "of", never)
    answer = await asyncio.wait_for(client.get("/ready"), 5)
    assert answer.status == 503
    assert (await answer.json())["reasons"] == ["the broker did not answer within 0.01 s"]


async def test_every_obstacle_is_named_at_once(app: FakeApp, client: Client) -> None:
    """Nobody has to mend one thing to learn of the next."""
    app.stages[0].desk.assignments, app.pool.ready = 0, False
    app.offsets.fault = KafkaConnectionError("gone")
    assert len((await (await client.get("/ready")).json())["reasons"]) == 3


async def test_metrics_are_in_the_format_of_prometheus(client: Client) -> None:
    """The content type names the format's version, and every metric of the one place is there."""
    answer = await client.get("/metrics")
    text = await answer.text()
    assert re.fullmatch(r"text/plain; version=[\d.]+; charset=utf-8", answer.headers["Content-Type"])
    families = [
        next(iter(value.describe())) for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)
    ]
    assert len(families) > 10
    for family in families:
        assert f"# HELP {family.name}" in text


async def test_lag_is_measured_when_somebody_looks(app: FakeApp, client: Client) -> None:
    """The lag of a stage is what waits in all its partitions here."""
    raw, clean = STAGES[0].reads.name, STAGES[1].reads.name
    lane = FakeLane(next_offset=10)
    app.stages[0].desk.lanes = {TP(raw, 0): lane, TP(raw, 1): lane}
    app.stages[0].ends = {TP(raw, 0): 15, TP(raw, 1): 12}
    app.stages[1].desk.lanes = {TP(clean, 0): lane}
    app.stages[1].ends = {TP(clean, 0): 10}
    text = await (await client.get("/metrics")).text()
    assert 'copydesk_lag{stage="clean"} 7.0' in text
    assert 'copydesk_lag{stage="extract"} 0.0' in text


async def test_an_unknown_lag_is_not_shown_as_none(app: FakeApp, client: Client) -> None:
    """Before the first fetch nobody knows what waits: that must not look like zero."""
    app.stages[0].desk.lanes = {TP(STAGES[0].reads.name, 0): FakeLane(next_offset=0)}
    assert 'copydesk_lag{stage="clean"} NaN' in await (await client.get("/metrics")).text()
    flow = await (await client.get("/api/flow")).json()
    assert flow["stages"][0]["waiting"] is None
    assert flow["stages"][1]["waiting"] == 0


async def test_the_partitions_of_a_worker_are_told(app: FakeApp, client: Client) -> None:
    """Each with its stage, where it is, and what waits."""
    raw = STAGES[0].reads.name
    app.stages[0].desk.lanes = {TP(raw, 3): FakeLane(next_offset=10, in_flight=2)}
    app.stages[0].ends = {TP(raw, 3): 15}
    answer = await (await client.get("/api/lanes")).json()
    place = {"stage": "clean", "topic": raw, "partition": 3}
    state = {"next_offset": 10, "in_flight": 2, "waiting": 5, "ready": True}
    assert answer == {"lanes": [place | state]}


async def test_the_flow_follows_the_table(app: FakeApp, client: Client) -> None:
    """A stage is on the page because it is a row of the table."""
    flow = await (await client.get("/api/flow")).json()
    assert [stage["name"] for stage in flow["stages"]] == [stage.name for stage in STAGES]
    assert flow["stages"][-1]["writes"] == [
        STAGES[-1].writes.name,
        *(topic.name for topic in STAGES[-1].also),
    ]
    assert flow["worker"]["broker"] == app.config.broker
    assert flow["reasons"] == []


async def test_the_flow_answers_when_the_worker_is_not_ready(app: FakeApp, client: Client) -> None:
    """The page must be able to tell what is wrong."""
    app.offsets.fault = KafkaConnectionError("gone")
    answer = await client.get("/api/flow")
    assert answer.status == 200
    assert len((await answer.json())["reasons"]) == 1


@pytest.mark.parametrize(
    "path", ["/", "/static/desk.css", "/static/desk.js", "/static/icon.svg", "/api/flow", "/health", "/faust/", "/gone"]
)
async def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    """Nothing from elsewhere is loaded, no type is guessed, no address is told, also on an error."""
    answer = await client.get(path)
    assert answer.status == (404 if path == "/gone" else 200)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/faust/", "/faust/assignment/", "/router/", "/router/topics", "/table/"])
async def test_fausts_own_views_stay(client: Client, path: str) -> None:
    """They answer with JSON beside our page."""
    answer = await client.get(path)
    assert (answer.status, answer.content_type) == (200, "application/json")


@pytest.mark.parametrize(
    "path",
    ["/router/none/", "/router/none/key/", "/table/none/", "/table/none/key/", "/static/" + "a" * 300],
    ids=["router", "router key", "table", "table key", "long name"],
)
async def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    """That is no fault of the server, which is what Faust and aiohttp would answer."""
    assert (await client.get(path)).status == 404


async def test_the_page_has_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    """The policy forbids both, so neither may be in the page."""
    page = await (await client.get("/")).text()
    assert "http" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"<script(?! src=\"/static/)", page) == []
    assert re.findall(r"\son[a-z]+=", page) == []


async def test_every_link_of_the_page_leads_somewhere(client: Client) -> None:
    """No view that the page names is missing."""
    page = await (await client.get("/")).text()
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert "/metrics" in links
    for link in links:
        assert (await client.get(link)).status == 200, link


def test_an_address_that_is_taken_is_named() -> None:
    """The second worker on one machine learns which port is taken before it has done anything."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        host, port = other.getsockname()
        with pytest.raises(UsageError, match=f"127.0.0.1:{port}.*COPYDESK_WEB_PORT.*in use"):
            check_address(host, port)
    check_address(host, port)


@pytest.mark.parametrize("path", ["/", "/health", "/ready", "/metrics"])
async def test_a_probe_may_ask_for_the_head_only(client: Client, path: str) -> None:
    """Load balancers ask with HEAD."""
    answer = await client.head(path)
    assert (answer.status, await answer.read()) == (200, b"")

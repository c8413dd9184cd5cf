"""A worker behind logins and certificates does its work, and tells nobody what it shows to get in."""

import asyncio
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from aiokafka.conn import create_conn

from copydesk import codec
from copydesk.events import EnrichedArticle
from copydesk.kafka.client import Publisher
from copydesk.kafka.settings import client_settings
from copydesk.pipeline import DEAD, ENRICHED, TOPICS
from tests.agents.test_delivery import articles, read
from tests.agents.workers import Worker, running
from tests.broker.secured import KEY_PASSWORD, PASSWORD, Secured, as_settings, as_variables, secured_broker
from tests.cli.commands import copydesk

MARKS: Final = tuple(mark.encode() for mark in (PASSWORD, KEY_PASSWORD))
SLIP: Final = "mark-of-a-slip"
LOGIN: Final = re.compile(r"Sasl\w+_v\d\((.*)\)")
"""What aiokafka logs of what is sent and answered at a login."""
Worked = tuple[Worker, list[Any]]
PAGES: Final = (
    *("/", "/static/desk.js", "/health", "/ready", "/metrics", "/api/lanes", "/api/flow"),
    *("/faust/", "/faust/assignment/", "/router/", "/router/topics", "/router/nothing/", "/table/", "/table/nothing/"),
    "/nothing",
)
COMMANDS: Final = (
    *(["settings"], ["version"], ["topics"], ["publish", "-"], ["trace", "ferry-0"], ["dead", "list"]),
    *(["dead", "show", "0/0"], ["dead", "replay", "--all", "--dry-run"]),
    *(["subscribe", topic, "--no-follow"] for topic in ("raw", "enriched", "dead")),
)


@pytest.fixture(scope="module")
def broker(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured_broker(kafka_jars, tmp_path_factory.mktemp("secrets"), "login", "certificate_login") as running:
        yield running


@pytest.fixture(scope="module")
def words(broker: Secured) -> dict[str, str]:
    """With every secret that there is."""
    return broker.words("certificate_login", "SCRAM-SHA-512")


@pytest.fixture(scope="module")
def worker(broker: Secured, words: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    """It logs all that it can, and has worked: with the records that came of it."""
    others = {name: value for name, value in words.items() if name != "broker"}
    folder: Path = tmp_path_factory.mktemp("worker")
    with running(words["broker"], folder, 1, log_level="debug", partitions="1", **others) as (one,):
        asyncio.run(publish(words))
        yield one, asyncio.run(read(broker.plain, [topic.name for topic in TOPICS], 7))


async def publish(words: dict[str, str]) -> None:
    """An article, and what is none."""
    async with Publisher(as_settings(words)) as publisher:
        for key, value in articles(1):
            await publisher.publish(value, key=key.decode())
        await publisher.publish(b"", key="empty")


def told(text: bytes) -> list[bytes]:
    return [mark for mark in (*MARKS, SLIP.encode()) if mark in text]


def test_an_article_is_enriched_behind_a_login_and_certificates(worker: Worked) -> None:
    """Over SASL_SSL, with SCRAM-SHA-512 and certificates on both sides; and what is no article is a dead letter."""
    _, records = worker
    (enriched,) = [record for record in records if record.topic == ENRICHED.name]
    assert codec.decode(enriched.value, EnrichedArticle).title == "Ferry service to return to Ostend"
    (dead,) = [record for record in records if record.topic == DEAD.name]
    assert dead.key == b"empty"


def test_the_log_at_level_debug_has_no_secret(worker: Worked) -> None:
    """Of a login it shows that there was one, and not what SCRAM sends, from which a password can be guessed."""
    text = worker[0].log.read_text()
    logins = LOGIN.findall(text)
    assert len(logins) > 10, "each connection of the worker logs in"
    assert set(logins) == {"…"}
    assert told(text.encode()) == []


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_have_no_secret(worker: Worked, path: str) -> None:
    """Ours, Faust's own, and those that do not exist."""
    status, body = worker[0].get(path)
    assert status in {200, 404, 500}
    assert told(body) == []


def test_the_records_have_no_secret(worker: Worked) -> None:
    """Neither events nor dead letters, whose headers tell of the worker."""
    _, records = worker
    for record in records:
        assert told(b" ".join([record.key, record.value, *(value for _, value in record.headers)])) == []


def test_the_process_list_has_no_secret(worker: Worked) -> None:
    """Everybody on the machine can read it; and the processes that read articles have no secret at all."""
    main = psutil.Process(worker[0].process.pid)
    children = main.children(recursive=True)
    assert len(children) == 2
    for process in (main, *children):
        assert told(" ".join(process.cmdline()).encode()) == []
    for process in children:
        assert process.environ()["COPYDESK_SASL_USERNAME"]
        assert told(repr(process.environ()).encode()) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_commands_tell_no_secret(words: dict[str, str], worker: Worked, command: list[str]) -> None:
    """On neither of their outputs."""
    assert worker[0].process.poll() is None
    done = copydesk(*command, given=b"", **as_variables(words))
    assert done.returncode == 0, done.stderr
    assert told(done.stdout + done.stderr) == []


def test_a_worker_that_is_not_let_in_tells_no_secret(broker: Secured, tmp_path: Path) -> None:
    """One line and status 2, at level debug, with a password that the broker was sent as it is."""
    words = broker.words("login", "PLAIN") | {"sasl_password": SLIP}
    worker = Worker(words.pop("broker"), tmp_path / "worker.log", log_level="debug", **words)
    assert worker.process.wait(timeout=60) == 2
    log = worker.log.read_text()
    refused = f"copydesk: {broker.at['login'].bootstrap} refuses the login of 'desk' by PLAIN: check COPYDESK_SASL_"
    assert log.count(refused) == 1, log
    assert "Traceback" not in log
    assert told(log.encode()) == []


async def test_what_aiokafka_logs_of_a_password_is_kept_out(broker: Secured, caplog: pytest.LogCaptureFixture) -> None:
    """PLAIN sends it as it is, and at level debug each request is logged."""
    client = client_settings(as_settings(broker.words("login", "PLAIN")))
    client.pop("bootstrap_servers")
    with caplog.at_level(logging.DEBUG, "aiokafka"):
        connection = await create_conn("127.0.0.1", broker.at["login"].port, **client)
        connection.close()
    assert "SaslAuthenticateRequest_v1(…)" in caplog.text
    assert told(caplog.text.encode()) == []

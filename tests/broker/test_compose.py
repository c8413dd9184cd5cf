"""docker-compose.yml and the image that it builds: no Docker engine here, so what can be read is checked.

``compose_spec.json`` is the schema of the Compose Specification as docker-compose 1.29.2 ships it (Apache-2.0).
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator as Validator

from copydesk.cli import _parser
from copydesk.runner import MESSAGE_LIMIT
from copydesk.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_it_is_valid_by_the_compose_specification(compose: Any) -> None:
    """Every key and value is one that Compose knows."""
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text())
    faults = [f"{fault.json_path}: {fault.message}" for fault in Validator(schema).iter_errors(compose)]
    assert faults == []


def test_it_has_kafka_two_workers_a_publisher_and_a_subscriber(compose: Any) -> None:
    """What the README promises is there, and each waits for services that exist."""
    services = compose["services"]
    assert set(services) == {"kafka", "worker-1", "worker-2", "publisher", "subscriber"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)


def test_its_commands_and_settings_are_ours(compose: Any) -> None:
    """A renamed command, option or setting would fail here before it fails there."""
    for service in compose["services"].values():
        if service["image"] == "copydesk":
            _parser().parse_args(service["command"])
            chosen = read_settings(service["environment"])
            assert chosen.broker == "kafka:29092"


def test_a_stopping_worker_gets_the_time_that_it_may_take(compose: Any) -> None:
    """Docker kills after the grace period; the worker stops by itself before."""
    seconds = int(compose["services"]["worker-1"]["stop_grace_period"].removesuffix("s"))
    assert seconds > Settings().stop_deadline


def test_everything_is_published_on_loopback_only(compose: Any) -> None:
    """Neither Kafka nor the web views have a password."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_its_kafka_takes_our_largest_record(compose: Any) -> None:
    """The broker's own limit is not below that of the topics."""
    assert compose["services"]["kafka"]["environment"]["KAFKA_MESSAGE_MAX_BYTES"] > MESSAGE_LIMIT


def test_its_kafka_is_the_version_that_the_tests_run_on(compose: Any) -> None:
    """One version in the image and in the Maven file."""
    pom = (ROOT / "deploy" / "kafka" / "pom.xml").read_text()
    version = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>([\d.]+)</version>", pom)
    assert version is not None
    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{version[1]}"


def test_what_the_image_copies_is_there_and_reaches_the_engine() -> None:
    """Each source of a COPY exists and is let through by .dockerignore."""
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [name for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name
        assert name in let_through

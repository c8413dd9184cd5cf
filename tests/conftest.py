"""Real brokers for the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.kafka.local import install, local_broker

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """Kafka's parts, fetched by Maven where they are missing."""
    return install(ROOT / "deploy" / "kafka" / "pom.xml", ROOT / ".kafka")


@pytest.fixture(scope="session")
def kafka(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Kafka for tests that do not mind what others have left there."""
    with local_broker(kafka_jars, tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield bootstrap


@pytest.fixture
def clean_kafka(kafka_jars: Path, tmp_path: Path) -> Iterator[str]:
    """A real Kafka of the test's own, with no topic and no group."""
    with local_broker(kafka_jars, tmp_path / "kafka") as bootstrap:
        yield bootstrap

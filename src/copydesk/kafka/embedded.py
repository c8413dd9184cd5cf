"""The embedded broker: librdkafka's mock cluster, in this process, in memory, for the demo and quick tests."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import confluent_kafka

from copydesk.errors import UsageError
from copydesk.kafka.topics import partitions
from copydesk.pipeline import TOPICS
from copydesk.settings import Settings

PARTITION_BYTES: Final = 5_000_000
"""What a partition of the mock cluster keeps; what exceeds it drops its oldest records, read or not."""
_PRODUCER: Final = 0


@contextmanager
def embedded_broker(settings: Settings) -> Iterator[str]:
    """Run a broker with the topics of the table, as long as the context lasts.

    It speaks the protocol but keeps no promise: no disk, no offsets sent within a transaction, and `PARTITION_BYTES` a
    partition, so that publishers must not run far ahead of the worker.

    Args:
        settings: tells the number of partitions.

    Yields:
        Its bootstrap server, on loopback.

    Raises:
        UsageError: the installed confluent-kafka does not bring librdkafka as a library of its own.
    """
    library = _librdkafka()
    configuration = library.rd_kafka_conf_new()
    library.rd_kafka_conf_set(configuration, b"log_level", b"0", None, 0)  # it would warn of having no bootstrap server
    owner = library.rd_kafka_new(_PRODUCER, configuration, None, 0)
    cluster = library.rd_kafka_mock_cluster_new(owner, 1)
    try:
        for topic in TOPICS:
            library.rd_kafka_mock_topic_create(cluster, topic.name.encode(), partitions(topic, settings), 1)
        yield library.rd_kafka_mock_cluster_bootstraps(cluster).decode()
    finally:
        library.rd_kafka_mock_cluster_destroy(cluster)
        library.rd_kafka_destroy(owner)


def _librdkafka() -> Any:
    """The C library inside the wheel: its Python module offers no way to say how many partitions a topic has."""
    package = Path(confluent_kafka.__file__).parent
    found = [*package.parent.glob("confluent_kafka.libs/librdkafka*"), *package.glob(".dylibs/librdkafka*")]
    if not found:
        raise UsageError(
            "the embedded broker needs the wheel of confluent-kafka, which brings librdkafka: "
            "install it from a wheel, or use a real broker (`make kafka`)"
        )
    library = ctypes.CDLL(str(found[0]))
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "rd_kafka_conf_new": (ctypes.c_void_p, []),
        "rd_kafka_conf_set": (
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t],
        ),
        "rd_kafka_new": (ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
        "rd_kafka_destroy": (None, [ctypes.c_void_p]),
        "rd_kafka_mock_cluster_new": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
        "rd_kafka_mock_cluster_destroy": (None, [ctypes.c_void_p]),
        "rd_kafka_mock_cluster_bootstraps": (ctypes.c_char_p, [ctypes.c_void_p]),
        "rd_kafka_mock_topic_create": (
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int],
        ),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library

"""A worker whose broker goes away while it starts."""

import contextlib
import socket
import threading
from pathlib import Path

from tests.agents.workers import Worker


def bridge(source: socket.socket, target: socket.socket) -> None:
    """Pass on what one side says until it says no more, and tell the other."""
    with source:
        while data := source.recv(65_536):
            target.sendall(data)
        with contextlib.suppress(OSError):  # it has gone first
            target.shutdown(socket.SHUT_RDWR)


class Once:
    """An address of a broker that lets in a single client, and is gone then."""

    def __init__(self, bootstrap: str) -> None:
        self._broker = bootstrap
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        client, _ = self._listening.accept()
        self._listening.close()
        host, _, port = self._broker.partition(":")
        broker = socket.create_connection((host, int(port)))
        answers = threading.Thread(target=bridge, args=(broker, client))
        answers.start()
        bridge(client, broker)
        answers.join()

    def join(self) -> None:
        """Wait until the client has gone."""
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_a_broker_that_goes_away_while_the_worker_starts(kafka: str, tmp_path: Path) -> None:
    """It was there for the topics and is away for the groups: one line, status 1, no traceback."""
    once = Once(kafka)
    worker = Worker(once.address, tmp_path / "worker.log")
    status = worker.process.wait(timeout=90)
    once.join()
    log = worker.log.read_text()
    assert status == 1, log
    assert "this worker cannot go on: KafkaConnectionError: Unable to bootstrap" in log
    assert "Traceback" not in log, log

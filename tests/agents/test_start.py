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


class Brief:
    """An address of a broker that lets in two clients, and is gone then: one that knocks, one that makes the topics."""

    CLIENTS = 2

    def __init__(self, bootstrap: str) -> None:
        self._broker = bootstrap
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        let_in = [self._let_in() for _ in range(self.CLIENTS)]
        self._listening.close()
        for thread in let_in:
            thread.join()

    def _let_in(self) -> threading.Thread:
        client, _ = self._listening.accept()
        thread = threading.Thread(target=self._pass_on, args=(client,))
        thread.start()
        return thread

    def _pass_on(self, client: socket.socket) -> None:
        host, _, port = self._broker.partition(":")
        broker = socket.create_connection((host, int(port)))
        answers = threading.Thread(target=bridge, args=(broker, client))
        answers.start()
        bridge(client, broker)
        answers.join()

    def join(self) -> None:
        """Wait until the clients have gone."""
        self._thread.join(10)
        assert not self._thread.is_alive()


def test_a_broker_that_goes_away_while_the_worker_starts(kafka: str, tmp_path: Path) -> None:
    """It was there for the topics and is away for the groups: one line, status 1, no traceback."""
    brief = Brief(kafka)
    worker = Worker(brief.address, tmp_path / "worker.log")
    status = worker.process.wait(timeout=90)
    brief.join()
    log = worker.log.read_text()
    assert status == 1, log
    assert "this worker cannot go on: KafkaConnectionError: Unable to bootstrap" in log
    assert "Traceback" not in log, log

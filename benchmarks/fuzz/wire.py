"""HTTP as bytes: sent to a server on loopback as they are, and what it answered."""

import http.client
import socket
from dataclasses import dataclass
from typing import Final

ANSWER_DEADLINE: Final = 10.0
"""Seconds without a word after which the server hangs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; names of headers in small letters."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return dict(self.headers).get(name, "")


def exchange(port: int, request: bytes, method: str, *, ended: bool) -> Answer | None:
    """Send a request over a connection of its own.

    Args:
        port: on 127.0.0.1.
        request: head and body, well-formed or not.
        method: HEAD has no body in its answer.
        ended: whether more will follow; if not, the server is told.

    Returns:
        The answer; ``None`` where the server closed without one.

    Raises:
        TimeoutError: neither came.
        http.client.HTTPException: the answer is not HTTP.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_DEADLINE) as connection:
        try:
            connection.sendall(request)
            if not ended:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has refused before all was said; the answer may be there
        return _answer(connection, method)


def _answer(connection: socket.socket, method: str) -> Answer | None:
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return None
    return Answer(response.status, tuple((name.lower(), value) for name, value in response.getheaders()), body)

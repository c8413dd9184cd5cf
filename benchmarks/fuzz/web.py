"""The web view of a worker, behind its real server on loopback, and requests of all kinds for each of its routes."""

import asyncio
import json
import random
import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from aiohttp.web import AppRunner, StaticResource, TCPSite

from agents.web.server import SECURITY_HEADERS
from benchmarks.fuzz.wire import Answer, exchange

STATUSES: Final = frozenset({200, 206, 304, 400, 403, 404, 405, 412, 413, 414, 416, 417, 431, 503})
"""What may be answered. Of a worker that is not connected, ``/ready`` is 503."""
HEADERS: Final = frozenset(
    {
        *("content-type", "content-length", "date", "server", "allow", "connection", "etag", "last-modified"),
        *("accept-ranges", "content-range", "content-encoding", "vary", "transfer-encoding"),
        *(name.lower() for name in SECURITY_HEADERS),
    }
)
"""What an answer may say of itself; more has been put there by the request."""

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "SEARCH")
_PIECES: Final = (
    *("", "/", "//", "..", "%2e%2e", "..%2f..%2f", "%00", "%0d%0aX-Injected:%201"),
    *("%", "%zz", "%ff", "*", "\\", "~", ";"),
    *("{name}", "'\"<script>", "a" * 300, "a" * 9_000, "é", "²", "\t", "etc/passwd", "index.html", "None", "0", "-1"),
)
_FIELDS: Final = (
    *("Host", "Accept", "Accept-Encoding", "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since"),
    *("If-Unmodified-Since", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Upgrade", "Expect"),
    *("Origin", "Cookie", "Authorization"),
    *("X-Forwarded-For", "X-HTTP-Method-Override", "Access-Control-Request-Method"),
    *("Sec-WebSocket-Key", "Content-Encoding", "", " ", "A\0", "Bad Name", "é", "n" * 9_000),
)
_CONTENTS: Final = (
    *("", "*", "*/*", "gzip, br", "bytes=0-3", "bytes=3-0", "bytes=-5", "bytes=9999999-", "bytes=0-0,2-3", "bytes=x"),
    *('"x"', "W/", "Tue, 03 Mar 2026 12:00:00 GMT", "Tue, 99 Mar 99999", "0", "5", "-1", "1" * 30, "²", "chunked"),
    *("chunked, chunked", "identity", "close", "upgrade", "websocket"),
    *("h2c", "100-continue", "200-ok", "a=b; c", "=;,"),
    *("x\r\nX-Injected: 1", "x\nX-Injected: 1", "x\0", "\x7f\x1b[2J", "é", "v" * 9_000, "127.0.0.1", "[::1]:x", "a@b"),
    *("application/json; charset=\0", "multipart/form-data; boundary=", "text/html; charset=utf-7", "deflate"),
)
_BODIES: Final = (
    b"",
    b"x",
    b"{}",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"zz\r\n",
    b"ffffffffffffffff\r\n",
    b"\x1f\x8b\x08junk",
    b"\0" * 500,
)


class Served:
    """A web view on a free port, until the process ends.

    Attributes:
        port: where it listens.
        routes: the patterns of its paths.
    """

    def __init__(self) -> None:
        self.port = 0
        self.routes: Sequence[str] = ()
        self._listening = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        if not self._listening.wait(60):
            raise TimeoutError("the web view does not listen")

    async def _serve(self) -> None:
        from agents.app import app  # not started: it makes itself from the environment, and connects to nothing

        found: Any = await app.web.wsgi()
        self.routes = [path for resource in found.router.resources() for path in _paths(resource)]
        runner = AppRunner(found, access_log=None)
        await runner.setup()
        site = TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        self._listening.set()
        await asyncio.Event().wait()


def _paths(resource: Any) -> list[str]:
    if isinstance(resource, StaticResource):
        folder = resource.get_info()["directory"]
        return [f"{resource.canonical}/", *(f"{resource.canonical}/{path.name}" for path in sorted(folder.iterdir()))]
    return [resource.canonical]


@cache
def served() -> Served:
    """The one of this process."""
    return Served()


def fault(answer: Answer | None, ended: bool) -> str:
    """Say what is wrong with an answer; nothing if it is one that a server may give."""
    if answer is None:
        return "" if not ended else "the server closed the connection without an answer"
    if answer.status not in STATUSES:
        return f"status {answer.status}: {answer.body[:300]!r}"
    if added := {name for name, _ in answer.headers} - HEADERS:
        return f"headers that nobody should have sent: {added}"
    if b"Traceback" in answer.body or b'File "' in answer.body:
        return f"the body tells of our code: {answer.body[:300]!r}"
    if answer.status == 200 and answer.body and answer.header("content-type").startswith("application/json"):
        json.loads(answer.body)
    return ""


def make(routes: Sequence[str], chance: random.Random) -> tuple[bytes, str, bool]:
    """A request for one of the routes: its bytes, its method, and whether it is a whole one."""
    method = chance.choice(_METHODS) if chance.random() < 0.3 else "GET"
    fields = [("Host", "127.0.0.1")] if chance.random() < 0.95 else []
    fields += [(chance.choice(_FIELDS), chance.choice(_CONTENTS)) for _ in range(chance.choice((0, 0, 0, 1, 1, 3)))]
    if chance.random() < 0.02:
        fields += [(f"X-{number}", "v" * 90) for number in range(200)]
    body = chance.choice(_BODIES) if chance.random() < 0.2 else b""
    if body and chance.random() < 0.7:
        fields.append(("Content-Length", str(len(body))))
    head = [f"{method} {_target(routes, chance)} HTTP/1.1", *(f"{name}: {content}" for name, content in fields)]
    made = "\r\n".join([*head, "Connection: close", "", ""]).encode("utf-8", "surrogatepass") + body
    if chance.random() < 0.15:
        made = _mutated(made, chance)
        method = "HEAD" if made.lstrip(b"\r\n").startswith(b"HEAD ") else "GET"
    return made, method, b"\r\n\r\n" in made.lstrip(b"\r\n")


def _target(routes: Sequence[str], chance: random.Random) -> str:
    path = re.sub(r"{\w+}", lambda _: chance.choice(_PIECES), chance.choice(routes))
    for _ in range(chance.choice((0, 0, 1, 2))):
        at = chance.randrange(len(path) + 1)
        path = path[:at] + chance.choice(_PIECES) + path[at:]
    query = "&".join(f"{chance.choice(_PIECES)}={chance.choice(_PIECES)}" for _ in range(chance.choice((0, 0, 1, 3))))
    return f"{path}?{query}" if query else path


def _mutated(made: bytes, chance: random.Random) -> bytes:
    data = bytearray(made)
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(data))
        kind = chance.randrange(3)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randrange(1, 20)]
        else:
            data[at:at] = chance.choice((b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"\r\n\r\n", b"HTTP/9.9", b"\xff"))
        data = data or bytearray(b"\n")
    return bytes(data)


def answered(chance: random.Random) -> str:
    """Send one, and name the kind of its answer.

    Raises:
        AssertionError: it is none that a server may give.
    """
    view = served()
    made, method, ended = make(view.routes, chance)
    answer = exchange(view.port, made, method, ended=ended)
    if wrong := fault(answer, ended):
        raise AssertionError(f"{wrong}\nafter {made[:1_000]!r}")
    return str(answer.status) if answer else "closed"

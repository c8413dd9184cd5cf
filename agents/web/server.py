"""Faust's web server, with our page at its front and Faust's own views behind it."""

import errno
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from aiohttp import web_urldispatcher
from aiohttp.web import HTTPExpectationFailed, HTTPNotFound, Request, StreamResponse, middleware
from faust.web import Blueprint
from faust.web.apps import router, tables
from faust.web.drivers import aiohttp as driver

from agents.web.views import blueprint
from copydesk.errors import UsageError

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""On every answer: nothing from elsewhere is loaded, nobody may frame the page, figures are never stale."""

# Without the views of one table: asked for a table that is not there, and we have none, they fail.
_router: Final = Blueprint("router")
_router.route("/", name="list")(router.TableList)
_router.route("/topics", name="topics")(router.TopicList)
_tables: Final = Blueprint("tables")
_tables.route("/", name="list")(tables.TableList)


class Web(driver.Web):
    """The web server of a worker.

    Faust mounts its index and its statistics both at ``/``, where our page is: the index is left out and the
    statistics move. Faust's picture of its services is left out too: it needs Graphviz on the machine.
    """

    default_blueprints: ClassVar[Sequence[tuple[str, Any]]] = (
        ("", blueprint),
        ("/router", _router),
        ("/table", _tables),
        ("/faust", "faust.web.apps.stats:blueprint"),
    )
    debug_blueprints: ClassVar[Sequence[tuple[str, Any]]] = ()
    optional_blueprints: ClassVar[Sequence[tuple[str, Any]]] = ()
    production_blueprints: ClassVar[Sequence[tuple[str, Any]]] = ()
    blueprint_flags: ClassVar[Mapping[str, str]] = {}

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.web_app.on_response_prepare.append(_secure)
        self.web_app.middlewares.append(_not_found)


def check_address(host: str, port: int) -> None:
    """Find out at once whether the address is free: Faust would listen only after the models are loaded.

    Raises:
        UsageError: it is not, as for the second worker on one machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise UsageError(
            f"the web view cannot listen on {host}:{port} (COPYDESK_WEB_PORT): {error.strerror}"
        ) from error


async def _secure(_: Request, response: StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


@middleware
async def _not_found(request: Request, handler: Callable[[Request], Awaitable[StreamResponse]]) -> StreamResponse:
    """No file has a name that the file system finds too long; aiohttp would answer that the server has failed."""
    try:
        return await handler(request)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise HTTPNotFound from error


_default_expect: Final = web_urldispatcher._default_expect_handler


async def _expect(request: Request) -> None:
    """aiohttp repeats what it does not understand, and fails where that is no text. It asks before any middleware."""
    try:
        await _default_expect(request)
    except UnicodeEncodeError:
        raise HTTPExpectationFailed from None


web_urldispatcher._default_expect_handler = _expect

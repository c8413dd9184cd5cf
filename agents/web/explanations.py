"""Explanations: what *clean* makes of an article that a person sends to the web view."""

import time
from typing import Any, Final

from copydesk import codec
from copydesk.errors import Reason
from copydesk.records import CONTENT_TYPE, Record
from copydesk.runner import EXPLAIN
from copydesk.settings import Settings

OK: Final = 200
TOO_LARGE: Final = 413
REJECTED: Final = 422
NOBODY: Final = 503


async def explain(app: Any, request: Any) -> tuple[int, bytes]:
    """Have a worker process explain the body of a request.

    Args:
        app: the worker.
        request: of aiohttp; its body is a raw article in any form that the topic of raw articles takes.

    Returns:
        status and JSON: ``article`` and ``lines``, or ``reason`` and ``message``.
    """
    config: Settings = app.config
    if not app.pool.size:
        return NOBODY, _told("not-here", "this worker runs link alone; ask one that cleans")
    if not app.pool.ready:
        return NOBODY, _told("not-ready", "the worker processes are loading their models; ask again in a moment")
    value = await _body(request, config.max_bytes)
    if value is None:
        return TOO_LARGE, _told(Reason.TOO_LARGE, f"more than {config.max_bytes} bytes (COPYDESK_MAX_BYTES)")
    stated = request.headers.get("content-type", "").encode("latin-1", "replace")
    record = Record("web", 0, 0, time.time_ns() // 1_000_000, None, value, ((CONTENT_TYPE, stated),))
    result = await app.pool.submit(EXPLAIN, record)
    if result.failure is not None:
        return REJECTED, _told(result.failure.reason, result.failure.message)
    return OK, result.outputs[0].value


async def _body(request: Any, most: int) -> bytes | None:
    """The body as far as it may be read; ``None`` where it is longer."""
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > most:
            return None
    return b"".join(parts)


def _told(reason: str, message: str) -> bytes:
    return codec.dump({"reason": reason, "message": message})

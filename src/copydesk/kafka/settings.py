"""Our settings in the words of aiokafka, and what it says when no broker answers, in ours."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from aiokafka.errors import KafkaConnectionError, KafkaError

from copydesk.errors import UsageError
from copydesk.settings import Settings, variable

CONNECT_DEADLINE: Final = 8.0
"""Seconds in which a broker must have answered for the first time."""


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context that the settings ask for, or ``None`` where they ask for none.

    Raises:
        UsageError: a file is missing or unreadable; names the variable, never a secret.
    """
    if not settings.security_protocol.endswith("SSL"):
        return None
    for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise UsageError(f"{variable(name)}={path!r}: there is no such file")
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile or None)
        if settings.ssl_certfile:
            context.load_cert_chain(
                settings.ssl_certfile, settings.ssl_keyfile or None, settings.ssl_keyfile_password or None
            )
    except ssl.SSLError as error:
        names = ", ".join(variable(name) for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"))
        raise UsageError(f"{names}: not usable as certificates and key ({error.reason})") from error
    return context


def client_settings(settings: Settings) -> dict[str, Any]:
    """Keyword arguments with which every client of aiokafka connects."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.broker,
        "security_protocol": settings.security_protocol,
        "ssl_context": ssl_context(settings),
        "client_id": settings.group,
    }
    if settings.security_protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password,
        }
    return arguments


@asynccontextmanager
async def connected(client: Any, settings: Settings) -> AsyncIterator[Any]:
    """Start a client of aiokafka, and stop it at the end.

    Raises:
        UsageError: no broker answered, or it refused the login: one line that says what to do.
    """
    # aiokafka logs each failed attempt; the one line that we raise says it all.
    noisy = logging.getLogger("aiokafka")
    before = noisy.level
    noisy.setLevel(logging.CRITICAL)
    try:
        async with asyncio.timeout(CONNECT_DEADLINE):
            await client.start()
    except (KafkaError, OSError, TimeoutError) as error:
        await _close(client)
        said = "" if isinstance(error, KafkaConnectionError | TimeoutError) else f" ({error})"
        raise UsageError(
            f"no broker answers at {settings.broker}{said}: start one with `make kafka`, or set {variable('broker')}"
        ) from error
    finally:
        noisy.setLevel(before)
    try:
        yield client
    finally:
        await _close(client)


async def _close(client: Any) -> None:
    await (client.close() if hasattr(client, "close") else client.stop())

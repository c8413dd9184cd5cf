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
from copydesk.kafka.access import away, check_access
from copydesk.kafka.redaction import redact_logins
from copydesk.settings import Settings, check_servers, variable

CONNECT_DEADLINE: Final = 8.0
"""Seconds in which a broker must have answered for the first time."""


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """The TLS context that the settings ask for, or ``None`` where they ask for none.

    Raises:
        UsageError: a file is missing or not usable; names the variable, never a secret.
    """
    if not settings.security_protocol.endswith("SSL"):
        return None
    for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile"):
        path = getattr(settings, name)
        if path and not Path(path).is_file():
            raise UsageError(f"{variable(name)}={path!r}: there is no such file")
    if settings.ssl_keyfile and not settings.ssl_certfile:
        raise UsageError(f"{variable('ssl_keyfile')} is set without its certificate: set {variable('ssl_certfile')}")
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile or None)
    except OSError as error:
        raise UsageError(f"{_named(settings, 'ssl_cafile')}: not usable as certificates ({_reason(error)})") from error
    if settings.ssl_certfile:
        _show_certificate(context, settings)
    return context


def _show_certificate(context: ssl.SSLContext, settings: Settings) -> None:
    asked = False

    def password() -> str:
        nonlocal asked
        asked = True
        return settings.ssl_keyfile_password  # OpenSSL would ask at the terminal for one that is not given

    try:
        context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile or None, password)
    except (OSError, ValueError) as error:
        shown = " and ".join(
            _named(settings, name) for name in ("ssl_certfile", "ssl_keyfile") if getattr(settings, name)
        )
        secret = f"; the key is encrypted: check {variable('ssl_keyfile_password')}" if asked else ""
        raise UsageError(f"{shown}: not usable as certificate and key ({_reason(error)}){secret}") from error


def _named(settings: Settings, name: str) -> str:
    return f"{variable(name)}={getattr(settings, name)!r}"


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not understood").lower().replace("_", " ")
    return (isinstance(error, OSError) and error.strerror) or str(error)


def client_settings(settings: Settings) -> dict[str, Any]:
    """Keyword arguments with which every client of aiokafka connects.

    Raises:
        UsageError: they contradict each other, or a file is not usable; names the variable, never a secret.
    """
    check_servers(settings.broker)
    _check_login(settings)
    redact_logins()
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


def _check_login(settings: Settings) -> None:
    protocol = f"{variable('security_protocol')}={settings.security_protocol}"
    wanted = settings.security_protocol.startswith("SASL")
    for name in ("sasl_username", "sasl_password"):
        if wanted and not getattr(settings, name):
            raise UsageError(f"{protocol} needs a login, and {variable(name)} is empty: set it")
        if not wanted and getattr(settings, name):
            raise UsageError(f"{variable(name)} is set, and {protocol} sends no login: use SASL_SSL or SASL_PLAINTEXT")


@asynccontextmanager
async def connected(client: Any, settings: Settings) -> AsyncIterator[Any]:
    """Start a client of aiokafka, and stop it at the end.

    Raises:
        UsageError: no broker answered, or it did not let us in: one line that says what to do.
    """
    # aiokafka logs each failed attempt; the one line that we raise says it all.
    noisy = logging.getLogger("aiokafka")
    before = noisy.level
    noisy.setLevel(logging.CRITICAL)
    try:
        async with asyncio.timeout(CONNECT_DEADLINE):
            await check_access(settings, client_settings(settings))
            await client.start()
    except UsageError:
        await close(client)
        raise
    except (KafkaError, OSError, TimeoutError) as error:
        await close(client)
        said = "" if isinstance(error, KafkaConnectionError | TimeoutError) else str(error)
        raise UsageError(away(settings, said)) from error
    finally:
        noisy.setLevel(before)
    try:
        yield client
    finally:
        await close(client)


async def close(client: Any) -> None:
    """Stop a client of aiokafka.

    While its broker is away, aiokafka's fetcher lets the cancellation of its own tasks escape. Whoever stopped a
    consumer then would end as if somebody had cancelled it, and nobody would hear of an error: so it is stopped in a
    task of its own.
    """
    stopping = asyncio.ensure_future(client.close() if hasattr(client, "close") else client.stop())
    await asyncio.wait([stopping])
    if stopping.cancelled():
        await client._client.close()  # which the consumer did not come to any more
    else:
        stopping.result()

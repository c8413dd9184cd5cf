"""Whether a broker lets us in; and if it does not, why, and what to do."""

import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiokafka.conn import collect_hosts, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from copydesk.errors import UsageError
from copydesk.settings import Settings, variable

PATIENCE: Final = 4.0
"""Seconds that one address may take to answer."""
_OTHER_NAME: Final = {62, 64}
"""OpenSSL's codes for a certificate that is good, and another host's."""
_OUT_OF_DATE: Final = {9, 10}
"""OpenSSL's codes for one that is not good yet, or no more."""
_TOLD: Final = "the broker's `advertised.listeners`"

Address = tuple[str, int]


async def check_access(settings: Settings, client: Mapping[str, Any]) -> None:
    """Connect to a bootstrap server, and to a broker at an address that it tells its clients.

    aiokafka says of every failure that it could not connect, and gives the reason to its log only.

    Args:
        settings: where the broker is, and what it is to be shown.
        client: the same in aiokafka's words.

    Raises:
        UsageError: nobody lets us in: one line that says what to do, and no secret.
    """
    asked = [(host, port) for host, port, _ in collect_hosts(settings.broker)]
    entered, told, failures = await _knock(asked, client)
    if entered is None:
        raise UsageError(_line(failures, settings, variable("broker")) or away(settings))
    if entered in told or not told:
        return
    reached, _, failures = await _knock(told, client)
    if reached is None:
        why = _line(failures, settings, _TOLD) or f"nobody answers there: mend {_TOLD}"
        raise UsageError(f"the broker at {_shown(entered)} sends its clients on to {_shown(told[0])}, and {why}")


def away(settings: Settings, said: str = "") -> str:
    """What is said when nobody answers.

    Args:
        settings: where the broker should be.
        said: what is known of the reason.
    """
    known = f" ({said})" if said else ""
    return f"no broker answers at {settings.broker}{known}: start one with `make kafka`, or set {variable('broker')}"


async def _knock(
    addresses: Sequence[Address], client: Mapping[str, Any]
) -> tuple[Address | None, list[Address], list[tuple[Address, BaseException]]]:
    """Try addresses until one lets us in: which, the brokers that it tells, and what went wrong before."""
    failures: list[tuple[Address, BaseException]] = []
    for address in addresses:
        try:
            return address, await _brokers(address, client), failures
        except (KafkaError, OSError, ValueError) as error:  # such as a host that is no name, or a wrong proof of SCRAM
            failures.append((address, error))
    return None, [], failures


async def _brokers(address: Address, client: Mapping[str, Any]) -> list[Address]:
    arguments = {name: value for name, value in client.items() if name != "bootstrap_servers"}
    connection = await create_conn(*address, **arguments, request_timeout_ms=int(PATIENCE * 1000))
    try:
        answer = await connection.send(MetadataRequest([]))
    finally:
        connection.close()
    return [(host, port) for _, host, port, *_ in answer.brokers]


def _line(failures: Sequence[tuple[Address, BaseException]], settings: Settings, source: str) -> str:
    """The most telling of the failures: an answer, of whatever kind, tells more than none. Empty if there is none.

    Args:
        failures: addresses, and what went wrong there.
        settings: what was shown to them.
        source: where the addresses come from, and can be mended.
    """
    for address, error in failures:
        if line := _refusal(_shown(address), error, settings, source):
            return line
    return ""


def _refusal(at: str, error: BaseException, settings: Settings, source: str) -> str:
    """Why a broker that answers does not let us in; empty where nobody answers."""
    fault = error.__cause__ if isinstance(error, KafkaConnectionError) and error.__cause__ else error
    if isinstance(fault, ssl.SSLError):
        return _tls(at, fault, settings, source)
    if isinstance(fault, SaslAuthenticationFailed | UnsupportedSaslMechanismError | IllegalSaslStateError):
        return _login(at, fault, settings)
    if isinstance(fault, ConnectionResetError | EOFError):
        return _misunderstood(at, settings, source)
    return "" if isinstance(fault, OSError) else f"{at} does not let us in: {fault}"


def _login(at: str, error: KafkaError, settings: Settings) -> str:
    if isinstance(error, SaslAuthenticationFailed):
        names = " and ".join(variable(name) for name in ("sasl_username", "sasl_password"))
        return f"{at} refuses the login of {settings.sasl_username!r} by {settings.sasl_mechanism}: check {names}"
    if isinstance(error, UnsupportedSaslMechanismError):
        return f"{at} does not know {settings.sasl_mechanism}: set {variable('sasl_mechanism')} to one that it knows"
    return f"{at} asks for no login: set {variable('security_protocol')} to one without SASL, or use another port"


def _tls(at: str, error: ssl.SSLError, settings: Settings, source: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrusted(at, error, source)
    if "CERTIFICATE" in (error.reason or ""):
        return _unrecognised(at, settings)
    return _misunderstood(at, settings, source)


def _distrusted(at: str, error: ssl.SSLCertVerificationError, source: str) -> str:
    if error.verify_code in _OTHER_NAME:
        return f"the certificate of {at} is for another name: use a name that it is for in {source}"
    if error.verify_code in _OUT_OF_DATE:
        return f"{error.verify_message} at {at}: have it renewed there, or set the clock of this machine"
    return (
        f"the certificate of {at} is not trusted ({error.verify_message}): name the authority that signed it in "
        f"{variable('ssl_cafile')}"
    )


def _unrecognised(at: str, settings: Settings) -> str:
    if settings.ssl_certfile:
        return f"{at} does not trust our certificate: {variable('ssl_certfile')} must be signed by its authority"
    return f"{at} asks for our certificate: set {variable('ssl_certfile')} and {variable('ssl_keyfile')}"


def _misunderstood(at: str, settings: Settings, source: str) -> str:
    protocol = f"{variable('security_protocol')}={settings.security_protocol}"
    line = f"{at} hangs up on us, perhaps because it does not speak {protocol}: check that, and the port in {source}"
    if settings.security_protocol.endswith("SSL") and not settings.ssl_certfile:
        line += f"; or it asks for our certificate, and {variable('ssl_certfile')} is empty"
    return line


def _shown(address: Address) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

"""Logins and certificates on a real Kafka: every way in, and what one is told who does not get in."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.errors import UsageError
from copydesk.kafka.client import Publisher, subscribe
from copydesk.kafka.listeners import MECHANISMS
from copydesk.kafka.settings import CONNECT_DEADLINE
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import RAW
from tests.broker.secured import Secured, as_settings, as_variables, secured_broker
from tests.cli.commands import COPYDESK, environment

WAYS = [
    ("tls", ""),
    ("certificate", ""),
    *((kind, mechanism) for kind in ("login", "tls_login") for mechanism in MECHANISMS),
]
SLIP = "mark-of-a-slip"
"""A wrong password."""
COMMANDS = (["publish", "-"], ["subscribe", "enriched"], ["worker"])


@pytest.fixture(scope="module")
def broker(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    with secured_broker(kafka_jars, folder, "login", "tls", "tls_login", "certificate", "elsewhere") as running:
        yield running


@pytest.mark.parametrize(("kind", "mechanism"), WAYS)
async def test_every_way_in(broker: Secured, kind: str, mechanism: str) -> None:
    """Topics are created, an article is published and read again."""
    settings = as_settings(broker.words(kind, mechanism))
    await ensure_topics(settings)
    async with Publisher(settings) as publisher:
        sent = await publisher.publish(b"Ferry service to return to Ostend", key="ferry")
    read = [record async for record in subscribe(settings, [RAW.name], follow=False)]
    assert (read[-1].offset, read[-1].key, read[-1].value) == (sent.offset, sent.key, sent.value)


def _without(words: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in words.items() if name not in names}


def wrong(broker: Secured) -> dict[str, dict[str, str]]:
    """Settings with one thing wrong."""
    plain, login, tls = {"broker": broker.plain}, broker.words("login", "PLAIN"), broker.words("tls")
    scram = broker.words("tls_login", "SCRAM-SHA-512")
    bare = _without(broker.words("certificate"), "ssl_certfile", "ssl_keyfile", "ssl_keyfile_password")
    theirs = {"ssl_certfile": str(broker.theirs.certificate), "ssl_keyfile": str(broker.theirs.key)}
    return {
        "password by PLAIN": login | {"sasl_password": SLIP},
        "password by SCRAM": scram | {"sasl_password": SLIP},
        "user": scram | {"sasl_username": "guest"},
        "authority": tls | {"ssl_cafile": str(broker.stranger)},
        "no authority": _without(tls, "ssl_cafile"),
        "no certificate": bare,
        "certificate of others": bare | theirs,
        "host name": tls | {"broker": f"localhost:{broker.at['tls'].port}"},
        "host name that the broker tells": broker.words("elsewhere"),
        "plain on a port with TLS": plain | {"broker": broker.at["tls"].bootstrap},
        "plain on a port with logins": plain | {"broker": broker.at["login"].bootstrap},
        "TLS on the plain port": tls | {"broker": broker.plain},
        "login on the plain port": login | {"broker": broker.plain},
        "login on a port with TLS alone": scram | {"broker": broker.at["tls"].bootstrap},
        "TLS alone on a port with logins": tls | {"broker": broker.at["tls_login"].bootstrap},
    }


_BY = "check COPYDESK_SASL_USERNAME and COPYDESK_SASL_PASSWORD"
_UNTRUSTED = (
    "the certificate of {tls} is not trusted (unable to get local issuer certificate): "
    "name the authority that signed it in COPYDESK_SSL_CAFILE"
)
_HANGS_UP = "hangs up on us, perhaps because it does not speak COPYDESK_SECURITY_PROTOCOL="
_NO_LOGIN = "asks for no login: set COPYDESK_SECURITY_PROTOCOL to one without SASL, or use another port"
SAID = {
    "password by PLAIN": "{login} refuses the login of 'desk' by PLAIN: " + _BY,
    "password by SCRAM": "{tls_login} refuses the login of 'desk' by SCRAM-SHA-512: " + _BY,
    "user": "{tls_login} refuses the login of 'guest' by SCRAM-SHA-512: " + _BY,
    "authority": _UNTRUSTED,
    "no authority": _UNTRUSTED,
    "no certificate": "{certificate} asks for our certificate: set COPYDESK_SSL_CERTFILE and COPYDESK_SSL_KEYFILE",
    "certificate of others": "{certificate} does not trust our certificate: "
    "COPYDESK_SSL_CERTFILE must be signed by its authority",
    "host name": "the certificate of localhost:{tls_port} is for another name: "
    "use a name that it is for in COPYDESK_BROKER",
    "host name that the broker tells": "sends its clients on to localhost:{elsewhere_port}, and the certificate of "
    "localhost:{elsewhere_port} is for another name: use a name that it is for in the broker's `advertised.listeners`",
    "plain on a port with TLS": "{tls} " + _HANGS_UP + "PLAINTEXT: check that, and the port in COPYDESK_BROKER",
    "plain on a port with logins": "{login} " + _HANGS_UP + "PLAINTEXT: check that",
    "TLS on the plain port": _HANGS_UP
    + "SSL: check that, and the port in COPYDESK_BROKER; or it asks for our certificate, "
    "and COPYDESK_SSL_CERTFILE is empty",
    "login on the plain port": _NO_LOGIN,
    "login on a port with TLS alone": "{tls} " + _NO_LOGIN,
    "TLS alone on a port with logins": "{tls_login} " + _HANGS_UP + "SSL: check that",
}


def said(broker: Secured, case: str) -> str:
    """What is said then, with the ports of this broker."""
    ports = {f"{kind}_port": listener.port for kind, listener in broker.at.items()}
    return SAID[case].format(**ports, **{kind: listener.bootstrap for kind, listener in broker.at.items()})


@pytest.mark.parametrize("case", SAID)
async def test_what_the_library_says(broker: Secured, case: str) -> None:
    """Within the deadline: what is wrong, where, what to do, and no password."""
    started = time.monotonic()
    with pytest.raises(UsageError) as caught:
        await ensure_topics(as_settings(wrong(broker)[case]))
    assert time.monotonic() - started < CONNECT_DEADLINE
    assert said(broker, case) in str(caught.value)
    assert SLIP not in str(caught.value)


@pytest.mark.parametrize(
    "case",
    [
        *("password by SCRAM", "authority", "no certificate", "host name"),
        *("plain on a port with TLS", "TLS on the plain port"),
    ],
)
def test_what_the_commands_say(broker: Secured, case: str) -> None:
    """The same in one line on standard error, with exit status 2 and no traceback."""
    variables = environment(**as_variables(wrong(broker)[case]))
    running = [
        subprocess.Popen(
            [COPYDESK, *command],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in COMMANDS
    ]
    for process in running:
        out, error = process.communicate(timeout=60)
        assert (process.returncode, out) == (2, ""), error
        assert error.startswith("copydesk: ")
        assert error.count("\n") == 1, error
        assert said(broker, case) in error
        assert SLIP not in error


async def test_somebody_who_does_not_speak() -> None:
    """Who takes the connection and says nothing is no broker, and is not waited for."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(UsageError, match=f"no broker answers at {address}"):
            await ensure_topics(as_settings({"broker": address, "security_protocol": "SSL"}))
        assert time.monotonic() - started < CONNECT_DEADLINE + 1

"""Our settings in the words of aiokafka."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from copydesk.errors import UsageError
from copydesk.kafka.access import check_access
from copydesk.kafka.settings import client_settings, ssl_context
from copydesk.settings import Settings
from tests.broker.certificates import Authority


def test_without_security_there_is_no_tls_and_no_login() -> None:
    """The default is a plain connection."""
    found = client_settings(Settings())
    assert (found["bootstrap_servers"], found["security_protocol"]) == ("127.0.0.1:9092", "PLAINTEXT")
    assert found["ssl_context"] is None
    assert not [name for name in found if name.startswith("sasl")]


def test_a_login_over_tls_is_passed_through() -> None:
    """SASL_SSL brings a context that verifies, the mechanism and the credentials."""
    chosen = Settings(
        security_protocol="SASL_SSL", sasl_mechanism="SCRAM-SHA-512", sasl_username="desk", sasl_password="s3cret"
    )
    found = client_settings(chosen)
    assert found["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert found["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (found["sasl_plain_username"], found["sasl_plain_password"]) == ("desk", "s3cret")


@pytest.mark.parametrize("name", ["ssl_cafile", "ssl_certfile", "ssl_keyfile"])
def test_a_missing_file_is_named_with_its_variable(name: str) -> None:
    """The error says which variable to mend."""
    chosen = Settings(security_protocol="SSL", **{name: "nowhere.pem"})  # type: ignore[arg-type]  # all three are text
    with pytest.raises(UsageError, match=f"COPYDESK_{name.upper()}='nowhere.pem'"):
        ssl_context(chosen)


def test_a_file_that_is_no_certificate_is_a_clear_error(tmp_path: Path) -> None:
    """A wrong file is wrong use, not a traceback."""
    wrong = tmp_path / "ca.pem"
    wrong.write_text("not a certificate")
    with pytest.raises(UsageError, match="COPYDESK_SSL_CAFILE"):
        ssl_context(Settings(security_protocol="SSL", ssl_cafile=str(wrong)))


def test_a_wrong_key_password_is_not_told(tmp_path: Path) -> None:
    """No secret appears in an error."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:right", "-subj", "/CN=desk"]
    subprocess.run([*request, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    chosen = Settings(
        security_protocol="SSL",
        ssl_certfile=str(certificate),
        ssl_keyfile=str(key),
        ssl_keyfile_password="wr0ng-s3cret",
    )
    with pytest.raises(UsageError) as caught:
        ssl_context(chosen)
    assert "wr0ng-s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["sasl_username", "sasl_password"])
def test_a_login_that_lacks_a_part_or_is_not_sent(name: str) -> None:
    """A protocol with logins needs both parts; one without would go on without the login that was meant."""
    part = {name: "s3cret"}
    whole = {"sasl_username": "s3cret", "sasl_password": "s3cret"}
    with pytest.raises(UsageError) as caught:
        client_settings(Settings(security_protocol="SASL_SSL", **(whole | {name: ""})))  # type: ignore[arg-type]
    assert f"SASL_SSL needs a login, and COPYDESK_{name.upper()} is empty" in str(caught.value)
    with pytest.raises(UsageError) as caught:
        client_settings(Settings(security_protocol="SSL", **part))  # type: ignore[arg-type]
    assert f"COPYDESK_{name.upper()} is set, and COPYDESK_SECURITY_PROTOCOL=SSL sends no login" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_key_without_its_certificate() -> None:
    """It would be ignored."""
    with pytest.raises(UsageError, match="set COPYDESK_SSL_CERTFILE"):
        ssl_context(Settings(security_protocol="SSL", ssl_keyfile=__file__))


async def test_a_certificate_out_of_date(tmp_path: Path) -> None:
    """What helps is another certificate, or another clock, and not another authority."""
    authority = Authority(tmp_path / "authority")
    old = authority.sign_out_of_date("broker", "IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(old.certificate, old.key)
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", ssl=context) as server:
        address = "{}:{}".format(*server.sockets[0].getsockname())
        chosen = Settings(broker=address, security_protocol="SSL", ssl_cafile=str(authority.certificate))
        with pytest.raises(UsageError, match=f"certificate has expired at {address}: have it renewed there"):
            await check_access(chosen, client_settings(chosen))

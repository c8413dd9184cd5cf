"""Our settings in the words of aiokafka."""

import ssl
import subprocess
from pathlib import Path

import pytest

from copydesk.errors import UsageError
from copydesk.kafka.settings import client_settings, ssl_context
from copydesk.settings import Settings


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

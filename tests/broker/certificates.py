"""Certificates for tests, made by OpenSSL: an authority, and what it signs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate and its key (PEM)."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates in a folder of its own, which it makes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self._own = self._request("authority", ["-addext", "basicConstraints=critical,CA:TRUE"], password=None)
        self.certificate = self._own.certificate

    def sign(self, name: str, *alternatives: str, password: str | None = None) -> Signed:
        """Make a key and sign a certificate for it.

        Args:
            name: whose.
            alternatives: addresses that it stands for, as ``IP:127.0.0.1`` or ``DNS:localhost``.
            password: encrypts the key.
        """
        by = ["-CA", str(self._own.certificate), "-CAkey", str(self._own.key)]
        stands_for = ["-addext", "subjectAltName=" + ",".join(alternatives)] if alternatives else []
        return self._request(name, [*by, *stands_for], password)

    def sign_out_of_date(self, name: str, *alternatives: str) -> Signed:
        """The same, until yesterday."""
        good = self._request(name, [], password=None)
        old, names = good.certificate.with_suffix(".old.pem"), good.certificate.with_suffix(".names")
        names.write_text("subjectAltName=" + ",".join(alternatives))
        by = ["-CA", str(self._own.certificate), "-CAkey", str(self._own.key), "-set_serial", "1", "-days", "-1"]
        command = ["openssl", "x509", "-in", str(good.certificate), "-out", str(old), "-clrext", "-extfile", str(names)]
        subprocess.run([*command, *by], check=True, capture_output=True)
        return Signed(old, good.key)

    def _request(self, name: str, extra: list[str], password: str | None) -> Signed:
        made = Signed(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        encrypted = ["-noenc"] if password is None else ["-passout", f"pass:{password}"]
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"]
        files = ["-keyout", str(made.key), "-out", str(made.certificate), "-subj", f"/CN={name}"]
        subprocess.run([*command, *encrypted, *files, *extra], check=True, capture_output=True)
        return made

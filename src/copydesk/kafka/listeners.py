"""Secured listeners of the local broker, beside its plain one: logins, certificates, or both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_MODULES: Final = "org.apache.kafka.common.security"


@dataclass(frozen=True, slots=True)
class Listener:
    """A port on 127.0.0.1 that asks for more than a connection.

    Args:
        protocol: ``SASL_PLAINTEXT``, ``SSL`` or ``SASL_SSL``.
        port: a free one.
        client_certificate: whether the client must show a certificate as well.
        advertised: the host that clients are told to come back to.
    """

    protocol: str
    port: int
    client_certificate: bool = False
    advertised: str = "127.0.0.1"

    @property
    def name(self) -> str:
        """What Kafka calls it; ports tell listeners of one protocol apart."""
        return f"{self.protocol}_{self.port}"

    @property
    def bootstrap(self) -> str:
        """Where clients find it."""
        return f"127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Security:
    """What the secured listeners share.

    Args:
        listeners: any number.
        users: names and passwords, for every mechanism; no quotes or backslashes in them.
        identity: the broker's key (PKCS 8) and certificate, in one file (PEM).
        authority: the certificate that signs those of the clients (PEM).
    """

    listeners: Sequence[Listener] = ()
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    identity: Path | None = None
    authority: Path | None = None

    def properties(self) -> dict[str, str]:
        """The part of ``server.properties`` that is about security, listeners and the plain ones included by name."""
        protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"}
        protocols |= {listener.name: listener.protocol for listener in self.listeners}
        found = {"listener.security.protocol.map": ",".join(f"{name}:{kind}" for name, kind in protocols.items())}
        for listener in self.listeners:
            prefix = f"listener.name.{listener.name.lower()}."
            if listener.protocol.startswith("SASL"):
                found |= {prefix + name: value for name, value in self._logins().items()}
            if listener.protocol.endswith("SSL"):
                found |= {prefix + name: value for name, value in self._certificates(listener).items()}
        return found

    def credentials(self) -> list[str]:
        """Arguments with which the storage is formatted, so that SCRAM knows the users from the start."""
        return [
            f"--add-scram={mechanism}=[name={name},password={password}]"
            for name, password in self.users.items()
            for mechanism in MECHANISMS
            if mechanism.startswith("SCRAM")
        ]

    def _logins(self) -> dict[str, str]:
        known = " ".join(f'user_{name}="{password}"' for name, password in self.users.items())
        found = {"sasl.enabled.mechanisms": ",".join(MECHANISMS)}
        for mechanism in MECHANISMS:
            module = f"{_MODULES}.plain.PlainLoginModule required {known}"
            if mechanism.startswith("SCRAM"):
                module = f"{_MODULES}.scram.ScramLoginModule required"
            found[f"{mechanism.lower()}.sasl.jaas.config"] = f"{module};"
        return found

    def _certificates(self, listener: Listener) -> dict[str, str]:
        found = {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(self.identity)}
        if listener.client_certificate:
            found |= {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(self.authority)}
        return found | {"ssl.client.auth": "required" if listener.client_certificate else "none"}

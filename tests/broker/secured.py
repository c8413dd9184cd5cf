"""A real Kafka behind logins and certificates, and what one needs to get in."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from copydesk.kafka.listeners import Listener, Security
from copydesk.kafka.local import free_port, local_broker
from copydesk.settings import Settings, variable
from tests.broker.certificates import Authority, Signed

USER = "desk"
PASSWORD = "mark-of-the-password"
KEY_PASSWORD = "mark-of-the-key"
"""Words that stand nowhere else, so that one can look for them everywhere."""

KINDS: Final[Mapping[str, Callable[[int], Listener]]] = {
    "login": partial(Listener, "SASL_PLAINTEXT"),
    "tls": partial(Listener, "SSL"),
    "tls_login": partial(Listener, "SASL_SSL"),
    "certificate": partial(Listener, "SSL", client_certificate=True),
    "certificate_login": partial(Listener, "SASL_SSL", client_certificate=True),
    "elsewhere": partial(Listener, "SSL", advertised="localhost"),
}
"""What one may be asked for; the last lets one in and tells of an address where its certificate is no good."""


@dataclass(frozen=True)
class Secured:
    """The broker: its plain address, and what its clients hold."""

    plain: str
    at: Mapping[str, Listener]
    authority: Path
    stranger: Path
    """An authority that has signed nothing here."""
    ours: Signed
    theirs: Signed
    """Signed by the stranger."""

    def words(self, kind: str, mechanism: str = "") -> dict[str, str]:
        """The settings that get one in there, as text by their names."""
        listener = self.at[kind]
        words = {"broker": listener.bootstrap, "security_protocol": listener.protocol}
        if listener.protocol.startswith("SASL"):
            words |= {"sasl_mechanism": mechanism, "sasl_username": USER, "sasl_password": PASSWORD}
        if listener.protocol.endswith("SSL"):
            words |= {"ssl_cafile": str(self.authority)}
        if listener.client_certificate:
            words |= {"ssl_certfile": str(self.ours.certificate), "ssl_keyfile": str(self.ours.key)}
            words |= {"ssl_keyfile_password": KEY_PASSWORD}
        return words


def as_settings(words: dict[str, str]) -> Settings:
    """The same for the library, with few partitions."""
    return Settings(partitions=1, **words)  # type: ignore[arg-type]  # all of them are text


def as_variables(words: dict[str, str]) -> dict[str, str]:
    """The same for a command."""
    return {variable(name): value for name, value in words.items()}


@contextlib.contextmanager
def secured_broker(jars: Path, folder: Path, *kinds: str) -> Iterator[Secured]:
    """Run it with listeners of these kinds beside its plain one. Its certificate is not for the name localhost."""
    authority, stranger = Authority(folder / "authority"), Authority(folder / "stranger")
    broker = authority.sign("broker", "IP:127.0.0.1")
    identity = folder / "identity.pem"
    identity.write_text(broker.key.read_text() + broker.certificate.read_text())
    listeners = {kind: KINDS[kind](free_port()) for kind in kinds}
    security = Security(list(listeners.values()), {USER: PASSWORD}, identity, authority.certificate)
    with local_broker(jars, folder / "kafka", security=security) as plain:
        yield Secured(
            plain,
            listeners,
            authority.certificate,
            stranger.certificate,
            ours=authority.sign("client", password=KEY_PASSWORD),
            theirs=stranger.sign("client"),
        )

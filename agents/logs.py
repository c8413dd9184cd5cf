"""Logs that a person can read."""

import logging
import time
from typing import Final

from aiokafka.errors import KafkaError

QUIET: Final = 10.0
"""Seconds for which a message is not repeated."""
_REMEMBERED: Final = 200


def quieten(library: str) -> None:
    """Let the loggers of a library repeat a message once in `QUIET` seconds only.

    While a broker is away, each client of aiokafka says so many times a second, and a worker has two dozen clients.
    """
    calm = _Calm()
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.split(".")[0] == library and isinstance(logger, logging.Logger):
            logger.addFilter(calm)


def forget_the_told() -> None:
    """Keep the fate of a producer out of the log when nobody asks for it any more.

    aiokafka fails futures of its own for every step of a transaction that comes to nothing. Whoever waited for a step
    has heard of it; the other futures are reported by asyncio, with a stack each, whenever they are collected.
    """
    logging.getLogger("asyncio").addFilter(_Untold())


class _Untold(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, KafkaError) and record.msg.startswith("Future exception was never retrieved"))


class _Calm(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        if record.exc_info and isinstance(record.exc_info[1], KafkaError):
            # The broker's word says it all; the stack is the library's own.
            record.msg, record.exc_info = f"{record.msg}: {record.exc_info[1]}", None
        now = time.monotonic()
        key = (
            record.name,
            record.msg,
        )  # before its arguments are filled in: every client has another port or partition
        if now - self._last.get(key, -QUIET) < QUIET:
            return False
        if len(self._last) >= _REMEMBERED:
            self._last.clear()
        self._last[key] = now
        return True

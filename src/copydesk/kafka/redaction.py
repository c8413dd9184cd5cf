"""Logins kept out of the log of aiokafka, which at level debug shows every request as it is sent."""

import logging


class _Redaction(logging.Filter):
    """Shows of a login only that there was one: PLAIN sends the password itself, SCRAM what it can be guessed from."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_redacted(value) for value in record.args)
        return True


def _redacted(value: object) -> object:
    name = type(value).__name__
    return f"{name}(…)" if name.startswith("Sasl") else value


_REDACTION = _Redaction()


def redact_logins() -> None:
    """Keep what is sent and answered at a login out of the log. May be called again."""
    logging.getLogger("aiokafka.conn").addFilter(_REDACTION)

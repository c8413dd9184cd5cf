"""Records as JSON lines: what programs read from a pipe or a file."""

from base64 import b64encode
from dataclasses import asdict
from typing import Any

from copydesk import codec
from copydesk.errors import Reject
from copydesk.kafka import dead_letters
from copydesk.pipeline import DEAD, RAW
from copydesk.records import CONTENT_TYPE, Record


def line(record: Record) -> bytes:
    """One line for a record, without its end.

    Events are their own JSON, byte for byte; raw articles and dead letters, which may be any bytes, are wrapped (see
    `plain`), and a tombstone is ``{"id": …, "retracted": true}``.
    """
    if record.value is None or record.topic in {RAW.name, DEAD.name}:
        return codec.dump(plain(record))
    return record.value


def plain(record: Record) -> dict[str, Any]:
    """A record as plain values.

    Bytes are given by `either`.
    """
    if record.topic == DEAD.name:
        letter = asdict(dead_letters.read(record))
        return letter | {"key": _text(letter.pop("key"))} | either(letter.pop("value"))
    if record.value is None:
        return {"id": _text(record.key), "retracted": True}
    if record.topic == RAW.name:
        return {"key": _text(record.key), "content_type": record.header(CONTENT_TYPE)} | either(record.value)
    try:
        value: dict[str, Any] = codec.parse(record.value)
    except Reject as error:
        raise Reject(error.reason, f"{record.topic}/{record.partition}/{record.offset}: {error.message}") from error
    return value


def matches(value: Any, path: list[str], wanted: str) -> bool:
    """Whether a field of plain values is as wanted; of a list, whether any item is.

    >>> article = {"topics": [{"code": "medtop:15000000"}, {"code": "medtop:16000000"}], "truncated": False}
    >>> matches(article, ["topics", "code"], "medtop:16000000"), matches(article, ["truncated"], "false")
    (True, True)
    """
    if isinstance(value, list):
        return any(matches(item, path, wanted) for item in value)
    if path:
        return isinstance(value, dict) and path[0] in value and matches(value[path[0]], path[1:], wanted)
    if value is None or isinstance(value, bool):
        return wanted == {None: "null", True: "true", False: "false"}[value]
    return str(value) == wanted


def either(value: bytes | None) -> dict[str, str | None]:
    """Bytes as ``value`` where they are UTF-8, else as ``value_base64``; the other is null."""
    if value is None:
        return {"value": None, "value_base64": None}
    try:
        return {"value": value.decode("utf-8"), "value_base64": None}
    except UnicodeDecodeError:
        return {"value": None, "value_base64": b64encode(value).decode()}


def _text(key: bytes | None) -> str | None:
    return None if key is None else key.decode("utf-8", "replace")

"""Limits: how large the parts of a record may be beside its value. What is larger becomes a dead letter."""

from collections.abc import Iterable
from typing import Final

from copydesk.errors import Reason, Reject
from copydesk.records import UNREADABLE, Header, Record

KEY: Final = 4_096
"""Longest key in bytes; the longest addresses in use have some 2,000."""
HEADERS: Final = 100
HEADER_NAME: Final = 256
"""Longest name of a header in bytes."""
HEADER_VALUE: Final = 8_192
"""Longest value of a header in bytes."""
HEADER_BYTES: Final = 32_768
"""Most bytes of all headers, names and values together."""


def check(record: Record) -> None:
    """See that the record could be read, and that key and headers are within their limits.

    Raises:
        Reject: ``too-large``, naming the part, its size and the limit; ``invalid`` for a key that is no UTF-8, since
            different keys would give the same id; the reason that whoever read the record gave for not reading it all.
    """
    _check_read(record)
    key = record.key or b""
    if len(key) > KEY:
        raise Reject(Reason.TOO_LARGE, f"the key has {len(key)} bytes; it may have {KEY}")
    try:
        key.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Reject(
            Reason.INVALID, f"the key is no UTF-8 (byte {error.start}): use the article's id or URL"
        ) from error
    if len(record.headers) > HEADERS:
        raise Reject(Reason.TOO_LARGE, f"the record has {len(record.headers)} headers; it may have {HEADERS}")
    for name, value in record.headers:
        if header_size(((name, None),)) > HEADER_NAME:
            message = (
                f"the name of the header {name[:40]!r}… has {len(name)} characters; it may have {HEADER_NAME} bytes"
            )
            raise Reject(Reason.TOO_LARGE, message)
        if value is not None and len(value) > HEADER_VALUE:
            raise Reject(Reason.TOO_LARGE, f"the header {name!r} has {len(value)} bytes; it may have {HEADER_VALUE}")
    total = header_size(record.headers)
    if total > HEADER_BYTES:
        raise Reject(Reason.TOO_LARGE, f"the headers have {total} bytes in all; they may have {HEADER_BYTES}")


def _check_read(record: Record) -> None:
    said = record.header(UNREADABLE)
    if said is not None:
        reason, _, message = said.partition(": ")
        known = reason in set(Reason)
        # Publishers may write that header too; then their word is taken for it, as far as it can be understood.
        raise Reject(Reason(reason) if known else Reason.INVALID, message if known else f"{UNREADABLE}: {said!r}")


def header_size(headers: Iterable[Header]) -> int:
    """The bytes of names and values."""
    return sum(len(name.encode("utf-8", "surrogatepass")) + len(value or b"") for name, value in headers)

"""Dead letters as people read them on a terminal."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from typing import Final

from copydesk import codec
from copydesk.cli.pretty import printable
from copydesk.errors import Reject
from copydesk.events import Replay
from copydesk.kafka.dead_letters import read
from copydesk.records import DEAD_PREFIX, Header, Record

LONGEST: Final = 8_000
"""Characters that are shown of a value."""
_DUMPED: Final = 512
"""Bytes that are shown of a value that is no text."""
_ROW: Final = 16
_CONTROLS: Final = 0.1
"""Share of control characters from which bytes are no text, such as UTF-16 taken for UTF-8."""
_STACK: Final = f"{DEAD_PREFIX}stack"


def row(record: Record) -> str:
    """One line for a letter, as wide as the terminal, but wide enough to tell something."""
    letter = read(record)
    key = "no key" if letter.key is None else f"key {_text(letter.key)}"
    at = record.time[:19].replace("T", " ")
    said = f"{letter.id:<8} {at}  {letter.stage:<8} {letter.reason:<15} {key}: {letter.message}"
    width = max(100, shutil.get_terminal_size().columns)
    return printable(said if len(said) <= width else f"{said[: width - 1]}…")


def totals(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """How many letters there are of each stage and reason, the most frequent first."""
    yield f"{counts.total()} dead letter{'' if counts.total() == 1 else 's'}"
    for (stage, reason), count in counts.most_common():
        yield f"  {printable(stage):<8} {printable(reason):<15} {count:>7}"


def view(record: Record, mark: Replay | None) -> Iterator[str]:
    """All that there is to know of a letter.

    Args:
        record: from the dead topic.
        mark: of its replay, if it was replayed.
    """
    letter = read(record)
    facts = {
        "key": "(none)" if letter.key is None else _text(letter.key),
        "written": _moment(record),
        "stage": letter.stage,
        "reason": letter.reason,
        "exception": letter.exception,
        "message": letter.message,
        "failed": f"{letter.topic}/{letter.partition}/{letter.offset}, attempts: {letter.attempts}",
        "raw record": letter.origin,
        "replayed": "no" if mark is None else f"{mark.at:%Y-%m-%d %H:%M:%S} UTC as {mark.raw or '(place not known)'}",
    }
    yield f"dead letter {letter.id}"
    yield from (f"  {name:<11} {printable(text)}" for name, text in facts.items())
    yield "headers"
    yield from (f"  {printable(name)}: {_header(value)}" for name, value in _shown(record.headers))
    yield from _value(letter.value)
    if letter.stack:
        yield "stack"
        yield from _indented(letter.stack)


def _value(value: bytes | None) -> Iterator[str]:
    if value is None:
        yield "value: null, which retracts the article"
        return
    kind, text = _readable(value)
    yield f"value: {len(value)} bytes of {kind}"
    yield from _indented(text[:LONGEST])
    if len(text) > LONGEST:
        yield f"  … and {len(text) - LONGEST} characters more; --json shows them"


def _readable(value: bytes) -> tuple[str, str]:
    indented = _indented_json(value)
    if indented is not None:
        return "JSON", indented
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return "no text in UTF-8", _dump(value)
    controls = sum(1 for character in text if not _is_shown(character))
    if controls > _CONTROLS * len(text):
        return "no text in UTF-8", _dump(value)
    return "text", text


def _indented_json(value: bytes) -> str | None:
    try:
        parsed = codec.parse(value)
        return json.dumps(parsed, indent=2, ensure_ascii=False) if isinstance(parsed, dict | list) else None
    except (Reject, RecursionError):  # a letter may be dead for its depth
        return None


def _dump(value: bytes) -> str:
    """The first bytes in hexadecimal and, where they are ASCII, as characters."""
    rows = []
    for start in range(0, min(len(value), _DUMPED), _ROW):
        some = value[start : start + _ROW]
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in some)
        rows.append(f"{start:06x}  {some.hex(' '):<{_ROW * 3}} {characters}")
    if len(value) > _DUMPED:
        rows.append(f"… and {len(value) - _DUMPED} bytes more; --json gives them all")
    return "\n".join(rows)


def _indented(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"  {''.join(filter(_is_shown, line))}".rstrip()


def _is_shown(character: str) -> bool:
    return character.isprintable() or character in "\n\t"


def _shown(headers: tuple[Header, ...]) -> Iterator[Header]:
    """All but the stack, which has its own place."""
    return (header for header in headers if header[0] != _STACK)


def _header(value: bytes | None) -> str:
    if value is None:
        return "(null)"
    try:
        return printable(value.decode("utf-8"))
    except UnicodeDecodeError:
        return value.hex(" ")


def _moment(record: Record) -> str:
    return record.time[:19].replace("T", " ") + " UTC"


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")

"""Articles from files, folders and standard input, for the commands that take any."""

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

from copydesk import codec
from copydesk.errors import Reject, UsageError

STANDARD_INPUT: Final = "-"
JSON: Final = "application/json"
CONTENT_TYPES: Final = {".json": JSON, ".jsonl": JSON, ".html": "text/html", ".htm": "text/html", ".txt": "text/plain"}
"""What a suffix says. A folder gives its files with these; a file that is named itself may have any."""


@dataclass(frozen=True, slots=True)
class Input:
    """One article: where it is from (``feed.jsonl:3``), its bytes, and what its file's suffix says of them."""

    name: str
    value: bytes
    content_type: str | None


def check(paths: Iterable[str]) -> None:
    """See that everything can be read, before the first article goes anywhere.

    Raises:
        UsageError: naming the path.
    """
    for path in paths:
        for file in _files(path) if path != STANDARD_INPUT else ():
            if not os.access(file, os.R_OK):
                raise UsageError(f"cannot read {file}: permission denied")


def read(paths: Iterable[str]) -> Iterator[Input]:
    """Read articles in order: of each file, of each line of a ``.jsonl``, of each file below a folder by name.

    Standard input is JSON lines if its first line is a JSON object, else one article.

    Raises:
        UsageError: something cannot be read.
    """
    for path in paths:
        if path == STANDARD_INPUT:
            yield from _standard_input(sys.stdin.buffer)
        else:
            for file in _files(path):
                yield from _articles(file)


def key_of(article: Input) -> str | None:
    """The id or the URL that a JSON article states: an article, its revisions and its tombstone share one key."""
    if not _is_object(article.value):
        return None
    stated: dict[str, Any] = codec.parse(article.value)
    for name in ("id", "url"):
        if isinstance(stated.get(name), str) and stated[name]:
            return str(stated[name])
    return None


def _files(path: str) -> list[Path]:
    start = Path(path)
    if start.is_dir():
        found = sorted(file for file in start.rglob("*") if file.suffix.lower() in CONTENT_TYPES and file.is_file())
        if not found:
            raise UsageError(f"{path}: no file in this folder ends in {', '.join(CONTENT_TYPES)}")
        return found
    if not start.exists():
        raise UsageError(f"cannot read {path}: there is no such file")
    return [start]


def _articles(file: Path) -> Iterator[Input]:
    content_type = CONTENT_TYPES.get(file.suffix.lower())
    try:
        if file.suffix.lower() == ".jsonl":
            with file.open("rb") as lines:
                yield from _lines(str(file), lines)
        else:
            yield Input(str(file), file.read_bytes(), content_type)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _lines(name: str, lines: Iterable[bytes]) -> Iterator[Input]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield Input(f"{name}:{number}", line.strip(), JSON)


def _standard_input(stream: BinaryIO) -> Iterator[Input]:
    first = stream.readline()
    if _is_object(first):
        yield from _lines("standard input", chain([first], stream))
    else:
        yield Input("standard input", first + stream.read(), None)


def _is_object(value: bytes) -> bool:
    if not value.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(codec.parse(value), dict)
    except Reject:
        return False

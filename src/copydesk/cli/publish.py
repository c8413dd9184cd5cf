"""Publish raw articles: files, folders, JSON lines, standard input."""

import argparse
import asyncio
import sys
import time
from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from copydesk.cli import inputs
from copydesk.errors import UsageError
from copydesk.kafka.client import NotAcceptedError, Publisher
from copydesk.kafka.topics import ensure_topics
from copydesk.records import CONTENT_TYPE, Header, Record
from copydesk.settings import Settings, settings

_WAITING: Final = 200
"""Messages that wait for the broker's word at once."""
_REDRAW: Final = 0.1
"""Seconds between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is published of an article, and where it is from."""

    value: bytes
    key: str | None
    headers: tuple[Header, ...]
    name: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, a .jsonl with one JSON article a line, a folder, or - for standard input "
        "(JSON lines if its first line is a JSON object, else one article)",
    )
    parser.add_argument("--key", help="key of the one article; by default the id or URL that a JSON article states")
    parser.add_argument(
        "--header", action="append", default=[], metavar="NAME=VALUE", help="header of every message; may be repeated"
    )
    parser.add_argument(
        "--content-type", metavar="TYPE", help="of every article; by default what the suffix of its file says"
    )


def execute(chosen: argparse.Namespace) -> int:
    """Publish, and say on standard error what was not accepted; status 1 if anything was not."""
    headers = tuple(header(text) for text in chosen.header)
    inputs.check(chosen.paths)
    messages = (
        message(article, chosen.key, headers, chosen.content_type)
        for article in _single(inputs.read(chosen.paths), chosen.key)
    )
    return asyncio.run(_publish(settings(), messages))


def header(text: str) -> Header:
    """Read ``NAME=VALUE``.

    >>> header("source=ferry desk")
    ('source', b'ferry desk')
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--header {text}: use NAME=VALUE")
    return name, value.encode("utf-8", "surrogateescape")


def message(
    article: inputs.Input, key: str | None = None, headers: tuple[Header, ...] = (), content_type: str | None = None
) -> Message:
    """The message for an article: its bytes as they are."""
    stated = content_type or article.content_type
    typed = ((CONTENT_TYPE, stated.encode()),) if stated else ()
    return Message(article.value, key or inputs.key_of(article), (*headers, *typed), article.name)


def _single(articles: Iterator[inputs.Input], key: str | None) -> Iterator[inputs.Input]:
    if key is None:
        return articles
    first = list(islice(articles, 2))
    if len(first) > 1:
        raise UsageError(f"--key {key}: there is more than one article, and each needs a key of its own")
    return iter(first)


async def _publish(settings: Settings, messages: Iterator[Message]) -> int:
    await ensure_topics(settings)
    progress = _Progress()
    waiting: deque[tuple[str, Awaitable[Record]]] = deque()
    try:
        async with Publisher(settings) as publisher:
            for message in messages:
                try:
                    sent = await publisher.send(message.value, message.key, message.headers)
                    waiting.append((message.name, sent))
                except NotAcceptedError as error:
                    progress.refuse(message.name, error)
                while len(waiting) >= _WAITING:
                    await _word(waiting, progress)
            while waiting:
                await _word(waiting, progress)
    finally:
        progress.close()
    return 1 if progress.refused else 0


async def _word(waiting: deque[tuple[str, Awaitable[Record]]], progress: "_Progress") -> None:
    """Wait for the broker's word on the oldest."""
    name, sent = waiting.popleft()
    try:
        await sent
        progress.count()
    except NotAcceptedError as error:
        progress.refuse(name, error)


class _Progress:
    """Counts on standard error: as they come on a terminal, else once at the end."""

    def __init__(self) -> None:
        self.accepted = 0
        self.refused = 0
        self._live = sys.stderr.isatty()
        self._drawn = 0.0

    def count(self) -> None:
        self.accepted += 1
        if self._live and time.monotonic() - self._drawn >= _REDRAW:
            self._drawn = time.monotonic()
            print(f"\r{self.accepted} accepted", end="", file=sys.stderr, flush=True)

    def refuse(self, name: str, why: NotAcceptedError) -> None:
        self.refused += 1
        print(f"{self._start()}not accepted: {name}: {why}", file=sys.stderr)

    def close(self) -> None:
        refused = f", {self.refused} not accepted" if self.refused else ""
        print(f"{self._start()}{self.accepted} accepted{refused}", file=sys.stderr)

    def _start(self) -> str:
        return "\r" if self._live else ""

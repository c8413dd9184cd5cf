"""Follow a topic: readable on a terminal, JSON lines into a pipe."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Final

from copydesk.cli import forms, pretty, when
from copydesk.errors import UsageError
from copydesk.kafka.client import subscribe
from copydesk.pipeline import TOPICS
from copydesk.records import Record
from copydesk.settings import settings

_NAMES: Final = {name: topic.name for topic in TOPICS for name in (topic.state, topic.name)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    names = ", ".join(topic.state for topic in TOPICS)
    parser.add_argument("topics", nargs="+", metavar="TOPIC", help=f"one or more of {names}")
    parser.add_argument(
        "--since",
        default="earliest",
        metavar="WHEN",
        help=f"earliest (the default), {when.FORMS}",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="end after so many")
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="only what has this value, such as title=… or topics.code=medtop:16000000 (of a list, any item); "
        "if repeated, all must hold",
    )
    parser.add_argument(
        "--follow",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="wait for more at the end (the default), or stop there",
    )


def execute(chosen: argparse.Namespace) -> int:
    """Write records to standard output until the end, the limit or Ctrl-C."""
    for name in chosen.topics:
        if name not in _NAMES:
            raise UsageError(f"there is no topic {name!r}; use {', '.join(topic.state for topic in TOPICS)}")
    if chosen.limit is not None and chosen.limit < 1:
        raise UsageError(f"--limit {chosen.limit}: use 1 or more")
    asyncio.run(_subscribe(chosen, when.since(chosen.since, datetime.now(UTC)), _wanted(chosen.filter)))
    return 0


async def _subscribe(chosen: argparse.Namespace, since: datetime | None, wanted: Callable[[Record], bool]) -> None:
    names = [_NAMES[name] for name in chosen.topics]
    readable = sys.stdout.isatty()
    shown = 0
    async with aclosing(subscribe(settings(), names, since=since, follow=chosen.follow)) as records:
        async for record in records:
            if not wanted(record):
                continue
            text = pretty.show(record).encode("utf-8", "replace") if readable else forms.line(record)
            sys.stdout.buffer.write(text + b"\n")
            sys.stdout.buffer.flush()
            shown += 1
            if shown == chosen.limit:
                return


def _wanted(filters: list[str]) -> Callable[[Record], bool]:
    rules: list[tuple[list[str], str]] = []
    for text in filters:
        field, equals, value = text.partition("=")
        if not field or not equals:
            raise UsageError(f"--filter {text}: use FIELD=VALUE")
        rules.append((field.split("."), value))

    def where(record: Record) -> bool:
        if not rules:
            return True
        value = forms.plain(record)
        return all(forms.matches(value, path, wanted) for path, wanted in rules)

    return where

"""Tell where an article went, from the topics themselves."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from copydesk import codec
from copydesk.cli import when
from copydesk.cli.pretty import printable
from copydesk.kafka.courses import Course, Hop
from copydesk.kafka.trace import Trace, trace
from copydesk.settings import settings

NOT_FOUND: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "id",
        metavar="ID",
        help="id or URL of an article, or the place of a record: news.raw.v1/PARTITION/OFFSET, news.dead.v1/…",
    )
    parser.add_argument(
        "--since",
        default="earliest",
        metavar="WHEN",
        help=f"look only from then on: earliest (the default), {when.FORMS}",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, as into a pipe")


def execute(chosen: argparse.Namespace) -> int:
    """Write one line a record on a terminal, JSON into a pipe; status 1 if nothing was found."""
    found = asyncio.run(trace(settings(), chosen.id, when.since(chosen.since, datetime.now(UTC))))
    if not found.courses:
        print(f"copydesk: no trace of {printable(chosen.id)} in {_places(found.looked)}", file=sys.stderr)
        return NOT_FOUND
    if chosen.json or not sys.stdout.isatty():
        sys.stdout.buffer.write(codec.dump(asdict(found)) + b"\n")
    else:
        print(*_lines(found), sep="\n")
    return 0


def _places(looked: tuple[str, ...]) -> str:
    """The topics with the partitions of each.

    >>> _places(("news.clean.v1/3", "news.dead.v1/0", "news.dead.v1/1"))
    'news.clean.v1/3, news.dead.v1/0,1'
    """
    partitions: dict[str, list[str]] = {}
    for place in looked:
        topic, _, partition = place.partition("/")
        partitions.setdefault(topic, []).append(partition)
    return ", ".join(f"{topic}/{','.join(found)}" for topic, found in partitions.items())


def _lines(found: Trace) -> Iterator[str]:
    count = len(found.courses)
    yield printable(f"{found.article or found.asked}: {count} course{'' if count == 1 else 's'}")
    for course in found.courses:
        yield ""
        repeats = f", a replay of {course.replay_of}" if course.replay_of else ""
        yield printable(f"{course.origin}{repeats}: {_end(course)}")
        yield from (f"  {printable(_row(hop))}" for hop in course.hops)


def _end(course: Course) -> str:
    if course.waits_for is None:
        return course.end
    if course.ahead is None:
        return f"on its way, waits for {course.waits_for}, which has not read anything yet"
    if course.ahead < 0:
        return f"on its way: {course.waits_for} has read it, and what it wrote is not there (not yet, or not any more)"
    return f"on its way, waits for {course.waits_for}, with {course.ahead} before it"


def _row(hop: Hop) -> str:
    after = "" if hop.seconds is None else f"+{hop.seconds:.3f} s"
    took = "" if hop.ms is None else f"{hop.stage} {hop.ms:g} ms"
    place = f"{hop.partition}/{hop.offset}"
    time = hop.time.replace("T", " ").removesuffix("Z")
    return f"{hop.topic:<19} {place:<9} {time} {after:>11} {took:<19} {_facts(hop.facts)}".rstrip()


def _facts(facts: dict[str, Any]) -> str:
    return ", ".join(_fact(name.replace("_", " "), value) for name, value in facts.items() if _tells(value))


def _tells(value: Any) -> bool:
    return value is not None and value is not False and value != []


def _fact(name: str, value: Any) -> str:
    if value is True:
        return name
    return f"{name} {'; '.join(map(str, value)) if isinstance(value, list) else value}"

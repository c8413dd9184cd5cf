"""List dead letters, show one, or put them back as new input."""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Final

from copydesk import codec
from copydesk.cli import forms, letters, when
from copydesk.errors import Reason, UsageError
from copydesk.events import Replay
from copydesk.kafka.dead_letters import Filter, letter_place, read
from copydesk.kafka.dead_letters import letters as chosen_letters
from copydesk.kafka.reading import Reader
from copydesk.kafka.replay import Fate, Outcome, ReplayStoppedError, is_marked, marks, replay
from copydesk.pipeline import STAGES
from copydesk.records import Record
from copydesk.settings import settings

NOT_DONE: Final = 1
_OLDER: Final = 20
"""Most older letters of an article that are named."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = _action(actions, "list", "One line a letter and counts on a terminal; JSON lines into a pipe.")
    _add_filter(listed)
    listed.add_argument("--count", action="store_true", help="only how many there are of each stage and reason")
    shown = _action(actions, "show", "Show all of a letter: headers, value, stack, and whether it was replayed.")
    shown.add_argument(
        "id", metavar="ID", help="PARTITION/OFFSET, or the id, key or URL of an article: its newest letter"
    )
    shown.add_argument("--json", action="store_true", help="as one JSON object, with the whole value")
    again = _action(actions, "replay", "Put letters back on news.raw.v1 as new input, once each.")
    _add_filter(again)
    again.add_argument("--all", action="store_true", help="without a filter: all letters")
    again.add_argument("--again", action="store_true", help="also those that were replayed before")
    again.add_argument("--dry-run", action="store_true", help="only tell what would be replayed")


def execute(chosen: argparse.Namespace) -> int:
    """Do the action; status 1 if a letter was not found, or one could not be replayed."""
    if chosen.action == "show":
        return asyncio.run(_show(chosen.id, chosen.json))
    if chosen.limit is not None and chosen.limit < 1:
        raise UsageError(f"--limit {chosen.limit}: use 1 or more")
    wanted = _filter(chosen)
    if chosen.action == "list":
        return asyncio.run(_list(wanted, chosen.limit, chosen.count))
    if wanted == Filter() and not chosen.all:
        raise UsageError("say which letters, with --reason, --stage, --source, --id, --since or --until; or --all")
    try:
        return asyncio.run(_replay(wanted, chosen))
    except ReplayStoppedError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return NOT_DONE


def _action(actions: Any, name: str, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=about, description=about)
    return parser


def _add_filter(parser: argparse.ArgumentParser) -> None:
    """All that are given must hold; of one that is repeated, any."""
    several: dict[str, Any] = {"action": "append", "default": []}
    reasons = [reason.value for reason in Reason]
    parser.add_argument("--reason", **several, choices=reasons, metavar="REASON", help=f"any of {', '.join(reasons)}")
    stages = [stage.name for stage in STAGES]
    parser.add_argument("--stage", **several, choices=stages, metavar="STAGE", help=f"any of {', '.join(stages)}")
    parser.add_argument(
        "--source",
        **several,
        metavar="NAME",
        help="name or domain of the outlet, as the header `source`, the JSON article or the domain of its URL tell it",
    )
    parser.add_argument(
        "--id", **several, metavar="ID", help="PARTITION/OFFSET of a letter, or the id, key or URL of an article"
    )
    parser.add_argument("--since", default="earliest", metavar="WHEN", help=f"earliest (the default), {when.FORMS}")
    parser.add_argument("--until", metavar="WHEN", help=f"not what came then or later: {when.FORMS}")
    parser.add_argument("--limit", type=int, metavar="N", help="end after so many")


def _filter(chosen: argparse.Namespace) -> Filter:
    now = datetime.now(UTC)
    return Filter(
        reasons=frozenset(chosen.reason),
        stages=frozenset(chosen.stage),
        sources=frozenset(chosen.source),
        ids=frozenset(chosen.id),
        since=when.since(chosen.since, now),
        until=when.until(chosen.until, now) if chosen.until else None,
    )


# --- list -------------------------------------------------------------------------------------------------------------


async def _list(wanted: Filter, limit: int | None, only_counts: bool) -> int:
    readable = sys.stdout.isatty()
    counts: Counter[tuple[str, str]] = Counter()
    async with Reader(settings()) as reader, aclosing(chosen_letters(reader, wanted)) as found:
        async for record in found:
            letter = read(record)
            counts[letter.stage, letter.reason] += 1
            if not only_counts:
                _write(letters.row(record).encode("utf-8", "replace") if readable else forms.line(record))
            if counts.total() == limit:
                break
    if readable:
        print(*letters.totals(counts), sep="\n")
    elif only_counts:
        for (stage, reason), count in counts.most_common():
            _write(codec.dump({"stage": stage, "reason": reason, "count": count}))
    return 0


# --- show -------------------------------------------------------------------------------------------------------------


async def _show(asked: str, as_json: bool) -> int:
    async with Reader(settings(), single=letter_place(asked) is not None) as reader:
        found = await _newest_first(reader, asked)
        if not found:
            print(f"copydesk: there is no dead letter {asked}; `copydesk dead list` shows all", file=sys.stderr)
            return NOT_DONE
        newest, *older = found
        mark = (await marks(reader, newest.place)).get(newest.place)
    mark = mark if is_marked(newest, mark) else None
    if as_json:
        _write(codec.dump(_plain(newest, mark)))
    else:
        print(*letters.view(newest, mark), sep="\n")
    if older:
        named = ", ".join(f"{record.partition}/{record.offset}" for record in older[:_OLDER])
        print(f"{asked} has {len(older)} more: {named}{', …' if len(older) > _OLDER else ''}", file=sys.stderr)
    return 0


async def _newest_first(reader: Reader, asked: str) -> list[Record]:
    async with aclosing(chosen_letters(reader, Filter(ids=frozenset({asked})))) as found:
        return sorted([record async for record in found], key=lambda record: record.timestamp, reverse=True)


def _plain(record: Record, mark: Replay | None) -> dict[str, Any]:
    headers = [{"name": name, **forms.either(value)} for name, value in record.headers]
    replayed = None if mark is None else codec.parse(codec.encode(mark))
    return forms.plain(record) | {"headers": headers, "replayed": replayed}


# --- replay -----------------------------------------------------------------------------------------------------------


async def _replay(wanted: Filter, chosen: argparse.Namespace) -> int:
    counts: Counter[Outcome] = Counter()
    fates = replay(settings(), wanted, again=chosen.again, dry_run=chosen.dry_run, limit=chosen.limit)
    async with aclosing(fates) as found:
        async for fate in found:
            counts[fate.outcome] += 1
            _write(_told(fate).encode() if sys.stdout.isatty() else codec.dump(_fate(fate)))
    print(*_summary(counts, chosen.dry_run), sep=", ", file=sys.stderr)
    return NOT_DONE if counts[Outcome.LOST] else 0


def _fate(fate: Fate) -> dict[str, Any]:
    return {"letter": fate.letter.place, "outcome": fate.outcome.value, "raw": fate.raw, "why": fate.why or None}


def _told(fate: Fate) -> str:
    place = f"{fate.letter.partition}/{fate.letter.offset}"
    details = [f"as {fate.raw}" if fate.raw else "", fate.why]
    return f"{place:<8} {fate.outcome.value} {', '.join(filter(None, details))}".rstrip()


def _summary(counts: Counter[Outcome], dry_run: bool) -> Iterator[str]:
    first = Outcome.WOULD_BE if dry_run else Outcome.REPLAYED
    yield f"{counts[first]} {first.value}"
    yield from (f"{counts[other]} {other.value}" for other in (Outcome.BEFORE, Outcome.LOST) if counts[other])


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()

"""The command line: arguments of all kinds for each command, read as far as no broker is needed."""

import argparse
import contextlib
import io
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from copydesk import cli
from copydesk.cli import dead, when
from copydesk.errors import UsageError
from copydesk.kafka.dead_letters import letter_place
from copydesk.pipeline import DEAD
from copydesk.records import Record, place_text, read_place
from copydesk.text import identity

_WORDS: Final = (
    *("news.dead.v1/3/17", "3/17", "news.raw.v1/0/0", "3/²", "-1/-1", "a/b/c", "/" * 300, "9" * 400 + "/1", "ferry-7"),
    *("https://example.org/a?b=c#d", "http://[", "HTTP://EXAMPLE.ORG:99999/%zz", "//", ""),
    *(" ", "-", "--", "\0", "\udcff"),
    *("2h", "7d", "999999d", "0s", "²d", "now", "earliest", "2026-05-03T12:00:00Z", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59-14:00", "1960-01-01", "2026-02-30", "empty", "invalid", "clean"),
    *("link", "1e9", "٣", "0", "-5"),
)
_PLAIN: Final = Record(DEAD.name, 3, 17, 1, b"k", b"v")


@cache
def _parser() -> argparse.ArgumentParser:
    return cli._parser()


def _commands(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Every command with its options, as its parser has them: a new one is fuzzed too."""
    options: list[str] = []
    below: dict[str, Any] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            below |= action.choices
        options += action.option_strings
    if not below:
        yield words, options
    for word, each in below.items():
        yield from _commands(each, (*words, word))


def arguments(chance: random.Random) -> str:
    """Read one command line; ``accepted``, or ``usage`` where it is told to be wrong."""
    parser = _parser()
    commands = dict(_commands(parser))
    command = chance.choice(list(commands))
    given = [_argument(commands[command], chance) for _ in range(chance.randrange(5))]
    for word in given:
        _place(word)
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            _read(parser, [*command, *given])
        except UsageError:
            return "usage"
        except SystemExit as told:  # --help
            if told.code:
                raise AssertionError(f"status {told.code} without a word") from told
    return "accepted"


def _argument(options: Sequence[str], chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return chance.choice(options)
    word = chance.choice(_WORDS)
    if kind < 0.5:
        return f"{chance.choice(options)}={word}"
    return word if kind < 0.8 else word[: chance.randrange(len(word) + 1)] + chance.choice(_WORDS)


def _read(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    chosen = parser.parse_args(words)
    if chosen.command == "dead" and chosen.action != "show":
        dead._filter(chosen).admits(_PLAIN)
    elif getattr(chosen, "since", None):
        when.since(chosen.since, datetime.now(UTC))


def _place(word: str) -> None:
    """What ``trace`` and ``dead show`` make of it."""
    letter_place(word)
    identity.key_id(word)
    place = read_place(word)
    if place and read_place(place_text(place)) != place:
        raise AssertionError(f"{word!r} was read as {place}")

"""Tell of each line of an article whether it was kept, and why."""

import argparse
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterator
from typing import Final

from copydesk.cli import inputs
from copydesk.cli.pretty import printable
from copydesk.errors import Reject
from copydesk.events import CleanArticle, Moment
from copydesk.records import CONTENT_TYPE, Header, Record
from copydesk.runner import explanation
from copydesk.stages.clean import Verdict, explain, read

SOME_REJECTED: Final = 3
_MARGIN: Final = 18
"""Columns of the decision and the chance, left of the text."""
_BOLD, _GREEN, _RED, _DIM, _PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, .jsonl, or - for standard input")
    parser.add_argument("--json", action="store_true", help="one JSON object an article, as into a pipe")


def execute(chosen: argparse.Namespace) -> int:
    """Write a line for each line of an article on a terminal, JSON into a pipe; status 3 if some were rejected."""
    inputs.check(chosen.paths)
    rejected = False
    for number, given in enumerate(inputs.read(chosen.paths)):
        record = _record(given, number)
        try:
            if chosen.json or not sys.stdout.isatty():
                sys.stdout.buffer.write(explanation(record) + b"\n")
            else:
                article, verdicts = explain(read(record))
                print(*_told(article, verdicts, coloured="NO_COLOR" not in os.environ), sep="\n", end="\n\n")
        except Reject as error:
            rejected = True
            print(f"{given.name}: {error.reason}: {error.message}", file=sys.stderr)
    return SOME_REJECTED if rejected else 0


def _record(given: inputs.Input, number: int) -> Record:
    headers: tuple[Header, ...] = ((CONTENT_TYPE, given.content_type.encode()),) if given.content_type else ()
    return Record(given.name, 0, number, time.time_ns() // 1_000_000, None, given.value, headers)


def _told(article: CleanArticle, verdicts: list[Verdict], coloured: bool) -> Iterator[str]:
    """The facts about an article, and its lines with what became of each."""
    for name, value in _facts(article).items():
        yield f"{name:>{_MARGIN - 2}}  {printable(value)}"
    yield ""
    for verdict in verdicts:
        line = _row(verdict)
        yield f"{_colour(verdict)}{line}{_PLAIN}" if coloured else line


def _facts(article: CleanArticle) -> dict[str, str]:
    language = article.language
    facts = {
        "title": article.title,
        "source": article.source.name or article.source.domain,
        "published": _moment(article.published_at),
        "modified": _moment(article.modified_at),
        "section": article.section,
        "authors": ", ".join(author.name for author in article.authors),
        "credits": ", ".join(f"{credit.name} ({credit.role})" for credit in article.credits),
        "language": f"{language.code} ({language.confidence:.2f})" if language else None,
        "text": f"{len(article.text)} characters{', cut off' if article.truncated else ''}",
    }
    return {name: value for name, value in facts.items() if value}


def _moment(moment: Moment | None) -> str | None:
    return f"{moment.value:%Y-%m-%d %H:%M:%S} UTC (to the {moment.precision}, zone {moment.zone})" if moment else None


def _row(verdict: Verdict) -> str:
    width = max(40, min(160, shutil.get_terminal_size().columns))
    margin = f"{verdict.decision:<11} {verdict.chance:4.2f}"
    phrase = f" [{verdict.phrase}]" if verdict.phrase else ""
    return textwrap.fill(
        printable(verdict.text) + phrase,
        width,
        initial_indent=f"{margin:<{_MARGIN}}",
        subsequent_indent=" " * _MARGIN,
        max_lines=None if verdict.kept else 2,
        placeholder=" …",
    )


def _colour(verdict: Verdict) -> str:
    if verdict.decision == "title":
        return _BOLD
    # What was kept or removed against its looks is what people look for.
    doubtful = verdict.kept == (verdict.chance < 0.5)
    return (_GREEN if doubtful else _PLAIN) if verdict.kept else (_RED if doubtful else _DIM)

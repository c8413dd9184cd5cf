"""Run the stages over files, without a broker."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from copydesk.cli import forms, inputs, local
from copydesk.cli.complete import completed
from copydesk.errors import Reject, UsageError
from copydesk.kafka.dead_letters import letter
from copydesk.pipeline import RAW, STAGES, Stage
from copydesk.records import CONTENT_TYPE, ORIGIN, RECEIVED, Failure, Header, Record
from copydesk.settings import settings

_BY_NAME: Final = {stage.name: stage for stage in STAGES}
SOME_DEAD: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders, .jsonl, or - for standard input")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="one event a line; - is standard output")
    parser.add_argument("--dead", metavar="FILE", help="where dead letters go; else they are told on standard error")
    parser.add_argument(
        "--from",
        dest="first",
        default=STAGES[0].name,
        choices=list(_BY_NAME),
        help="first stage; extract starts from clean articles, of which only id and text are required",
    )
    parser.add_argument("--to", dest="last", default=STAGES[-1].name, choices=list(_BY_NAME), help="last stage")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (by default COPYDESK_WORKERS)")


def execute(chosen: argparse.Namespace) -> int:
    """Write one event a line in the order of the input; status 3 if some became dead letters."""
    names = list(_BY_NAME)
    stages = STAGES[names.index(chosen.first) : names.index(chosen.last) + 1]
    if not stages:
        raise UsageError(f"--from {chosen.first} --to {chosen.last}: the last stage comes before the first")
    if chosen.workers is not None and chosen.workers < 1:
        raise UsageError(f"--workers {chosen.workers}: use 1 or more")
    inputs.check(chosen.paths)
    workers = chosen.workers or settings().workers or os.cpu_count() or 1
    dead = 0
    with ExitStack() as stack:
        output = _opened(stack, chosen.output)
        letters = _opened(stack, chosen.dead) if chosen.dead else None
        for number, end in enumerate(local.run(stages, _records(chosen.paths, stages[0]), workers)):
            if isinstance(end, local.Done):
                output.write(end.event + b"\n")
            else:
                dead += 1
                _bury(end, letters)
            if number % 100 == 0:
                output.flush()
    return SOME_DEAD if dead else 0


def _opened(stack: ExitStack, path: str) -> BinaryIO:
    if path == "-":
        return sys.stdout.buffer
    try:
        return stack.enter_context(Path(path).open("wb"))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _records(paths: list[str], first: Stage) -> Iterator[Record | local.Buried]:
    """The inputs as records of the topic that the first stage reads."""
    for number, article in enumerate(inputs.read(paths)):
        source = f"{article.name}/0/{number}"
        now = time.time_ns() // 1_000_000
        headers: list[Header] = [(ORIGIN, source.encode("utf-8", "replace")), (RECEIVED, str(now).encode())]
        if article.content_type and first.reads is RAW:
            headers.append((CONTENT_TYPE, article.content_type.encode()))
        key = inputs.key_of(article)
        record = Record(
            article.name, 0, number, now, key.encode("utf-8", "replace") if key else None, article.value, tuple(headers)
        )
        if first.name != "extract":
            yield record
            continue
        try:
            yield completed(record)
        except Reject as error:
            failure = Failure(error.reason, type(error).__name__, error.message)
            yield local.Buried(first.name, record, failure)


def _bury(buried: local.Buried, letters: BinaryIO | None) -> None:
    if letters is None:
        print(f"{buried.record.origin.topic}: {buried.failure.reason}: {buried.failure.message}", file=sys.stderr)
        return
    dead = letter(buried.stage, buried.record, buried.failure, 1, datetime.now(UTC))
    record = Record(dead.topic, -1, -1, buried.record.timestamp, dead.key, dead.value, dead.headers)
    letters.write(forms.line(record) + b"\n")

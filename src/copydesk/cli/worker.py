"""Run a worker against COPYDESK_BROKER."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import copydesk
from copydesk.errors import UsageError
from copydesk.kafka.topics import ensure_topics
from copydesk.pipeline import STAGES, stages_named
from copydesk.settings import Settings, settings, variable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    names = ",".join(stage.name for stage in STAGES)
    parser.add_argument(
        "--stages",
        metavar="NAMES",
        help=f"run only these of {names} (by default COPYDESK_STAGES, else all); other workers run the others",
    )


def execute(chosen: argparse.Namespace) -> int:
    """Become the worker: every signal is its own then, and so is the exit status."""
    if chosen.stages is not None:
        os.environ[variable("stages")] = chosen.stages
    stages_named(settings().stages)
    program, root = command(settings()), checkout()
    asyncio.run(ensure_topics(settings()))  # the worker does it too, where its one line is easily lost in Faust's log
    os.chdir(root)
    os.execv(program[0], program)


def command(settings: Settings) -> list[str]:
    """What starts a worker, in the folder that `checkout` finds. The library itself does not know Faust."""
    return [sys.executable, "-m", "faust", "-A", "agents.app", "worker", "-l", settings.log_level]


def checkout() -> Path:
    """The folder that holds ``agents/``, which is not installed: this one, or the one that the library runs from.

    Raises:
        UsageError: neither holds it, as after a plain ``pip install``.
    """
    for folder in (Path.cwd(), Path(copydesk.__file__).resolve().parents[2]):
        if (folder / "agents" / "app.py").is_file():
            return folder
    raise UsageError(
        "a worker runs from a checkout or an image of Copydesk, and there is no agents/app.py here: change to one"
    )

"""Poison: articles that kill or hang the process that runs a stage on them, are too large, or are no text.

What an article may do to a process is an agreement between it and the poisoned stages of `benchmarks.chaos.child`: a
word in its text. No real text is known to do it.
"""

import os
import random
import signal
import time
from collections.abc import Mapping
from typing import Final

from copydesk.errors import Reason

KEY: Final = "poison-"
"""What the keys of all poisoned articles begin with."""
STAGES: Final = ("clean", "extract", "link")
_TEXT: Final = """A ledger that nobody should open

The clerk of the {place} archive wrote {word} on the first page of a ledger, and closed it for good on Thursday.

Nobody has opened it since, the archive said, and the shelf that it stands on has been empty of other books for years.
"""
_LOST: Final = frozenset({Reason.KILLED_WORKER, Reason.DEADLINE})
"""A process that hangs may be killed by another fault first, and one that was to be killed may be stopped first."""
EXPECTED: Final[Mapping[str, frozenset[Reason]]] = {
    "kill": _LOST,
    "hang": _LOST,
    "large": frozenset({Reason.TOO_LARGE}),
    "bytes": frozenset({Reason.UNDECODABLE}),
}
"""The reasons for which a poisoned article may become a dead letter, by the second word of its key."""


def articles(number: int, chance: random.Random, *, for_link: bool) -> list[tuple[str, bytes]]:
    """Keys and values of one of each: it kills, it hangs, it has 5 MB, it is no text.

    Args:
        number: tells these from others in their keys.
        chance: draws the stages.
        for_link: the stage that is killed or hung is *link*, whose window goes with the process.
    """
    stages = ["link"] if for_link else ["clean", "extract"]
    values = {verb: _obeyed(verb, chance.choice(stages), number) for verb in ("kill", "hang")}
    values["large"] = b"The same sentence again and again, for five megabytes. " * 95_000
    values["bytes"] = bytes(chance.choices(range(0x80, 0xA0), k=600))
    return [(f"{KEY}{verb}-{number}", value) for verb, value in values.items()]


def is_expected(key: str | None, reason: str) -> bool:
    """Whether a dead letter is that of a poisoned article, for a reason that it was made for."""
    if key is None or not key.startswith(KEY):
        return False
    return reason in EXPECTED[key.split("-")[1]]


def obey(stage: str, text: str) -> None:
    """What a poisoned stage does before its work: die or hang, if the text says so."""
    if _word("kill", stage) in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if _word("hang", stage) in text:
        time.sleep(3600)


def _obeyed(verb: str, stage: str, number: int) -> bytes:
    return _TEXT.format(place=f"{stage} {number}", word=_word(verb, stage)).encode()


def _word(verb: str, stage: str) -> str:
    return f"poison{verb}{stage}"

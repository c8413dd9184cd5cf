"""Runs of words that texts share."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

_RUN: Final = 4
_TOKEN: Final = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
"""A word, or one character of a script that puts no blanks between words."""


class Runs:
    """The runs of four words of some blocks, to tell how much of a line they hold.

    Args:
        blocks: any texts.
    """

    def __init__(self, blocks: Sequence[str]) -> None:
        words = [_words(block) for block in blocks]
        self._whole = set(words)
        self._runs = {run for block in words for run in _runs(block)}

    def share(self, line: str) -> float:
        """The share of the line's runs that the blocks hold, 0..1; a line of less than four words must be a block.

        >>> runs = Runs(["The ferry will sail from Ostend again.", "Home"])
        >>> runs.share("Home"), runs.share("the ferry will sail on Friday"), runs.share("Sail")
        (1.0, 0.3333333333333333, 0.0)
        """
        words = _words(line)
        if len(words) < _RUN:
            return float(words in self._whole)
        return sum(run in self._runs for run in _runs(words)) / (len(words) - _RUN + 1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.casefold()))


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(_RUN)), strict=False)

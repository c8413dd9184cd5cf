"""Recurring lines: what an outlet prints under article after article reads like prose, and is no part of any of them.

*"Subscribe to our morning briefing and never miss a story."* No single page tells that from the article; the next ones
do. A line is learned when it has stood in articles of several stories: background that an agency repeats from report to
report ("The war began when …") recurs within its story, and stays.
"""

import hashlib
import re
from array import array
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

ARTICLES: Final = 50
"""Articles of an outlet that are remembered. A line that none of them has is forgotten."""
STORIES: Final = 4
"""Stories in whose articles a line must have stood to be learned."""
LINES: Final = 64
"""Most lines that are learned of an outlet, and most that are remembered of an article."""
_LENGTHS: Final = (20, 400)
"""Characters of a line that may be learned: shorter ones are headings and names, longer ones are paragraphs."""
_NO_WORD: Final = re.compile(r"[\W_]+")


class Sheet(NamedTuple):
    """What is remembered of an article: the story it belongs to, and marks of its lines (`mark`)."""

    article: str
    story: str
    marks: "array[int]"


class Memory(NamedTuple):
    """What is known of an outlet: its last articles, the oldest first, and the lines that were learned, by mark."""

    sheets: tuple[Sheet, ...] = ()
    learned: Mapping[int, str] = {}


def mark(line: str) -> int:
    """A number that stands for a line, whatever its case and its punctuation.

    Numbers count: "Shares rose by 2 percent" is another line on each day.

    >>> mark("Read by your neighbours – join them!") == mark("read by your neighbours: Join them")
    True
    """
    key = _NO_WORD.sub(" ", line.casefold()).strip()
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def may_recur(line: str) -> bool:
    """Whether a line is one that could be learned."""
    shortest, longest = _LENGTHS
    return shortest <= len(line) <= longest


def sheet(article: str, story: str, lines: Iterable[str]) -> Sheet:
    """What to remember of an article.

    Args:
        article: its id.
        story: the id of its story.
        lines: those of its text, and those that were removed because they recur.
    """
    marks = list(dict.fromkeys(mark(line) for line in lines if may_recur(line)))
    return Sheet(article, story, array("Q", marks[:LINES]))


def after(memory: Memory, latest: Sheet, lines: Iterable[str]) -> Memory:
    """What is known of an outlet after one more article, or a new revision of one; no duplicate of another.

    Args:
        memory: what is known; it is not changed.
        latest: of the article.
        lines: of the article: the words of what is learned now.
    """
    earlier = tuple(known for known in memory.sheets if known.article != latest.article)
    sheets = (*earlier, latest)[-ARTICLES:]
    newest_first = sheets[::-1]
    learned = {one: text for one, text in memory.learned.items() if any(one in known.marks for known in newest_first)}
    for line in lines:
        if not may_recur(line) or len(learned) >= LINES:
            continue
        one = mark(line)
        if one not in learned and len({known.story for known in sheets if one in known.marks}) >= STORIES:
            learned[one] = line
    return Memory(sheets, learned)


def version(outlet: str, learned: Mapping[int, str]) -> str:
    """The name of a set of learned lines: the same lines have the same name, wherever they were learned.

    >>> version("harbour.example", {2: "b", 1: "a"}) == version("harbour.example", {1: "a", 2: "b"})
    True
    """
    marks = b"".join(one.to_bytes(8) for one in sorted(learned))
    return f"{outlet}/{hashlib.blake2b(marks, digest_size=4).hexdigest()}"

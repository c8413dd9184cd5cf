"""Indirect speech: the clause that a verb of saying reports in the words of the writer.

Content spans include the word that introduces the clause ("that", "whether"), and leave out the verb with its negation
and modality, as PARC 3 and PolNeAR annotate.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from copydesk.text.cues import Cue
from copydesk.text.parses import Parse

_PROMISES: Final = frozenset(
    {"promise", "pledge", "vow", "threaten", "offer", "agree", "ask", "urge", "order", "advise", "recommend", "demand"}
)
"""Verbs that say what somebody is to do by an infinitive: "vowed to return", "urged them to leave"."""
_EDGES: Final = frozenset(",;:.-–—!?")
_WORDS: Final = 2
"""Words of the shortest content; "he said so" reports nothing."""


def find_indirect(
    parse: Parse, cues: Sequence[Cue], quoted: Sequence[int]
) -> Iterator[tuple[Cue, list[tuple[int, int]]]]:
    """Find what cues report without quotation marks.

    Args:
        parse: the article.
        cues: those that report no quotation.
        quoted: for each token the index of the quotation that it stands in, or -1.

    Returns:
        each cue that reports a clause, with its content: ranges of tokens ``[first, last)``.
    """
    for cue in cues:
        if cue.kind != "speech":
            continue
        according = parse.tokens[cue.first].text.casefold() == "according"
        content = _told_by(parse, cue) if according else _clause(parse, cue)
        if content and all(quoted[index] < 0 for part in content for index in range(*part)):
            yield cue, content


def _clause(parse: Parse, cue: Cue) -> list[tuple[int, int]]:
    """The clause that hangs on the verb, or that the verb with its source stands in: "The port, he said, will open"."""
    for child in parse.children[cue.verb]:
        dep = parse.tokens[child].dep
        if dep == "ccomp" or (dep == "xcomp" and parse.lemma(cue.verb) in _PROMISES):
            return _around(parse, parse.subtree(child), cue)
    verb = parse.tokens[cue.verb]
    if verb.dep == "parataxis":
        return _around(parse, parse.subtree(verb.head), cue)
    return []


def _around(parse: Parse, members: list[int], cue: Cue) -> list[tuple[int, int]]:
    """The parts of a clause before and behind the cue with its source."""
    cut_first, cut_last = min(cue.first, cue.source_first), max(cue.last, cue.source_last)
    first, last = members[0], members[-1] + 1
    parts = (_trimmed(parse, first, min(last, cut_first)), _trimmed(parse, max(first, cut_last), last))
    found = [part for part in parts if part]
    return found if sum(end - start for start, end in found) >= _WORDS else []


def _told_by(parse: Parse, cue: Cue) -> list[tuple[int, int]]:
    """Of "According to Kalin, the talks go on", the rest of the sentence."""
    first, last = parse.sentences[parse.sentence_of[cue.first]]
    if cue.first != first and cue.source_last < last - 1:
        return []
    return _around(parse, list(range(first, last)), cue)


def _trimmed(parse: Parse, first: int, last: int) -> tuple[int, int] | None:
    while first < last and parse.tokens[first].text in _EDGES:
        first += 1
    while first < last and parse.tokens[last - 1].text in _EDGES:
        last -= 1
    return (first, last) if first < last else None

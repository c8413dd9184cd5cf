"""Bodies: the article among the lines of a page's visible text, and why each other line is none of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from copydesk.text import clutter, moments, titles
from copydesk.text.bylines import byline
from copydesk.text.credits import credited
from copydesk.text.lines import Line
from copydesk.text.phrases import Hits, hits
from copydesk.text.recurring import mark, may_recur
from copydesk.text.remarks import Said, said
from copydesk.text.titles import folded, without_site
from copydesk.text.visible import BlockKind, Purpose, Seen

Reason = Literal["navigation", "promotion", "caption", "related", "credit", "legal", "comment", "repeated"]

_ROUNDS: Final = 12
"""Most times that what was kept is judged again without its clutter; two or three are usual."""
_SURE: Final = 0.97
_LEFT: Final = (1_000, 100_000)
"""Most lines and characters that are listed as left over from a page: an event travels through every stage, and the
navigation of a home page would outweigh any article; half of all pages have less than 200 lines, 4,000 characters."""
_STAMP: Final = 60
"""Characters of the longest line that only says when the article was published, or by whom."""
_CLOCK: Final = re.compile(r"\(?\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?| Uhr)?(?: \(?[A-Z]{2,4}\)?)?", re.IGNORECASE)
_GALLERY: Final = 0.3
"""Share of the text that stands in captions from which they are text of the article."""
_QUESTION: Final = 160
"""Characters of the longest question that is a title rather than the beginning of an article."""
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ITEM: Final = re.compile(r"(?:[•▪◦●*‣–-]|\d{1,2}[.)])\s+\S")
_TRAIL: Final = re.compile(r"\w [›»>|/•·] \w")
"""What stands between the links of a menu or of the way to a page: "Home › World"."""
_WORKED: Final = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|edited|compiled|photography) by ", re.IGNORECASE
)


class Cut(NamedTuple):
    """What was cut away, why, and where it stands in the raw text, if that is plain."""

    text: str
    reason: Reason
    raw_start: int | None
    raw_end: int | None


class Body(NamedTuple):
    """The article's lines with their kinds, and what was around them."""

    title: str | None
    lines: list[Line]
    kinds: list[BlockKind]
    cuts: list[Cut]
    said: Said
    chances: list[float]
    """How likely each line of the text seemed to be part of the article, 0..1."""


def find_body(lines: Sequence[Line], title: str | None) -> Body:
    """Find the article in the lines of a text.

    Args:
        lines: the lines, as `copydesk.text.lines.split` makes them.
        title: the title where it is known; it is looked for otherwise.
    """
    texts, gaps = [line.text for line in lines], [line.gap for line in lines]
    judged = clutter.judge(texts, gaps, title)
    at = _title_at(texts, gaps, judged, title)
    if title is None and at is not None:
        title = without_site(texts[at]) if at == 0 else texts[at]
        heading = title.casefold()
        if any(heading in text.casefold() for text in texts[at + 1 :]):  # no other is judged otherwise by its title
            judged = clutter.judge(texts, gaps, title, judged)
    kept = _kept(texts, judged, at, title)
    removed = sorted(set(range(len(lines))) - set(kept) - ({at} if at is not None else set()))
    reasons = _reasons(texts, judged.hits, kept, removed, at, {})
    head = kept[0] if kept else 0
    return Body(
        title=title,
        lines=[lines[index] for index in kept],
        kinds=kinds([texts[index] for index in kept]),
        cuts=[
            Cut(lines[i].text, reason, lines[i].raw_start, lines[i].raw_end)
            for i, reason in zip(removed, reasons, strict=True)
        ],
        # Authors and date stand at the head of the article; further away are those of other articles.
        said=said([texts[i] for i in removed], [texts[i] for i in removed if head - 15 <= i <= head + 6]),
        chances=judged.keep,
    )


def sift(
    blocks: Sequence[tuple[BlockKind, str]], title: str | None, authors: Sequence[str]
) -> tuple[list[tuple[BlockKind, str]], list[Cut]]:
    """Cut what is no text of the article out of the blocks that were found in a page.

    Args:
        blocks: of the article.
        title: its title.
        authors: as the page states them.
    """
    heading, byline_of = folded(title or ""), folded(" ".join(authors))
    size = sum(len(text) for _, text in blocks)
    # In a gallery the captions are the article.
    captions = sum(len(text) for kind, text in blocks if kind == "caption") < _GALLERY * size
    kept: list[tuple[BlockKind, str]] = []
    cuts: list[Cut] = []
    for kind, text in blocks:
        found = hits(text)
        if _repeats(text, heading):
            cuts.append(Cut(text, "repeated", None, None))
        elif _is_stamp(text, above=not kept) or (not kept and _names_only(text, byline_of)):
            cuts.append(Cut(text, "credit", None, None))
        elif kind == "caption" and captions:
            cuts.append(Cut(text, "caption", None, None))
        elif is_clutter(text, found, 0.0 if kind != "heading" else 1.0):
            cuts.append(Cut(text, _told(text, found) or "promotion", None, None))
        else:
            kept.append((kind, text))
    while kept and kept[-1][0] == "heading":  # what it headed was cut
        cuts.append(Cut(kept.pop()[1], "related", None, None))
    return kept, cuts


def _is_stamp(text: str, above: bool) -> bool:
    """Whether a line only says when: a time of day, as between the entries of a live blog; a date above the article."""
    if _CLOCK.fullmatch(text):
        return True
    return above and len(text) <= _STAMP and moments.find(text) is not None and not _is_prose(text)


def _names_only(text: str, authors: str) -> bool:
    """Whether a line holds the authors, and hardly more: "Ida Marsh, Paul Oduya and Reuters"."""
    words, names = folded(text).split() if len(text) <= _STAMP else [], set(authors.split())
    return bool(words) and 2 * sum(word in names for word in words) > len(words)


def split(
    blocks: Sequence[tuple[BlockKind, str]], marks: Collection[int]
) -> tuple[list[tuple[BlockKind, str]], list[Cut]]:
    """Cut what an outlet repeats under all its articles out of the blocks of one.

    Args:
        blocks: of the article.
        marks: of the lines that the outlet repeats (`copydesk.text.recurring.mark`).

    Returns:
        what is left, and what was cut; all is left of an article of which else no sentence would be.
    """
    recurs = [bool(marks) and may_recur(text) and mark(text) in marks for _, text in blocks]
    kept = [block for block, away in zip(blocks, recurs, strict=True) if not away]
    if not any(recurs) or not has_sentence([text for _, text in kept]):
        return list(blocks), []
    gone = (text for (_, text), away in zip(blocks, recurs, strict=True) if away)
    return kept, [Cut(text, "repeated", None, None) for text in gone]


def without(body: Body, marks: Collection[int]) -> Body:
    """The same for the body of a plain text."""
    texts = [line.text for line in body.lines]
    _, cuts = split(list(zip(body.kinds, texts, strict=True)), marks)
    gone = {cut.text for cut in cuts}
    if not gone:
        return body
    places = [index for index, text in enumerate(texts) if text not in gone]
    away = (Cut(line.text, "repeated", line.raw_start, line.raw_end) for line in body.lines if line.text in gone)
    return body._replace(
        lines=[body.lines[index] for index in places],
        kinds=[body.kinds[index] for index in places],
        cuts=sorted((*body.cuts, *away), key=lambda cut: cut.raw_start or 0),
    )


def left_over(seen: Sequence[Seen], kept: Sequence[int], title: str | None) -> list[Cut]:
    """What a page shows beside its article, up to `_LEFT`.

    Args:
        seen: all lines of the page.
        kept: indexes of those of the article, in order.
        title: the article's title.
    """
    texts = [line.text for line in seen]
    heading = folded(title or "")
    at = next((index for index, text in enumerate(texts) if folded(text) == heading), None) if heading else None
    taken = {*kept, at}
    left: list[int] = []
    lines, room = _LEFT
    for index, text in enumerate(texts):
        if index not in taken and len(text) <= room and len(left) < lines:
            left.append(index)
            room -= len(text)
    found = {index: hits(texts[index]) for index in left}
    purposes = {index: purpose for index in left if (purpose := seen[index].purpose)}
    reasons = _reasons(texts, found, kept, left, at, purposes)
    return [Cut(texts[index], reason, None, None) for index, reason in zip(left, reasons, strict=True)]


def has_sentence(blocks: Sequence[str]) -> bool:
    """Whether any block holds a sentence; a home page holds headlines, an article has both.

    >>> has_sentence(["World", "Ferry to return"]), has_sentence(["It will sail again on Friday after eleven years."])
    (False, True)
    """
    return any(len(block) > 140 or _SENTENCE_END.search(block) for block in blocks)


def kinds(blocks: Sequence[str]) -> list[BlockKind]:
    """What each block of a plain text is, as far as its looks tell.

    >>> kinds(["It rained all day.", "What comes next", "It will snow, the office said.", "The end"])
    ['paragraph', 'heading', 'paragraph', 'paragraph']
    """
    found: list[BlockKind] = []
    for index, block in enumerate(blocks):
        if _ITEM.match(block):
            found.append("list_item")
        elif index + 1 < len(blocks) and _is_heading(block) and not _is_heading(blocks[index + 1]):
            found.append("heading")
        else:
            found.append("paragraph")
    return found


def is_clutter(line: str, found: Hits, keep: float) -> bool:
    """Whether the phrases of a line tell that it is no part of the article, however well it may fit in."""
    if byline(line) or (credited(line) and not _is_prose(line)):
        return True
    if found.line is not None:
        # "Politics" may be a heading in the middle of an article; "Most popular" is none.
        return found.line not in {"navigation", "caption"} or keep < _SURE
    return found.start is not None and keep < _SURE and not (_is_prose(line) and len(line) > 100)


def _kept(lines: Sequence[str], judged: clutter.Judgement, at: int | None, title: str | None) -> list[int]:
    """The lines of the article: judged again among themselves until nothing more falls, so that clean text stays."""
    heading = folded(title or "")
    first = -1 if at is None else at
    candidates = [index for index in range(len(lines)) if index > first and not _repeats(lines[index], heading)]
    kept = _settled(lines, clutter.among(judged, candidates), candidates, title)
    if kept:
        return kept
    # A brief of two sentences or a list of points looks like no article, and yet nothing tells that it is clutter.
    spared = [index for index in candidates if _is_spared(lines[index], judged.hits[index])]
    texts = [lines[index] for index in spared]
    again = clutter.judge(texts, [True] * len(spared), title, clutter.among(judged, spared)) if spared else judged
    return _settled(lines, again, spared, title) or spared


def _settled(lines: Sequence[str], judged: clutter.Judgement, indexes: list[int], title: str | None) -> list[int]:
    kept = indexes
    for _ in range(_ROUNDS):
        places = [
            place
            for place, index in enumerate(indexes)
            if judged.keep[place] >= clutter.KEEP
            and not is_clutter(lines[index], judged.hits[place], judged.keep[place])
        ]
        kept = [indexes[place] for place in places]
        if len(kept) == len(indexes):
            break
        texts = [lines[index] for index in kept]
        judged = clutter.judge(texts, [True] * len(kept), title, clutter.among(judged, places))
        indexes = kept
    return kept


def _is_spared(line: str, found: Hits) -> bool:
    sentence = len(line.split()) >= 6 and _SENTENCE_END.search(line) is not None
    return sentence and not any(found) and not is_clutter(line, found, 0.0)


# --- the title --------------------------------------------------------------------------------------------------------


def _title_at(lines: Sequence[str], gaps: Sequence[bool], judged: clutter.Judgement, title: str | None) -> int | None:
    """The index of the line that is the title, if one is."""
    start = first_paragraph(lines, judged.keep)
    if start is None or start == 0:
        return None
    if title is not None:
        heading = folded(title)
        return next((index for index in range(start - 1, -1, -1) if folded(lines[index]) == heading), None)
    rows = np.asarray(titles.features(lines, gaps, judged.hits, judged.keep, start), dtype=np.float32)
    scores = rows @ clutter.model()["title"]
    best = int(scores.argmax())
    index = titles.candidates(start)[best]
    line = lines[index]
    return index if scores[best] > 0 and len(line) <= titles.LONGEST and not titles.is_told(line) else None


def first_paragraph(lines: Sequence[str], keep: Sequence[float]) -> int | None:
    """The index of the first line of the body that is a sentence; "What can the port do now?" is a title."""
    return next((i for i, line in enumerate(lines) if keep[i] >= clutter.KEEP and _begins(line)), None)


def _begins(line: str) -> bool:
    return _is_prose(line) and not (line.endswith("?") and len(line) <= _QUESTION)


def _repeats(text: str, heading: str) -> bool:
    """Whether a line is the title again, alone or with the name of the site."""
    if not heading or (text[0].isalnum() and not heading.startswith(text[0].casefold())):
        return False
    key = folded(text)
    return key == heading or (key.startswith(heading + " ") and folded(without_site(text)) == heading)


# --- the reasons ------------------------------------------------------------------------------------------------------


def _reasons(
    lines: Sequence[str],
    found: Sequence[Hits] | Mapping[int, Hits],
    kept: Sequence[int],
    removed: Sequence[int],
    at: int | None,
    purposes: Mapping[int, Purpose],
) -> list[Reason]:
    first = at if at is not None else kept[0] if kept else len(lines)
    last = kept[-1] if kept else -1
    seen: set[str] = {lines[index] for index in kept}
    reasons: list[Reason] = []
    section: Reason | None = None
    for index in removed:
        text = lines[index]
        told = _told(text, found[index])
        if found[index].line is not None:
            section = told
        elif kept and first <= index < last:
            section = None
        told = told or purposes.get(index)
        reasons.append(told or _guessed(text, index, first, last, text in seen, section))
        seen.add(text)
    return reasons


def _told(text: str, found: Hits) -> Reason | None:
    if byline(text) or credited(text) or _WORKED.match(text):
        return "credit"
    return found.line or found.start or found.part  # type: ignore[return-value]  # the table holds reasons only


def _guessed(text: str, index: int, first: int, last: int, repeated: bool, section: Reason | None) -> Reason:
    size = len(text.split())
    if repeated:
        return "repeated"
    if moments.find(text) is not None and size <= 16:
        return "credit"
    if section in {"related", "comment", "legal", "promotion"} and index > last:
        return section
    if index < first:
        return "caption" if first - index <= 3 and size >= 2 and not _TRAIL.search(text) else "navigation"
    if index < last:
        return "caption" if size <= 40 and not _is_prose(text) else "promotion"
    return "related" if size >= 5 else "navigation"


def _is_prose(text: str) -> bool:
    words = text.split()
    return len(words) >= 8 and _SENTENCE_END.search(text) is not None


def _is_heading(text: str) -> bool:
    return (
        len(text) <= 100
        and len(text.split()) <= 14
        and (text[0].isupper() or text[0].isdigit() or text[0] in "\"'“‘«¿¡")
        and (not _SENTENCE_END.search(text) or (text.endswith("?") and len(text.split()) <= 10))
        and not text.endswith((":", ",", ";", "”", '"'))
    )

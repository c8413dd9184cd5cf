"""Bodies: the article among the lines of a page's visible text, and why each other line is none of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from copydesk.text import clutter, moments, titles
from copydesk.text.bylines import Byline, byline
from copydesk.text.credits import Credit, credited
from copydesk.text.lines import Line
from copydesk.text.moments import Moment
from copydesk.text.phrases import Hits, hits
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
"""Characters of the longest line that only says when the article was published."""
_REFUSAL_LIMIT: Final = 1_500
_REFUSAL: Final = re.compile(
    r"(?:^|\W)(?:404|403|500|502|503) ?(?:[-–—|:]|error|not found|forbidden|bad gateway|service)|"
    r"page not found|^(?:not found|forbidden)\b|"
    r"access (?:to this page has been )?denied|(?:you don't|you do not) have permission to access|"
    r"verify (?:that )?you are (?:a )?human|are you a robot|checking your browser|just a moment\.\.\.|unusual traffic|"
    r"enable javascript and cookies|attention required! \| cloudflare|^before you continue\b|before you continue to|"
    r"\bwe (?:value|respect|care about) your privacy|\bwe and our (?:\d{1,5} )?partners (?:store|use|process|access) |"
    r"the page you (?:are looking for|requested)|this site can.t be reached",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ITEM: Final = re.compile(r"(?:[•▪◦●*‣–-]|\d{1,2}[.)])\s+\S")
_TRAIL: Final = re.compile(r"\w [›»>|/•·] \w")
"""What stands between the links of a menu or of the way to a page: "Home › World"."""
_WORKED: Final = re.compile(
    r"\(?(?:additional )?(?:reporting|writing|editing|edited|compiled|photography) by ", re.IGNORECASE
)
_UPDATED: Final = re.compile(
    r"(?:last )?(?:updated|modified)|mis à jour|aktualisiert|actualizado|aggiornato", re.IGNORECASE
)
_CUT_OFF: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|to continue reading|continue reading (?:this|with|your)|"
    r"(?:for|to) subscribers only|for subscribers|subscriber[- ]only|"
    r"(?:article|content|story) is (?:reserved |exclusive )?for|"
    r"already a subscriber\?|to (?:read|unlock|view) (?:the (?:full|whole|rest)|this|more)|register to (?:read|unlock)|"
    r"réservé aux abonnés|il vous reste \d+|weiterlesen mit|mit [\w+]+ weiterlesen|exclusivo para suscriptores|"
    r"\[\+\d+ chars\]$",
    re.IGNORECASE,
)


class Cut(NamedTuple):
    """What was cut away, why, and where it stands in the raw text, if that is plain."""

    text: str
    reason: Reason
    raw_start: int | None
    raw_end: int | None


class Said(NamedTuple):
    """What the lines around an article say about it."""

    byline: Byline
    credits: list[Credit]
    published: Moment | None
    modified: Moment | None
    truncated: bool


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


def sift(blocks: Sequence[tuple[BlockKind, str]], title: str | None) -> tuple[list[tuple[BlockKind, str]], list[Cut]]:
    """Cut what phrases tell to be clutter out of the blocks that were found in a page."""
    heading = folded(title or "")
    kept: list[tuple[BlockKind, str]] = []
    cuts: list[Cut] = []
    for kind, text in blocks:
        found = hits(text)
        if _repeats(text, heading):
            cuts.append(Cut(text, "repeated", None, None))
        elif not kept and len(text) <= _STAMP and moments.find(text) and not _is_prose(text):
            cuts.append(Cut(text, "credit", None, None))  # the day of publication, above the first paragraph
        elif is_clutter(text, found, 0.0 if kind != "heading" else 1.0):
            cuts.append(Cut(text, _told(text, found) or "promotion", None, None))
        else:
            kept.append((kind, text))
    while kept and kept[-1][0] == "heading":  # what it headed was cut
        cuts.append(Cut(kept.pop()[1], "related", None, None))
    return kept, cuts


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


def said(removed: Sequence[str], near: Sequence[str]) -> Said:
    """What lines say about the article that they stand around.

    Args:
        removed: all lines that were cut away.
        near: those at the head of the article.
    """
    names = [found for text in near if (found := byline(text))]
    dates = [(text, moment) for text in near if len(text) <= 120 and (moment := moments.find(text))]
    return Said(
        byline=names[0] if names else Byline([], []),
        credits=[credit for text in removed for credit in credited(text)],
        published=next((moment for text, moment in dates if not _UPDATED.match(text)), None),
        modified=next((moment for text, moment in dates if _UPDATED.match(text)), None),
        truncated=is_truncated(removed),
    )


def has_sentence(blocks: Sequence[str]) -> bool:
    """Whether any block holds a sentence; a home page holds headlines, an article has both.

    >>> has_sentence(["World", "Ferry to return"]), has_sentence(["It will sail again on Friday after eleven years."])
    (False, True)
    """
    return any(len(block) > 140 or _SENTENCE_END.search(block) for block in blocks)


def is_refusal(title: str | None, blocks: Sequence[str]) -> bool:
    """Whether a page is one that refuses: an error, a check for robots, a question for consent.

    >>> is_refusal("404 - Page not found", ["Try the search."]), is_refusal("Ferry to return", ["It will sail."])
    (True, False)
    """
    if sum(map(len, blocks)) > _REFUSAL_LIMIT:
        return False
    head = " ".join([title or "", *blocks[:2]])
    return _REFUSAL.search(head) is not None


def is_truncated(lines: Sequence[str]) -> bool:
    """Whether lines say that the rest of the article is for subscribers, or cut off.

    >>> is_truncated(["Subscribe to continue reading"]), is_truncated(["The ferry sails."])
    (True, False)
    """
    return any(len(line) <= 200 and _CUT_OFF.search(line) for line in lines) or any(
        _CUT_OFF.search(line[-40:]) for line in lines
    )


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
    """The index of the first line of the body that is a sentence."""
    return next((i for i, line in enumerate(lines) if keep[i] >= clutter.KEEP and _is_prose(line)), None)


def _repeats(text: str, heading: str) -> bool:
    """Whether a line is the title again, alone or with the name of the site."""
    if not heading:
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

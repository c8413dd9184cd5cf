"""Remarks: what the lines around an article say about it: who wrote it and when, and that it is not all there."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.text import moments
from copydesk.text.bylines import Byline, byline
from copydesk.text.credits import Credit, credited
from copydesk.text.moments import Moment

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
_REMARK, _ENDING = 200, 40
"""Characters of a line that may be such a remark, and of the end of a longer one."""
_UPDATED: Final = re.compile(
    r"(?:last )?(?:updated|modified)|mis à jour|aktualisiert|actualizado|aggiornato", re.IGNORECASE
)
_CUT_OFF: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|to continue reading|continue reading (?:this|with|your)|"
    r"(?:for|to) subscribers only|for subscribers|subscriber[- ]only|"
    r"(?:article|content|story) is (?:reserved |exclusive )?for|"
    r"already a subscriber\?|to (?:read|unlock|view) (?:the (?:full|whole|rest)|this|more)|register to (?:read|unlock)|"
    r"réservé aux abonnés|il vous reste \d+|weiterlesen mit|mit [\w+]+ weiterlesen|exclusivo para suscriptores|"
    r"\[\+\d+ chars\]$"
)
"""Of lines in lower case: to ignore the case takes three times as long."""


class Said(NamedTuple):
    """What the lines around an article say about it."""

    byline: Byline
    credits: list[Credit]
    published: Moment | None
    modified: Moment | None
    truncated: bool


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
    return any(_cuts_off(line if len(line) <= _REMARK else line[-_ENDING:]) for line in lines)


@lru_cache(16_384)  # the pages of a site share their menus
def _cuts_off(line: str) -> bool:
    return _CUT_OFF.search(line.lower()) is not None

"""The window over the stream: the articles of the last days, and what is remembered of older ones."""

from array import array
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from copydesk.text.duplicates import NearIndex, Signature
from copydesk.text.recurring import Memory
from copydesk.text.stories import Cluster, Member, TermIndex, joined, without
from copydesk.text.terms import Vector

REMEMBERED: Final = timedelta(days=90)
"""How long revisions are remembered at least: the retention of the enriched topic."""
OUTLETS: Final = 2_000
"""Most outlets whose recurring lines are known; one that writes nothing for long is forgotten first."""
REMEMBERED_WINDOWS: Final = 4
"""Most revisions remembered, in windows."""

DuplicateKind = Literal["exact", "near", "revised"]


class Past(NamedTuple):
    """What is remembered of an article longer than the window.

    ``fingerprint`` stands for everything that makes a revision, and is empty once the article was retracted; ``blocks``
    holds a checksum of each block; ``text`` is one of all its words.
    """

    at: datetime
    revision: int
    fingerprint: bytes
    blocks: "array[int]"
    text: int
    outlet: str | None
    duplicate_of: str | None
    duplicate_kind: DuplicateKind | None
    story: str | None


class Entry(NamedTuple):
    """An article in the window: when it arrived, when it was published, and what it is compared by.

    An article in a language that is not supported has no story, and no vector.
    """

    id: str
    at: datetime
    moment: datetime
    signature: Signature
    vector: Vector | None
    story: str | None


@dataclass(slots=True)
class Window:
    """Articles by number, in the order in which they came; and the indexes over them."""

    latest: datetime | None = None
    next_number: int = 0
    order: deque[int] = field(default_factory=deque)
    entries: dict[int, Entry] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    near: NearIndex = field(default_factory=NearIndex)
    terms: TermIndex = field(default_factory=TermIndex)
    stories: dict[str, Cluster] = field(default_factory=dict)
    past: OrderedDict[str, Past] = field(default_factory=OrderedDict)
    outlets: OrderedDict[str, Memory] = field(default_factory=OrderedDict)
    """What is known of each outlet's recurring lines; the one that wrote last is the last."""

    def entry(self, article: str) -> Entry | None:
        """The article, if it is in the window."""
        number = self.numbers.get(article)
        return None if number is None else self.entries[number]

    def story_of(self, article: str) -> Cluster | None:
        """The story of an article, in the window or remembered, as long as the story lives."""
        past = self.past.get(article)
        return self.stories.get(past.story) if past and past.story else None


def take(window: Window, entry: Entry, past: Past, cluster: Cluster | None, member: Member) -> None:
    """Take an article into the window, in place of its earlier revision.

    Args:
        window: the window, which changes.
        entry: the article.
        past: what to remember of it.
        cluster: its story, if the window does not know it yet.
        member: what its story remembers of it.
    """
    before = window.story_of(entry.id)
    _leave_window(window, entry.id)
    if entry.story is not None and cluster is not None:
        window.stories[entry.story] = joined(window.stories.get(entry.story, cluster), entry.id, member)
    number = window.next_number
    window.next_number += 1
    window.order.append(number)
    window.entries[number] = entry
    window.numbers[entry.id] = number
    window.near.add(number, entry.signature)
    if entry.vector is not None:
        window.terms.add(number, entry.vector)
    remember(window, entry.id, past)
    if before is not None and before.id != entry.story:
        _leave_story(window, entry.id, before)


def remember(window: Window, article: str, past: Past) -> None:
    """Remember an article's present revision."""
    window.past[article] = past
    window.past.move_to_end(article)


def learn(window: Window, outlet: str, memory: Memory) -> None:
    """Remember what is known of an outlet."""
    window.outlets[outlet] = memory
    window.outlets.move_to_end(outlet)
    if len(window.outlets) > OUTLETS:
        window.outlets.popitem(last=False)


def retract(window: Window, article: str) -> None:
    """Forget a retracted article; only its last revision's number stays known."""
    before = window.story_of(article)
    _leave_window(window, article)
    past = window.past.get(article)
    if past is not None:
        window.past[article] = past._replace(fingerprint=b"", story=None)
    if before is not None:
        _leave_story(window, article, before)


def advance(window: Window, at: datetime, articles: int, days: float) -> None:
    """Move the window on to a time, and let go of what is too old or too much.

    Args:
        window: the window, which changes.
        at: when the newest article arrived.
        articles: most articles in the window.
        days: most days in the window.
    """
    window.latest = at if window.latest is None else max(window.latest, at)
    oldest = window.latest - timedelta(days=days)
    while window.order:
        entry = window.entries.get(window.order[0])
        if entry is not None and entry.at >= oldest and len(window.entries) <= articles:
            break
        window.order.popleft()
        if entry is not None:
            _expire(window, entry)
    oldest = min(oldest, window.latest - REMEMBERED)
    while window.past:
        article, past = next(iter(window.past.items()))
        if past.at >= oldest and len(window.past) <= REMEMBERED_WINDOWS * articles:
            break
        del window.past[article]


def _expire(window: Window, entry: Entry) -> None:
    """Its story keeps it as a member, as long as another member is in the window."""
    _leave_window(window, entry.id)
    cluster = window.stories.get(entry.story) if entry.story else None
    if cluster is not None and not _alive(window, cluster):
        del window.stories[cluster.id]


def _leave_window(window: Window, article: str) -> None:
    number = window.numbers.pop(article, None)
    if number is None:
        return
    entry = window.entries.pop(number)
    window.near.remove(number, entry.signature)
    if entry.vector is not None:
        window.terms.remove(number)


def _leave_story(window: Window, article: str, cluster: Cluster) -> None:
    rest = without(cluster, article)
    if rest is not None and _alive(window, rest):
        window.stories[cluster.id] = rest
    else:
        del window.stories[cluster.id]


def _alive(window: Window, cluster: Cluster) -> bool:
    # The oldest leave first: nearly always the newest member is in the window, and the first look is enough.
    return any(member in window.numbers for member in reversed(cluster.members))

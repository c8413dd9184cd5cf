"""Stories: articles of any outlet about the same happening, found one article after the other."""

import heapq
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Final, NamedTuple

from copydesk.text.terms import Vector, rarity

TERMS: Final = 40
"""Terms of an article that are compared."""
POSTINGS: Final = 1_500
"""Postings read for one article: the rarest terms first, so that the cost does not grow with the window."""
CANDIDATES: Final = 8
"""Articles compared in full: those that share the most."""
SIMILARITY: Final = 0.18
"""Least similarity, weighed by time, to an article of a story for joining it."""
HALF_LIFE: Final = 7.0
"""Days between two articles after which their similarity counts half."""
MEMBERS: Final = 500
"""Members that a story keeps; its oldest leave."""
_LISTED: Final = 10
_SUMMED: Final = 50
"""Newest members that the places, people and topics of a story are counted over."""


@dataclass(frozen=True, slots=True)
class Member:
    """What a story remembers of an article; ``at`` is when it arrived."""

    at: datetime
    title: str | None
    outlet: str | None
    places: tuple[str, ...]
    people: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A story: its members by article id, in the order in which they came."""

    id: str
    first_seen: datetime
    members: dict[str, Member]


class Summary(NamedTuple):
    """The present state of a story in names, those of most members first."""

    title: str | None
    last_seen: datetime
    places: list[str]
    people: list[str]
    topics: list[str]
    outlets: int


def joined(cluster: Cluster, article: str, member: Member) -> Cluster:
    """The story with one more member, or with a member's newer state."""
    members = cluster.members | {article: member}
    if len(members) > MEMBERS:
        del members[next(iter(members))]
    return Cluster(cluster.id, cluster.first_seen, members)


def without(cluster: Cluster, article: str) -> Cluster | None:
    """The story without a member; ``None`` when nothing is left."""
    members = {key: member for key, member in cluster.members.items() if key != article}
    return Cluster(cluster.id, cluster.first_seen, members) if members else None


def summary(cluster: Cluster) -> Summary:
    """Sum a story up."""
    members = list(cluster.members.values())
    newest = members[-_SUMMED:]
    return Summary(
        next((member.title for member in members if member.title), None),
        max(member.at for member in members),
        _most(name for member in newest for name in member.places),
        _most(name for member in newest for name in member.people),
        _most(name for member in newest for name in member.topics),
        len({member.outlet for member in members if member.outlet}),
    )


def _most(names: Iterable[str]) -> list[str]:
    return [name for name, _ in Counter(names).most_common(_LISTED)]


class Neighbour(NamedTuple):
    """An article in the index, and its cosine similarity, 0 to 1."""

    number: int
    similarity: float


class TermIndex:
    """An inverted index over the vectors of numbered articles, with their own document frequencies."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[Vector, float]] = {}
        self._postings: dict[str, array[int]] = {}

    def add(self, number: int, vector: Vector) -> None:
        """Add an article; numbers ascend. Its length stays that of its day: no query has to take it anew."""
        for term in vector.terms:
            postings = self._postings.get(term)
            if postings is None:
                self._postings[term] = array("Q", (number,))
            else:
                postings.append(number)
        self._held[number] = vector, _length(self._weighted(vector))

    def remove(self, number: int) -> None:
        """Remove an article that was added."""
        vector, _ = self._held.pop(number)
        for term in vector.terms:
            postings = self._postings[term]
            # The window forgets the oldest first: nearly always the very first posting.
            postings.remove(number)
            if not postings:
                del self._postings[term]

    def neighbours(self, vector: Vector) -> list[Neighbour]:
        """The most similar articles, best first; among equals, the oldest."""
        query = self._weighted(vector)
        length = _length(query)
        found = []
        for number in self._candidates(query):
            other, other_length = self._held[number]
            product = 0.0
            for term, weight in zip(other.terms, other.weights, strict=True):
                if term in query:
                    mine, rarity = query[term]
                    product += mine * weight * rarity
            found.append(Neighbour(number, min(1.0, product / (length * other_length))))
        return sorted(found, key=lambda row: (-row.similarity, row.number))

    def _candidates(self, query: dict[str, tuple[float, float]]) -> list[int]:
        """Articles that share the rarest terms."""
        shared: defaultdict[int, float] = defaultdict(float)
        read = 0
        known = [(len(postings), term) for term in query if (postings := self._postings.get(term))]
        for count, term in sorted(known):
            read += count
            if read > POSTINGS:
                break
            weight = query[term][0] ** 2
            for number in self._postings[term]:
                shared[number] += weight
        return heapq.nlargest(CANDIDATES, shared, key=shared.__getitem__)

    def _weighted(self, vector: Vector) -> dict[str, tuple[float, float]]:
        """The TF-IDF and the IDF of each term: rare in the background and in the window alike.

        A name in every article of this week tells little this week.
        """
        weighted = {}
        for term, strength in zip(vector.terms, vector.weights, strict=True):
            scarce = rarity(term, len(self._postings.get(term, ())), len(self._held))
            weighted[term] = strength * scarce, scarce
        return weighted


def _length(weighted: dict[str, tuple[float, float]]) -> float:
    return math.sqrt(sum(weight * weight for weight, _ in weighted.values()))


class Kin(NamedTuple):
    """A neighbour as the choice of a story sees it: its story, its similarity, and when it was published."""

    story: str
    similarity: float
    moment: datetime


def choose(kin: Sequence[Kin], moment: datetime) -> str | None:
    """Choose the story that an article belongs to.

    Args:
        kin: its neighbours, most similar first.
        moment: when the article was published.

    Returns:
        the story of the closest neighbours, or ``None`` if none is close enough. Where a story has several among the
        neighbours, the two closest must be close enough on average: one stray member must not chain stories together.
    """
    closeness: defaultdict[str, list[float]] = defaultdict(list)
    for row in kin:
        days = abs((moment - row.moment).total_seconds()) / 86_400
        closeness[row.story].append(row.similarity * 0.5 ** (days / HALF_LIFE))
    scores = {story: fmean(sorted(values, reverse=True)[:2]) for story, values in closeness.items()}
    best = max(scores, key=lambda story: scores[story], default=None)
    return best if best is not None and scores[best] >= SIMILARITY else None

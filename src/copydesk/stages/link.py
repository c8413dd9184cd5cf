"""Link: find duplicates and stories over a sliding window.

`link` and `retract` decide and change nothing; `fold` alone changes the window, and sees nothing but what was decided.
So a window that is folded from committed output decides as the one that wrote it.
"""

import hashlib
import uuid
import zlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Final, NamedTuple

from copydesk import codec
from copydesk.errors import Reason, Reject
from copydesk.events import (
    Block,
    ClassifiedArticle,
    CleanArticle,
    Clutter,
    EnrichedArticle,
    EventItem,
    PlaceItem,
    QuoteItem,
    Story,
    StoryRef,
    extend,
)
from copydesk.items import items_of
from copydesk.records import Emission
from copydesk.settings import settings
from copydesk.text import windows
from copydesk.text.duplicates import Signature, nearness, sign
from copydesk.text.identity import outlet
from copydesk.text.recurring import Memory, after, mark, sheet, version
from copydesk.text.stories import TERMS, Cluster, Kin, Member, Neighbour, choose, joined, summary, without
from copydesk.text.terms import Vector, background, vector, words
from copydesk.text.windows import DuplicateKind, Entry, Past, Window

_NAMES: Final = 8
"""Most people, and most places, that a story remembers of an article."""
_COMPARED_TYPES: Final = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "EVENT"})
_ALIKE: Final = 0.2
"""Neighbours at least so similar may be copies that the index of signatures missed."""
_STORY_IDS: Final = uuid.UUID("c5b0d1c4-0f1e-5a53-9d1c-6a9a3f5d0b11")


class Traits(NamedTuple):
    """What texts are compared by."""

    signature: Signature
    vector: Vector
    checksum: int


class Duplicate(NamedTuple):
    """The earliest article that an article repeats, how, and the story of the one that it was found by."""

    original: str
    kind: DuplicateKind
    story: str | None


Change = tuple[str, Cluster | None]
"""The id of a story, and what it will be; ``None`` when nothing is left of it."""


def warm() -> None:
    """Load what the stage needs, once per process."""
    background()
    sign(["warm"])


def new_window() -> Window:
    """An empty window."""
    return Window()


def link(window: Window, article: ClassifiedArticle) -> list[Emission]:
    """Decide what follows from an article, without changing the window.

    Returns:
        the enriched article; then, unless nothing changed since its last revision, its quotes, events and places, and
        the present state of its story, after that of the story that it leaves, if it does; and the lines that its
        outlet repeats, if the article taught one or was the first without one.
    """
    past = window.past.get(article.id)
    unchanged = past is not None and past.fingerprint == _fingerprint(article)
    if past is not None and unchanged and article.id in window.numbers:
        return [Emission(EnrichedArticle, article.id, _repeated(window, past, article))]
    neighbours = window.terms.neighbours(_traits_of(article).vector) if _is_supported(article) else []
    duplicate = _duplicate(window, article, neighbours)
    revision = 1 if past is None else past.revision + (not unchanged)
    changes = _changes(window, article, revision, duplicate, neighbours) if _is_supported(article) else []
    enriched = extend(
        article,
        EnrichedArticle,
        revision=revision,
        unchanged=unchanged,
        changed=[] if past is None or unchanged else _changed(past, article),
        duplicate_of=duplicate.original if duplicate else None,
        duplicate_kind=duplicate.kind if duplicate else None,
        story=_reference(changes[-1][1]) if changes else None,
    )
    return [
        Emission(EnrichedArticle, article.id, enriched),
        *([] if unchanged else items_of(enriched)),
        *(_story_emission(story, cluster) for story, cluster in changes),
        *_clutter(window, enriched),
    ]


def retract(window: Window, article_id: str) -> list[Emission]:
    """Decide what follows from the retraction of an article, without changing the window.

    Returns:
        tombstones for the article and its items, and its story without it (a tombstone if nothing is left of it).
    """
    kinds = (EnrichedArticle, QuoteItem, EventItem, PlaceItem)
    emissions = [Emission(kind, article_id, None) for kind in kinds]
    story = window.story_of(article_id)
    if story is not None:
        emissions.append(_story_emission(story.id, without(story, article_id)))
    return emissions


def fold(window: Window, article_id: str, article: EnrichedArticle | None) -> None:
    """Take a committed (or about to be committed) enriched article, or its retraction, into the window."""
    if article is None:
        windows.retract(window, article_id)
        return
    at, traits = _arrival(article), _traits_of(article)
    past = _past(article, at, traits)
    if article.unchanged and article_id in window.numbers:
        windows.remember(window, article_id, past)
    else:
        story = article.story
        entry = Entry(
            article_id,
            at,
            _moment(article, at),
            traits.signature,
            traits.vector if story else None,
            story.id if story else None,
        )
        cluster = Cluster(story.id, story.first_seen, {}) if story else None
        windows.take(window, entry, past, cluster, _member(article, at))
        name, memory = _remembered(window, article)
        if name is not None:
            windows.learn(window, name, memory)
    limits = settings()
    windows.advance(window, at, limits.window_articles, limits.window_days)


def _is_supported(article: CleanArticle) -> bool:
    """Whether its words can be compared: without a background of its language, *de* and *la* would make stories."""
    return "language-not-supported" not in article.limits


# --- revisions ------------------------------------------------------------------------------------------------------


def _fingerprint(article: CleanArticle) -> bytes:
    """Everything that makes a revision: what the publisher changed, or the software that read it."""
    stated = [
        article.url,
        article.source.name,
        article.source.domain,
        article.published_at and article.published_at.value,
        article.modified_at and article.modified_at.value,
        article.section,
        article.title,
        article.text,
        [(block.kind, block.start, block.end) for block in article.blocks],
        [author.name for author in article.authors],
        article.provenance.pipeline,
        article.provenance.model,
    ]
    return hashlib.blake2b(codec.dump(stated), digest_size=16).digest()


def _changed(past: Past, article: CleanArticle) -> list[int]:
    known = set(past.blocks)
    return [index for index, block in enumerate(article.blocks) if _checksum(article.text, block) not in known]


def _checksum(text: str, block: Block) -> int:
    return zlib.crc32(text[block.start : block.end].encode("utf-8", "surrogatepass"))


def _past(article: EnrichedArticle, at: datetime, traits: Traits) -> Past:
    return Past(
        at=at,
        revision=article.revision or 1,
        fingerprint=_fingerprint(article),
        blocks=array("I", (_checksum(article.text, block) for block in article.blocks)),
        text=traits.checksum,
        outlet=_outlet(article),
        duplicate_of=article.duplicate_of,
        duplicate_kind=article.duplicate_kind,
        story=article.story.id if article.story else None,
    )


def _repeated(window: Window, past: Past, article: ClassifiedArticle) -> EnrichedArticle:
    story = window.story_of(article.id)
    return extend(
        article,
        EnrichedArticle,
        revision=past.revision,
        unchanged=True,
        changed=[],
        duplicate_of=past.duplicate_of,
        duplicate_kind=past.duplicate_kind,
        story=_reference(story),
    )


# --- duplicates -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _traits(title: str | None, text: str, names: tuple[str, ...]) -> Traits:
    """Computed once for `link` and the `fold` that follows it."""
    body = words(text)
    digest = hashlib.blake2b(" ".join(body).encode("utf-8", "surrogatepass"), digest_size=7).digest()
    return Traits(sign(body), vector(body, words(title or ""), names, TERMS), int.from_bytes(digest))


def _traits_of(article: ClassifiedArticle) -> Traits:
    names = dict.fromkeys(entity.name for entity in article.entities if entity.type in _COMPARED_TYPES)
    return _traits(article.title, article.text, tuple(names))


def _duplicate(window: Window, article: ClassifiedArticle, neighbours: list[Neighbour]) -> Duplicate | None:
    traits = _traits_of(article)
    alike = (row.number for row in neighbours if row.similarity >= _ALIKE)
    candidates = window.near.candidates(traits.signature).union(alike)
    found = []
    for number in candidates:
        entry = window.entries[number]
        nearest = nearness(traits.signature, entry.signature)
        original = _original(window, entry.id)
        if nearest and article.id not in {entry.id, original}:
            found.append((-nearest, number, original, entry.story))
    if not found:
        return None
    _, _, original, story = min(found)
    return Duplicate(original, _kind(window.past.get(original), traits.checksum, _outlet(article)), story)


def _original(window: Window, article_id: str) -> str:
    """The earliest article of its cluster, as long as that one is remembered and was not retracted."""
    past = window.past.get(article_id)
    earlier = window.past.get(past.duplicate_of) if past and past.duplicate_of else None
    return past.duplicate_of if past and past.duplicate_of and earlier and earlier.fingerprint else article_id


def _kind(original: Past | None, checksum: int, outlet: str | None) -> DuplicateKind:
    """The same words are an exact copy; other words from the same outlet are its own new version of the article."""
    if original is not None and original.text == checksum:
        return "exact"
    if original is not None and outlet is not None and outlet == original.outlet:
        return "revised"
    return "near"


def _outlet(article: CleanArticle) -> str | None:
    name = outlet(article.source.domain, article.url, article.source.name)
    return intern(name) if name else None


# --- stories --------------------------------------------------------------------------------------------------------


def _changes(
    window: Window,
    article: ClassifiedArticle,
    revision: int,
    duplicate: Duplicate | None,
    neighbours: list[Neighbour],
) -> list[Change]:
    """The stories that change, as they will be: the one that the article leaves, then the one that it is in."""
    at = _arrival(article)
    before = window.story_of(article.id)
    story = _story(window, article, duplicate, neighbours)
    if story is None:
        alone = before is not None and set(before.members) == {article.id}
        story = before.id if before is not None and alone else str(uuid.uuid5(_STORY_IDS, f"{article.id}/{revision}"))
    cluster = window.stories.get(story) or Cluster(story, at, {})
    changes: list[Change] = [(story, joined(cluster, article.id, _member(article, at)))]
    if before is not None and before.id != story:
        changes.insert(0, (before.id, without(before, article.id)))
    return changes


def _story(
    window: Window, article: ClassifiedArticle, duplicate: Duplicate | None, neighbours: list[Neighbour]
) -> str | None:
    """The story of the article that it repeats; its own, if it is still much the same; else that of its neighbours."""
    if duplicate is not None and duplicate.story in window.stories:
        return duplicate.story
    earlier = window.entry(article.id)
    if earlier is not None and earlier.story and nearness(earlier.signature, _traits_of(article).signature):
        return earlier.story
    kin = []
    for number, similarity in neighbours:
        entry = window.entries[number]
        if entry.story is not None and entry.id != article.id:
            kin.append(Kin(entry.story, similarity, entry.moment))
    return choose(kin, _moment(article, _arrival(article)))


def _member(article: ClassifiedArticle, at: datetime) -> Member:
    return Member(
        at=at,
        title=article.title,
        outlet=_outlet(article),
        places=_names(place.name for place in article.places),
        people=_names(entity.name for entity in article.entities if entity.type == "PERSON"),
        topics=_names(topic.code for topic in article.topics),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(intern(name) for name in list(dict.fromkeys(names))[:_NAMES])


def _arrival(article: CleanArticle) -> datetime:
    """When the article reached link, as it says itself: when the window is rebuilt, a clock tells something else."""
    runs = [run for run in article.provenance.stages if run.name != "link"]
    if not runs:
        raise Reject(Reason.INVALID, "$.provenance.stages: no stage says when it saw the article")
    return runs[-1].at


def _moment(article: CleanArticle, at: datetime) -> datetime:
    """When it was published, if that is known and not in the future."""
    return min(article.published_at.value, at) if article.published_at else at


def _reference(cluster: Cluster | None) -> StoryRef | None:
    if cluster is None:
        return None
    return StoryRef(id=cluster.id, size=len(cluster.members), first_seen=cluster.first_seen)


def _story_emission(story: str, cluster: Cluster | None) -> Emission:
    if cluster is None:
        return Emission(Story, story, None, story)
    present = summary(cluster)
    event = Story(
        id=story,
        title=present.title,
        members=list(cluster.members),
        first_seen=cluster.first_seen,
        last_seen=present.last_seen,
        places=present.places,
        people=present.people,
        topics=present.topics,
        sources=present.outlets,
    )
    return Emission(Story, story, event, story)


# --- clutter --------------------------------------------------------------------------------------------------------


def _remembered(window: Window, article: EnrichedArticle) -> tuple[str | None, Memory]:
    """The outlet, and what is known of it after the article; ``None`` where the article teaches nothing."""
    name = _outlet(article)
    if name is None or article.unchanged or article.duplicate_of is not None:
        return None, Memory()
    known = window.outlets.get(name, Memory())
    blocks = (block for block in article.blocks if block.kind != "heading")  # "What happens next" is no clutter
    lines = [article.text[block.start : block.end] for block in blocks]
    gone = (cut.text for cut in article.removed if cut.reason == "repeated") if known.learned else ()
    story = article.story.id if article.story else article.id
    latest = sheet(article.id, story, [*lines, *(line for line in gone if mark(line) in known.learned)])
    return name, after(known, latest, lines)


def _clutter(window: Window, article: EnrichedArticle) -> Iterator[Emission]:
    name, memory = _remembered(window, article)
    if name is not None and memory.learned.keys() != window.outlets.get(name, Memory()).learned.keys():
        event = Clutter(
            outlet=name,
            version=version(name, memory.learned),
            lines=list(memory.learned.values()),
            learned=_arrival(article),
        )
        yield Emission(Clutter, name, event)

"""What the evaluations of link share: a stream of articles through it, and how well clusters agree."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import NamedTuple, cast

from msgspec.structs import replace

from copydesk.events import ClassifiedArticle, EnrichedArticle, ExtractedArticle, Moment, Source, StageRun, extend
from copydesk.stages import link
from copydesk.stages.classify import classify
from evals.plain import article, f1

START = datetime(2026, 1, 1, tzinfo=UTC)


class Raw(NamedTuple):
    """An article of a stream; one arrives each second."""

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published: datetime | None = None


def classified(raw: Raw, position: int, extracted: ExtractedArticle | None = None) -> ClassifiedArticle:
    """The article as link receives it; without what extract would find, unless that is given."""
    bare = extracted or extend(
        article(raw.text), ExtractedArticle, entities=[], places=[], quotes=[], events=[], dates=[], amounts=[]
    )
    run = StageRun(name="classify", at=START + timedelta(seconds=position), ms=0.0)
    stated = replace(
        bare,
        id=raw.id,
        title=raw.title,
        source=Source(name=raw.outlet, domain=None),
        published_at=Moment(value=raw.published, precision="day", zone="none") if raw.published else None,
        provenance=replace(bare.provenance, stages=[run]),
    )
    return classify(stated)


def linked(articles: Sequence[ClassifiedArticle]) -> Iterator[EnrichedArticle]:
    """Link articles one after the other, as the stream does."""
    window = link.new_window()
    for one in articles:
        enriched = cast(EnrichedArticle, link.link(window, one)[0].event)
        link.fold(window, one.id, enriched)
        yield enriched


def pair_f1(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """F1 over the pairs that are in one cluster."""
    together = [(gold[i] == gold[j], found[i] == found[j]) for i, j in combinations(range(len(gold)), 2)]
    wanted, had = sum(one for one, _ in together), sum(other for _, other in together)
    return f1(sum(one and other for one, other in together), had, wanted)


def bcubed_f1(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """BCubed F1 (Bagga and Baldwin 1998)."""
    common = Counter(zip(gold, found, strict=True))
    gold_sizes, found_sizes = Counter(gold), Counter(found)
    sums: defaultdict[str, float] = defaultdict(float)
    for (one, other), count in common.items():
        sums["precision"] += count * count / found_sizes[other]
        sums["recall"] += count * count / gold_sizes[one]
    precision, recall = sums["precision"] / len(gold), sums["recall"] / len(gold)
    return 2 * precision * recall / (precision + recall)

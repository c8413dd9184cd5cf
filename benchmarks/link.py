"""How many articles a second link takes, with windows of several sizes, and how much memory they need.

Run: ``python -m benchmarks.link [--articles 2000] [--sizes 1000 10000 100000]``. The articles are made up: each of
450 words drawn with the frequencies of the background counts and a few names of its own, every twentieth a near-copy of
an earlier one. Decoding and encoding are not counted; deciding and folding are.
"""

import argparse
import gc
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace as with_settings
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final, cast
from unittest.mock import patch

import psutil
from msgspec.structs import replace

from copydesk.events import (
    Block,
    ClassifiedArticle,
    EnrichedArticle,
    Entity,
    ExtractedArticle,
    Mention,
    StageRun,
    extend,
)
from copydesk.settings import settings
from copydesk.stages import link
from copydesk.text.terms import background
from copydesk.text.windows import Window
from evals.plain import article

RESULT: Final = Path(__file__).with_name("results") / "link.json"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
WORDS: Final = 450


class Writer:
    """Writes articles that look like news to link: the shape of their word counts is that of the background."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        self._words = list(background().counts)
        self._totals = list(accumulate(float(count) for count in background().counts.values()))
        self._texts: list[str] = []

    def articles(self, count: int) -> Iterator[ClassifiedArticle]:
        for _ in range(count):
            number = len(self._texts)
            text = self._copy() if number % 20 == 19 else self._new()
            self._texts.append(text)
            yield self._article(number, text)

    def _new(self) -> str:
        drawn = self._draw(WORDS)
        # A story's own words come again and again.
        for word in self._draw(8):
            for _ in range(4):
                drawn[self._random.randrange(WORDS)] = word
        return " ".join(drawn)

    def _copy(self) -> str:
        words = self._random.choice(self._texts[-1_000:]).split()
        for _ in range(10):
            words[self._random.randrange(WORDS)] = "updated"
        return " ".join(words)

    def _draw(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._totals, k=count)

    def _article(self, number: int, text: str) -> ClassifiedArticle:
        bare = article(text)
        run = StageRun(name="classify", at=START + timedelta(seconds=number), ms=0.0)
        blocks = [Block(kind="paragraph", start=0, end=len(text))]
        stated = replace(bare, id=f"article-{number}", blocks=blocks, provenance=replace(bare.provenance, stages=[run]))
        names = [self._name(position) for position in range(6)]
        extracted = extend(
            stated, ExtractedArticle, entities=names, places=[], quotes=[], events=[], dates=[], amounts=[]
        )
        return extend(
            extracted,
            ClassifiedArticle,
            topics=[],
            genre=None,
            urgency=None,
            sentiment=None,
            entity_sentiment=[],
            keywords=[],
            summary=[],
        )

    def _name(self, position: int) -> Entity:
        return Entity(
            id=f"e{position}",
            name=" ".join(self._draw(2)).title(),
            type="PERSON",
            salience=0.5,
            country=None,
            sectors=[],
            roles=[],
            mentions=[Mention(start=0, end=1, kind="name")],
        )


def feed(window: Window, articles: list[ClassifiedArticle]) -> float:
    """Link the articles; returns the seconds of processor time: link is one thread, and the machine may be shared."""
    started = time.process_time()
    for one in articles:
        enriched = cast(EnrichedArticle, link.link(window, one)[0].event)
        link.fold(window, one.id, enriched)
    return time.process_time() - started


def measure(size: int, count: int) -> dict[str, float]:
    """Fill a window of a size, then time articles that each push the oldest out."""
    writer, window = Writer(), link.new_window()
    gc.collect()
    before = psutil.Process().memory_info().rss
    for _ in range(0, size, 1_000):
        feed(window, list(writer.articles(min(1_000, size))))
    memory = psutil.Process().memory_info().rss - before
    seconds = feed(window, list(writer.articles(count)))
    return {
        "window": len(window.entries),
        "articles a second of processor time": round(count / seconds),
        "memory MB": round(memory / 1e6),
        "bytes an article": round(memory / size),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()
    link.warm()
    results = []
    for size in options.sizes:
        limits = with_settings(settings(), window_articles=size, window_days=365.0)
        with patch.object(link, "settings", return_value=limits):
            results.append(measure(size, options.articles))
        print(results[-1], flush=True)
    RESULT.write_text(json.dumps({"words an article": WORDS, "windows": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""The worker process with all its stages, of which three obey poison."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agents import child
from benchmarks.chaos.poison import obey
from copydesk.pipeline import STAGES, Stage
from copydesk.stages import clean, extract, link


def _clean(raw: Any) -> Any:
    obey("clean", raw.content)
    return clean.clean(raw)


def _extract(article: Any) -> Any:
    obey("extract", article.text)
    return extract.extract(article)


def _link(window: Any, article: Any) -> Any:
    obey("link", article.text)
    return link.link(window, article)


_POISONED: dict[str, Callable[..., Any]] = {"clean": _clean, "extract": _extract, "link": _link}
TABLE: list[Stage] = [replace(stage, run=_POISONED.get(stage.name, stage.run)) for stage in STAGES]

if __name__ == "__main__":
    child.main(TABLE)

"""A worker process whose *clean* and *link* obey the article: ``KILL`` ends the process, ``HANG`` never returns."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agents import child
from copydesk.pipeline import STAGES
from copydesk.stages import clean, link


def _obey(text: str) -> None:
    if text.startswith("KILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    if text.startswith("HANG"):
        time.sleep(3600)


def _clean(raw: Any) -> Any:
    _obey(raw.content)
    return clean.clean(raw)


def _link(window: Any, article: Any) -> Any:
    _obey(article.text)
    return link.link(window, article)


_POISON: dict[str, Callable[..., Any]] = {"clean": _clean, "link": _link}

if __name__ == "__main__":
    child.main([replace(stage, run=_POISON[stage.name]) for stage in STAGES if stage.name in _POISON])

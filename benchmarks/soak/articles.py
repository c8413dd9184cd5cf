"""Articles without end in every form and several lengths, from a memory that does not grow."""

import json
import random
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.chaos.articles import Article, text

_PARTS: Final = (1, 1, 1, 2, 4, 10)
"""Made-up texts of some 100 words each that an article is joined from."""
_EXAMPLE, _NEW, _REVISED, _RETRACTED = "example", "new", "revised", "retracted"
_SHARES: Final = {_EXAMPLE: 12, _NEW: 75, _REVISED: 10, _RETRACTED: 3}
_RECENT: Final = 500
"""Made-up articles that can still be revised or retracted."""
_PAGE: Final = (
    "<!doctype html><html lang='en'><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
    "<article><h1>{title}</h1>{body}</article><footer>Subscribe to our newsletter</footer></body></html>"
)


class Load(NamedTuple):
    """An article, and whether its key was never seen before."""

    article: Article
    is_new: bool


def examples(folder: Path) -> list[Article]:
    """The repository's examples in all forms, each under its own key."""
    files = sorted(path for path in folder.iterdir() if path.suffix != ".md")
    return [Article(f"example-{path.stem}", path.read_bytes()) for path in files]


def articles(seed: int, repeated: Sequence[Article]) -> Iterator[Load]:
    """Write articles without end: the same for the same seed.

    Of a hundred, some 12 are of those to repeat, 10 revise and 3 retract a recent one; all others are new. What is
    repeated keeps its key: copies under keys of their own would pile up in one story, which lives as long as they come.

    Args:
        seed: draws them.
        repeated: come again and again, byte for byte.
    """
    chance = random.Random(seed)
    recent: deque[str] = deque(maxlen=_RECENT)
    number = 0
    while True:
        (what,) = chance.choices(list(_SHARES), list(_SHARES.values()))
        if what == _EXAMPLE:
            yield Load(chance.choice(repeated), is_new=False)
        elif what == _NEW or not recent:
            number += 1
            recent.append(f"soak-{number:07}")
            yield Load(Article(recent[-1], _written(chance)), is_new=True)
        else:
            yield Load(Article(chance.choice(recent), _written(chance) if what == _REVISED else None), is_new=False)


def _written(chance: random.Random) -> bytes:
    title, body = text(chance)
    body = "\n".join([body, *(text(chance)[1] for _ in range(chance.choice(_PARTS) - 1))])
    form = chance.choice((_plain, _plain, _json, _json_page, _page))
    return form(title, body).encode()


def _plain(title: str, body: str) -> str:
    return f"{title}\n\n{body}"


def _json(title: str, body: str) -> str:
    return json.dumps({"title": title, "content": body, "published_at": "2026-05-03T08:00:00Z"})


def _json_page(title: str, body: str) -> str:
    return json.dumps({"title": title, "content": _paragraphs(body), "source_domain": "soak.example"})


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=title, body=_paragraphs(body))


def _paragraphs(body: str) -> str:
    return "".join(f"<p>{line}</p>" for line in body.split("\n") if line)

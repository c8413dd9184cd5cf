"""The AsyncAPI document: sound in itself, and true to what the runner writes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from copydesk import codec
from copydesk.contracts.asyncapi import asyncapi
from copydesk.contracts.samples import samples
from copydesk.errors import Reason
from copydesk.kafka import dead_letters
from copydesk.pipeline import RAW, STAGES, TOPICS, Stage
from copydesk.records import Failure, Header, Record
from copydesk.runner import Linker, process

SCHEMAS = Path(__file__).parents[2] / "schemas"
DOCUMENT = asyncapi()


def _check_headers(state: str, found: tuple[Header, ...]) -> None:
    """The headers are as their message describes them, and none is left undescribed."""
    described = DOCUMENT["components"]["messages"][state]["headers"]
    texts = {name: (value or b"").decode() for name, value in found}
    Draft202012Validator(described, format_checker=FormatChecker(["date-time"])).validate(texts)
    assert texts.keys() <= described["properties"].keys()


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"$ref"}:
        return [value["$ref"]]
    return [found for item in value.values() for found in _references(item)]


def _resolve(reference: str) -> Any:
    file, _, pointer = reference.partition("#/")
    found = json.loads((SCHEMAS / file).read_text("utf-8")) if file else DOCUMENT
    for key in filter(None, pointer.split("/")):
        found = found[key]
    return found


def test_document_says_its_version_and_every_reference_resolves() -> None:
    """The document is AsyncAPI 3.1.0, has an info object, and points at nothing that is not there."""
    assert DOCUMENT["asyncapi"] == "3.1.0"
    assert {"title", "version", "license"} <= set(DOCUMENT["info"])
    references = _references(DOCUMENT)
    assert references
    assert all(_resolve(reference) for reference in references)


def test_channels_are_the_topics_with_their_settings() -> None:
    """Each topic is one channel with its partitions, cleanup policy and retention in milliseconds."""
    channels = {channel["address"]: channel["bindings"]["kafka"] for channel in DOCUMENT["channels"].values()}

    assert list(channels) == [topic.name for topic in TOPICS]
    for topic in TOPICS:
        kafka = channels[topic.name]
        settings = kafka["topicConfiguration"]
        assert kafka["partitions"] == topic.partitions
        if topic.days is None:
            assert settings == {"cleanup.policy": ["compact"]}
        else:
            assert settings == {"cleanup.policy": ["delete"], "retention.ms": topic.days * 86_400_000}


def test_operations_stay_within_their_channel() -> None:
    """Every operation receives or sends, and names only messages of its own channel, as the specification demands."""
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        assert operation["action"] in {"send", "receive"}
        assert operation["messages"]
        assert all(message["$ref"].startswith(f"{channel}/messages/") for message in operation["messages"])


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_stage_reads_one_channel_and_writes_its_own(stage: Stage) -> None:
    """A stage receives from the topic that it reads, and sends to those that it writes and to the dead letters."""
    own = {key: value for key, value in DOCUMENT["operations"].items() if key.split(".")[0] == stage.name}
    received = [row["channel"]["$ref"] for row in own.values() if row["action"] == "receive"]
    sent = {row["channel"]["$ref"] for row in own.values() if row["action"] == "send"}

    assert received == [f"#/channels/{stage.reads.state}"]
    assert sent == {f"#/channels/{topic.state}" for topic in (stage.writes, *stage.also)} | {"#/channels/dead"}


def _record(stage: Stage) -> Record:
    headers: tuple[Header, ...] = (("traceparent", b"00-1-1-01"),)
    if stage.reads is not RAW:
        headers += (("copydesk-origin", b"news.raw.v1/0/7"), ("copydesk-received", b"1700000000000"))
        value = codec.encode(samples()[stage.reads])
    else:
        value = (SCHEMAS.parent / "examples" / "09-health-plain-text.txt").read_bytes()
    return Record(stage.reads.name, 0, 7, 1_700_000_000_000, b"key", value, headers)


@pytest.mark.parametrize("stage", [STAGES[0], STAGES[-1]], ids=lambda stage: stage.name)
def test_written_headers_are_the_described_ones(stage: Stage) -> None:
    """What a stage writes has all headers that its message requires, no other, and they say what they may."""
    outcome = Linker(stage).process(_record(stage)) if stage.stateful else process(stage, _record(stage))

    assert isinstance(outcome, list)
    assert outcome
    states = {topic.name: topic.state for topic in TOPICS}
    for output in outcome:
        _check_headers(states[output.topic], output.headers)


def test_headers_of_dead_letters_are_the_described_ones() -> None:
    """A dead letter adds exactly the headers that the document requires of it."""
    failure = Failure(Reason.EMPTY, "Reject", "no content", "")
    letter = dead_letters.letter("clean", _record(STAGES[0]), failure, 1, datetime(2026, 3, 3, tzinfo=UTC))

    _check_headers("dead", letter.headers)
    names = {name for name, _ in letter.headers}
    assert set(DOCUMENT["components"]["messages"]["dead"]["headers"]["required"]) == names - {"traceparent"}

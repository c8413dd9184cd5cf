"""The AsyncAPI document: topics as channels, with their keys, headers, settings, writers and readers."""

from typing import Any, Final

from copydesk.contracts import headers
from copydesk.contracts.jsonschemas import WITH_SCHEMA
from copydesk.pipeline import DEAD, RAW, REPLAYS, STAGES, TOPICS, Topic
from copydesk.settings import Settings
from copydesk.version import PIPELINE_VERSION

Document = dict[str, Any]

ASYNCAPI: Final = "3.1.0"
_BINDING: Final = "0.5.0"
"""Version of AsyncAPI's Kafka bindings."""
REPLAYER: Final = "copydesk dead replay"
_SCHEMA_FORMAT: Final = "application/schema+json;version=draft-2020-12"
_DAY: Final = 24 * 60 * 60 * 1000
_ABOUT: Final = (
    "An event-driven stream processor for news: raw articles in, enriched events out. Read the topics with "
    "`isolation.level=read_committed`. A null value is a tombstone: it retracts what its key names."
)


def writers(topic: Topic) -> list[str]:
    """Who writes a topic: names of stages, ``publishers``, or the command that puts dead letters back."""
    if topic is RAW:
        return ["publishers", REPLAYER]
    if topic is REPLAYS:
        return [REPLAYER]
    if topic is DEAD:
        return [stage.name for stage in STAGES]
    return [stage.name for stage in STAGES if topic in (stage.writes, *stage.also)]


def readers(topic: Topic) -> list[str]:
    """Which stages read a topic; any subscriber may."""
    return [stage.name for stage in STAGES if stage.reads is topic]


def topics_table() -> list[Document]:
    """The topics as plain data: key, partitions, retention, schema, who writes and who reads."""
    return [
        {
            "name": topic.name,
            "about": topic.about,
            "key": topic.key,
            "partitions": topic.partitions,
            "retention_days": topic.days,
            "compacted": topic.days is None,
            "schema": f"{topic.name}.json" if topic in WITH_SCHEMA else None,
            "written_by": writers(topic),
            "read_by": readers(topic),
        }
        for topic in TOPICS
    ]


def asyncapi() -> Document:
    """The AsyncAPI 3.1 document of all topics."""
    return {
        "asyncapi": ASYNCAPI,
        "id": "urn:copydesk",
        "info": {
            "title": "Copydesk",
            "version": PIPELINE_VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "local": {"host": Settings().broker, "protocol": "kafka", "description": "the default of COPYDESK_BROKER"}
        },
        "channels": {topic.state: _channel(topic) for topic in TOPICS},
        "operations": _operations(),
        "components": {"messages": {name: body for topic in TOPICS for name, body in _messages(topic).items()}},
    }


def _channel(topic: Topic) -> Document:
    settings: Document = {"cleanup.policy": ["delete" if topic.days is not None else "compact"]}
    if topic.days is not None:
        settings["retention.ms"] = topic.days * _DAY
    kafka = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": settings,
        "bindingVersion": _BINDING,
    }
    return {
        "address": topic.name,
        "title": topic.state,
        "description": topic.about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(topic)},
        "bindings": {"kafka": kafka},
    }


def _messages(topic: Topic) -> dict[str, Document]:
    if topic is RAW:
        page: Document = {"type": "string", "description": "the page's bytes, in any encoding"}
        text: Document = {"type": "string", "description": "the visible text of a page, clutter and all"}
        return {
            "rawJson": _message(topic, "application/json", _payload(topic), "a JSON object with `content`"),
            "rawHtml": _message(topic, "text/html", page, "an HTML page"),
            "rawText": _message(topic, "text/plain", text, "plain text"),
        }
    if topic is DEAD:
        untouched: Document = {"description": "the bytes of the record that failed, untouched"}
        return {"dead": _message(topic, "application/octet-stream", untouched, topic.about)}
    return {topic.state: _message(topic, "application/json", _payload(topic), topic.about)}


def _message(topic: Topic, content_type: str, payload: Document, summary: str) -> Document:
    key: Document = {"type": ["string", "null"] if topic in (RAW, DEAD) else "string", "description": topic.key}
    return {
        "name": topic.event.__name__ if topic in WITH_SCHEMA else "DeadLetter",
        "summary": summary,
        "contentType": content_type,
        "headers": _headers(topic),
        "payload": payload,
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
    }


def _payload(topic: Topic) -> Document:
    return {"schemaFormat": _SCHEMA_FORMAT, "schema": {"$ref": f"./{topic.name}.json"}}


def _headers(topic: Topic) -> Document:
    if topic is RAW:
        required, optional = {}, headers.RAW
    elif topic is DEAD:
        required, optional = headers.DEAD | headers.FOLLOWING, headers.PASSED_ON | headers.LEFT_OUT
    elif topic is REPLAYS:
        required, optional = headers.CLOUD_EVENT, {}
    else:
        linked = headers.LINKED if writers(topic) == ["link"] else {}
        required, optional = headers.CLOUD_EVENT | headers.FOLLOWING | linked, headers.PASSED_ON
    values = headers.written_values(topic) if topic is not RAW else {}
    described = {
        name: {"type": "string", "description": about} | values.get(name, {})
        for name, about in (required | optional).items()
    }
    return {"type": "object", "required": list(required), "properties": described}


def _operations() -> Document:
    operations: Document = {}
    for stage in STAGES:
        operations[f"{stage.name}.reads"] = _operation("receive", stage.reads, f"{stage.name} {stage.about}")
        for topic in (stage.writes, *stage.also, DEAD):
            operations[f"{stage.name}.writes.{topic.state}"] = _operation("send", topic, topic.about)
    return operations


def _operation(action: str, topic: Topic, summary: str) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.state}"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/{topic.state}/messages/{name}"} for name in _messages(topic)],
    }

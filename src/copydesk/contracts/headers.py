"""The headers of the records, with their meaning, for the AsyncAPI document."""

from typing import Any, Final

from copydesk import records
from copydesk.contracts.jsonschemas import identifier
from copydesk.errors import Reason
from copydesk.pipeline import Topic

Table = dict[str, str]

CLOUD_EVENT: Final[Table] = {
    "ce_specversion": "version of CloudEvents: 1.0",
    "ce_id": "the same whenever the same input offset is processed by the same version of the pipeline",
    "ce_source": "who wrote the record: copydesk",
    records.EVENT_TYPE: "the topic's name: state and version of the event",
    "ce_subject": "id of the article or story, or place of the dead letter",
    "ce_time": "when the record was made, RFC 3339 UTC",
    "ce_dataschema": "$id of the JSON Schema of the value",
    records.CONTENT_TYPE: "application/json",
}
"""CloudEvents 1.0, Kafka binary mode: on every record that a stage writes, dead letters apart."""

FOLLOWING: Final[Table] = {
    records.ORIGIN: "topic/partition/offset of the raw record that this one follows from",
    records.RECEIVED: "the broker's timestamp of the raw record, in milliseconds since 1970",
}
"""On every record that follows from a raw one."""

LINKED: Final[Table] = {
    records.LINKED_OFFSET: "offset of the classified record that this output of link follows from",
}

PASSED_ON: Final[Table] = {
    records.TRACEPARENT: "W3C trace context, if the publisher sent one",
    records.REPLAY_OF: "the dead letter that the raw record repeats, if it is a replay",
}

RAW: Final[Table] = {
    records.CONTENT_TYPE: "form and encoding of the value; without it, the form is told from the bytes",
} | PASSED_ON

DEAD: Final[Table] = {
    records.DEAD_PREFIX + name: about
    for name, about in {
        "stage": "name of the stage that gave up",
        "reason": "why, from the closed list",
        "exception": "class of the error",
        "message": "what was wrong and where",
        "stack": "stack of the error, bounded; empty where the article is at fault",
        "topic": "topic of the record",
        "partition": "partition of the record",
        "offset": "offset of the record",
        "attempts": "how often it was tried",
        "first-failure": "when it failed first, RFC 3339 UTC",
        "pipeline": "version of the pipeline",
    }.items()
}
"""What a dead letter adds to the headers of its record, in the style of Kafka Connect. Texts in UTF-8."""
LEFT_OUT: Final[Table] = {
    records.DEAD_PREFIX
    + "left-out": "key, value or headers that are too large for any dead letter, and so missing here",
}


def written_values(topic: Topic) -> dict[str, dict[str, Any]]:
    """What the headers that stages write to a topic may say, as JSON Schema, where that is not any text."""
    return {
        "ce_specversion": {"const": "1.0"},
        "ce_source": {"const": "copydesk"},
        records.EVENT_TYPE: {"const": topic.name},
        "ce_time": {"format": "date-time"},
        "ce_dataschema": {"const": identifier(topic)},
        records.CONTENT_TYPE: {"const": "application/json"},
        records.ORIGIN: {"pattern": "^.+/[0-9]+/[0-9]+$"},
        records.RECEIVED: {"pattern": "^[0-9]+$"},
        records.LINKED_OFFSET: {"pattern": "^[0-9]+$"},
        records.DEAD_PREFIX + "reason": {"enum": [reason.value for reason in Reason]},
        records.DEAD_PREFIX + "partition": {"pattern": "^[0-9]+$"},
        records.DEAD_PREFIX + "offset": {"pattern": "^[0-9]+$"},
        records.DEAD_PREFIX + "attempts": {"pattern": "^[0-9]+$"},
        records.DEAD_PREFIX + "first-failure": {"format": "date-time"},
    }

"""The headers of the records, with their meaning, for the AsyncAPI document."""

from typing import Final

from copydesk import records
from copydesk.errors import Reason

Table = dict[str, str]

CLOUD_EVENT: Final[Table] = {
    "ce_specversion": "version of CloudEvents: 1.0",
    "ce_id": "the same whenever the same input offset is processed by the same version of the pipeline",
    "ce_source": "who wrote the record: copydesk",
    records.EVENT_TYPE: "the topic's name: state and version of the event",
    "ce_subject": "id of the article or story",
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
        "reason": "one of the closed list: " + ", ".join(Reason),
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

"""JSON Schema 2020-12 of the events that travel, made from their classes."""

import inspect
from typing import Any, Final

import msgspec

from copydesk.events import CleanArticle, Item
from copydesk.pipeline import DEAD, RAW, TOPICS, Topic

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
WITH_SCHEMA: Final = tuple(topic for topic in TOPICS if topic is not DEAD)
"""Dead letters keep the original bytes, whatever they are."""

_OFFSETS: Final = {
    CleanArticle: "Offsets are [start, end) in Unicode code points into `text`.",
    Item: "`text` is what the article says; offsets are [start, end) in Unicode code points into the article's text.",
}
_CONVENTIONS: Final = "Times are RFC 3339 UTC. Unknown is null or an empty list. Ignore keys that you do not know."


def identifier(topic: Topic) -> str:
    """The ``$id`` of a topic's schema, which is also the header ``ce_dataschema``.

    >>> from copydesk.pipeline import CLEAN
    >>> identifier(CLEAN)
    'urn:copydesk:schema:news.clean.v1'
    """
    return f"urn:copydesk:schema:{topic.name}"


def json_schema(topic: Topic) -> Schema:
    """The self-contained schema of the events on a topic.

    Unknown keys are allowed: a later version may add some, and readers ignore what they do not know.
    """
    _, components = msgspec.json.schema_components([topic.event], ref_template="#/$defs/{name}")
    described = {name: _described(component) for name, component in sorted(components.items())}
    root = described.pop(topic.event.__name__)
    if topic is not RAW:
        offsets = [sentence for base, sentence in _OFFSETS.items() if issubclass(topic.event, base)]
        root["description"] = " ".join([root["description"], *offsets, _CONVENTIONS])
    head = {"$schema": DIALECT, "$id": identifier(topic), "title": topic.event.__name__}
    return head | root | ({"$defs": described} if described else {})


def _described(component: Schema) -> Schema:
    if "description" not in component:
        return component
    return component | {"description": inspect.cleandoc(component["description"])}

"""The least that a valid event may say."""

from typing import Any, Final

from copydesk.contracts.jsonschemas import Schema

_NEVER_EMPTY: Final = frozenset({"blocks", "members"})
"""A text has blocks, a story has members."""


def minimal(full: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """A valid example with all that may be unknown being unknown, and all that may be left out left out.

    >>> properties = {"a": {"type": "string"}, "b": {"anyOf": [{}, {"type": "null"}]}, "c": {"type": "array"}, "d": {}}
    >>> minimal({"a": "x", "b": "y", "c": [1], "d": 2}, {"required": ["a", "b", "c"], "properties": properties})
    {'a': 'x', 'b': None, 'c': []}
    """
    return {name: _least(name, full[name], schema["properties"][name]) for name in schema["required"]}


def _least(name: str, value: Any, schema: Schema) -> Any:
    if {"type": "null"} in schema.get("anyOf", []) or None in schema.get("enum", []):
        return None
    return [] if schema.get("type") == "array" and name not in _NEVER_EMPTY else value

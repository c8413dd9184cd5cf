"""The files of `schemas/`: what they hold, and whether a folder holds it."""

import json
import re
from pathlib import Path
from typing import Any, Final

from copydesk import codec
from copydesk.contracts.asyncapi import asyncapi, topics_table
from copydesk.contracts.faults import FAULTS, Fault, broken
from copydesk.contracts.jsonschemas import WITH_SCHEMA, json_schema
from copydesk.contracts.minimal import minimal
from copydesk.contracts.samples import samples
from copydesk.errors import Reject
from copydesk.events import Event

NAMED: Final = "README.md"
"""The one file of the folder that is written by hand."""

_NUMBERS: Final = re.compile(r"\[\s+(\d+),\s+(\d+)(?:,\s+(\d+))?\s+\]")


def files() -> dict[str, str]:
    """The content of every generated file by its path within the folder."""
    texts = {f"{topic.name}.json": _json(json_schema(topic)) for topic in WITH_SCHEMA}
    texts["asyncapi.json"] = _json(asyncapi())
    texts["topics.json"] = _json(topics_table())
    plain = {topic: codec.parse(codec.encode(sample)) for topic, sample in samples().items()}
    for topic, sample in plain.items():
        texts[f"examples/{topic.state}/valid/full.json"] = _json(sample)
        texts[f"examples/{topic.state}/valid/minimal.json"] = _json(minimal(sample, json_schema(topic)))
    for fault in FAULTS:
        stem = f"examples/{fault.topic.state}/invalid/{fault.file}"
        value = broken(plain[fault.topic], fault.path, fault.value)
        texts[f"{stem}.json"] = _json(value)
        texts[f"{stem}.error.txt"] = _error(fault, value) + "\n"
    return texts


def write(folder: Path) -> None:
    """Write the folder anew, and remove what is no longer generated."""
    texts = files()
    for path in _present(folder) - texts.keys():
        (folder / path).unlink()
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def drift(folder: Path) -> list[str]:
    """The paths that are missing, outdated or not generated."""
    texts = files()
    present = _present(folder)
    changed = {path for path in present & texts.keys() if (folder / path).read_text("utf-8") != texts[path]}
    return sorted(changed | (present ^ texts.keys()))


def _present(folder: Path) -> set[str]:
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path for path in paths if path != NAMED}


def _json(value: Any) -> str:
    """Indented JSON, with spans on one line each."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _NUMBERS.sub(lambda found: f"[{', '.join(filter(None, found.groups()))}]", text) + "\n"


def _error(fault: Fault, value: Any) -> str:
    event: type[Event] = fault.topic.event
    try:
        codec.convert(value, event)
    except Reject as error:
        return error.message
    raise AssertionError(f"{fault.file} is valid")

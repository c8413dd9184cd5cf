"""The committed contracts: what they say is what the code does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from copydesk import codec
from copydesk.contracts.__main__ import main
from copydesk.contracts.faults import FAULTS, MISSING
from copydesk.contracts.files import drift, write
from copydesk.contracts.jsonschemas import WITH_SCHEMA
from copydesk.errors import Reason, Reject
from copydesk.events import CleanArticle
from copydesk.pipeline import STAGES, TOPICS, Topic

SCHEMAS = Path(__file__).parents[2] / "schemas"
STATES = {topic.state: topic for topic in WITH_SCHEMA}
VALID = sorted(SCHEMAS.glob("examples/*/valid/*.json"))
INVALID = sorted(SCHEMAS.glob("examples/*/invalid/*.json"))


def _name(path: Path) -> str:
    return path.relative_to(SCHEMAS / "examples").as_posix()


def _topic(path: Path) -> Topic:
    return STATES[path.parent.parent.name]


def _validator(topic: Topic) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{topic.name}.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["date-time"]))


def _objects(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in _objects(item)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if "properties" in schema and schema.get("type") == "object" else []
    return own + [found for item in schema.values() for found in _objects(item)]


def test_committed_schemas_are_those_of_the_code() -> None:
    """`make schemas` would change nothing."""
    assert drift(SCHEMAS) == []


def test_check_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` exits 1 and names a changed, a missing and a foreign file; writing mends all three."""
    write(tmp_path)
    (tmp_path / "topics.json").write_text("[]")
    (tmp_path / "asyncapi.json").unlink()
    (tmp_path / "old.json").write_text("{}")

    assert main(["--check", "--out", str(tmp_path)]) == 1
    assert re.findall(r"(\w+\.json) differs", capsys.readouterr().err) == ["asyncapi.json", "old.json", "topics.json"]
    assert main(["--out", str(tmp_path)]) == 0
    assert main(["--check", "--out", str(tmp_path)]) == 0


@pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda topic: topic.state)
def test_schema_is_valid_and_complete(topic: Topic) -> None:
    """Each schema is JSON Schema 2020-12, named, described, self-contained, and requires every key except in raw."""
    schema = json.loads((SCHEMAS / f"{topic.name}.json").read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:copydesk:schema:{topic.name}"
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(schema))
    assert {reference.removeprefix("#/$defs/") for reference in references} == set(schema.get("$defs", {}))
    for found in _objects(schema):
        assert found["title"]
        assert found["description"]
        if topic.state == "raw":
            assert found["required"] == ["content"]
        else:
            assert found["required"] == list(found["properties"])


@pytest.mark.parametrize("path", VALID, ids=_name)
def test_valid_example_is_accepted_by_both(path: Path) -> None:
    """A valid example passes its JSON Schema; decoding and encoding it changes nothing, but spells out raw defaults."""
    topic, value = _topic(path), json.loads(path.read_bytes())

    _validator(topic).validate(value)
    again = json.loads(codec.encode(codec.convert(value, topic.event)))
    assert again == again | value
    assert again.keys() == value.keys() or topic.state == "raw"


@pytest.mark.parametrize("path", INVALID, ids=_name)
def test_invalid_example_is_rejected_by_both(path: Path) -> None:
    """An invalid example fails decoding with the error beside it, and its JSON Schema unless named otherwise."""
    topic, value = _topic(path), path.read_bytes()

    with pytest.raises(Reject) as caught:
        codec.decode(value, topic.event)
    assert caught.value.reason is (Reason.TOO_LARGE if path.stem.endswith("too-long") else Reason.INVALID)
    assert caught.value.message + "\n" == path.with_suffix(".error.txt").read_text("utf-8")
    if path.stem.endswith(".codec-only"):
        _validator(topic).validate(json.loads(value))
    else:
        with pytest.raises(ValidationError):
            _validator(topic).validate(json.loads(value))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.topic.state}-{fault.name}")
def test_error_names_the_field(fault: Any) -> None:
    """The error tells where the fault is: the name of the key, or of the list whose item is wrong."""
    error = SCHEMAS / f"examples/{fault.topic.state}/invalid/{fault.file}.error.txt"
    keys = [key for key in fault.path if isinstance(key, str)]
    field = keys[-1] if fault.value is MISSING or keys[-1] not in {"start", "end"} else keys[0]

    assert re.search(rf"\b{field}\b", error.read_text("utf-8"))


@pytest.mark.parametrize("state", STATES)
def test_every_topic_has_examples_of_both_kinds(state: str) -> None:
    """No topic with a schema is without a valid and an invalid example."""
    assert {path.parent.parent.name for path in VALID} == set(STATES)
    assert [path for path in INVALID if path.parent.parent.name == state]


@pytest.mark.parametrize("path", [path for path in VALID if issubclass(_topic(path).event, CleanArticle)], ids=_name)
def test_offsets_of_valid_articles_are_those_of_their_words(path: Path) -> None:
    """In the articles, the gaps between blocks are exactly the separators, and a quote's words are within its spans."""
    article = codec.decode(path.read_bytes(), _topic(path).event)
    assert isinstance(article, CleanArticle)

    blocks = [article.text[block.start : block.end] for block in article.blocks]
    assert "\n\n".join(blocks) == article.text
    for quote in getattr(article, "quotes", []):
        assert [article.text[start:end] for start, end in quote.cue] == ["said"]


def test_topics_table_has_every_topic_with_its_writers_and_readers() -> None:
    """`topics.json` has each topic once; between stages, the reader of one is the writer of the next."""
    table = {row["name"]: row for row in json.loads((SCHEMAS / "topics.json").read_text("utf-8"))}

    assert list(table) == [topic.name for topic in TOPICS]
    for stage in STAGES:
        assert stage.name in table[stage.reads.name]["read_by"]
        assert stage.name in table[stage.writes.name]["written_by"]
        assert stage.name in table["news.dead.v1"]["written_by"]
    assert table["news.stories.v1"]["compacted"]
    assert table["news.classified.v1"]["partitions"] == 1
    assert all((SCHEMAS / row["schema"]).is_file() for row in table.values() if row["schema"])

"""Reads what the verifier judges: all committed records, and the groups as they stand."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient

from benchmarks.chaos.verifier import Enriched, Group, Origin, Seen
from copydesk import codec
from copydesk.kafka.client import subscribe
from copydesk.kafka.settings import client_settings, connected
from copydesk.kafka.topics import group_of
from copydesk.pipeline import ENRICHED, RAW, STAGES, TOPICS
from copydesk.records import DEAD_PREFIX, LINKED_OFFSET, Record
from copydesk.settings import Settings

_IDENTITY: Final = "ce_id"
_ALL: Final = tuple(map(attrgetter("name"), TOPICS))
_LISTS: Final = ("quotes", "events", "places")
"""The fields of an enriched article whose entries are items, in the order of `copydesk.pipeline.ITEMS`."""


async def read(settings: Settings, topics: Sequence[str] = _ALL) -> list[Seen]:
    """Read topics to their present end, each partition in its order."""
    return [seen(record) async for record in subscribe(settings, topics, follow=False)]


def seen(record: Record) -> Seen:
    """What the verifier needs of a record."""
    linked = record.header(LINKED_OFFSET)
    return Seen(
        record.topic,
        record.partition,
        record.offset,
        None if record.key is None else record.key.decode("utf-8", "replace"),
        _origin(record),
        record.header(_IDENTITY) if record.topic != RAW.name else None,
        None if linked is None else int(linked),
        record.header(f"{DEAD_PREFIX}reason"),
        record.value is None,
        _article(record),
    )


async def groups(settings: Settings, records: Sequence[Seen]) -> list[Group]:
    """Each stage's group: its state, and how many of the records read it has not committed."""
    admin = AIOKafkaAdminClient(**client_settings(settings))
    found = []
    async with connected(admin, settings):
        for stage in STAGES:
            name = group_of(stage, settings)
            committed = {
                place.partition: progress.offset
                for place, progress in (await admin.list_consumer_group_offsets(name)).items()
                if place.topic == stage.reads.name
            }
            lag = sum(
                record.topic == stage.reads.name and record.offset >= committed.get(record.partition, 0)
                for record in records
            )
            found.append(Group(name, await _state(admin, name), lag))
    return found


async def committed(admin: Any, settings: Settings) -> Mapping[tuple[str, int], int]:
    """The committed offset of each input partition of each stage that has one."""
    found = {}
    for stage in STAGES:
        for place, progress in (await admin.list_consumer_group_offsets(group_of(stage, settings))).items():
            found[place.topic, place.partition] = progress.offset
    return found


async def _state(admin: Any, name: str) -> str:
    (response,) = await admin.describe_consumer_groups([name])
    (group,) = response.groups
    return str(group[2])


def _origin(record: Record) -> Origin | None:
    try:
        origin = record.origin
    except ValueError:  # whatever stands in that header, it is no origin
        return None
    return (origin.partition, origin.offset) if origin.topic == RAW.name else None


def _article(record: Record) -> Enriched | None:
    if record.topic != ENRICHED.name or record.value is None:
        return None
    value = codec.parse(record.value)
    return Enriched(value["revision"], value["unchanged"], tuple(len(value[name]) for name in _LISTS))

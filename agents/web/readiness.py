"""Whether this worker can do its work."""

import asyncio
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

BROKER_LIMIT: Final = 2.0
"""Seconds within which the broker must answer."""


async def obstacles(app: Any) -> list[str]:
    """Why the worker is not ready; empty if it is.

    A worker that was given no partitions, because others hold them all, is ready: it stands by.

    Args:
        app: the Copydesk app.
    """
    found: list[str] = []
    unassigned = [stage.stage.name for stage in app.stages if not stage.desk.assignments]
    if unassigned:
        found.append(f"no partitions have been assigned yet to {', '.join(unassigned)}")
    starting = sum(not lane.ready for stage in app.stages for lane in stage.desk.lanes.values())
    if starting:
        found.append(f"{starting} partitions are still being taken over")
    if not app.pool.ready:
        found.append("no worker process has loaded its models")
    try:
        # The question that every lane asks before its first record; it is answered by the group's coordinator.
        async with asyncio.timeout(BROKER_LIMIT):
            await app.stages[0].offsets.of(TopicPartition(app.stages[0].stage.reads.name, 0))
    except TimeoutError:
        found.append(f"the broker did not answer within {BROKER_LIMIT:g} s")
    except KafkaError as error:
        found.append(f"the broker cannot be asked: {error}")
    return found

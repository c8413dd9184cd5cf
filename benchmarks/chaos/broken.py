"""Rules of the loop, broken by hand one at a time, to see that the verifier notices."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any, Final
from unittest.mock import patch

from agents.loop import Lane
from agents.transactions import PartitionTransactions

WINDOW: Final = 0.2
"""Seconds between the two halves of what should be one step: as on a broker that is slow to answer."""


def ack_before_commit() -> None:
    """Progress is committed before, and apart from, the outputs: whoever dies in between has lost them."""
    whole = PartitionTransactions._try

    async def halves(self: PartitionTransactions, outputs: Any, next_offset: int) -> None:
        await whole(self, (), next_offset)
        await asyncio.sleep(WINDOW)
        await whole(self, outputs, next_offset)

    _replace(PartitionTransactions, "_try", halves)


def out_of_order() -> None:
    """What is finished is committed although something before it is not: the older half follows after the newer."""
    in_order = PartitionTransactions.commit

    async def newest_first(self: PartitionTransactions, outputs: Any, next_offset: int) -> int:
        half = len(outputs) // 2
        if half:
            await in_order(self, outputs[half:], next_offset)
            await asyncio.sleep(WINDOW)
        return await in_order(self, outputs[:half] if half else outputs, next_offset)

    _replace(PartitionTransactions, "commit", newest_first)


def no_fencing() -> None:
    """Each life has a transactional id of its own, and asks for the committed offset before its producer starts."""
    fencing = PartitionTransactions._start

    async def start(self: PartitionTransactions) -> int:
        reached = await self._offsets.of(self._source) or 0
        self._transactional_id = f"{self._source.topic}-{self._source.partition}-{uuid.uuid4()}"
        await fencing(self)
        return reached

    _replace(PartitionTransactions, "_start", start)


def dropped_failure() -> None:
    """An exception skips the record: no dead letter tells of it."""
    telling = Lane._outputs

    def silent(self: Lane, record: Any, result: Any) -> list[Any]:
        return [] if result.failure is not None else telling(self, record, result)

    _replace(Lane, "_outputs", silent)


def _replace(owner: type, name: str, by: Callable[..., Any]) -> None:
    """For the rest of the process. A rule whose place is gone must be looked for: `patch` fails on an unknown name."""
    patch.object(owner, name, by).start()


RULES: Final[dict[str, Callable[[], None]]] = {
    "ack-before-commit": ack_before_commit,
    "out-of-order": out_of_order,
    "no-fencing": no_fencing,
    "dropped-failure": dropped_failure,
}

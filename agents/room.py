"""Room: how much a lane may have in flight, in records and in bytes."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a lane may hold.

    Attributes:
        records: most records in flight.
        size: most bytes in flight; a record that is larger by itself goes alone.
        transaction: most records in one transaction.
    """

    records: int
    size: int
    transaction: int


class Room:
    """Lets one reader in while there is room; what is in flight leaves in any order."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._records = 0
        self._size = 0
        self._open = True
        self._changed = asyncio.Event()

    async def enter(self, size: int) -> None:
        """Wait until there is room for a record of ``size`` bytes, and take it."""
        while not self._has_room(size):
            self._changed.clear()
            await self._changed.wait()
        self._records += 1
        self._size += size

    def leave(self, size: int) -> None:
        """Give the room of one record back."""
        self._records -= 1
        self._size -= size
        self._changed.set()

    def close(self) -> None:
        """Let nobody in until `open`."""
        self._open = False

    def open(self) -> None:
        """Forget everything that was in, and let everybody in."""
        self._records = self._size = 0
        self._open = True
        self._changed.set()

    def _has_room(self, size: int) -> bool:
        if not self._open:
            return False
        fits = self._records < self._bounds.records and self._size + size <= self._bounds.size
        return fits or not self._records

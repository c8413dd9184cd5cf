"""The breaker: a worker that drowns in dead letters stops, so that a bad deploy does not empty a topic into them."""

from collections import deque
from collections.abc import Iterable

from copydesk.errors import CopydeskError, Reason
from copydesk.settings import variable


class TooManyDeadError(CopydeskError):
    """An absurd share of the last articles would become dead letters."""


class Breaker:
    """Watches what becomes of the last articles of a stage in this worker.

    Args:
        stage: its name.
        window: so many articles are looked at; fewer say nothing.
        share: the largest share of them, above 0, that may become dead letters; 1 allows all.
    """

    def __init__(self, stage: str, window: int, share: float) -> None:
        self._stage = stage
        self._share = share
        self._last: deque[Reason | None] = deque(maxlen=window)

    def admit(self, outcomes: Iterable[Reason | None]) -> None:
        """Count what is about to be committed: the reason of each dead letter, ``None`` for what goes on.

        Raises:
            TooManyDeadError: it must not be committed.
        """
        self._last.extend(outcomes)
        dead = [reason for reason in self._last if reason is not None]
        if len(self._last) == self._last.maxlen and len(dead) > self._share * len(self._last):
            counts = sorted(((dead.count(reason), reason.value) for reason in set(dead)), reverse=True)
            listed = ", ".join(f"{count} {reason}" for count, reason in counts)
            raise TooManyDeadError(
                f"{len(dead)} of the last {len(self._last)} articles of {self._stage} became dead letters ({listed}): "
                f"stopping before more do. Nothing is lost. If the feed is like that, set {variable('breaker_share')} "
                "higher (1: never stop)"
            )

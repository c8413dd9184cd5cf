"""How much waits in the input partitions of this worker."""

import math
from collections.abc import Iterable

from agents import metrics
from agents.stage_app import StageApp


def measure_lag(apps: Iterable[StageApp]) -> None:
    """Set the gauge of each stage; not a number while a partition of it has not been fetched yet.

    Asked for when somebody looks: it costs a few look-ups and no request.

    Args:
        apps: the stages of this worker.
    """
    for app in apps:
        behind = [app.waiting(tp) for tp in list(app.desk.lanes)]
        metrics.LAG.labels(app.stage.name).set(sum(math.nan if count is None else count for count in behind))

"""How much waits in the input partitions of this worker."""

import math
from typing import Any

from agents import metrics
from copydesk.pipeline import STAGES


def measure_lag(app: Any) -> None:
    """Set the gauge of each stage; not a number while a partition of it has not been fetched yet.

    Asked for when somebody looks: it costs a few look-ups and no request.

    Args:
        app: the Copydesk app.
    """
    lanes = dict(app.desk.lanes)
    for stage in STAGES:
        behind = [
            app.consumer.waiting(tp, lane.next_offset) for tp, lane in lanes.items() if tp.topic == stage.reads.name
        ]
        metrics.LAG.labels(stage.name).set(sum(math.nan if count is None else count for count in behind))

"""Every metric, once: its name, its meaning, its labels."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

ARTICLES_IN: Final = Counter("copydesk_articles_in", "Records that a stage has taken and committed", ["stage"])
ARTICLES_OUT: Final = Counter("copydesk_articles_out", "Records that a stage has passed on, committed", ["stage"])
DEAD_LETTERS: Final = Counter("copydesk_dead_letters", "Records that became dead letters", ["stage", "reason"])
STAGE_SECONDS: Final = Histogram(
    "copydesk_stage_seconds", "Seconds that a stage worked on one record", ["stage"], buckets=_SECONDS
)
LATENCY_SECONDS: Final = Histogram(
    "copydesk_latency_seconds",
    "Seconds from the broker's receipt of the raw article to the commit of the stage's output",
    ["stage"],
    buckets=_SECONDS,
)
TRANSACTIONS: Final = Counter("copydesk_transactions", "Committed transactions", ["stage"])
TRANSACTION_RETRIES: Final = Counter("copydesk_transaction_retries", "Transactions aborted and tried again", ["stage"])
IN_FLIGHT: Final = Gauge("copydesk_in_flight", "Records that are read and not yet committed", ["stage"])
LAG: Final = Gauge("copydesk_lag", "Records of the assigned partitions that wait to be done", ["stage"])
PARTITIONS: Final = Gauge("copydesk_partitions", "Partitions that this worker holds", ["stage"])
POOL_PROCESSES: Final = Gauge("copydesk_pool_processes", "Worker processes that are ready")
POOL_BUSY: Final = Gauge("copydesk_pool_busy", "Worker processes that are at work")
POOL_REPLACED: Final = Counter("copydesk_pool_replaced", "Worker processes replaced", ["why"])


def announce(stage: str) -> None:
    """Let the counters of a stage begin at 0: a counter that is not there before its first event hides that event."""
    for counter in (ARTICLES_IN, ARTICLES_OUT, TRANSACTIONS, TRANSACTION_RETRIES):
        counter.labels(stage)

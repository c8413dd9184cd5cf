"""Hostile articles end soon, as an event or with a reason."""

import time

import pytest

from benchmarks.fuzz.hostile import JSON, PAGES, TEXTS
from copydesk.errors import Reason
from copydesk.pipeline import RAW, STAGES
from copydesk.records import Failure, Record
from copydesk.runner import process
from copydesk.stages import clean, extract

SIZE = 5_000
"""Bytes: enough for quadratic time to show, and little enough for all kinds to be tried."""
SECONDS = 12.0
"""CPU seconds of one stage; usual is a tenth of one, and the deadline of an article is 30."""
KINDS = TEXTS | PAGES | JSON


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    clean.warm()
    extract.warm()


@pytest.mark.parametrize("name", KINDS)
def test_hostile_article_ends_soon(name: str) -> None:
    """Each kind, through *clean*; texts as far as they get, for what is left of a page is such a text."""
    record = Record(RAW.name, 0, 0, 0, b"k", KINDS[name](SIZE))
    for stage in STAGES[:-1] if name in TEXTS else STAGES[:1]:
        started = time.process_time()
        outcome = process(stage, record)
        assert time.process_time() - started < SECONDS
        if isinstance(outcome, Failure):
            assert outcome.reason is not Reason.STAGE_FAILED, outcome
            return
        (output,) = outcome
        record = Record(output.topic, 0, 0, 0, output.key, output.value, output.headers)

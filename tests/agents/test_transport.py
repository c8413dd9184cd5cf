"""What the transport adds to Faust's, and what it leaves out."""

from types import SimpleNamespace

import pytest
from faust.types import TP

from agents.stage_app import StageApp
from agents.transactions import OwnerLostError
from copydesk.pipeline import STAGES
from copydesk.settings import Settings


def stage_app(**thread: object) -> StageApp:
    """The app of a stage that is not started: its consumer has no more of a thread than is given."""
    app = StageApp(STAGES[0], Settings(), {}, lambda: None, print)  # type: ignore[arg-type, return-value]
    app.consumer._thread = SimpleNamespace(**thread)  # type: ignore[assignment]
    return app


async def test_nothing_flows_in_a_rebalance_of_who_had_nothing() -> None:
    """Faust lets it flow: what it fetches of the next assignment, it drops for as long as it pauses it."""
    app = stage_app(assignment=set)
    assert app.consumer.flow_active
    await app.consumer.on_partitions_revoked(set())
    assert not app.consumer.flow_active


async def test_a_position_that_is_not_known_yet_ends_nobody() -> None:
    """Faust asks for the position of each partition every few seconds, and crashes where there is none."""
    stage_app().consumer.verify_event_path(0.0, TP("news.raw.v1", 0))


async def test_who_is_stopping_asks_for_no_other_partitions() -> None:
    """A lane may find out that it is fenced when the thread that talks to the group is gone."""
    rejoined: list[bool] = []
    app = stage_app(rejoin=lambda: rejoined.append(True))
    app._on_lost(OwnerLostError("another producer has taken it over"))
    assert rejoined == [True]
    app._stopped.set()
    app._on_lost(OwnerLostError("another producer has taken it over"))
    assert rejoined == [True]


@pytest.mark.parametrize(("embedded", "commits"), [("yes", True), ("no", False)])
def test_faust_keeps_no_book_of_what_our_transactions_commit(embedded: str, *, commits: bool) -> None:
    """It would commit behind them, and its list of acknowledged offsets would grow for as long as there is load."""
    app = StageApp(STAGES[0], Settings(embedded=embedded), {}, lambda: None, print)  # type: ignore[arg-type, return-value]
    assert {agent.channel.acks for agent in app.agents.values()} == {commits}

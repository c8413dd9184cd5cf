"""What the transport adds to Faust's."""

from types import SimpleNamespace

from agents.stage_app import StageApp
from copydesk.pipeline import STAGES
from copydesk.settings import Settings


async def test_nothing_flows_in_a_rebalance_of_who_had_nothing() -> None:
    """Faust lets it flow: what it fetches of the next assignment, it drops for as long as it pauses it."""
    app = StageApp(STAGES[0], Settings(), {}, lambda: None, print)  # type: ignore[arg-type, return-value]
    app.consumer._thread = SimpleNamespace(assignment=set)  # type: ignore[assignment]
    assert app.consumer.flow_active
    await app.consumer.on_partitions_revoked(set())
    assert not app.consumer.flow_active

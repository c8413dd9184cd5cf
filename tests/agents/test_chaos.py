"""Three workers on a real Kafka, eight faults of all kinds: nothing is lost, nothing comes twice, order is kept.

What the verifier finds, and that it finds it, is tried in ``tests/chaos``; here the loop itself is.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.chaos.faults import Kind

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
DEADLINE = 570


@pytest.mark.timeout(600)
def test_the_promise_is_kept_while_everything_breaks(kafka_jars: Path, tmp_path: Path) -> None:  # noqa: ARG001  fetched
    result = tmp_path / "chaos.json"
    command = [sys.executable, "-m", "benchmarks.chaos", "--short", "--seed", str(SEED), "--result", str(result)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(result.read_text())
    assert found["passed"]
    assert found["in"] == found["enriched"] + sum(found["dead"].values()) >= 1_400
    assert not any(found["violations"].values())
    assert {fault["kind"] for fault in found["plan"]} == set(Kind)
    assert len(found["stops"]) >= 6, "a rolling restart, and the end, each of three workers"

"""The worker process: reads records from its standard input, runs the stages, writes what came of them.

Started by the pool as ``python -m agents.child stages`` or ``… link``. It ends when its input is closed, or with its
worker.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from typing import BinaryIO

from agents.frames import Learned, Ready, Restore, Result, Work, pack, read_request
from copydesk.errors import UsageError
from copydesk.pipeline import STAGES, Stage
from copydesk.processes import end_with_parent
from copydesk.records import Failure, Record
from copydesk.runner import EXPLAIN, Linker, Outcome, explain, learn, process
from copydesk.settings import settings


def main(table: Sequence[Stage] = STAGES) -> None:
    """Serve until the worker closes the pipe."""
    end_with_parent(signal.SIGKILL)  # one that hangs in a stage would never read the closed pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal: the worker decides
    replies = _private_stdout()
    if sys.argv[1] != "link":  # the window over the stream is bounded by its own settings
        _bound_memory(2 * settings().recycle_memory * 1_000_000)
    stages = [stage for stage in table if stage.stateful == (sys.argv[1] == "link")]
    try:
        for stage in stages:
            stage.warm()
    except UsageError as error:
        sys.exit(f"copydesk: {error}")
    by_name = {stage.name: stage for stage in stages}
    linker = Linker(stages[0]) if stages[0].stateful else None
    _reply(replies, Ready())
    while (request := read_request(sys.stdin.buffer)) is not None:
        if isinstance(request, Work):
            for record in request.records:
                _reply(replies, _run(None if request.stage == EXPLAIN else by_name[request.stage], linker, record))
        elif isinstance(request, Learned):
            learn(request.records)
        elif isinstance(request, Restore) and linker is not None:
            linker.restore(request.records)
            _reply(replies, Ready())


def _bound_memory(size: int) -> None:
    """Refuse more memory than that to this process: an article that needs it is a dead letter, not a dead machine."""
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def _run(stage: Stage | None, linker: Linker | None, record: Record) -> Result:
    """Run a stage, or explain what *clean* does."""
    started = time.perf_counter()
    if stage is None:
        outcome: Outcome = explain(record)
    else:
        outcome = linker.process(record) if linker is not None else process(stage, record)
    seconds = time.perf_counter() - started
    if isinstance(outcome, Failure):
        return Result([], outcome, seconds)
    return Result(outcome, None, seconds)


def _reply(stream: BinaryIO, message: Ready | Result) -> None:
    stream.write(pack(message))
    stream.flush()


def _private_stdout() -> BinaryIO:
    """Keep the pipe for replies alone: whatever a library prints goes to standard error."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


if __name__ == "__main__":
    main()

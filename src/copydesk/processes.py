"""Processes that end with the one that started them."""

import ctypes
import signal
import sys
from typing import Final

_LIBC: Final = ctypes.CDLL(None)  # loaded here: between a fork and what it starts nothing may be loaded
_PR_SET_PDEATHSIG: Final = 1


def end_with_parent(ending: signal.Signals) -> None:
    """Ask Linux to send this process a signal when its parent ends, also where the parent is killed.

    Elsewhere it does nothing: see prctl(2), PR_SET_PDEATHSIG.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, ending)

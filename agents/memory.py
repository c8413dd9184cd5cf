"""Memory: what a worker frees goes back to the system."""

import ctypes
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 128 * 1024


def settle() -> None:
    """Keep the C library from holding on to memory that is free (glibc's ``mallopt(3)``; nothing happens elsewhere).

    Batches of records are taken in one thread and freed in another. glibc gives each thread an arena of its own, in
    which they leave holes, and raises the size from which it maps memory by itself to that of the largest batch: the
    process would hold a little more after each burst, and never less.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)

"""Memory that has been freed, and that the C library keeps for later: 75 MB of 310 after a model is loaded."""

import ctypes
from collections.abc import Callable
from functools import cache


def return_freed() -> None:
    """Return freed memory to the operating system, where the C library can (glibc)."""
    if trim := _trim():
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library; Windows has no name for "this process"
        return None

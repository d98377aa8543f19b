"""The locks that keep two processes from changing one library at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock

from index.errors import LibraryError


@contextmanager
def held(lock: FileLock) -> Iterator[None]:
    """Hold a lock, waiting for it if need be.

    Raises:
        LibraryError: if the lock file cannot be used.
    """
    try:
        lock.acquire()
    except OSError as error:
        raise LibraryError(
            f"The library's lock {lock.lock_file} cannot be used ({error.strerror}): remove what is in its place, or "
            "let this account write to it."
        ) from error
    try:
        yield
    finally:
        lock.release()

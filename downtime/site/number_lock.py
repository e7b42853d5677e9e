"""One run at a time on an open file, by the operating system's own lock.

The system lets go of such a lock when the process ends, however it ends: a crash leaves no lock behind, so nothing has
to guess from a process number and a time whether one is stale.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from downtime.errors import WriteError

_PAUSE_S = 0.01
_WINDOWS_LOCKED_BYTE = 0x7FFF_FFFE
"""Windows locks bytes and forbids others to read them: one far behind the end of any journal."""


@contextmanager
def only_one(handle: int, path: Path, *, wait_s: float = 30.0) -> Iterator[None]:
    """Hold the only lock on the open file; raises WriteError when another run keeps it longer than `wait_s`."""
    give_up_at = time.monotonic() + wait_s
    while not _taken(handle, path):
        if time.monotonic() >= give_up_at:
            raise WriteError(
                "another run is using the downtime numbers",
                why=f"it has not finished within {wait_s:g} seconds",
                do="wait for it to end, or end it, then try again",
                where=str(path),
            )
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        _let_go(handle)


def _no_lock(path: Path, error: OSError) -> WriteError:
    return WriteError(
        "cannot be locked, so two runs could hand out the same number",
        why=error.strerror or str(error),
        do="keep the site folder on a disk of this computer, or on a share that supports file locks",
        where=str(path),
    )


if sys.platform == "win32":
    import errno
    import msvcrt

    def _taken(handle: int, path: Path) -> bool:
        try:
            os.lseek(handle, _WINDOWS_LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise _no_lock(path, error) from None
        return True

    def _let_go(handle: int) -> None:
        os.lseek(handle, _WINDOWS_LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _taken(handle: int, path: Path) -> bool:
        # flock and not lockf: two stores in one process must keep each other out too.
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _no_lock(path, error) from None
        return True

    def _let_go(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

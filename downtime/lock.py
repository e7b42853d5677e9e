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
from dataclasses import dataclass
from pathlib import Path

from downtime.errors import WriteError

_PAUSE_S = 0.01
_WINDOWS_LOCKED_BYTE = 0x7FFF_FFFE
"""Windows locks bytes and forbids others to read them: one far behind the end of any journal."""


@dataclass(frozen=True, slots=True)
class LockWords:
    """What is said when the lock cannot be had: what another run is using, and what two runs at once would do."""

    used: str
    danger: str
    keep: str


@contextmanager
def only_one(handle: int, path: Path, words: LockWords, *, wait_s: float) -> Iterator[None]:
    """Hold the only lock on the open file; raises WriteError when another run keeps it longer than `wait_s`."""
    give_up_at = time.monotonic() + wait_s
    while not _taken(handle, path, words):
        if time.monotonic() >= give_up_at:
            raise WriteError(
                f"another run is using {words.used}",
                why=f"it has not finished within {wait_s:g} seconds" if wait_s else "",
                do="wait for it to end, or end it, then try again",
                where=str(path),
            )
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        _let_go(handle)


def _no_lock(path: Path, words: LockWords, error: OSError) -> WriteError:
    return WriteError(
        f"cannot be locked, so {words.danger}", why=error.strerror or str(error), do=words.keep, where=str(path)
    )


if sys.platform == "win32":
    import errno
    import msvcrt

    def _taken(handle: int, path: Path, words: LockWords) -> bool:
        try:
            os.lseek(handle, _WINDOWS_LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise _no_lock(path, words, error) from None
        return True

    def _let_go(handle: int) -> None:
        os.lseek(handle, _WINDOWS_LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _taken(handle: int, path: Path, words: LockWords) -> bool:
        # flock and not lockf: two stores in one process must keep each other out too.
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise _no_lock(path, words, error) from None
        return True

    def _let_go(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)

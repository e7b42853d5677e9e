"""The watched folder: what a scanner puts there comes into the desk, once it is whole."""

from __future__ import annotations

from pathlib import Path

from downtime.desk.store.files import receive, refuse
from downtime.desk.store.models import FileSource
from downtime.page.states import PageReason
from downtime.scan.intake_files import Fingerprint, FoundFile, RefusedFile, Settling, find_files
from downtime.scan.limits import Limits


class WatchedFolder:
    """Looks through a folder again and again; nothing in it is moved or deleted. The clock is handed in."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        """`limits` say how long a file must rest, and how large it may be."""
        self._folder, self._limits = folder, limits
        self._settling = Settling(limits.settle_seconds)
        self._taken: dict[Path, Fingerprint] = {}

    def look(self, now_s: float) -> int:
        """Take in what has become whole since the last look; returns how many files. Raises WriteError."""
        found = find_files([self._folder])
        there = {one.path for one in found}
        self._taken = {path: mark for path, mark in self._taken.items() if path in there}
        fresh = [one for one in found if isinstance(one, FoundFile) and self._taken.get(one.path) != one.fingerprint]
        whole = self._settling.whole(fresh, now_s)
        for one in whole:
            self._take(one)
        for refused in (one for one in found if isinstance(one, RefusedFile)):
            if refused.reason is not PageReason.VANISHED:
                refuse(refused.name, 0, FileSource.FOLDER, refused.reason, None)
        return len(whole)

    def _take(self, one: FoundFile) -> None:
        self._taken[one.path] = one.fingerprint
        size = one.fingerprint.size
        if size == 0 or size > self._limits.file_bytes:
            reason = PageReason.EMPTY_FILE if size == 0 else PageReason.TOO_LARGE
            refuse(one.name, size, FileSource.FOLDER, reason, None)
            return
        try:
            receive(one.path, one.name, FileSource.FOLDER, None)
        except PermissionError:
            refuse(one.name, size, FileSource.FOLDER, PageReason.NO_PERMISSION, None)
        except OSError:
            del self._taken[one.path]  # it went away while it was read: if it is there at the next look, it is new

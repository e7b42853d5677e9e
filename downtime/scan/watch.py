"""Which files are taken when: all that is there, once; or, while a folder is watched, whatever comes, as it is whole.

Nothing rests on the system telling of new files: events get lost on shares, so the folder is looked through again and
again. The clock and the pause are handed in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from downtime.page.states import PageReason
from downtime.scan.intake_files import Fingerprint, Found, FoundFile, RefusedFile, Settling, find_files, settled
from downtime.scan.run import Progress, Run

Pause = Callable[[float], None]


def take_once(run: Run, paths: Sequence[Path], settle_seconds: float, progress: Progress, pause: Pause) -> int:
    """Take all files of some paths in; one that is still being written is waited for once. Returns the pages read."""
    found = find_files(paths)
    files = [one for one in found if isinstance(one, FoundFile)]
    young = {one.path for one in files} - {one.path for one in settled(files, settle_seconds, time.time())}
    if young:
        pause(settle_seconds)
        found = [_if_whole(one, set(files), young) for one in find_files(paths)]
    return run.take(found, progress)


def _if_whole(one: Found, before: set[FoundFile], young: set[Path]) -> Found:
    """A file that has grown while it was waited for is not read half: it is told, and read by the next run."""
    if isinstance(one, FoundFile) and one.path in young and one not in before:
        return RefusedFile(one.path, one.name, PageReason.VANISHED)
    return one


class Watch:
    """Looks through folders again and again, and takes in what is new and whole."""

    def __init__(self, run: Run, paths: Sequence[Path], settle_seconds: float) -> None:
        self._run, self._paths = run, paths
        self._settling = Settling(settle_seconds)
        self._taken: dict[Path, Fingerprint] = {}

    def look(self, now_s: float, progress: Progress) -> bool:
        """Take in what has become whole since the last look; returns whether anything is otherwise than before."""
        found = find_files(self._paths)
        files = [one for one in found if isinstance(one, FoundFile)]
        there = {one.path for one in found}
        self._taken = {path: mark for path, mark in self._taken.items() if path in there}
        gone = self._run.refused_paths - there
        self._run.forget_refused(gone)
        fresh = [one for one in files if self._taken.get(one.path) != one.fingerprint]
        whole: list[Found] = list(self._settling.whole(fresh, now_s))
        refused = [one for one in found if isinstance(one, RefusedFile) and one.path not in self._run.refused_paths]
        if not whole and not refused:
            return bool(gone)
        self._run.take([*whole, *refused], progress)
        self._taken |= {one.path: one.fingerprint for one in whole if isinstance(one, FoundFile)}
        return True

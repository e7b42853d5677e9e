"""The inbox: the folder into which the hospital's interface engine drops files. It is looked at, and never touched."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from downtime.errors import InputError
from downtime.site.keeping import Snapshots

MOST_FILES = 100_000
LOOKS = 30
"""So often the files are looked at before they are called unsettled; with two seconds between, for a minute."""


@dataclass(frozen=True, slots=True, order=True)
class Dropped:
    """A file in the inbox as it was seen: when it was written (nanoseconds), how long it is, and its name.

    `changed_ns` also changes where a copy keeps the old time of writing (on Windows it is when the file was made).
    """

    modified_ns: int
    changed_ns: int
    size_bytes: int
    name: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one look: the files to be read, oldest first."""

    inbox: Path
    files: tuple[Dropped, ...]

    @property
    def paths(self) -> list[Path]:
        """The files to be read."""
        return [self.inbox / file.name for file in self.files]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Files were still being written, all the time that they were looked at."""

    files: int


def look(inbox: Path, settings: Snapshots) -> Look:
    """See which files stand in the inbox and are to be read; raises InputError where the inbox cannot be listed."""
    found = []
    try:
        with os.scandir(inbox) as entries:
            for entry in entries:
                # Hidden files are a program's own; a good writer gives a file its name when it is whole.
                if entry.name.startswith((".", "~$")) or not _wanted(entry.name, settings):
                    continue
                if (seen := _seen(entry)) is not None:
                    found.append(seen)
                if len(found) > MOST_FILES:
                    raise _too_many(inbox)
    except OSError as error:
        raise InputError(
            "the inbox cannot be looked into", why=error.strerror or str(error),
            do="check that the share is connected and may be read", where=str(inbox),
        ) from None  # fmt: skip
    return Look(inbox, tuple(sorted(_chosen(found, settings))))


def settled(inbox: Path, settings: Snapshots, wait: Callable[[], None], looks: int = LOOKS) -> Look | Unsettled:
    """Look until two looks in a row are the same; `wait` lets time go by between them. Raises as `look`."""
    before = look(inbox, settings)
    for _ in range(looks):
        wait()
        now = look(inbox, settings)
        if now == before:
            return now
        before = now
    return Unsettled(len(before.files))


def _seen(entry: os.DirEntry[str]) -> Dropped | None:
    """A plain file, also behind a link; nothing for folders, pipes, and what went away meanwhile."""
    try:
        # Not entry.stat(): Windows takes that from the folder, where a file that is being written has an old size.
        about = os.stat(entry.path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(about.st_mode):
        return None
    return Dropped(about.st_mtime_ns, about.st_ctime_ns, about.st_size, entry.name)


def _wanted(name: str, settings: Snapshots) -> bool:
    return not settings.patterns or any(_matches(name, pattern) for pattern in settings.patterns)


def _chosen(found: Sequence[Dropped], settings: Snapshots) -> set[Dropped]:
    if not settings.patterns:
        return set(found)
    chosen = {file for file in found if any(_matches(file.name, pattern) for pattern in settings.all_of)}
    for pattern in settings.newest_of:
        matching = [file for file in found if _matches(file.name, pattern)]
        # Of two that were written in one moment the later name: engines put a counter or a time into it.
        chosen |= {max(matching, key=lambda file: (file.modified_ns, file.name))} if matching else set()
    return chosen


def _matches(name: str, pattern: str) -> bool:
    # The same on every system, whatever its own habit with capitals.
    return fnmatchcase(name.casefold(), pattern.casefold())


def _too_many(inbox: Path) -> InputError:
    return InputError(
        f"more than {MOST_FILES:,} files stand in the inbox", why="nobody clears it",
        do="let the interface engine remove what is older than a day", where=str(inbox),
    )  # fmt: skip

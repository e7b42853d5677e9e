"""The kept snapshots of a site: a folder of envelopes, each written whole, the newest found by what it says itself.

A file's name is for people only. Nothing here opens a snapshot: its outside says how old it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from downtime.census.kept import KEPT_SUFFIX, kept_bytes
from downtime.census.snapshot import Snapshot
from downtime.census.source import CLOCKS_DIFFER
from downtime.errors import InputError, WriteError
from downtime.files import PART_PREFIX, PART_SUFFIX, sync_folder, write_whole
from downtime.lock import LockWords, only_one
from downtime.page.envelope import About, Holds, about_envelope
from downtime.page.passphrase import Passphrase
from downtime.paper.protect import private_folder
from downtime.site.facility import Facility
from downtime.site.keeping import Snapshots

LOCK_NAME = ".lock"
_WORDS = LockWords(
    used="this folder of snapshots",
    danger="two runs could remove each other's snapshots",
    keep="keep the snapshots on a disk of this computer, or on a share that supports file locks",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept snapshot: where it lies, and what its outside says."""

    path: Path
    about: About

    @property
    def data_as_of(self) -> datetime:
        """How old its data are."""
        return self.about.data_as_of or self.about.made_at


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder of snapshots holds, newest data first.

    `ahead` are dated after now: a clock was wrong when they were kept, or is wrong now, so they say nothing about
    which is the last. `damaged` cannot be read.
    """

    kept: tuple[Kept, ...]
    ahead: tuple[Kept, ...] = ()
    damaged: tuple[Path, ...] = ()

    @property
    def last(self) -> Kept | None:
        """The last good snapshot."""
        return self.kept[0] if self.kept else None

    @property
    def last_time(self) -> datetime | None:
        """How old the data of the last good snapshot are."""
        return self.last.data_as_of.astimezone(UTC) if self.last else None


def listing(folder: Path, facility: Facility, now: datetime) -> Listing:
    """What a folder holds for this facility; nothing where there is none. Raises InputError if it cannot be read."""
    kept: list[Kept] = []
    ahead: list[Kept] = []
    damaged: list[Path] = []
    try:
        paths = sorted(folder.glob(f"*{KEPT_SUFFIX}")) if folder.is_dir() else []
    except OSError as error:
        raise InputError("the snapshots cannot be listed", why=error.strerror or "", where=str(folder)) from None
    for path in paths:
        if path.is_symlink() or path.name.startswith("."):
            continue
        try:
            about = about_envelope(path.read_bytes(), str(path))
        except FileNotFoundError:
            continue
        except (OSError, InputError):
            damaged.append(path)
            continue
        if about.holds is Holds.SNAPSHOT and about.facility == facility.id:
            found = Kept(path, about)
            (ahead if found.data_as_of > now + CLOCKS_DIFFER else kept).append(found)
    return Listing(_newest_first(kept), _newest_first(ahead), tuple(damaged))


def keep(folder: Path, snapshot: Snapshot, facility: Facility, now: datetime, passphrase: Passphrase | None) -> Path:
    """Write a snapshot into the folder, whole and on the disk, or raise WriteError and leave all as it was."""
    taken = snapshot.taken_at.astimezone(UTC)
    stem = f"{facility.id}-{taken:%Y%m%dT%H%M%SZ}"
    path = next(
        path for number in range(1, 10_000)
        if not (path := folder / f"{stem}{f'-{number}' if number > 1 else ''}{KEPT_SUFFIX}").exists()
    )  # fmt: skip
    write_whole(path, kept_bytes(snapshot, facility, now, passphrase), private=True)
    sync_folder(folder)
    return path


def prune(found: Listing, settings: Snapshots, now: datetime) -> tuple[Path, ...]:
    """Remove what is too many or too old; the last good one stays, however old. Returns what was removed.

    What cannot be removed now (somebody reads it, on Windows) is tried again next time.
    """
    limit = timedelta(hours=settings.keep_hours)
    extra = [
        item
        for place, item in enumerate(found.kept)
        if place and (place >= settings.keep or now - item.about.made_at > limit)
    ]
    extra += found.ahead[settings.keep :]
    removed = []
    for item in extra:
        try:
            item.path.unlink(missing_ok=True)
            removed.append(item.path)
        except OSError:
            continue
    return tuple(removed)


@contextmanager
def opened_store(folder: Path) -> Iterator[tuple[str, ...]]:
    """Make the folder ready and hold it for this run alone; gives what is unwise about it.

    Raises WriteError when another run holds it. What an earlier run that was killed has left half-written is removed.
    """
    warnings = private_folder(folder)
    path = folder / LOCK_NAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        raise WriteError(
            "the folder of snapshots cannot be written to", why=error.strerror or str(error),
            do="correct the permissions, or name another folder in facility.yaml (snapshots: folder)",
            where=str(folder),
        ) from None  # fmt: skip
    try:
        with only_one(handle, path, _WORDS, wait_s=0):
            for part in folder.glob(f"{PART_PREFIX}*{PART_SUFFIX}"):
                part.unlink(missing_ok=True)
            yield warnings
    finally:
        os.close(handle)


def _newest_first(items: list[Kept]) -> tuple[Kept, ...]:
    return tuple(sorted(items, key=lambda item: (item.data_as_of, item.about.made_at, item.path.name), reverse=True))

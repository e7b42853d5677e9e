"""Keeping watch over the inbox: one round reads what is there, and keeps it as the last good snapshot, or says why not.

A drop that cannot be read, was not yet whole, or lists suspiciously few patients never replaces a good one. The inbox
itself is only ever read. A round may be killed at any point: files are written whole or not at all, and nothing that a
later round needs stands in memory.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from downtime.census.kept import read_kept
from downtime.census.reading import read_census
from downtime.census.snapshot import Snapshot
from downtime.errors import DowntimeError, InputError, WriteError
from downtime.files import write_whole
from downtime.keep.events import Event, Happening, without_values
from downtime.keep.inbox import Look, Unsettled, look, settled
from downtime.keep.store import Listing, keep, listing, prune
from downtime.page.passphrase import Passphrase
from downtime.site import Site

PROBLEM_NAME = ".last-problem.txt"
FEW_PATIENTS = 5
"""A unit of up to so many may empty from one drop to the next."""


@dataclass
class Watch:
    """The watch of one site over one inbox; `clock` and `wait` are the outer world's."""

    site: Site
    inbox: Path
    passphrase: Passphrase | None
    clock: Callable[[], datetime]
    wait: Callable[[], None]
    accept_fewer: bool = False
    failed: DowntimeError | None = field(default=None, init=False)
    """Why the last round did not end with a good snapshot."""
    _last: tuple[Path, Snapshot] | None = field(default=None, init=False)
    _read: Look | None = field(default=None, init=False)
    _inbox_lost: bool = field(default=False, init=False)
    _told_clock: bool = field(default=False, init=False)

    @property
    def folder(self) -> Path:
        """Where the snapshots are kept."""
        return self.site.snapshots_folder

    def round(self) -> Iterator[Event]:
        """Look, read, keep and prune once; every outcome is an event, and none of them ends the watch."""
        self.failed = None
        now = self.clock()
        try:
            found = listing(self.folder, self.site.facility, now)
        except InputError as error:
            yield self.failure(Happening.NOT_WRITTEN, error, None)
            return
        yield from self._clock_warnings(found, now)
        try:
            seen = settled(self.inbox, self.site.facility.snapshots, self.wait)
        except InputError as error:
            self._inbox_lost = True
            yield self.failure(Happening.INBOX_LOST, error, found)
            return
        if self._inbox_lost:
            self._inbox_lost = False
            yield self._event(Happening.INBOX_BACK, "the inbox can be read again.", found)
        if isinstance(seen, Unsettled):
            yield self._event(Happening.UNSETTLED, "files in the inbox are still being written.", found)
        elif seen == self._read:
            yield self._event(Happening.UNCHANGED, "no new file since the last round.", found)
        else:
            yield from self._taken(seen, found)

    def _taken(self, seen: Look, found: Listing) -> Iterator[Event]:
        """Read what settled; keep it if it is good."""
        try:
            snapshot = self._checked(self._snapshot(seen), found)
            if look(self.inbox, self.site.facility.snapshots) != seen:
                yield self._event(Happening.UNSETTLED, "files in the inbox changed while they were read.", found)
                return
        except DowntimeError as error:
            yield self.failure(Happening.REFUSED, error, found)
            return
        self._read = seen
        last = self.last_good(found)
        if last is not None and last.patients == snapshot.patients and last.taken_at == snapshot.taken_at:
            yield self._event(Happening.UNCHANGED, "the files say the same as the last good snapshot.", found)
            return
        try:
            path = keep(self.folder, snapshot, self.site.facility, self.clock(), self.passphrase)
        except WriteError as error:
            self._read = None
            yield self.failure(Happening.NOT_WRITTEN, error, found)
            return
        self._last = (path, snapshot)
        found = listing(self.folder, self.site.facility, self.clock())
        removed = prune(found, self.site.facility.snapshots, self.clock())
        yield self._kept_event(snapshot, path, found, len(removed))

    def _snapshot(self, seen: Look) -> Snapshot:
        if not seen.files:
            patterns = ", ".join(self.site.facility.snapshots.patterns)
            raise InputError(
                "no census file stands in the inbox" + (f" that matches {patterns}" if patterns else ""),
                do="look whether the interface engine still writes, and where", where=str(self.inbox),
            )  # fmt: skip
        try:
            return read_census(seen.paths, facility=self.site.facility, now=self.clock())
        except Exception as error:
            if not isinstance(error, InputError):
                # A bug that one file brings out must not end the watch: the next drop may be read well.
                what = f"this is a bug in Downtime ({type(error).__name__}), brought out by the files in the inbox"
                raise DowntimeError(what, do="please report it with the details") from error
            do = error.do or "correct the export"
            if not self.site.facility.snapshots.patterns:
                do += "; if it is no census, name those that are in facility.yaml (snapshots: newest_of)"
            raise InputError(error.what, why=error.why, do=do, where=error.where) from None

    def _checked(self, snapshot: Snapshot, found: Listing) -> Snapshot:
        """The snapshot, if it may take the place of the last good one; raises InputError if not."""
        if not snapshot.patients:
            raise InputError("no patient stands in the files", do="look whether the export was cut short")
        last = found.last
        if last is None:
            return snapshot
        before, now = last.about.patients or 0, len(snapshot.patients)
        too_few = before > FEW_PATIENTS and now < before * self.site.facility.snapshots.least_share
        if too_few and not self.accept_fewer:
            raise InputError(
                f"only {now} patients, where the last good snapshot has {before}", why="the export may be cut short",
                do="if it is right, end the watch, run it with --once --accept-fewer, and start it again",
            )  # fmt: skip
        if snapshot.taken_at < last.data_as_of:
            raise InputError(
                "the data are older than those of the last good snapshot", why="an old file was dropped again",
                do="look whether the interface engine still writes",
            )  # fmt: skip
        return snapshot

    def last_good(self, found: Listing) -> Snapshot | None:
        """The last good snapshot itself; None where there is none, or the passphrase of now does not open it."""
        if found.last is None:
            return None
        if self._last is None or self._last[0] != found.last.path:
            try:
                raw = found.last.path.read_bytes()
                opened = read_kept(raw, str(found.last.path), self.site.facility, self.passphrase)
            except (InputError, OSError):
                return None
            self._last = (found.last.path, opened)
        return self._last[1]

    def _clock_warnings(self, found: Listing, now: datetime) -> Iterator[Event]:
        if found.ahead and not self._told_clock:
            words = (
                f"{len(found.ahead)} kept snapshots are dated after now, so this computer's clock is wrong, or was: "
                "set it."
            )
            yield Event(now, Happening.WARNING, words, found.last_time, {"ahead": len(found.ahead)})
        self._told_clock = bool(found.ahead)

    def _kept_event(self, snapshot: Snapshot, path: Path, found: Listing, removed: int) -> Event:
        unused = len(snapshot.problems)
        words = f"{len(snapshot.patients)} patients"
        words += f"; {unused} things could not be used, a kit's data page lists them." if unused else "."
        figures = {"file": path.name, "patients": len(snapshot.patients), "problems": unused, "removed": removed}
        return Event(self.clock(), Happening.KEPT, words, found.last_time or snapshot.taken_at, figures)

    def _event(self, what: Happening, words: str, found: Listing) -> Event:
        return Event(self.clock(), what, words, found.last_time)

    def failure(self, what: Happening, error: DowntimeError, found: Listing | None) -> Event:
        """The event of a failure; the whole of it, with names, goes into a private file."""
        self.failed = error
        words = " – ".join(without_values(part) for part in (error.what, error.why, error.do) if part) + "."
        at = self.clock()
        try:
            bug = "".join(traceback.format_tb(error.__cause__.__traceback__)) if error.__cause__ else ""
            write_whole(self.folder / PROBLEM_NAME, f"{at.isoformat()}\n{error}\n{bug}".encode(), private=True)
            words += f" Details: {self.folder / PROBLEM_NAME}."
        except WriteError:
            words += " The details cannot be written."
        return Event(at, what, words, found.last_time if found else None)

"""The store of downtime patient numbers: hands each number out once, also after a crash or with several runs at once.

A number leaves the store only when the line that says so is on the disk. What a crash leaves unclear counts as used:
a number lost costs nothing, a number given to two patients can cost a life.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Self

from downtime.errors import ConfigError, UsageError, WriteError
from downtime.lock import LockWords, only_one
from downtime.site.department import DowntimeNumbers
from downtime.site.number_journal import Journal, Taking, journal_line, read_journal, torn_numbers
from downtime.site.number_source import (
    WHOLE,
    BlockSource,
    NumberList,
    StationShare,
    nothing_in_common,
    read_number_list,
)

LOCK_WAIT_S = 30.0
LOCK_WORDS = LockWords(
    "the downtime numbers",
    "two runs could hand out the same number",
    "keep the site folder on a disk of this computer, or on a share that supports file locks",
)

_STATION = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_JOURNAL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
_NO_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class NumbersExhaustedError(ConfigError):
    """This station's part holds fewer unused numbers than were asked for; none was handed out."""


class NumberStore:
    """The unused numbers of one station's part of a department's block or list.

    All runs that share `folder` and `journal` (the department's id, when several departments share the folder) never
    hand out a number twice. Stations that do not share the folder need different parts.
    """

    def __init__(
        self,
        folder: Path,
        block: DowntimeNumbers | NumberList,
        station: str,
        share: StationShare = WHOLE,
        *,
        journal: str = "numbers",
    ) -> None:
        if _STATION.fullmatch(station) is None or not station.strip():
            raise UsageError(f"“{station[:60]}” is not a name of a station", do="give 1 to 60 characters on one line")
        if _JOURNAL_NAME.fullmatch(journal) is None:
            raise ValueError(f"{journal!r} is not a name for a journal")
        self._source = BlockSource(block) if isinstance(block, DowntimeNumbers) else block
        self._station = station
        self._share = share
        self.path = folder / f"{journal}.journal"

    @classmethod
    def from_list(
        cls, path: Path, folder: Path, station: str, share: StationShare = WHOLE, *, journal: str = "numbers"
    ) -> Self:
        """A store for a list that registration supplied; raises ConfigError with every wrong line of the list."""
        return cls(folder, read_number_list(path), station, share, journal=journal)

    def take(self, count: int, *, purpose: str, now: datetime) -> tuple[str, ...]:
        """Hand out the next `count` unused numbers, or none and raise NumbersExhaustedError where fewer are left.

        `purpose` is kept in the journal: let it name no patient.
        """
        if count < 1:
            raise UsageError(f"{count} downtime numbers cannot be taken", do="ask for one or more")
        with self._opened() as handle:
            journal, used = self._read(handle)
            numbers = tuple(islice(self._unused(used), count))
            if len(numbers) < count:
                raise self._exhausted(count, len(numbers))
            # The count stands first: a torn line must still say how many numbers it took.
            record = {
                "take": count, "part": [self._share.index, self._share.of], "station": self._station,
                "source": self._source.label, "at": now.isoformat(), "purpose": _one_line(purpose), "numbers": numbers,
            }  # fmt: skip
            self._append(handle, journal, used, record, now)
        return numbers

    def void(self, number: str, reason: str, *, now: datetime | None = None) -> None:
        """Mark a number as not to be used, handed out before or not; voiding it again changes nothing."""
        wanted = number.strip().upper()
        if not _one_line(reason):
            raise UsageError(f"no reason to void {wanted[:40]} was given", do="say why it must not be used")
        when = now or datetime.now().astimezone()
        with self._opened() as handle:
            journal, used = self._read(handle)
            if wanted in journal.voided:
                return
            if wanted not in used and wanted not in self._part():
                raise UsageError(
                    f"“{wanted[:40]}” is not a number of this station ({self._share})",
                    do="check the number, or void it on the station that handed it out",
                )
            record = {"void": wanted, "reason": _one_line(reason), "station": self._station, "at": when.isoformat()}
            self._append(handle, journal, used, record, when)

    def used(self) -> tuple[str, ...]:
        """Every number never to be handed out again, in the order of the journal: handed out, voided, or lost."""
        return tuple(self._look()[1])

    def voided(self) -> dict[str, str]:
        """The voided numbers, each with its reason."""
        return dict(self._look()[0].voided)

    def left(self) -> int:
        """How many numbers this station can still hand out."""
        used = self._look()[1]
        return sum(1 for _ in self._unused(used))

    def _part(self) -> Iterator[str]:
        return map(self._source.number, self._share.positions(self._source.count))

    def _unused(self, used: Collection[str]) -> Iterator[str]:
        return (number for number in self._part() if number not in used)

    def _exhausted(self, count: int, left: int) -> NumbersExhaustedError:
        return NumbersExhaustedError(
            f"{count} downtime numbers are needed, and {left} are left ({self._source.label}, {self._share})",
            why="numbers are never used again",
            do="give the department a longer block, or a list from registration",
            where=str(self.path),
        )

    def _look(self) -> tuple[Journal, dict[str, None]]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:
            raise _unreadable(self.path, error) from None
        return self._understood(content)

    def _read(self, handle: int) -> tuple[Journal, dict[str, None]]:
        try:
            os.lseek(handle, 0, os.SEEK_SET)
            with os.fdopen(os.dup(handle), "rb") as stream:
                content = stream.read()
        except OSError as error:
            raise _unreadable(self.path, error) from None
        return self._understood(content)

    def _understood(self, content: bytes) -> tuple[Journal, dict[str, None]]:
        journal = read_journal(content, self.path)
        for taking in journal.takings:
            self._check_part(taking)
        used = dict(journal.used)
        if journal.torn:
            most, readable = torn_numbers(journal.torn, self._source.shortest)
            next_ones = tuple(islice(self._unused(used), most))
            used.update(dict.fromkeys(next_ones + readable))
        return journal, used

    def _check_part(self, before: Taking) -> None:
        """Refuse parts that were dealt out anew: another station's journal, unseen here, may hold the same numbers."""
        if before.of == self._share.of == 1 or nothing_in_common(before.source, self._source.label):
            return
        same_deal = (before.source, before.of) == (self._source.label, self._share.of)
        same_index = before.index == self._share.index
        if same_deal and (before.station == self._station) == same_index:
            return
        raise ConfigError(
            f"station {self._station} has {self._share} of {self._source.label}, but station {before.station} took "
            f"numbers as part {before.index} of {before.of} of {before.source}",
            why="another station may have handed out the same numbers",
            do="give each station its own part and keep it; to deal anew, take a new block or list without any of the "
            "old numbers, and move this journal away",
            where=str(self.path),
        )

    @contextmanager
    def _opened(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.path, flags, 0o600)
        except OSError as error:
            raise _unwritable(self.path, error) from None
        try:
            with only_one(handle, self.path, LOCK_WORDS, wait_s=LOCK_WAIT_S):
                yield handle
        finally:
            os.close(handle)

    def _append(
        self, handle: int, journal: Journal, used: dict[str, None], record: dict[str, Any], now: datetime
    ) -> None:
        crc, content = journal.last_crc, b""
        if journal.torn:
            lost = [number for number in used if number not in journal.used]
            repair = {"torn": len(lost), "at": now.isoformat(), "station": self._station, "numbers": lost}
            content, crc = journal_line(repair, crc, journal.torn)
        content += journal_line(record, crc)[0]
        try:
            while content:
                content = content[os.write(handle, content) :]
            os.fsync(handle)
            if journal.last_crc == 0:
                _keep_name(self.path.parent)
        except OSError as error:
            raise _unwritable(self.path, error) from None


def _keep_name(folder: Path) -> None:
    """Bring a new file's name to the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _one_line(text: str) -> str:
    return _NO_CONTROL.sub(" ", text).strip()[:200]


def _unwritable(path: Path, error: OSError) -> WriteError:
    return WriteError(
        "the journal of downtime numbers cannot be written, so no number was handed out",
        why=error.strerror or str(error),
        do="free some space or correct the permissions; until then take numbers from registration by phone",
        where=str(path),
    )


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        "the journal of downtime numbers cannot be read",
        why=error.strerror or str(error),
        do="correct the permissions of the file",
        where=str(path),
    )

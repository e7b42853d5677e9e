"""Which files came in: found in folders, refused where they are none, waited for until whole, and hashed.

A name is shown as it stands below the folder that was given, never with the path to it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from downtime.page.states import PageReason

_READ_AT_ONCE_BYTES = 1 << 20
# What systems and cameras leave beside pictures; nothing is ever scanned into them.
_NOT_FOR_US = frozenset({"thumbs.db", "desktop.ini"})
# What was issued may lie beside what came back.
_MANIFESTS = (".manifest.json", ".manifest.sealed")
# A name that a program gives a file while it writes it; it is renamed when it is whole.
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells without reading whether a file is still the same one."""

    size: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Fingerprint:
        """The fingerprint in a file's status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file that may be a scan: where it lies, and the name it is told by."""

    path: Path
    name: str
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """Something that lies where scans are looked for and cannot be one."""

    path: Path
    name: str
    reason: PageReason


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A whole file with the SHA-256 of its bytes."""

    path: Path
    name: str
    fingerprint: Fingerprint
    sha256: str


Found = FoundFile | RefusedFile


def find_files(paths: Iterable[Path]) -> list[Found]:
    """Look through files and folders; sorted by name, so that the order is the same on every computer.

    Links are refused and never followed: whoever may write to the folder must not choose what is read elsewhere.
    Hidden files and those that another program is still writing are left alone.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if path.is_dir() and not _is_link(path):
            for one in _in_folder(path):
                found.setdefault(one.path, one)
        else:
            found.setdefault(path, _looked_at(path, path.name))
    return sorted(found.values(), key=lambda one: (one.name, str(one.path)))


def _in_folder(folder: Path) -> Iterator[Found]:
    def unreadable(error: OSError) -> None:
        refused.append(Path(error.filename or folder))

    refused: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=unreadable):
        here = Path(root)
        links = [name for name in folders if _is_link(here / name)]
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        for name in sorted([*files, *links]):
            if not _left_alone(name):
                path = here / name
                yield _looked_at(path, path.relative_to(folder).as_posix())
    for path in refused:
        yield RefusedFile(path, _shown(path.name), PageReason.NO_PERMISSION)


def _left_alone(name: str) -> bool:
    low = name.lower()
    return low.startswith((".", "~$")) or low.endswith((*_UNFINISHED, *_MANIFESTS)) or low in _NOT_FOR_US


def _is_link(path: Path) -> bool:
    # A junction is what Windows has in place of a link to a folder; Python tells of it from 3.12 on.
    return path.is_symlink() or bool(getattr(os.path, "isjunction", lambda _: False)(path))


def _shown(name: str) -> str:
    """A name that can be printed and written down: bytes that are no text, and signs that steer a terminal, are not."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _looked_at(path: Path, name: str) -> Found:
    name = _shown(name)
    try:
        status = os.lstat(path)
    except OSError as error:
        return RefusedFile(path, name, _reason(error))
    if not stat.S_ISREG(status.st_mode):
        return RefusedFile(path, name, PageReason.NOT_A_FILE)
    return FoundFile(path, name, Fingerprint.of(status))


def _reason(error: OSError) -> PageReason:
    if isinstance(error, FileNotFoundError):
        return PageReason.VANISHED
    if isinstance(error, PermissionError):
        return PageReason.NO_PERMISSION
    return PageReason.NOT_A_FILE if error.errno == errno.ELOOP else PageReason.DAMAGED


def hash_file(found: FoundFile, most_bytes: int) -> HashedFile | RefusedFile:
    """The SHA-256 of a file that has not changed since it was found, or why it cannot be read."""
    if found.fingerprint.size == 0:
        return RefusedFile(found.path, found.name, PageReason.EMPTY_FILE)
    if found.fingerprint.size > most_bytes:
        return RefusedFile(found.path, found.name, PageReason.TOO_LARGE)
    # A pipe put in the file's place would keep the opening waiting for ever.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    digest = hashlib.sha256()
    try:
        handle = os.open(found.path, flags)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return RefusedFile(found.path, found.name, PageReason.NOT_A_FILE)
            while block := file.read(_READ_AT_ONCE_BYTES):
                digest.update(block)
            after = Fingerprint.of(os.fstat(handle))
    except OSError as error:
        return RefusedFile(found.path, found.name, _reason(error))
    if after != found.fingerprint:
        return RefusedFile(found.path, found.name, PageReason.VANISHED)
    return HashedFile(found.path, found.name, after, digest.hexdigest())


def is_unchanged(path: Path, fingerprint: Fingerprint) -> bool:
    """Whether the file is still the one that was found."""
    try:
        return Fingerprint.of(os.lstat(path)) == fingerprint
    except OSError:
        return False


class Settling:
    """Tells when a file is whole: its size and time have not changed for a while.

    A scanner or a copy over the network gives a file its name long before its last byte. The clock is handed in.
    """

    def __init__(self, settle_seconds: float) -> None:
        self._settle_seconds = settle_seconds
        self._seen: dict[Path, tuple[Fingerprint, float]] = {}

    def whole(self, found: Iterable[FoundFile], now_s: float) -> list[FoundFile]:
        """Those of the files that have stayed as they are for long enough; the others are looked at again later."""
        ready = []
        still_there: dict[Path, tuple[Fingerprint, float]] = {}
        for one in found:
            before, since_s = self._seen.get(one.path, (None, now_s))
            if before != one.fingerprint:
                since_s = now_s
            still_there[one.path] = one.fingerprint, since_s
            if now_s - since_s >= self._settle_seconds:
                ready.append(one)
        self._seen = still_there
        return ready


def settled(found: Iterable[FoundFile], settle_seconds: float, wall_clock_s: float) -> list[FoundFile]:
    """Those of the files that were last written long enough ago to be read without waiting."""
    oldest_ns = int((wall_clock_s - settle_seconds) * 1e9)
    return [one for one in found if one.fingerprint.changed_ns <= oldest_ns]


def same_bytes(files: Iterable[HashedFile]) -> Mapping[str, tuple[HashedFile, ...]]:
    """The files by their SHA-256; those of the same bytes stand together, by name."""
    groups: dict[str, list[HashedFile]] = {}
    for file in files:
        groups.setdefault(file.sha256, []).append(file)
    return {sha: tuple(sorted(group, key=lambda one: one.name)) for sha, group in sorted(groups.items())}

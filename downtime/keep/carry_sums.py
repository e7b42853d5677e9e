"""Checksums of a carried folder: written as `sha256sum` writes them, and checked on any computer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from downtime.errors import InputError

SUMS_NAME = "SHA256SUMS"
INDEX_NAME = "index.html"
INDEX_MARK = b'<meta name="generator" content="Downtime carry">'
"""By this an index.html is known as one that `downtime carry` wrote, and may replace."""

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of a folder found: how many files are whole, and the names of those that are not as listed."""

    whole: int
    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every listed file is there and whole; one that is not listed does no harm."""
        return not self.missing and not self.changed


def is_carried(folder: Path) -> bool:
    """Whether a folder's first page is one that `downtime carry` wrote."""
    try:
        with (folder / INDEX_NAME).open("rb") as file:
            return INDEX_MARK in file.read(4096)
    except OSError:
        return False


def sums_of(folder: Path, names: Iterable[str]) -> bytes:
    """The list of checksums of files in a folder, names with forward slashes."""
    return "".join(f"{_digest(folder / name)}  {name}\n" for name in sorted(names)).encode()


def verify(folder: Path) -> Verified:
    """Check every file that SHA256SUMS lists; raises InputError where there is no such list, or it is damaged."""
    listed = _listed(folder)
    missing, changed = [], []
    for name, wanted in listed.items():
        path = folder / name
        try:
            if _digest(path) != wanted:
                changed.append(name)
        except FileNotFoundError:
            missing.append(name)
        except OSError:
            changed.append(name)  # a stick with a bad block: it cannot be read, so it is not what it was
    sets = {PurePosixPath(name).parts[0] for name in listed if "/" in name}
    inside = [path for top in sets for path in (folder / top).rglob("*") if path.is_file()]
    unlisted = [name for path in inside if (name := path.relative_to(folder).as_posix()) not in listed]
    return Verified(len(listed) - len(missing) - len(changed), tuple(missing), tuple(changed), tuple(sorted(unlisted)))


def _listed(folder: Path) -> dict[str, str]:
    path = folder / SUMS_NAME
    do = "run `downtime carry` again, or use another copy"
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not text"
        raise InputError("the list of checksums cannot be read", why=why, do=do, where=str(path)) from None
    listed: dict[str, str] = {}
    for line in lines:
        digest, _, name = line.partition("  ")
        plain = PurePosixPath(name)
        if len(digest) != 64 or not name or plain.is_absolute() or ".." in plain.parts or "\\" in name or ":" in name:
            raise InputError("the list of checksums is damaged", do=do, where=str(path))
        listed[name] = digest
    if INDEX_NAME not in listed:
        raise InputError("the list of checksums is cut short", why=f"{INDEX_NAME} is missing", do=do, where=str(path))
    return listed


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

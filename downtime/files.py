"""Writing files whole or not at all: to a temporary name beside the target, then renamed."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from downtime.errors import WriteError

PART_PREFIX, PART_SUFFIX = ".downtime-", ".part"
"""What a file is called until it is whole; a run that was killed leaves such files, and a later one removes them."""


def make_folder(folder: Path) -> Path:
    """Create the output folder if need be; raises WriteError when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            "the output folder cannot be made",
            why=error.strerror or str(error),
            do="choose another one with -o",
            where=str(folder),
        ) from None
    return folder


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write `content` to `path` so that nobody ever sees half of it; raises WriteError (disk full, no permission).

    `private` files are readable by the owner only.
    """
    write_together(((path, content),), private=private)


def write_together(files: Sequence[tuple[Path, bytes]], *, private: bool = False) -> None:
    """Write files that belong together, as a manifest and its PDF: none gets its name before all are on the disk.

    They appear in this order. `private` files are readable by the owner only. Raises WriteError, which names the file
    that could not be written; what stood there before is then as it was.
    """
    parts: list[tuple[str, Path]] = []
    try:
        for path, content in files:
            with _telling(path):
                handle, temporary = tempfile.mkstemp(prefix=PART_PREFIX, suffix=PART_SUFFIX, dir=path.parent)
                parts.append((temporary, path))
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                # mkstemp made it the owner's alone; a FAT stick knows no modes, and refuses to be asked.
                with suppress(PermissionError):
                    os.chmod(temporary, 0o600 if private else 0o644)
        while parts:
            temporary, path = parts[0]
            with _telling(path):
                os.replace(temporary, path)
            del parts[0]
    finally:
        for temporary, _ in parts:
            Path(temporary).unlink(missing_ok=True)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Tell of a file that cannot be written, and what to do about it."""
    try:
        yield
    except OSError as error:
        why, do = error.strerror or str(error), "free some space, or choose another folder with -o"
        if os.path.isdir(path):  # asked of a name that is too long, Path.is_dir would raise
            why, do = "a folder has this name", "name a file with -o"
        elif isinstance(error, PermissionError):
            do = "choose another folder with -o, or have this one made writable for you"
        raise WriteError("cannot be written", why=why, do=do, where=str(path)) from None


def sync_folder(folder: Path) -> None:
    """Bring new and changed names in a folder to the disk; Windows does so by itself, and some shares cannot."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

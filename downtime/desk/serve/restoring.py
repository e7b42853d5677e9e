"""Putting a backup back: into a new store folder, whole or not at all."""

from __future__ import annotations

import io
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from downtime.desk.database import FILE_NAME
from downtime.desk.secrets import AUDIT_SECRET
from downtime.desk.serve.backup import (
    ABOUT,
    CHUNK_BYTES,
    LENGTH_BYTES,
    MAGIC,
    PICTURES,
    STORE_KEY,
    TAG_BYTES,
    nonce,
    place,
)
from downtime.errors import InputError, UsageError, WriteError
from downtime.files import sync_folder
from downtime.page.envelope import unwrapped
from downtime.page.passphrase import Passphrase

_PICTURE = re.compile(rf"{PICTURES}/[0-9a-f]{{2}}/[0-9a-f]{{62}}")
_SINGLE = frozenset({ABOUT, FILE_NAME, AUDIT_SECRET, STORE_KEY})
_MOST_ENVELOPE_BYTES = 100_000


def restore(file: Path, store: Path, passphrase: Passphrase) -> int:
    """Put a backup into a store folder that does not exist yet, or is empty; returns how many pictures came with it.

    Raises PassphraseWrongError, InputError for a file that is no backup, was cut short or changed, UsageError for a
    folder that holds something, WriteError where it cannot be written. Nothing is left behind then.
    """
    if store.exists() and (not store.is_dir() or any(store.iterdir())):
        raise UsageError(
            "there is something in this folder already", where=str(store),
            why="a backup is never put over a store: what came in since would be lost",
            do="name a new folder with --store, look at what is there, and only then decide which to keep",
        )  # fmt: skip
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        trial = Path(tempfile.mkdtemp(dir=store.parent, prefix=f".{store.name}.restoring-"))
    except OSError as error:
        raise _cannot_write(store, error) from None
    try:
        pictures = _unpacked(file, trial, passphrase)
        _check_database(trial / FILE_NAME, file)
        if not (trial / AUDIT_SECRET).exists():
            raise _no_backup(file, "the secret of its audit log is missing")
        sync_folder(trial)
        if store.exists():
            store.rmdir()
        trial.rename(store)
        sync_folder(store.parent)
    except OSError as error:
        raise _cannot_write(store, error) from None
    finally:
        shutil.rmtree(trial, ignore_errors=True)
    return pictures


def _unpacked(file: Path, folder: Path, passphrase: Passphrase) -> int:
    pictures = 0
    try:
        source = file.open("rb")
    except OSError as error:
        raise InputError("the backup cannot be read", why=error.strerror or str(error), where=str(file)) from None
    with source:
        reader = io.BufferedReader(_Opened(_chunks(source, file, passphrase)), CHUNK_BYTES)
        try:
            with tarfile.open(fileobj=reader, mode="r|") as archive:
                for member in archive:
                    content = archive.extractfile(member) if member.isreg() else None
                    if content is None or not (member.name in _SINGLE or _PICTURE.fullmatch(member.name)):
                        raise _no_backup(file, "there is something in it that no backup holds")
                    pictures += member.name not in _SINGLE
                    _written(folder / member.name, content)
        except tarfile.TarError:
            raise _no_backup(file, "what is in it cannot be unpacked") from None
        while reader.read(CHUNK_BYTES):  # its end must be there, too
            pass
    return pictures


def _written(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        shutil.copyfileobj(content, file, CHUNK_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _chunks(source: IO[bytes], file: Path, passphrase: Passphrase) -> Iterator[bytes]:
    """What is in the file, opened and proven, chunk by chunk."""
    if source.read(len(MAGIC)) != MAGIC:
        raise _no_backup(file, "it does not begin as one does")
    length = int.from_bytes(source.read(LENGTH_BYTES), "big")
    if length > _MOST_ENVELOPE_BYTES:
        raise _no_backup(file, "it does not begin as one does")
    cipher = AESGCM(unwrapped(source.read(length), str(file), passphrase))
    number, sealed = 0, source.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        after = source.read(CHUNK_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(nonce(number), sealed, place(number, not after))
        except (InvalidTag, ValueError):
            raise _no_backup(file, "it was cut short or changed") from None
        if not after:
            return
        number, sealed = number + 1, after


class _Opened(io.RawIOBase):
    """Chunks as a file that can be read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._held = chunk
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count


def _check_database(path: Path, file: Path) -> None:
    if not path.exists():
        raise _no_backup(file, "the database is missing")
    try:
        database = sqlite3.connect(path)
        try:
            [(said,)] = database.execute("PRAGMA integrity_check(1)").fetchall()
        finally:
            database.close()
    except sqlite3.Error:
        said = "damaged"
    if said != "ok":
        raise _no_backup(file, "the database in it is damaged")


def _no_backup(file: Path, why: str) -> InputError:
    return InputError("this is no whole backup of a desk", why=why, do="take another copy of it", where=str(file))


def _cannot_write(store: Path, error: OSError) -> WriteError:
    return WriteError(
        "the store cannot be put back", why=error.strerror or str(error), where=str(store),
        do="choose a folder of your own with --store, on a disk with room",
    )  # fmt: skip

"""The backup: database, pictures and keys of a store in one file, encrypted with a passphrase.

The file: a line with the format; the length and an envelope (`downtime.page.envelope`) that holds a random key under
the passphrase; then a tar archive in chunks of a mebibyte, each encrypted by AES-256-GCM with that key, its number and
whether it is the last. So nothing can be left out, put elsewhere or cut off unseen. It is made while the desk goes on:
first a copy of the database as it stands at one moment, then the pictures, which never change.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from downtime import __version__
from downtime.desk.database import FILE_NAME
from downtime.desk.environment import DeskEnvironment
from downtime.desk.secrets import ARRIVING, AUDIT_SECRET
from downtime.errors import UsageError, WriteError
from downtime.page.envelope import About, Holds, wrapped
from downtime.page.passphrase import Passphrase

MAGIC = b"DOWNTIME-BACKUP 1\n"
ABOUT = "about.json"
PICTURES, STORE_KEY = "pictures", "store.key"
CHUNK_BYTES = 1 << 20
TAG_BYTES = 16
LENGTH_BYTES = 4
_KEY_BYTES = 32
_BLOCK_BYTES = 512  # tar's


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is ready to be written: the copy of the database is made, the rest is read as it is written."""

    desk: DeskEnvironment
    passphrase: Passphrase
    database: Path

    @classmethod
    def prepared(cls, desk: DeskEnvironment, passphrase: Passphrase) -> Backup:
        """Copy the database as it stands at this moment. Raises UsageError on PostgreSQL, WriteError without room."""
        if os.environ.get("DATABASE_URL"):
            raise UsageError(
                "the database of this desk is PostgreSQL", why="only its own tools copy it while it is in use",
                do="back it up with pg_dump, and copy the store folder (pictures, store.key, audit.secret) after it",
            )  # fmt: skip
        (desk.store_folder / ARRIVING).mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=desk.store_folder / ARRIVING, prefix="backup.")
        os.close(handle)
        os.unlink(name)  # VACUUM INTO wants a name that is free
        try:
            source = sqlite3.connect(f"file:{desk.store_folder / FILE_NAME}?mode=ro", uri=True, timeout=30)
            try:
                source.execute("VACUUM INTO ?", (name,))
            finally:
                source.close()
        except sqlite3.Error as error:
            Path(name).unlink(missing_ok=True)
            raise WriteError(
                "the database cannot be copied", why=str(error), do="make room on the disk of the store",
                where=str(desk.store_folder),
            ) from None  # fmt: skip
        return cls(desk, passphrase, Path(name))

    def parts(self) -> Iterator[bytes]:
        """The bytes of the file, part by part; the copy of the database is removed at the end."""
        try:
            yield from _sealed(self._archive(), self.passphrase)
        finally:
            self.database.unlink(missing_ok=True)

    def _archive(self) -> Iterator[bytes]:
        store = self.desk.store_folder
        about = {"version": __version__, "made_at": datetime.now(UTC).isoformat(), "facility": self.desk.facility}
        yield from _member(ABOUT, io.BytesIO(json.dumps(about).encode()))
        with self.database.open("rb") as file:
            yield from _member(FILE_NAME, file)
        for name in (AUDIT_SECRET, STORE_KEY):
            if (store / name).exists():
                with (store / name).open("rb") as file:
                    yield from _member(name, file)
        for path in sorted((store / PICTURES).glob("??/*")):
            if path.name.startswith("."):
                continue
            try:
                picture = path.open("rb")
            except FileNotFoundError:
                continue  # its time to be kept was over since the folder was listed
            with picture:
                yield from _member(f"{PICTURES}/{path.parent.name}/{path.name}", picture)
        yield bytes(2 * _BLOCK_BYTES)


def nonce(number: int) -> bytes:
    """The nonce of a chunk; every backup has a key of its own, so that its number is enough."""
    return number.to_bytes(12, "big")


def place(number: int, last: bool) -> bytes:
    """What a chunk is authenticated with: which it is, and whether the file ends with it."""
    return f"{number} {'last' if last else 'more'}".encode("ascii")


def _member(name: str, file: IO[bytes]) -> Iterator[bytes]:
    """One file of the archive, never whole in memory."""
    info = tarfile.TarInfo(name)
    info.size = file.seek(0, os.SEEK_END)
    info.mode = 0o600
    file.seek(0)
    yield info.tobuf(tarfile.PAX_FORMAT)
    left = info.size
    while left:
        piece = file.read(min(CHUNK_BYTES, left))
        if not piece:
            raise WriteError(f"{name} became shorter while it was copied", do="make the backup again")
        left -= len(piece)
        yield piece
    yield bytes(-info.size % _BLOCK_BYTES)


def _sealed(pieces: Iterator[bytes], passphrase: Passphrase) -> Iterator[bytes]:
    key = os.urandom(_KEY_BYTES)
    envelope = wrapped(
        key, About(holds=Holds.MANIFEST, facility="desk", made_at=datetime.now(UTC), kind="backup key"), passphrase
    )
    yield MAGIC + len(envelope).to_bytes(LENGTH_BYTES, "big") + envelope
    cipher = AESGCM(key)
    held, number = bytearray(), 0
    for piece in pieces:
        held += piece
        while len(held) > CHUNK_BYTES:
            yield cipher.encrypt(nonce(number), bytes(held[:CHUNK_BYTES]), place(number, False))
            del held[:CHUNK_BYTES]
            number += 1
    yield cipher.encrypt(nonce(number), bytes(held), place(number, True))

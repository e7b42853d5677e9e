"""Files of the store: page images, manifests, what came in; named by the SHA-256 of their content, never changed.

Where the desk was started with a passphrase every file is encrypted (AES-256-GCM, in chunks of a mebibyte, the name
authenticated with each). The
name is the hash of the plain content all the same, so that what comes back is checked against what was put in.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from downtime.desk.store.sealing import data_key
from downtime.errors import InputError, WriteError

FOLDER = "pictures"
_SEALED = b"DTP1"
_NONCE_BYTES, _TAG_BYTES = 12, 16
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class PictureStore:
    """A folder of files named by their content; `key` encrypts them, 32 bytes."""

    folder: Path
    key: bytes | None = None

    def put(self, content: bytes) -> str:
        """Keep a file and return its name; the same content twice is one file. Raises WriteError."""
        return self._keep(hashlib.sha256(content).hexdigest(), io.BytesIO(content))

    def put_file(self, path: Path) -> str:
        """Keep a copy of a file of any size; as `put`. Raises OSError where it cannot be read."""
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            return self._keep(name, file)

    def get(self, name: str) -> bytes:
        """A file's content; raises InputError where it is missing, damaged, or was changed."""
        out = io.BytesIO()
        self.copy(name, out)
        return out.getvalue()

    def copy(self, name: str, out: BinaryIO) -> None:
        """Write a file's content to an open file; raises as `get`, and what was written is then worth nothing."""
        found = hashlib.sha256()
        try:
            with self._path(name).open("rb") as file:
                for chunk in self._opened(name, file):
                    found.update(chunk)
                    out.write(chunk)
        except OSError as error:
            raise _unusable(name, error.strerror or str(error)) from None
        if found.hexdigest() != name:
            raise _unusable(name, "its content is not what was put in")

    def holds(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._path(name).exists()

    def forget(self, name: str) -> None:
        """Delete a file, after its time to be kept is over; nothing happens where it is gone."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if len(name) != 64 or not name.isascii() or not name.isalnum():
            raise ValueError("a picture's name is a SHA-256")
        return self.folder / name[:2] / name[2:]

    def _opened(self, name: str, file: BinaryIO) -> Iterator[bytes]:
        if file.read(len(_SEALED)) != _SEALED:
            # A store that got its passphrase later holds plain files from before.
            file.seek(0)
            yield from iter(lambda: file.read(_CHUNK_BYTES), b"")
            return
        if self.key is None:
            raise _unusable(name, "it is encrypted, and the desk was started without the passphrase")
        cipher = AESGCM(self.key)
        number, nonce = 0, file.read(_NONCE_BYTES)
        while sealed := file.read(_CHUNK_BYTES + _TAG_BYTES):
            try:
                yield cipher.decrypt(nonce, sealed, _place(name, number))
            except (InvalidTag, ValueError):
                raise _unusable(name, "it does not open with this store's key") from None
            number, nonce = number + 1, file.read(_NONCE_BYTES)
        if nonce:
            raise _unusable(name, "something was added to its end")

    def _keep(self, name: str, content: BinaryIO) -> str:
        path = self._path(name)
        if path.exists():
            return name
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new.")
            try:
                with os.fdopen(handle, "wb") as file:
                    self._write(name, content, file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, path)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(temporary)
        except OSError as error:
            raise WriteError(
                "a picture cannot be kept",
                why=error.strerror or str(error),
                do="make room on the disk of the store; what was not kept is read again from the incoming file",
            ) from error
        return name

    def _write(self, name: str, content: BinaryIO, file: BinaryIO) -> None:
        if self.key is None:
            shutil.copyfileobj(content, file, _CHUNK_BYTES)
            return
        cipher = AESGCM(self.key)
        file.write(_SEALED)
        for number, chunk in enumerate(iter(lambda: content.read(_CHUNK_BYTES), b"")):
            nonce = os.urandom(_NONCE_BYTES)
            file.write(nonce + cipher.encrypt(nonce, chunk, _place(name, number)))


def pictures() -> PictureStore:
    """The picture store of this desk."""
    folder = settings.DESK.store_folder
    return PictureStore(folder / FOLDER, data_key(folder))


def _place(name: str, number: int) -> bytes:
    """What a chunk is authenticated with: whose it is, and which. The name, a hash of all, tells of a lost end."""
    return f"{name} {number}".encode("ascii")


def _unusable(name: str, why: str) -> InputError:
    return InputError(f"the picture {name[:12]} cannot be used", why=why, do="restore the store from its backup")

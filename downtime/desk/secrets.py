"""The desk's own secrets: files in the store folder that only its owner can read, made at the first start."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from downtime.errors import WriteError

SESSION_SECRET = "session.secret"
AUDIT_SECRET = "audit.secret"
ARRIVING = "arriving"
"""The folder for uploads on their way in: on the store's own disk, and private."""


def make_store_folder(store: Path) -> None:
    """Create the store folder with its secrets, for its owner alone; raises WriteError where it cannot be."""
    try:
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(store, 0o700)
        (store / ARRIVING).mkdir(exist_ok=True, mode=0o700)
        for name in (SESSION_SECRET, AUDIT_SECRET):
            _make_secret(store / name)
    except OSError as error:
        raise WriteError(
            "the desk's store cannot be written",
            where=str(store),
            why=error.strerror or str(error),
            do="choose a folder of your own with --store, on a disk with room",
        ) from error


def read_secret(store: Path, name: str) -> str:
    """A secret of this store; a random one, never written, where there is no store yet (checks, tests)."""
    try:
        return (store / name).read_text("ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(48)


def _make_secret(path: Path) -> None:
    if path.exists():
        return
    # mkstemp makes it with mode 0600, whatever the umask; link() never replaces what another start made meanwhile.
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)

"""The key that files of the store are encrypted with, where the desk is started with a passphrase.

The key is random and lies in the store folder, itself encrypted under the passphrase (scrypt, AES-256-GCM, as in
`downtime.page.envelope`), so that a new passphrase does not mean writing every picture anew.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from downtime.errors import ConfigError
from downtime.page.envelope import About, Holds, unwrapped, wrapped
from downtime.page.passphrase import Passphrase, PassphraseWrongError, passphrase_variable

NAME = "store.key"
_KEY_BYTES = 32


def data_key(store: Path) -> bytes | None:
    """The key of a store, opened with the passphrase in the environment; None for a store that has none.

    Raises ConfigError where the store is encrypted and the passphrase is missing or another one.
    """
    return _opened(store / NAME) if (store / NAME).exists() else None


def seal_store(store: Path, passphrase: Passphrase | None) -> None:
    """Give a store its key at the first start with a passphrase; raises ConfigError where another one opens it."""
    path = store / NAME
    if passphrase is not None and not path.exists():
        about = About(holds=Holds.MANIFEST, facility="desk", made_at=datetime.now(UTC), kind="store key")
        temporary = store / f".{NAME}.new"
        temporary.write_bytes(wrapped(os.urandom(_KEY_BYTES), about, passphrase))
        os.replace(temporary, path)
    if path.exists():
        _opened.cache_clear()
        _opened(path)


@lru_cache(maxsize=4)
def _opened(path: Path) -> bytes:
    passphrase = passphrase_variable(os.environ)
    if passphrase is None:
        raise ConfigError(
            "this desk's store is encrypted", where=str(path.parent), why="no passphrase was given",
            do="start it with --passphrase-file, or with the passphrase in DOWNTIME_PASSPHRASE",
        )  # fmt: skip
    try:
        return unwrapped(path.read_bytes(), str(path), passphrase)
    except PassphraseWrongError:
        raise ConfigError(
            "the passphrase does not open this desk's store", where=str(path.parent),
            why="it was encrypted with another one, or is mistyped", do="give the passphrase it was first started with",
        ) from None  # fmt: skip

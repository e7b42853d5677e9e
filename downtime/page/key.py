"""The facility's key file: what page codes are signed with, so that a page from elsewhere is not taken for ours.

One line of text: ``DTKEY1:``, 32 random bytes in Crockford base-32, and a check character, so that a damaged file is
called damaged and not every page forged. Nothing here ever shows the key, not even in an error's cause.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from downtime.errors import ConfigError, WriteError
from downtime.page import base32

KEY_BYTES = 32

_PREFIX = "DTKEY1:"
_CHARACTERS = 52  # 32 bytes in fives of bits, rounded up: 4 bits are spare
_SPARE_BITS = _CHARACTERS * base32.BITS_PER_CHARACTER - KEY_BYTES * 8
_MOST_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_key_file(path: Path) -> None:
    """Write a new random key, readable by its owner alone; never over an existing file, never half of one."""
    text = base32.from_int(int.from_bytes(secrets.token_bytes(KEY_BYTES)) << _SPARE_BITS, _CHARACTERS)
    line = f"{_PREFIX}{text}{base32.check_character(text)}\n".encode("ascii")
    try:
        # mkstemp makes it with mode 0600, whatever the umask.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(temporary, path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary)
    except FileExistsError:
        raise WriteError(
            "there is a key file already, it was left as it is",
            where=str(path),
            why="pages printed under a lost key can no longer be checked",
            do="keep it; to replace it after a leak, move it away first and read in the pages printed under it",
        ) from None
    except OSError as error:
        raise WriteError(
            "cannot write the key file",
            where=str(path),
            why=error.strerror or str(error),
            do="check that the folder exists and may be written to",
        ) from error


def _put_in_place(temporary: str, path: Path) -> None:
    """Give the finished file its name, or raise FileExistsError: a rename would overwrite on POSIX, a link does not."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # FAT sticks and some network shares know no hard links: take the name first, then rename over our own file.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            os.replace(temporary, path)
        except OSError:
            os.unlink(path)
            raise


def read_key(path: Path) -> bytes:
    """Return the 32 bytes of the key; raises ConfigError when it is missing, damaged or open to other users."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise ConfigError(
            "there is no key file",
            where=str(path),
            why="without it page codes cannot be signed or checked",
            do="copy it from the computer where the site folder was made; for a new site, make one",
        ) from None
    except OSError as error:
        raise ConfigError(
            "cannot read the key file",
            where=str(path),
            why=error.strerror or str(error),
            do="run as the user who owns it",
        ) from error
    # Windows keeps access in lists that the mode does not show.
    if os.name == "posix" and mode & _OTHERS:
        raise ConfigError(
            f"other users may open the key file (mode {stat.S_IMODE(mode):04o})",
            where=str(path),
            why="whoever has the key can print pages that pass for yours",
            do=f"chmod 600 '{path}'",
        )
    return _parse(content, path)


def _parse(content: bytes, path: Path) -> bytes:
    text = content.decode("ascii", errors="replace").strip()
    if not text.startswith(_PREFIX):
        if text.startswith("DTKEY"):
            raise _malformed(path, "it was made by another version of Downtime", "update Downtime on this computer")
        raise _malformed(path, f"it does not start with {_PREFIX}")
    body = text.removeprefix(_PREFIX)
    if len(body) != _CHARACTERS + 1:
        raise _malformed(path, f"it has {len(body)} characters after {_PREFIX} instead of {_CHARACTERS + 1}")
    if not base32.check_passes(body):
        raise _malformed(path, "its check character does not fit: a character was changed")
    bits = base32.to_int(body[:-1])
    if bits & ((1 << _SPARE_BITS) - 1):
        raise _malformed(path, "bits that must be zero are set")
    return (bits >> _SPARE_BITS).to_bytes(KEY_BYTES)


def _malformed(path: Path, why: str, do: str = "") -> ConfigError:
    return ConfigError(
        "this is not a usable key file",
        where=str(path),
        why=why,
        do=do or "copy it again from the computer where the site folder was made",
    )

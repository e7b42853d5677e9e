"""The passphrase that opens what holds patient data: read from a file or the environment, never from the command line.

What stands on a command line is kept in the shell's history and shown to every user of the computer in its list of
processes. A Passphrase never shows itself: not in an error, a log or a debugger's line.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from downtime.errors import ConfigError, InputError

VARIABLE = "DOWNTIME_PASSPHRASE"
"""The environment variable that may hold the passphrase."""

SHORT_CHARACTERS = 15
"""Below this a passphrase is called short: NIST SP 800-63B-4, 3.1.1.2, for a password that stands alone."""

MOST_BYTES = 127
"""PDF's AES-256 uses no more (ISO 32000-2, 7.6.4.3.3); what it would cut off must not seem to protect."""

_MOST_FILE_BYTES = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class PassphraseMissingError(InputError):
    """Something is encrypted, and no passphrase was given."""


class PassphraseWrongError(InputError):
    """The passphrase given does not open this."""


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase in one normal form, so that it opens on another keyboard what it closed on this one."""

    text: str = field(repr=False)

    @classmethod
    def of(cls, typed: str, where: str = "") -> Passphrase:
        """The passphrase as typed; raises InputError for one that is empty, too long, or cannot be typed again."""
        # NFKC, as PDF asks (SASLprep): é is one sign or two, depending on the computer.
        text = unicodedata.normalize("NFKC", typed)
        if not text.strip():
            do = "write at least four random words"
            raise InputError("the passphrase is empty", why="it would protect nothing", do=do, where=where)
        if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Cf") for sign in text):
            why = "nobody could type it again"
            raise InputError("the passphrase holds a character that is no letter, digit or sign", why=why, where=where)
        if len(text.encode()) > MOST_BYTES:
            why = f"a PDF looks at the first {MOST_BYTES} bytes only"
            raise InputError("the passphrase is too long", why=why, do="make it shorter", where=where)
        return cls(text)

    def __str__(self) -> str:
        return "(a passphrase)"

    @property
    def weaknesses(self) -> tuple[str, ...]:
        """What is unwise about it, in words that do not tell it."""
        return tuple(_weaknesses(self.text))


def _weaknesses(text: str) -> Iterator[str]:
    if len(text) < SHORT_CHARACTERS or len(set(text)) < 6:
        yield (
            "the passphrase is short: whoever finds a copy can try millions a second; take at least "
            f"{SHORT_CHARACTERS} characters, as four random words"
        )
    if not text.isascii():
        yield "the passphrase has letters beyond a to z, which not every keyboard has"
    if text != text.strip():
        yield "the passphrase begins or ends with a blank, which is easily forgotten"


def passphrase_file(path: Path) -> Passphrase:
    """Read the passphrase that is the only line of a file.

    Raises ConfigError where the file cannot be read or is open to other users, InputError for what is no passphrase.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_MOST_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            "the passphrase file cannot be read", why=error.strerror or str(error),
            do=f"correct its name or who may read it, or give the passphrase in {VARIABLE}", where=str(path),
        ) from None  # fmt: skip
    # Windows keeps access in lists that the mode does not show.
    if os.name == "posix" and mode & _OTHERS:
        raise ConfigError(
            f"other users may open the passphrase file (mode {stat.S_IMODE(mode):04o})",
            why="whoever has the passphrase can read every kit", do=f"chmod 600 '{path}'", where=str(path),
        )  # fmt: skip
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = []
    if len(content) > _MOST_FILE_BYTES or len(lines) > 1 or (content and not lines):
        why = "it has more than one line, or is not text"
        raise InputError("this is no passphrase file", why=why, do="write the passphrase on one line", where=str(path))
    return Passphrase.of(lines[0] if lines else "", str(path))


def passphrase_variable(environment: Mapping[str, str]) -> Passphrase | None:
    """The passphrase in the environment, None where there is none; raises InputError for one that is empty."""
    typed = environment.get(VARIABLE)
    return None if typed is None else Passphrase.of(typed, f"the environment variable {VARIABLE}")

"""What can go wrong, in one shape: a place, what was seen, why it matters, what to do, and an exit code.

Expected outcomes are values (``Finding``); exceptions are for the operator (``DowntimeError``) or for bugs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """Every exit code of the command line; the README's table is tested against this enum."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    CONFIG = 3
    INPUT = 4
    CANNOT_WRITE = 5
    MISSING_PART = 6
    OTHER_SIDE = 7
    BUG = 70
    INTERRUPTED = 130


EXIT_MEANINGS: dict[ExitCode, str] = {
    ExitCode.DONE: "done",
    ExitCode.FINDINGS: "done, with findings or pages that need a person",
    ExitCode.USAGE: "the command was not understood",
    ExitCode.CONFIG: "bad configuration or form",
    ExitCode.INPUT: "bad input file",
    ExitCode.CANNOT_WRITE: "cannot write",
    ExitCode.MISSING_PART: "an optional part is not installed",
    ExitCode.OTHER_SIDE: "the other side refused or did not answer",
    ExitCode.BUG: "a bug in Downtime",
    ExitCode.INTERRUPTED: "interrupted",
}


class Level(StrEnum):
    """How much a finding matters: an error stops the work, a warning prints, a note is for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found in a file: printed as ``file:line: level: what – why – do this``.

    ``file`` is shown as given (relative to where the user stands where possible); ``line`` is 1-based, 0 if unknown.
    """

    file: str
    line: int
    level: Level
    what: str
    why: str = ""
    do: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [part for part in (self.what, self.why, self.do) if part]
        return f"{place}: {self.level.value}: " + " – ".join(parts)


class DowntimeError(Exception):
    """An error for the operator: what happened, why, what to do, and the exit code to leave with."""

    exit_code: ExitCode = ExitCode.BUG

    def __init__(self, what: str, *, why: str = "", do: str = "", where: str = "") -> None:
        self.what, self.why, self.do, self.where = what, why, do, where
        super().__init__(str(self))

    def __str__(self) -> str:
        text = " – ".join(part for part in (self.what, self.why, self.do) if part)
        return f"{self.where}: {text}" if self.where else text

    def __reduce__(self) -> tuple[object, ...]:
        # Errors come back from worker processes; the words are keyword arguments, which pickle would forget.
        return _again, (type(self), dict(self.__dict__))


def _again(kind: type[DowntimeError], content: dict[str, object]) -> DowntimeError:
    error = kind.__new__(kind)
    error.__dict__.update(content)
    return error


class UsageError(DowntimeError):
    """The command asks for something that does not exist or cannot be (unknown department, copies of −1)."""

    exit_code = ExitCode.USAGE


class ConfigError(DowntimeError):
    """The site folder, a form or a template is wrong; carries every finding, so that all show at once."""

    exit_code = ExitCode.CONFIG

    def __init__(
        self, what: str = "", *, why: str = "", do: str = "", where: str = "", findings: Iterable[Finding] = ()
    ) -> None:
        self.findings = tuple(findings)
        if not what and self.findings:
            what = "\n".join(str(finding) for finding in self.findings)
        super().__init__(what, why=why, do=do, where=where)


class InputError(DowntimeError):
    """A file given as input cannot be used."""

    exit_code = ExitCode.INPUT


class WriteError(DowntimeError):
    """The output cannot be written; nothing half-written is left behind."""

    exit_code = ExitCode.CANNOT_WRITE


class MissingPartError(DowntimeError):
    """An optional part is not installed; the remedy names the extra."""

    exit_code = ExitCode.MISSING_PART


class OtherSideError(DowntimeError):
    """Another program (a database, a receiver) refused or did not answer."""

    exit_code = ExitCode.OTHER_SIDE

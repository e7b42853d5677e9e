"""What every reader of census files needs: the file as read, its text made printable, and moments of the hospital."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from downtime.census.snapshot import Problem
from downtime.errors import InputError

TEXT_CHARACTERS = 2_000
NAME_CHARACTERS = 200
NUMBER_CHARACTERS = 40
"""Longer is no number of a patient or visit: it would not fit a label, and is surely something else."""

OLDEST_YEAR = 1890
"""No patient was born before; the year of a date before it is a typing error or a stand-in for "unknown"."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much may the clock of a source be ahead of this computer's."""

# Where a control character stands something is damaged, and that must show: "5", NUL, "0" is not 50. Marks that turn
# the direction of text could make a name or a dose read wrongly, and carry nothing: they go.
_DAMAGED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"\s+")
_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]{1,12})?\s?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A census file as it was read: `shown_as` names it in messages, `modified` is the file's own time.

    `in_folder` says that it was found in a folder, where other things may lie, and not named by the user.
    """

    shown_as: str
    raw: bytes
    modified: datetime
    in_folder: bool = False


class NotACensusError(InputError):
    """A file that holds something else altogether: told where it lies in a folder, an error where it was named."""


def printable(text: str, limit: int = TEXT_CHARACTERS, *, of: int = 0) -> str:
    """Text on one line that can be printed; what is too long is cut, and says so where it is cut.

    `of` is the length of the whole, where only its beginning is given.
    """
    total = of or len(text)
    # Ten million characters must not be searched; four times the limit leaves room for blanks that fall away.
    text = _TURNING.sub("", text[: 4 * limit])
    text = _BLANKS.sub(" ", _DAMAGED.sub("\ufffd", text)).strip()
    if len(text) <= limit and total <= 4 * limit:
        return text
    return f"{text[:limit].rstrip()} … [cut: {total:,} characters in the source]"


@lru_cache(maxsize=8)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of the facility."""
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a moment of the hospital's clock; `doubt` says what is not certain about it."""

    day: date
    moment: datetime | None = None
    doubt: str = ""


def iso_moment(text: str, zone: ZoneInfo) -> When | None:
    """Read ``2026-11-16`` or ``2026-11-16T06:40[:00][Z|-06:00]``; None where it is anything else."""
    match = _ISO.fullmatch(text.strip()) if len(text) < 60 else None
    if match is None:
        return None
    try:
        if match["time"] is None:
            return When(date.fromisoformat(match["day"]))
        bare = datetime.fromisoformat(f"{match['day']}T{match['time']}")
        if match["zone"] is None:
            return at_wall_clock(bare, zone)
        offset = match["zone"].replace("Z", "+00:00")
        moment = datetime.fromisoformat(f"{match['day']}T{match['time']}{offset}").astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return When(moment.date(), moment)


def at_wall_clock(bare: datetime, zone: ZoneInfo) -> When | None:
    """A moment by the hospital's clock; tells the hour that comes twice, and refuses the one that never comes."""
    moment = bare.replace(tzinfo=zone)
    if not OLDEST_YEAR <= bare.year <= 2200:  # the arithmetic below must not leave the calendar
        return None
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != bare:
        return None
    twice = moment.utcoffset() != moment.replace(fold=1).utcoffset()
    return When(bare.date(), moment, "that hour came twice; the first is meant here" if twice else "")


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last minute of a day: an order that ends on a day, and names no time, covers that whole day."""
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first minute of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def birth_date_fault(born: date, now: datetime) -> str:
    """Why a day cannot be a birth date, or nothing."""
    if born > now.date() + timedelta(days=1):
        return "the birth date lies in the future"
    return "the birth date is too long ago" if born.year < OLDEST_YEAR else ""


class Problems:
    """A list of problems that grows while a source is read."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._found: list[Problem] = []

    def add(self, element: str, what: str, *, patient: str = "", original: str = "", where: str = "") -> None:
        """Add one; the original is cut to what prints."""
        self._found.append(
            Problem(
                where=where or self._where,
                patient=printable(patient, NUMBER_CHARACTERS),
                element=element,
                what=what,
                original=printable(original, 300),
            )
        )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add those that another reader found."""
        self._found.extend(problems)

    def found(self) -> tuple[Problem, ...]:
        """All so far, each once."""
        return tuple(dict.fromkeys(self._found))

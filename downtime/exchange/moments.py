"""Clock times on paper as moments: with the day, the time zone, and both nights on which the clock is changed.

On the spring night an hour does not exist; a time in it was misread or the clock on the wall was not changed. On the
autumn night an hour comes twice, and paper does not say which. Neither is guessed: a person decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"([0-9]{2}) ([A-Z]{3}) ([0-9]{4})")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")
_DATETIME = re.compile(r"([0-9]{2} [A-Z]{3} [0-9]{4}) ([0-9]{4})")


@dataclass(frozen=True, slots=True)
class NoMoment:
    """Why a clock time on paper is no one moment, and what a person can do about it."""

    why: str
    do: str = "look at the page, and enter it by hand"


def day_of(text: str) -> date | NoMoment:
    """A day as the desk keeps it (``02 MAR 2026``)."""
    found = _DATE.fullmatch(text.strip())
    if not found or found[2] not in _MONTHS:
        return NoMoment(f"“{text[:40]}” is not a date")
    try:
        return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return NoMoment(f"there is no day “{text}”")


def clock_of(text: str) -> time | NoMoment:
    """A clock time as the desk keeps it (``0205``)."""
    found = _TIME.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else NoMoment(f"“{text[:40]}” is not a time")


def split_moment(text: str) -> tuple[str, str] | NoMoment:
    """Date and time of a value that holds both (``02 MAR 2026 0205``)."""
    found = _DATETIME.fullmatch(text.strip())
    return (found[1], found[2]) if found else NoMoment(f"“{text[:40]}” is not a date and a time")


def moment_at(day: date, clock: time, zone: ZoneInfo, fold: int | None = None) -> datetime | NoMoment:
    """The moment of a wall-clock time; `fold` is a person's word which of two equal hours it was (0 or 1)."""
    first = datetime.combine(day, clock, zone).replace(fold=0)
    second = first.replace(fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        return NoMoment(
            f"{clock:%H%M} did not exist on {day:%d %b %Y}: the clock was put forward",
            "ask whoever wrote it whether the clock on the wall had been changed",
        )
    if first.utcoffset() == second.utcoffset():
        return first
    if fold is None:
        return NoMoment(
            f"{clock:%H%M} came twice on {day:%d %b %Y}: at {first:%H%M %z} and at {second:%H%M %z}",
            "say which of the two hours it was",
        )
    return second if fold else first


def near_hour(first_day: date, first_hour: time, hour: time, clock: time) -> date | NoMoment:
    """The day of a clock time that was written under a printed hour of a sheet of 24 hours.

    The sheet begins on `first_day` at `first_hour`; the hour is on that day or the next. Whatever was written lies
    within 12 hours of it: given early or late, even across midnight. Exactly 12 hours away it could be either day.
    """
    nominal = datetime.combine(first_day + timedelta(days=1 if hour < first_hour else 0), hour)
    days = (nominal.date() + timedelta(days=step) for step in (-1, 0, 1))
    near = [day for day in days if abs(datetime.combine(day, clock) - nominal) <= timedelta(hours=12)]
    if len(near) != 1:
        return NoMoment(f"{clock:%H%M} is 12 hours from the printed {hour:%H%M}, so its day is not certain")
    return near[0]

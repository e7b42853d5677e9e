"""Clock times and moments: wall clock to UTC and back, with the two nights of the year on which they differ.

Python compares two datetimes of one zone by their wall clock and forgets which of two equal hours is meant, so that
everything here is reckoned in UTC, and put into the hospital's zone only to be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from downtime.clinical.clock import minutes
from downtime.errors import UsageError

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# Systems write the year 1 or 9999 for "always"; the last days of the calendar cannot be moved between zones.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """The hours that a sheet covers: from `start` up to, and without, `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise UsageError("the window has no time zone", why="an hour without a zone is two hours in autumn")
        if not EARLIEST < utc(self.start) < utc(self.end) < LATEST:
            raise UsageError("the window ends before it starts", why="no dose can fall into it", do="check the hours")


def utc(moment: datetime) -> datetime:
    """Give an aware moment in UTC; one beyond the calendar's ends becomes the end."""
    if moment.year <= EARLIEST.year:
        return EARLIEST
    return LATEST if moment.year >= LATEST.year else moment.astimezone(UTC)


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as it is printed: ``22 NOV 2026 2200``, by the hospital's clock."""
    local = moment.astimezone(zone)
    return f"{date_text(local)} {local:%H%M}"


def date_text(day: date) -> str:
    """Write a date as it is printed: ``22 NOV 2026``."""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Give the date of a moment by the hospital's clock; 0000 belongs to the day that starts."""
    return moment.astimezone(zone).date()


def day_starts(day: date, zone: ZoneInfo) -> datetime:
    """Give the first moment of a day, in UTC."""
    return on_the_clock(day, "0000", zone)


def _exists(naive: datetime, zone: ZoneInfo) -> bool:
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive


def is_skipped(day: date, hhmm: str, zone: ZoneInfo) -> bool:
    """Tell whether the clock jumps over a time on this day."""
    return not _exists(datetime.combine(day, time()) + minutes(hhmm) * MINUTE, zone)


def on_the_clock(day: date, hhmm: str, zone: ZoneInfo) -> datetime:
    """Give the moment, in UTC, at which the clock shows a time on a day.

    Of two equal hours the first is meant, so that no dose is an hour late unnoticed. A time that the clock jumps over
    becomes the next minute that exists: the ward's clock shows it at the very moment at which the dose is due.
    """
    naive = datetime.combine(day, time()) + minutes(hhmm) * MINUTE
    while not _exists(naive, zone):
        naive += MINUTE
    return naive.replace(tzinfo=zone, fold=0).astimezone(UTC)


def on_days(days: Iterable[date], clock: Sequence[str], zone: ZoneInfo) -> Iterator[datetime]:
    """Give the moments of a day's times on each of the days, each moment once, ascending."""
    last = EARLIEST
    for day in days:
        for hhmm in clock:
            moment = on_the_clock(day, hhmm, zone)
            if local_day(moment, zone) != day and is_skipped(day, "1200", zone):
                break  # a whole day that an island's calendar leaves out has no doses
            if moment > last:
                last = moment
                yield moment


def days_from(first: date, step: int = 1) -> Iterator[date]:
    """Give a day and those after it, `step` days apart, to the end of the calendar."""
    day = first
    while day.year < LATEST.year:
        yield day
        day += step * DAY


def around(moment: datetime, clock: Sequence[str], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the two moments at which the clock shows one of the times, before (or at) a moment and after it."""
    before = moment
    for slot in on_days(days_from(local_day(moment, zone) - 2 * DAY), clock, zone):
        if slot > moment:
            return before, slot
        before = slot
    return before, LATEST


def clock_notes(moments: Sequence[datetime], clock: Sequence[str], zone: ZoneInfo) -> tuple[str, ...]:
    """Say in words what a change of the clock does to printed times: an hour that comes twice, or not at all."""
    notes = []
    for moment in moments:
        local = moment.astimezone(zone)
        other = local.replace(fold=1 - local.fold)
        if other.utcoffset() != local.utcoffset() and _exists(local.replace(tzinfo=None, fold=0), zone):
            which = "second" if local.fold else "first"
            twice = f"the hour {local:%H}00 occurs twice on {date_text(local)}"
            notes.append(f"{twice}: {local:%H%M} is the {which}, {local.tzname()}")
    for day in dict.fromkeys(local_day(moment, zone) for moment in moments):
        for hhmm in clock:
            if is_skipped(day, hhmm, zone) and (moved := on_the_clock(day, hhmm, zone)) in moments:
                shown = f"{moved.astimezone(zone):%H%M}"
                notes.append(f"{hhmm} does not exist on {date_text(day)}: printed as {shown}")
    return tuple(notes)

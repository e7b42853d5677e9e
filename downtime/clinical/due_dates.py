"""Doses that are not due every day: named weekdays, every other day, every few weeks, once a month.

A day is counted only from a day that is known, that of the last dose or of the order's start. On it the dose is due at
the unit's time for that many doses a day, or at the time that the order names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import dropwhile

from downtime.clinical.due_clock import (
    DAY,
    LATEST,
    MINUTE,
    around,
    date_text,
    day_starts,
    days_from,
    local_day,
    on_days,
)
from downtime.clinical.due_rhythm import Rhythm, Unread
from downtime.clinical.due_schedule import Known, Plan

Days = Callable[[date], Iterator[date]]


def on_dates(rhythm: Rhythm, known: Known) -> Plan | Unread:
    """Plan the doses of a rhythm of days, whose times of day are known."""
    last_day = local_day(known.last, known.zone) if known.last else None
    start_day = local_day(known.start, known.zone) if known.start else None
    if rhythm.weekdays:
        return _weekdays(rhythm, known, last_day)
    base = last_day or start_day
    if base is None:
        return Unread(f"{rhythm.words}: neither the day of a dose nor a start is known")
    if rhythm.months and base.day > 28:
        return Unread(f"{rhythm.words}: not every month has a day {base.day}")
    days = _stepped(rhythm, base)
    doubt = ""
    if last_day and start_day and rhythm.days and start_day <= last_day and (last_day - start_day).days % rhythm.days:
        doubt = "counted from the order's start, other days would be due"
    anchor = f"{rhythm.words} from {'last dose' if last_day else 'start'} {date_text(base)}"
    anchor = f"{_whose(rhythm, known)}, {anchor}"
    if last_day is None and known.start and not known.start_day_only:
        return _from_start(_plan(rhythm, known, days, anchor, base + DAY, doubt), known.start)
    return _plan(rhythm, known, days, anchor, base + DAY if last_day else base, doubt)


def _whose(rhythm: Rhythm, known: Known) -> str:
    # A code is the unit's; without one the order's own clock stands there, or the unit's time for once a day.
    return known.schedule.whose if rhythm.clock == known.schedule.times_for(rhythm.code or "DAILY") else "ordered times"


def _weekdays(rhythm: Rhythm, known: Known, last_day: date | None) -> Plan:
    def days(since: date) -> Iterator[date]:
        return (day for day in days_from(since) if day.weekday() in rhythm.weekdays)

    doubt = ""
    if last_day and last_day.weekday() not in rhythm.weekdays:
        doubt = f"the last dose was not on {rhythm.words}"
    elif known.start and not known.start_day_only and last_day is None:
        day = local_day(known.start, known.zone)
        slots = list(on_days([day], rhythm.clock, known.zone))
        if day.weekday() in rhythm.weekdays and slots[0] < known.start:
            doubt = f"ordered on {date_text(day)} after that day's time; ask whether a dose was due"
    opens = last_day + DAY if last_day and rhythm.per_day == 1 else date.min
    return _plan(rhythm, known, days, f"{_whose(rhythm, known)}, {rhythm.words}", opens, doubt)


def _stepped(rhythm: Rhythm, base: date) -> Days:
    def days(since: date) -> Iterator[date]:
        if rhythm.days:
            ahead = max(0, -((base - since).days // rhythm.days))
            return days_from(base + ahead * rhythm.days * DAY, rhythm.days)
        return dropwhile(lambda day: day < since, _months(base, rhythm.months))

    return days


def _months(base: date, step: int) -> Iterator[date]:
    month = base.year * 12 + base.month - 1
    while month // 12 < LATEST.year:
        yield base.replace(year=month // 12, month=month % 12 + 1)
        month += step


def _plan(rhythm: Rhythm, known: Known, days: Days, anchor: str, opens: date, doubt: str) -> Plan:
    zone, floor = known.zone, known.start
    if floor and known.start_day_only:
        floor = day_starts(local_day(floor, zone), zone)
    if known.last and rhythm.per_day > 1:
        # A dose stands for the time of day that it is nearest to, so that 0850 is not followed by 0900.
        before, after = around(known.last, rhythm.clock, zone)
        served = after if after - known.last < known.last - before else known.last
        floor = max(served + MINUTE, floor) if floor else served + MINUTE

    def moments(since: datetime) -> Iterator[datetime]:
        since = max(since, floor) if floor else since
        first = max(opens, local_day(since, zone) - DAY)
        return dropwhile(lambda moment: moment < since, on_days(days(first), rhythm.clock, zone))

    first = next(moments(known.last), None) if known.last else None
    return Plan(anchor, moments, first, known.last, clock=rhythm.clock, doubt=doubt)


def _from_start(later: Plan, start: datetime) -> Plan:
    """The first dose is due when the order says that it starts, the others at the day's times on their days."""

    def moments(since: datetime) -> Iterator[datetime]:
        if start >= since:
            yield start
        yield from later.moments(since)

    return replace(later, moments=moments, first=next(later.moments(start), None), counted_from=start)

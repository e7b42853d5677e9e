"""From a rhythm and what is known of earlier doses to the moments at which doses are due.

Times by the unit's table keep to the wall clock, also over the nights on which the clock changes; times counted from a
dose keep to elapsed time. Sources: the "50 percent" first-dose rule of a large US hospital's published policy; ISMP
guideline for timely administration of scheduled medications (1 hour either side for what is not time-critical).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import dropwhile

from downtime.clinical.due_clock import DAY, LATEST, around, day_starts, days_from, local_day, on_days
from downtime.clinical.due_dates import on_dates
from downtime.clinical.due_meals import with_clock
from downtime.clinical.due_rhythm import A_DAY_CODES, Beat, Rhythm, Unread, evenly_spaced
from downtime.clinical.due_schedule import Known, Plan

ON_TIME = timedelta(hours=1)


def planned(rhythm: Rhythm, known: Known) -> Plan | Unread:
    """Plan the doses of a rhythm, or say what is missing."""
    if rhythm.beat is Beat.INTERVAL:
        return _interval(rhythm, known)
    if rhythm.per_week:
        return Unread(f"{rhythm.words}: the days are not named")
    timed = with_clock(rhythm, known.schedule)
    if isinstance(timed, Unread):
        return timed
    if rhythm.beat is Beat.DATED:
        return on_dates(timed, known)
    plain = rhythm.code in (*A_DAY_CODES.values(),) and not (rhythm.clock or rhythm.events)
    evenly = plain and rhythm.nominal is not None and rhythm.nominal * rhythm.per_day == DAY
    if known.strict_class and evenly and (known.last or (known.start and not known.start_day_only)):
        if not evenly_spaced(timed.clock, rhythm.nominal):
            # 3 times a day in the daytime is not every 8 hours: which of the two is meant, a person must say.
            return Unread(f"{rhythm.words}: counted from the dose, or at the unit's times? ask")
        return _elapsed(rhythm, known)
    whose = "ordered times" if rhythm.clock else known.schedule.whose
    return _by_clock(timed, known, whose, rounds_start=plain)


def _interval(rhythm: Rhythm, known: Known) -> Plan | Unread:
    """Count an interval from the last dose, else from the start, or follow the unit's times where those are its grid.

    A strict interval or class is never moved to the unit's times. One that is not follows them where the last dose
    shows that the patient is on them: given within an hour of one of them, or as the order's first dose. Anyone else
    is on times of their own, and then only the interval is certain.
    """
    clock = known.schedule.times_for(rhythm.code) if rhythm.code and not known.strict_class else ()
    if not clock:
        return _elapsed(rhythm, known)
    on_grid = Rhythm(Beat.A_DAY, rhythm.words, code=rhythm.code, per_day=len(clock), clock=clock)
    if known.last is not None and not _is_first(known):
        before, after = around(known.last, clock, known.zone)
        tolerance = min(ON_TIME, (rhythm.every or DAY) / 4)
        if min(known.last - before, after - known.last) > tolerance:
            return _elapsed(rhythm, known)
    return _by_clock(on_grid, known, known.schedule.whose, rounds_start=True)


def _elapsed(rhythm: Rhythm, known: Known) -> Plan | Unread:
    gap = rhythm.nominal
    anchor = known.last or (None if known.start_day_only else known.start)
    if anchor is None or gap is None:
        return Unread(f"{rhythm.words}: counted from a dose, and neither a dose nor a start is known")

    def moments(since: datetime) -> Iterator[datetime]:
        step = max(1 if known.last else 0, -((anchor - since) // gap))
        while anchor + step * gap < LATEST:
            yield anchor + step * gap
            step += 1

    what = "last dose" if known.last else "start"
    first = anchor + gap if known.last else anchor
    counted = anchor if known.last else None
    return Plan(f"from {what} {known.text(anchor)}", moments, first, counted, usual=gap)


def _by_clock(rhythm: Rhythm, known: Known, whose: str, *, rounds_start: bool) -> Plan:
    clock, zone = rhythm.clock, known.zone
    usual = rhythm.nominal
    if rhythm.nominal is None and rounds_start:
        usual = DAY / rhythm.per_day

    def slots(since: datetime) -> Iterator[datetime]:
        days = days_from(local_day(since, zone) - DAY)
        return dropwhile(lambda moment: moment < since, on_days(days, clock, zone))

    if known.last is not None:
        first_dose = rounds_start and _is_first(known)
        before, after = around(known.last, clock, zone)
        skip = after - known.last < (usual or DAY) / 2
        if not first_dose:
            # A later dose stands for the slot that it is nearest to; midway, the first-dose rule decides.
            skip = (after - known.last, not skip) < (known.last - before, True)
        first = next(slots(after + timedelta(minutes=1))) if skip else after
        served = after if skip else before
        return Plan(
            f"{whose}, after last dose {known.text(known.last)}", lambda since: slots(max(since, first)), first,
            known.last, usual, None if first_dose else first - served, clock,
        )  # fmt: skip
    start = known.start
    if start is None:
        return Plan(whose, slots, clock=clock)
    if known.start_day_only or not rounds_start:
        opens = day_starts(local_day(start, zone), zone) if known.start_day_only else start
        return Plan(whose, lambda since: slots(max(since, opens)), clock=clock)
    after = next(slots(start + timedelta(minutes=1)))
    second = next(slots(after + timedelta(minutes=1))) if after - start < (usual or DAY) / 2 else after

    def moments(since: datetime) -> Iterator[datetime]:
        if start >= since:
            yield start
        yield from slots(max(since, second))

    anchor = f"{whose}, after first dose {known.text(start)}"
    return Plan(anchor, moments, second, start, usual, clock=clock)


def _is_first(known: Known) -> bool:
    """Whether the last dose is the order's first, given about when the order starts."""
    timed = known.start is not None and not known.start_day_only
    return timed and known.last is not None and known.start is not None and abs(known.last - known.start) <= ON_TIME

"""When a medicine is due within the hours of a sheet, as printed clock times, or the reason why none are printed.

The rule is never to guess. Where an order is not understood, where its words and its code disagree, or where the day or
dose to count from is not known, no time is printed: the order stands in its own words with empty cells. A result is a
proposal, to be initialled as "times checked" before first use.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from downtime.clinical import due_special as special
from downtime.clinical.due_agree import Agreed, agreed
from downtime.clinical.due_clock import DAY, EARLIEST, LATEST, Window, clock_notes, day_starts, local_day, utc
from downtime.clinical.due_plan import planned
from downtime.clinical.due_result import Due, DueStatus, printed, within
from downtime.clinical.due_rhythm import Beat, Rhythm, Unread
from downtime.clinical.due_schedule import Known, Schedule
from downtime.clinical.timing import OrderTiming

__all__ = ["Due", "DueStatus", "Schedule", "Window", "due_times"]

_MOST_COUNTED = 5000
_LONGEST_HOURS = 24 * 3660


def due_times(
    timing: OrderTiming,
    *,
    window: Window,
    schedule: Schedule,
    zone: ZoneInfo,
    last_given: datetime | None = None,
    strict_class: bool = False,
) -> Due:
    """Give the clock times at which an order is due in a window, or say why it has none.

    `strict_class` says that the drug's class is counted from the dose given (IV anti-infectives, anticoagulants,
    antiepileptics, drugs dosed by level): it then never moves to the unit's times.
    """
    moments = (*timing.times, timing.start, timing.stop, last_given)
    if any(moment is not None and moment.tzinfo is None for moment in moments):
        return Due(DueStatus.NOT_COMPUTED, why="a time of this order has no time zone")
    start = _bound(timing.start, timing.start_day_only, zone)
    stop = _bound(timing.stop, False, zone)
    if stop is not None and timing.stop_day_only:
        stop = day_starts(local_day(stop, zone) + DAY, zone)
    last = _bound(last_given, False, zone)
    known = Known(schedule, zone, start, timing.start_day_only, last, strict_class)
    if start and stop and stop <= start:
        return Due(DueStatus.NOT_COMPUTED, why="the order stops before it starts")
    if stop and stop <= utc(window.start):
        return Due(DueStatus.OUTSIDE_WINDOW, why=f"stopped {known.text(stop)}")
    found = agreed(timing)
    if timing.doubts:
        found = replace(found, why="; ".join(timing.doubts))
        if not found.as_needed:
            return Due(DueStatus.NOT_COMPUTED, why=found.why)
    if start and start >= utc(window.end):
        return Due(DueStatus.OUTSIDE_WINDOW, why=f"starts {known.text(start)}")
    if timing.steps > 1:
        return Due(DueStatus.NOT_COMPUTED, why=f"{timing.steps} steps, as written")
    stops = (f"stops {known.text(stop)}",) if stop and stop < utc(window.end) else ()
    if found.as_needed:
        return _as_needed(timing, found, known, stop, stops)
    if why := found.why or _length_conflict(found, timing, start, stop, window, zone):
        return Due(DueStatus.NOT_COMPUTED, why=why, notes=stops)
    if found.rhythm is not None and found.rhythm.beat is Beat.CONTINUOUS:
        return Due(DueStatus.CONTINUOUS, notes=stops)
    if timing.times:
        return _ordered(timing, found.rhythm, known, window, stop, stops)
    if found.rhythm is None:
        why = "no frequency that can be read" if timing.code or timing.text else "no frequency is stated"
        return Due(DueStatus.NOT_COMPUTED, why=why, notes=stops)
    if found.rhythm.beat is Beat.ONCE:
        once, notes = special.one_time(found.rhythm, timing, known, window)
        return Due(DueStatus.ONE_TIME, printed(once, zone), "ordered times" if once else "", notes=(*notes, *stops))
    return _repeated(timing, found, known, window, stop, stops)


def _bound(moment: datetime | None, day_only: bool, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    found = utc(moment)
    if found in (EARLIEST, LATEST):  # the year 1 or 9999 stands for "no bound"; nothing is counted from it
        return None
    return day_starts(local_day(found, zone), zone) if day_only else found


def _as_needed(timing: OrderTiming, found: Agreed, known: Known, stop: datetime | None, stops: tuple[str, ...]) -> Due:
    """As needed: no times, but the earliest next one (last dose given and the least interval; elapsed time)."""
    gap = None if found.why else special.least_gap(timing, found.rhythm)
    notes = (*special.missing_words(timing, gap), *stops)
    earliest = known.last + gap if known.last and gap else None
    if earliest and stop and earliest >= stop:
        earliest, notes = None, (*notes, "the order stops before another dose may be given")
    anchor = f"from last dose {known.text(known.last)}" if earliest and known.last else ""
    local = earliest.astimezone(known.zone) if earliest else None
    return Due(DueStatus.AS_NEEDED, anchor=anchor, why=found.why, notes=notes, earliest_next=local)


def _length_conflict(
    found: Agreed, timing: OrderTiming, start: datetime | None, stop: datetime | None, window: Window, zone: ZoneInfo
) -> str:
    """Why the order's start and stop do not go with the start and length that its words and its coding state, if so."""
    starts, days, hours = found.sig.starts, found.sig.for_days, timing.lasts_hours
    if starts is not None:
        if start is None:
            return "text says when it starts, the order does not"
        local = start.astimezone(zone)
        hour = "" if timing.start_day_only else f"{local:%H%M}"
        if {local.day, local.month} != set(starts[:2]) or (hour and starts[2] not in ("", hour)):
            return "text says another start than the order"
    lengths = [(days * DAY, f"text says for {days} days")] if days is not None else []
    if hours is not None and hours.is_finite() and 0 < hours < _LONGEST_HOURS:
        lengths.append((timedelta(hours=float(hours)), f"order says for {special.length_words(hours)}"))
    for length, words in lengths:
        if start is None:
            return f"{words}, but not since when"
        # A last day may be meant with or without itself.
        tolerance = DAY if length >= DAY else timedelta()
        if stop is not None and abs(stop - start - length) > tolerance:
            return f"{words}, the order stops otherwise"
        if stop is None and utc(window.end) > start + length - tolerance:
            return f"{words}, and the order has no stop"
    return ""


def _ordered(
    timing: OrderTiming, rhythm: Rhythm | None, known: Known, window: Window, stop: datetime | None,
    stops: tuple[str, ...],
) -> Due:  # fmt: skip
    """Moments that the order names win over every code (HL7 v2 TQ1-4, FHIR Timing.event), if they fit it."""
    ordered = sorted({utc(moment) for moment in timing.times})
    if why := special.against_times(rhythm, ordered, known):
        return Due(DueStatus.NOT_COMPUTED, why=why, notes=stops)
    low, high = max(utc(window.start), known.start or utc(window.start)), min(utc(window.end), stop or LATEST)
    inside = [moment for moment in ordered if low <= moment < high]
    if known.last is not None:
        inside = [moment for moment in inside if moment > known.last]
    notes = list(stops)
    once = rhythm is not None and rhythm.beat is Beat.ONCE
    if rhythm is not None and not once and ordered[-1] < high:
        notes.append(f"no time is ordered after {known.text(ordered[-1])}; the order says {rhythm.words}")
    past = [moment for moment in ordered if moment < low and (known.last is None or moment > known.last)]
    if past and past[-1] >= low - DAY:
        notes.append(f"was due {known.text(past[-1])}, not recorded as given: check")
    if not inside:
        later = [moment for moment in ordered if moment >= utc(window.end)]
        why = f"next due {known.text(later[0])}" if later else f"ordered for {known.text(ordered[-1])}"
        return Due(DueStatus.OUTSIDE_WINDOW, anchor="ordered times", why=why, notes=tuple(notes))
    notes += clock_notes(inside, (), known.zone)
    status = DueStatus.ONE_TIME if once else DueStatus.COMPUTED
    return Due(status, printed(inside, known.zone), "ordered times", notes=tuple(notes))


def _repeated(
    timing: OrderTiming, found: Agreed, known: Known, window: Window, stop: datetime | None, stops: tuple[str, ...]
) -> Due:
    rhythm, notes = found.rhythm, list(stops)
    if rhythm is None:
        return Due(DueStatus.NOT_COMPUTED, why="no frequency is stated")
    if timing.immediate and known.last is None and (known.start is None or known.start_day_only):
        return Due(DueStatus.NOT_COMPUTED, why=f"first dose at once, then {rhythm.words}: no start is known")
    usual = rhythm.nominal or DAY / max(1, rhythm.per_day)
    if known.last and known.start and not known.start_day_only and known.start - known.last >= usual / 2:
        notes.append(f"last dose {known.text(known.last)} was before this order")
        known = Known(known.schedule, known.zone, known.start, False, None, known.strict_class)
    plan = planned(rhythm, known)
    if isinstance(plan, Unread):
        return Due(DueStatus.NOT_COMPUTED, why=plan.why, notes=tuple(notes))
    count, why = _count(timing, found, known)
    if why:
        return Due(DueStatus.NOT_COMPUTED, why=why, notes=tuple(notes))
    return within(plan, known, window, stop, count, notes)


def _count(timing: OrderTiming, found: Agreed, known: Known) -> tuple[int | None, str]:
    """How many doses the order is for in all; they are counted from its start, or not at all."""
    coded = timing.repeat.count if timing.repeat is not None else None
    most = timing.repeat.count_max if timing.repeat is not None else None
    count = coded if coded is not None else found.sig.for_doses
    if count is None and most is None:
        return None, ""
    if count is None or most not in (None, count) or not 0 < count <= _MOST_COUNTED:
        return None, "how many doses are ordered is not one number"
    if found.sig.for_doses not in (None, count):
        return None, f"text says for {found.sig.for_doses} doses, code says {count}"
    if known.last is not None or known.start is None:
        return None, f"{count} doses are ordered; how many were given is not known"
    return count, ""

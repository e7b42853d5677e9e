"""Orders without a rhythm of clock times: as needed, one time only, and moments that the order itself names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from downtime.clinical.due_clock import Window, local_day, utc
from downtime.clinical.due_rhythm import Beat, Rhythm
from downtime.clinical.due_schedule import Known
from downtime.clinical.frequencies import FREQUENCIES
from downtime.clinical.timing import OrderTiming

# A dose shortly before a single order's start may be that very dose, charted before the order was.
CHARTED_BEFORE = timedelta(hours=1)


def least_gap(timing: OrderTiming, rhythm: Rhythm | None) -> timedelta | None:
    """Give the least time between two doses that an order as needed states, where it states one only.

    "Every 6 hours as needed" states 6 hours. "2 times a day as needed" states none.
    """
    stated = timing.least_hours_apart
    sound = stated is not None and stated.is_finite() and 0 < stated < 10_000
    apart = timedelta(hours=float(stated)) if stated is not None and sound else None
    coded = rhythm.every if rhythm is not None and rhythm.beat is Beat.INTERVAL else None
    if apart and coded and apart != coded:
        return None
    return apart or coded


def missing_words(timing: OrderTiming, gap: timedelta | None) -> tuple[str, ...]:
    """Say what an order as needed lacks: its reason, least interval and maximum belong to every such order.

    Clinical convention, verify locally; Joint Commission standards ask for the indication of an order as needed.
    """
    lacks = [
        words
        for there, words in (
            (timing.as_needed_reason.strip(), "the reason"),
            (gap, "hours at least between doses"),
            (timing.most_in_24_hours.strip(), "the most in 24 hours"),
        )
        if not there
    ]
    return (f"not stated: {', '.join(lacks)}",) if lacks else ()


def length_words(hours: Decimal) -> str:
    """How long an order lasts, in words."""
    number, unit = (hours / 24, "day") if hours >= 24 and hours % 24 == 0 else (hours, "hour")
    return f"{number.normalize():f} {unit}{'' if number == 1 else 's'}"


def one_time(
    rhythm: Rhythm, timing: OrderTiming, known: Known, window: Window
) -> tuple[list[datetime], tuple[str, ...]]:
    """Give the moment of a single dose if it lies in the window, and what must be asked."""
    row = FREQUENCIES.get(rhythm.code)
    limit = row.within_minutes if row else None
    within = f"; within {limit} minutes, as the hospital's policy says" if limit else ""
    if rhythm.code == "ONCALL":
        return [], ("on call: when the procedure asks for it",)
    start, last = known.start, known.last
    if start is None or timing.start_day_only:
        return [], (f"no hour is ordered{within}", *((f"given {known.text(last)}",) if last else ()))
    if last is not None and last >= start:
        return [], (f"one time only, and given {known.text(last)}",)
    if last is not None and last >= start - CHARTED_BEFORE:
        return [], (f"given {known.text(last)}, shortly before the order's start {known.text(start)}: check",)
    if start < utc(window.start):
        return [], (f"was due {known.text(start)}: check whether it was given",)
    return ([start] if start < utc(window.end) else []), ((f"one time only{within}",) if within else ())


def against_times(rhythm: Rhythm | None, moments: Sequence[datetime], known: Known) -> str:
    """Say where moments that the order names contradict its own frequency; an empty text if they do not.

    Times that a record exports are printed as they are; they only must not be more, or closer, than the order says.
    """
    if rhythm is None or len(moments) < 2:
        return ""
    if rhythm.beat is Beat.ONCE:
        return f"{len(moments)} times are ordered, code says {rhythm.words}"
    if rhythm.beat is Beat.INTERVAL and rhythm.every:
        gaps = [after - before for before, after in pairwise(moments)]
        if min(gaps) < rhythm.every / 2 or max(gaps) > rhythm.every * 3 / 2:
            return f"the ordered times do not fit {rhythm.words}"
        return ""
    days = [local_day(moment, known.zone) for moment in moments]
    if rhythm.beat is Beat.DATED and rhythm.weekdays and any(day.weekday() not in rhythm.weekdays for day in days):
        return f"the ordered times do not fit {rhythm.words}"
    counts = [days.count(day) for day in dict.fromkeys(days)]
    # The first and last day may be cut off; those between them are whole.
    if max(counts) > rhythm.per_day or (rhythm.beat is Beat.A_DAY and any(n != rhythm.per_day for n in counts[1:-1])):
        return f"the ordered times do not fit {rhythm.words}"
    return ""

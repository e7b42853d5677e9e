"""Coded frequencies and FHIR's Timing.repeat read as rhythms, or refused with the reason.

Sources: HL7 v2 table 0335 (repeat pattern) with its user notes; FHIR R4 Timing and its value set timing-abbreviation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from downtime.clinical import due_rhythm as rhythms
from downtime.clinical.clock import is_hhmm
from downtime.clinical.due_meals import at_events, meal_code
from downtime.clinical.due_rhythm import Beat, Rhythm, Unread
from downtime.clinical.frequencies import frequency, refusal
from downtime.clinical.timing import PeriodUnit, Repeat

LONGEST_CODE = 80
_HL7 = {"C": "CONT", "AM": "QAM", "BED": "BEDTIME", "WK": "WEEKLY"}
# A dose every so many days: what a refused spelling means in HL7's tables. Alone it is not followed (it is misread on
# paper and in exports), but it does not contradict a second source that says the same in full.
_REFUSED = {"qd": 1, "q1d": 1, "qod": 2}
_UNIT_WORDS = {PeriodUnit.DAY: "day", PeriodUnit.WEEK: "week", PeriodUnit.MONTH: "month"}
_CLOCK_UNITS = {PeriodUnit.SECOND: 1, PeriodUnit.MINUTE: 60, PeriodUnit.HOUR: 3600}
# HL7's Q<n>M is minutes, but people write it for months: only what cannot be months is read.
_PLAIN_MINUTES = (15, 20, 30, 45, 90)
_LONGEST_INTERVAL = timedelta(days=366)
_WEEKDAYS = {name[:3].lower(): at for at, name in enumerate(rhythms.WEEKDAYS)}


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says: a rhythm, or why it was not read; `refused` is what a misread spelling would mean."""

    rhythm: Rhythm | Unread | None = None
    as_needed: bool = False
    refused: Rhythm | None = None


def read_code(text: str) -> Code:
    """Read a coded frequency: a known code or spelling, or one of HL7's patterns (Q5H, Q1J2, PRNQ6H, 5ID, ACM)."""
    code = text.strip()
    if not code or not any(letter.isalpha() for letter in code):
        return Code()  # a bare number is a key in somebody's table, and says nothing here
    if len(code) > LONGEST_CODE:
        return Code(Unread(f"the code “{code[:40]}…” is not known"))
    if found := re.fullmatch(r"(?i)prn[\s,-]*(.+)|(.+?)[\s,-]+prn", code):
        return replace(read_code(found[1] or found[2]), as_needed=True)
    if row := frequency(code):
        return Code(rhythms.of_frequency(row), as_needed=row.code == "PRN")
    if why := refusal(code):
        plain = re.sub(r"[^a-z0-9]", "", code.lower())
        days = _REFUSED.get(plain)
        meant = rhythms.a_day(1, loose=True) if days == 1 else rhythms.every_days(days) if days else None
        return Code(Unread(f"“{code}” is not safe to read: {why}"), refused=meant)
    return Code(_hl7_pattern(code.upper()) or Unread(f"the code “{code}” is not known"))


def _hl7_pattern(code: str) -> Rhythm | None:
    if row := frequency(_HL7.get(code, "")):
        return rhythms.of_frequency(row)
    if code == "MO":
        return rhythms.every_months(1)
    if found := re.fullmatch(r"([5-9])ID", code):
        return rhythms.a_day(int(found[1]), loose=False)
    if found := re.fullmatch(r"Q1?J([1-7])", code):
        return rhythms.on_weekdays(frozenset({int(found[1]) - 1}))
    if found := re.fullmatch(r"Q([1-9][0-9]{0,2})([HMDW])", code):
        count = int(found[1])
        if found[2] == "H":
            return rhythms.every(timedelta(hours=count))
        if found[2] == "M":
            return rhythms.every(timedelta(minutes=count)) if count in _PLAIN_MINUTES else None
        return rhythms.every_days(count if found[2] == "D" else 7 * count)
    return meal_code(code)


def read_repeat(repeat: Repeat) -> Rhythm | Unread | None:
    """Read FHIR's Timing.repeat; its parts must agree among themselves (R4 invariants tim-4, tim-5, tim-10)."""
    if repeat.frequency_max not in (None, repeat.frequency) or repeat.period_max not in (None, repeat.period):
        return Unread("a range (such as every 4 to 6 hours) has no clock times")
    if repeat.when and repeat.times_of_day:
        return Unread("both clock times and events are coded")
    base = _base(repeat)
    if isinstance(base, Unread):
        return base
    if repeat.when:
        events = at_events(tuple(code.strip() for code in repeat.when), repeat.offset_minutes or 0)
        base = events if isinstance(events, Unread) else _narrowed(base, events)
    elif repeat.offset_minutes:
        base = Unread("minutes before or after an event are coded, but no event")
    if repeat.times_of_day and not isinstance(base, Unread):
        clock = tuple(sorted({_hhmm(text) for text in repeat.times_of_day}))
        if "" in clock:
            return Unread("a coded time of day is not a clock time")
        base = _narrowed(base, Rhythm(Beat.A_DAY, f"at {', '.join(clock)}", per_day=len(clock), clock=clock))
    if repeat.days_of_week and not isinstance(base, Unread):
        base = _on_days(base, repeat.days_of_week)
    return base


def _base(repeat: Repeat) -> Rhythm | Unread | None:
    period, unit = repeat.period, repeat.unit
    if repeat.frequency is None and period is None and unit is None:
        return None
    if period is None or unit is None:
        if period is None and unit is None and (repeat.count == 1 or repeat.when or repeat.times_of_day):
            return None  # "3 times" beside three events says nothing more
        return Unread("how often is coded without the time in which")
    times = 1 if repeat.frequency is None else repeat.frequency
    if not period.is_finite() or not 0 < period <= 10_000 or not 1 <= times <= 100:
        return Unread(f"{times} times every {period} {unit.value} is not a frequency")
    if unit in _CLOCK_UNITS:
        interval = timedelta(seconds=float(period * Decimal(_CLOCK_UNITS[unit])))
        if times != 1:
            return Unread(f"{times} times every {period.normalize():f} {unit.value} has no even interval")
        if interval < timedelta(minutes=1) or interval % timedelta(minutes=1) or interval > _LONGEST_INTERVAL:
            return Unread(f"every {period.normalize():f} {unit.value} cannot be printed as clock times")
        return rhythms.every(interval)
    if period != int(period):
        return Unread(f"every {period.normalize():f} {_UNIT_WORDS[unit]}s cannot be printed as dates")
    count = int(period)
    if unit is PeriodUnit.DAY and count == 1:
        return rhythms.a_day(times, loose=True)
    if unit is PeriodUnit.WEEK and count == 1:
        return rhythms.a_week(times)
    if times != 1 or count > 366:
        return Unread(f"{times} times every {count} {_UNIT_WORDS[unit]}s: which days is not said")
    if unit is PeriodUnit.MONTH:
        return rhythms.every_months(count)
    return rhythms.every_days(count * (7 if unit is PeriodUnit.WEEK else 1))


def _narrowed(base: Rhythm | None, exact: Rhythm) -> Rhythm | Unread:
    if base is None or rhythms.covers(base, exact):
        return exact
    if base.beat is Beat.DATED and base.per_day == exact.per_day and not base.per_week:
        return replace(base, code=exact.code, clock=exact.clock, events=exact.events,
                       offset_minutes=exact.offset_minutes, words=f"{base.words}, {exact.words}")  # fmt: skip
    return Unread(f"coded {base.words}, but also {exact.words}")


def _on_days(base: Rhythm | None, names: tuple[str, ...]) -> Rhythm | Unread:
    found = {_WEEKDAYS.get(name.strip().lower()[:3]) for name in names}
    days = frozenset(day for day in found if day is not None)
    if None in found:
        return Unread("a coded day of the week is not known")
    named = rhythms.on_weekdays(days)
    if base is None:
        return named
    if base.beat is Beat.A_DAY:
        code = "" if base.code == "DAILY" else base.code
        extra = "" if base.per_day == 1 and not (base.clock or base.events or code) else f", {base.words}"
        return replace(base, beat=Beat.DATED, words=named.words + extra, code=code, weekdays=days, loose=False)
    weekly = base.beat is Beat.DATED and not base.weekdays and (1 if base.days == 7 else base.per_week)
    if weekly == len(days):
        return replace(base, words=named.words, weekdays=days, days=0, per_week=0)
    return Unread(f"coded {base.words}, but also {named.words}")


def _hhmm(text: str) -> str:
    found = re.fullmatch(r"([0-9]{2}):?([0-9]{2})(?::00(?:\.0+)?)?", text.strip())
    clock = f"{found[1]}{found[2]}" if found else ""
    return clock if is_hhmm(clock) else ""

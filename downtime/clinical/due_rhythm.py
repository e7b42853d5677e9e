"""How often a dose is due, in one shape for all sources: code, structure and words are compared as rhythms.

"2 times a day" is not "every 12 hours" (HL7 table 0335: the former is at institution-specified times; a published
hospital education sheet stresses the difference to prescribers), so that the two never stand for each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from downtime.clinical.clock import MINUTES_A_DAY, minutes
from downtime.clinical.frequencies import FREQUENCIES, Frequency, FrequencyKind

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
A_DAY_CODES = {1: "DAILY", 2: "BID", 3: "TID", 4: "QID", 5: "5XDAY"}
_NAMED_WEEKDAYS = {"MWF": frozenset({0, 2, 4})}
_EVERY_DAYS = {"ALTDAYS": 2, "WEEKLY": 7}


class Beat(StrEnum):
    """What a rhythm counts by."""

    A_DAY = "a day"
    INTERVAL = "interval"
    DATED = "dated"
    ONCE = "once"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True)
class Unread:
    """What was not understood, in words for the person who is asked."""

    why: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often: `code` names the unit's times; `clock` are times the order names; `events` are FHIR's `when` codes.

    `loose` is a bare count a day, as FHIR's frequency and period give it: it says nothing of how doses are spaced.
    `days`, `months`, `weekdays` say which dates; `per_week` a count of days a week that nobody has named.
    """

    beat: Beat
    words: str = field(compare=False)
    code: str = ""
    per_day: int = 1
    every: timedelta | None = None
    days: int = 0
    months: int = 0
    weekdays: frozenset[int] = frozenset()
    per_week: int = 0
    clock: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    offset_minutes: int = 0
    strict: bool = field(default=False, compare=False)
    loose: bool = field(default=False, compare=False)

    @property
    def nominal(self) -> timedelta | None:
        """The usual gap between two doses, where there is one; half of it is the least, by the first-dose rule."""
        if self.beat is Beat.INTERVAL:
            return self.every
        if self.beat is Beat.A_DAY:
            row = FREQUENCIES.get(self.code)
            return timedelta(hours=row.interval_hours) if row is not None and row.interval_hours else None
        return timedelta(days=self.days) if self.days else None


def of_frequency(row: Frequency) -> Rhythm | None:
    """Give the rhythm of a known frequency; "as needed" has none."""
    words = row.printed.split(" (")[0].replace(" ____", "").removesuffix(" at").removesuffix(" on")
    match row.kind:
        case FrequencyKind.SCHEDULED | FrequencyKind.MEAL:
            return Rhythm(Beat.A_DAY, words, code=row.code, per_day=row.per_day or 1)
        case FrequencyKind.INTERVAL:
            return every(timedelta(hours=row.interval_hours or 0))
        case FrequencyKind.DATED:
            named = _NAMED_WEEKDAYS.get(row.code, frozenset())
            return Rhythm(Beat.DATED, words, days=_EVERY_DAYS.get(row.code, 0), weekdays=named)
        case FrequencyKind.ONE_TIME:
            return Rhythm(Beat.ONCE, words, code=row.code)
        case FrequencyKind.CONTINUOUS:
            return Rhythm(Beat.CONTINUOUS, words)
        case FrequencyKind.PRN:
            return None


def a_day(times: int, *, loose: bool) -> Rhythm:
    """Give the rhythm of so many times a day."""
    code = A_DAY_CODES.get(times, f"{times}XDAY")
    row = FREQUENCIES.get(code)
    return Rhythm(Beat.A_DAY, row.printed if row else f"{times} times a day", code=code, per_day=times, loose=loose)


def every(interval: timedelta) -> Rhythm:
    """Give the rhythm of an interval; one without a code of its own is counted from the dose before."""
    whole, rest = divmod(interval, timedelta(hours=1))
    row = FREQUENCIES.get(f"Q{whole}H") if not rest else None
    count, unit = (whole, "hour") if not rest else (interval // timedelta(minutes=1), "minute")
    words = f"every {count} {unit}{'' if count == 1 else 's'}"
    return Rhythm(
        Beat.INTERVAL, words, code=row.code if row else "", every=interval, strict=row.strict if row else True
    )


def every_days(days: int) -> Rhythm:
    """Give the rhythm of a dose every so many days."""
    words = {1: "daily", 2: "every other day", 7: "once a week"}.get(days, f"every {days} days")
    if days and days % 7 == 0 and days > 7:
        words = f"every {days // 7} weeks"
    return Rhythm(Beat.DATED, words, days=days)


def every_months(months: int) -> Rhythm:
    """Give the rhythm of a dose every so many months."""
    return Rhythm(Beat.DATED, "once a month" if months == 1 else f"every {months} months", months=months)


def on_weekdays(days: frozenset[int], per_day: int = 1, code: str = "") -> Rhythm:
    """Give the rhythm of doses on named days of the week, 0 for Monday."""
    names = [WEEKDAYS[day] for day in sorted(days)]
    words = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else f"every {names[0]}"
    return Rhythm(Beat.DATED, words, code=code, per_day=per_day, weekdays=days)


def a_week(times: int) -> Rhythm:
    """Give the rhythm of so many doses a week, on days that are not named."""
    if times == 1:
        return every_days(7)
    return Rhythm(Beat.DATED, f"{times} times a week", per_week=times)


def covers(general: Rhythm, exact: Rhythm) -> bool:
    """Tell whether `general` says the same as `exact`, or only less: "daily" covers "at bedtime", never the reverse."""
    if general == exact:
        return True
    if general.beat is Beat.INTERVAL:
        return exact.beat is Beat.A_DAY and evenly_spaced(exact.clock, general.every)
    if general.beat is Beat.A_DAY and general.code in A_DAY_CODES.values() and not (general.clock or general.events):
        if exact.beat is Beat.INTERVAL and exact.every:
            return general.loose and exact.every * general.per_day == timedelta(days=1)
        return exact.beat is Beat.A_DAY and exact.per_day == general.per_day
    if general.beat is Beat.DATED and exact.beat is Beat.DATED:
        if general.clock or exact.per_day != general.per_day:
            return False
        if named := 1 if general.days == 7 else general.per_week:
            return len(exact.weekdays) == named
        same_dates = (general.days, general.months, general.weekdays) == (exact.days, exact.months, exact.weekdays)
        return same_dates and general.code in ("", *A_DAY_CODES.values())
    return False


def evenly_spaced(clock: tuple[str, ...], gap: timedelta | None) -> bool:
    """Tell whether times of day lie one gap apart all round the day."""
    at = [minutes(hhmm) for hhmm in clock]
    gaps = {
        (after - before) % MINUTES_A_DAY or MINUTES_A_DAY for before, after in zip(at, at[1:] + at[:1], strict=True)
    }
    return gap is not None and {timedelta(minutes=found) for found in gaps} == {gap}

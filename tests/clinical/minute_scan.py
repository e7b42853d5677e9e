"""When doses are due, told a second time and in another way: every minute is looked at, and kept where rules say so.

Nothing of downtime.clinical.due* is used but the tables of codes and times. Minutes are counted in UTC; what the ward's
clock shows at each is asked of the zone. The rules, in words:

- An interval is counted from the last dose, else from the order's first. The unit's times are its grid where it has
  any, the class is not strict, and the last dose was within an hour (or a quarter of the interval) of one of them.
- A dose stands for the time of the unit that it was nearest to; midway, half of the usual gap decides.
- An order that starts at an hour has its first dose then, and the next at the first time that is at least half of the
  usual gap away. Bedtime, meals and weekdays only begin with the first of their times after the start.
- Every other day and weekly count days from the last dose's day, else from the start's.
- A dose half a gap or more before the order's start was another order's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from downtime.clinical.due import Schedule
from downtime.clinical.frequencies import FREQUENCIES, FrequencyKind

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AROUND = timedelta(days=3)
STARTS_AT_ITS_HOUR = ("DAILY", "BID", "TID", "QID", "5XDAY")
STEP_DAYS = {"ALTDAYS": 2, "WEEKLY": 7}


@dataclass(frozen=True)
class Question:
    """One order by its code, and all that is known of it; moments are UTC."""

    code: str
    schedule: Schedule
    zone: ZoneInfo
    low: datetime
    high: datetime
    start: datetime | None = None
    start_day_only: bool = False
    stop: datetime | None = None
    stop_day_only: bool = False
    last: datetime | None = None
    strict_class: bool = False
    _slots: dict[tuple[str, ...], list[datetime]] = field(default_factory=dict, compare=False)

    def wall(self, moment: datetime) -> datetime:
        """What the ward's clock shows, without a zone."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def day(self, moment: datetime) -> date:
        return self.wall(moment).date()

    def slots(self, code: str) -> list[datetime]:
        """Every minute near the window and the anchors at which the clock shows, or has just jumped over, a time."""
        clock = self.schedule.times_for(code)
        if clock not in self._slots:
            known = [moment for moment in (self.low, self.high, self.start, self.last) if moment]
            first, last = (min(known) - AROUND).date(), (max(known) + AROUND).date()
            days = [first + n * DAY for n in range((last - first).days + 1)]
            minutes = frozenset(int(hhmm[:2]) * 60 + int(hhmm[2:]) for hhmm in clock)
            self._slots[clock] = [slot for day in days for slot in _slots_of_day(self.zone, day, minutes)]
        return self._slots[clock]


@lru_cache(maxsize=4_000)
def _slots_of_day(zone: ZoneInfo, day: date, minutes: frozenset[int]) -> tuple[datetime, ...]:
    """The minutes of a UTC day at which the clock shows one of some minutes of its own day, for the first time."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    # Three hours before, so that an hour that has been shown yesterday is not taken for new.
    walls = [(at + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(-181, 24 * 60)]
    seen = set(walls[:181])
    found = []
    for n, (before, now) in enumerate(pairwise(walls[180:])):
        jump = int((now - before) / MINUTE)
        shown = [before + step * MINUTE for step in range(1, jump + 1)] if jump > 1 else [now]
        if any(wall.hour * 60 + wall.minute in minutes for wall in shown if wall not in seen):
            found.append(at + n * MINUTE)
        seen.update(shown)
    return tuple(found)


def expected(question: Question) -> list[datetime] | None:
    """The due times in UTC, or None where the rules leave them open."""
    row = FREQUENCIES[question.code]
    usual = timedelta(hours=row.interval_hours) if row.interval_hours else None
    question = _own_dose(question, usual)
    found: list[datetime] | None
    if row.kind is FrequencyKind.INTERVAL:
        found = _interval(question, usual or DAY)
    elif row.kind is FrequencyKind.DATED:
        found = _dated(question)
    else:
        found = _a_day(question, usual)
    if found is None:
        return None
    return [
        moment for moment in sorted(set(found)) if question.low <= moment < question.high and _runs(question, moment)
    ]


def _runs(question: Question, moment: datetime) -> bool:
    """Whether the order is in force at a minute."""
    if question.start is not None:
        begun = (
            question.day(moment) >= question.day(question.start)
            if question.start_day_only
            else moment >= question.start
        )
        if not begun:
            return False
    if question.stop is None:
        return True
    return question.day(moment) <= question.day(question.stop) if question.stop_day_only else moment < question.stop


def _own_dose(question: Question, usual: timedelta | None) -> Question:
    """The question without a last dose that was given before the order began."""
    if question.last is None or question.start is None or question.start_day_only:
        return question
    times = max(1, len(question.schedule.times_for(question.code)) or FREQUENCIES[question.code].per_day or 1)
    gap = usual or DAY / times
    if question.code == "MWF":
        gap = DAY
    if question.start - question.last >= gap / 2:
        return Question(**{**question.__dict__, "last": None, "_slots": {}})
    return question


def _every(question: Question, anchor: datetime, gap: timedelta, first: int) -> list[datetime]:
    minutes = int((question.high - question.low) / MINUTE)
    scan = (question.low + n * MINUTE for n in range(minutes))
    return [at for at in scan if (at - anchor) % gap == timedelta() and (at - anchor) // gap >= first]


def _elapsed(question: Question, gap: timedelta) -> list[datetime] | None:
    if question.last is not None:
        return _every(question, question.last, gap, 1)
    if question.start is not None and not question.start_day_only:
        return _every(question, question.start, gap, 0)
    return None


def _interval(question: Question, gap: timedelta) -> list[datetime] | None:
    slots = question.slots(question.code)
    if not question.schedule.times_for(question.code) or question.strict_class:
        return _elapsed(question, gap)
    if question.last is not None and not _is_first(question):
        nearest = min(abs(slot - question.last) for slot in slots)
        if nearest > min(HOUR, gap / 4):
            return _elapsed(question, gap)
    return _on_grid(question, slots, gap, from_start=True)


def _a_day(question: Question, usual: timedelta | None) -> list[datetime] | None:
    clock = question.schedule.times_for(question.code)
    if not clock:
        return None
    plain = question.code in STARTS_AT_ITS_HOUR
    if question.strict_class and plain and usual and usual * len(clock) == DAY:
        timed = question.start is not None and not question.start_day_only
        if question.last is not None or timed:
            even = {(int(b[:2]) - int(a[:2])) % 24 for a, b in zip(clock, clock[1:] + clock[:1], strict=True)}
            return _elapsed(question, usual) if len(even) == 1 else None
    return _on_grid(question, question.slots(question.code), usual, from_start=plain)


def _is_first(question: Question) -> bool:
    """Whether the last dose is the order's own first, charted within an hour of its start."""
    if question.start is None or question.start_day_only or question.last is None:
        return False
    return abs(question.last - question.start) <= HOUR


def _on_grid(
    question: Question, slots: list[datetime], usual: timedelta | None, *, from_start: bool
) -> list[datetime] | None:
    half = (usual or (DAY if not from_start else DAY / len(question.schedule.times_for(question.code)))) / 2
    if question.last is not None:
        return [slot for slot in slots if slot >= _next_slot(question, slots, question.last, half, from_start)]
    if question.start is None or question.start_day_only or not from_start:
        return slots
    after = next(slot for slot in slots if slot > question.start)
    following = next(slot for slot in slots if slot > after)
    second = following if after - question.start < half else after
    return [question.start, *(slot for slot in slots if slot >= second)]


def _next_slot(
    question: Question, slots: list[datetime], last: datetime, half: timedelta, from_start: bool
) -> datetime:
    before = max(slot for slot in slots if slot <= last)
    after = min(slot for slot in slots if slot > last)
    following = min(slot for slot in slots if slot > after)
    close = after - last < half
    if from_start and _is_first(question):
        return following if close else after
    ahead, behind = after - last, last - before
    served_after = ahead < behind or (ahead == behind and close)
    return following if served_after else after


def _dated(question: Question) -> list[datetime] | None:
    if not question.schedule.times_for("DAILY"):
        return None
    slots = question.slots("DAILY")
    given = question.day(question.last) if question.last else None
    if question.code == "MWF":
        return [
            at for at in slots if question.day(at).weekday() in (0, 2, 4) and (not given or question.day(at) > given)
        ]
    begun = question.day(question.start) if question.start else None
    base, step = given or begun, STEP_DAYS[question.code]
    if base is None:
        return None
    counted = [at for at in slots if question.day(at) >= base and (question.day(at) - base).days % step == 0]
    if given is not None:
        return [at for at in counted if question.day(at) > given]
    if question.start is not None and not question.start_day_only:
        return [question.start, *(at for at in counted if question.day(at) > base)]
    return counted


def utc(text: str) -> datetime:
    """A moment written as ``2026-11-01 0630``."""
    return datetime.strptime(text, "%Y-%m-%d %H%M").replace(tzinfo=UTC)

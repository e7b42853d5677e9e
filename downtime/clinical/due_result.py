"""What comes of an order: its due times in a window, or why there are none, and all that is printed beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from downtime.clinical.due_clock import DAY, Window, clock_notes, utc
from downtime.clinical.due_plan import ON_TIME
from downtime.clinical.due_schedule import Known, Plan

MOST_TIMES = 200


class DueStatus(StrEnum):
    """What came of an order."""

    COMPUTED = "computed"
    NOT_COMPUTED = "not_computed"
    AS_NEEDED = "as_needed"
    CONTINUOUS = "continuous"
    ONE_TIME = "one_time"
    OUTSIDE_WINDOW = "outside_window"

    @property
    def printed(self) -> str:
        """The status in the words that stand on paper."""
        return _PRINTED.get(self, self.value.replace("_", " "))


_PRINTED = {
    DueStatus.NOT_COMPUTED: "times not computed",
    DueStatus.OUTSIDE_WINDOW: "not due in these hours",
    DueStatus.CONTINUOUS: "continuous infusion",
    DueStatus.ONE_TIME: "one time only",
}


@dataclass(frozen=True, slots=True)
class Due:
    """The due times of one order in a window, in the hospital's zone (compare them as UTC: an hour can come twice).

    `anchor` are the printed words of where the times come from; `why` says why there are none. `gap_hours` is the time
    between the dose counted from and the next one; with `check_gap` a pharmacist or prescriber must decide about it.
    """

    status: DueStatus
    times: tuple[datetime, ...] = ()
    anchor: str = ""
    why: str = ""
    gap_hours: Decimal | None = None
    check_gap: bool = False
    notes: tuple[str, ...] = ()
    earliest_next: datetime | None = None

    @property
    def gap_words(self) -> str:
        """The mark beside a gap that someone must look at, such as ``CHECK GAP 16 h``, or nothing."""
        return f"CHECK GAP {self.gap_hours} h" if self.check_gap and self.gap_hours is not None else ""


def printed(moments: Sequence[datetime], zone: ZoneInfo) -> tuple[datetime, ...]:
    """Put moments into the hospital's zone, as they are printed."""
    return tuple(moment.astimezone(zone) for moment in moments)


def within(plan: Plan, known: Known, window: Window, stop: datetime | None, count: int | None, notes: list[str]) -> Due:
    """Give the doses of a plan that fall into the window, and all that must be said beside them."""
    low, high = utc(window.start), utc(window.end)
    opens = max(low, known.start) if known.start else low
    series: Iterator[datetime]
    if count is not None and known.start is not None:
        series = (moment for moment in islice(plan.moments(known.start), count) if moment >= opens)
        notes.append(f"{count} doses in all, counted from {known.text(known.start)}")
    else:
        series = plan.moments(opens)
    inside: list[datetime] = []
    after = None
    for moment in series:
        if moment >= high:
            after = moment
            break
        inside.append(moment)
        if len(inside) > MOST_TIMES:
            return Due(DueStatus.NOT_COMPUTED, why="more times than a sheet can hold", notes=tuple(notes))
    if stop is not None:
        if stop in inside:
            notes.append(f"a dose would be due at the stop itself, {known.text(stop)}: ask")
        inside = [moment for moment in inside if moment < stop]
    if plan.doubt:
        notes.append(plan.doubt)
    if known.start and not known.start_day_only and known.start in inside and known.last is None:
        notes.append("first dose due at start")
    notes += _past_notes(plan, known, low, stop)
    notes += clock_notes(inside, plan.clock, known.zone)
    gap, check = _gap(plan, low)
    why = "" if inside else "all doses were due before"
    if not inside and stop is not None and (after is None or after >= stop):
        why = "no further dose before the order stops"
    elif not inside and after is not None:
        why = f"next due {known.text(after)}"
    return Due(
        DueStatus.COMPUTED if inside else DueStatus.OUTSIDE_WINDOW, printed(inside, known.zone), plan.anchor, why,
        gap, check or bool(plan.doubt), tuple(notes),
    )  # fmt: skip


def _past_notes(plan: Plan, known: Known, low: datetime, stop: datetime | None) -> list[str]:
    """Doses that were due before the window and of which nothing is known: they may have been missed."""
    if known.last is not None:
        due = plan.first
        if due is not None and due < low and (stop is None or due < stop) and (not known.start or due >= known.start):
            return [f"was due {known.text(due)}, not recorded as given: check"]
    elif known.start and not known.start_day_only and low - DAY <= known.start < low:
        first = next(plan.moments(known.start), None)
        if first is not None and first < low:
            return [f"first dose was due {known.text(first)}: check whether it was given"]
    return []


def _gap(plan: Plan, low: datetime) -> tuple[Decimal | None, bool]:
    """The gap before the next dose in hours, and whether it is out of proportion.

    Under half or over one and a half of the usual gap is flagged (first-dose rule; computed over every minute of a day,
    3 uneven times a day reach 15 h 59 min). A gap that the unit's own times make every night is not.
    """
    if plan.first is None or plan.counted_from is None or plan.first < low:
        return None, False
    gap: timedelta = plan.first - plan.counted_from
    hours = (Decimal(round(gap / timedelta(minutes=6))) / 10).normalize()
    if plan.usual is None:
        return Decimal(f"{hours:f}"), False
    least, most = plan.usual / 2, plan.usual * 3 / 2
    if plan.by_times is not None:
        least, most = min(least, plan.by_times - ON_TIME), max(most, plan.by_times + ON_TIME)
    return Decimal(f"{hours:f}"), not least <= gap <= most

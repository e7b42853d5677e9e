"""Short ways to write orders, windows and schedules in the tests of due times."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from downtime.clinical.due import Due, Schedule, Window, due_times
from downtime.clinical.timing import OrderTiming, PeriodUnit, Repeat

CHICAGO, LONDON = ZoneInfo("America/Chicago"), ZoneInfo("Europe/London")
ADULT = Schedule.from_profile("us_adult_inpatient")
NO_TIMES = Schedule()


def at(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    """A moment written as ``22 2130`` (of November 2026) or ``2026-03-08 0130``."""
    return datetime.strptime(text if "-" in text else f"2026-11-{text}", "%Y-%m-%d %H%M").replace(tzinfo=zone)


def window(start: str, hours: float = 24, zone: ZoneInfo = CHICAGO) -> Window:
    begin = at(start, zone)
    return Window(begin, (begin.astimezone(UTC) + timedelta(hours=hours)).astimezone(zone))


def repeat(times: int | None, period: str | int | None, unit: str | None, **more: Any) -> Repeat:
    amount = None if period is None else Decimal(period)
    return Repeat(frequency=times, period=amount, unit=PeriodUnit(unit) if unit else None, **more)


def due(
    code: str = "", start_of_window: str = "22 0700", hours: float = 24, *, last: str = "", strict: bool = False,
    schedule: Schedule = ADULT, zone: ZoneInfo = CHICAGO, **timing: Any,
) -> Due:  # fmt: skip
    """Expand one order; moments are written as for `at`."""
    for name in ("start", "stop"):
        if isinstance(timing.get(name), str):
            timing[name] = at(timing[name], zone)
    if "times" in timing:
        timing["times"] = tuple(at(text, zone) for text in timing["times"])
    return due_times(
        OrderTiming(code=code, **timing), window=window(start_of_window, hours, zone), schedule=schedule, zone=zone,
        last_given=at(last, zone) if last else None, strict_class=strict,
    )  # fmt: skip


def shown(answer: Due) -> list[str]:
    """The times as printed: ``22 0900``."""
    return [f"{moment:%d %H%M}" for moment in answer.times]


def clock(answer: Due) -> list[str]:
    """The times of day alone."""
    return [f"{moment:%H%M}" for moment in answer.times]

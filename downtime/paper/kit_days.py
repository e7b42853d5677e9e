"""The days of sheets with hours: which of them a kit needs, and which of their hours the data speak for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from downtime.clinical.due_clock import DAY, local_day, on_the_clock, utc
from downtime.paper.kit_model import VOID_AFTER, MarDay

SHORTEST_PART = timedelta(hours=2)
"""A day of which the kit has less than this gets a sheet of its own only where a dose is due in it: three pages for
every patient for the sake of twenty minutes would bury those that matter."""


@dataclass(frozen=True, slots=True)
class KitHours:
    """The moments of a kit: the data, the printing, the end of its hours; and the hospital's clock."""

    taken_at: datetime
    made_at: datetime
    hours: int
    zone: ZoneInfo

    @property
    def age(self) -> timedelta:
        """How old the data were when the kit was printed."""
        return utc(self.made_at) - utc(self.taken_at)

    @property
    def ends(self) -> datetime:
        """The end of the hours that the kit is for."""
        return utc(self.made_at) + timedelta(hours=self.hours)

    @property
    def void_at(self) -> datetime:
        """When the data are no longer to be used."""
        return utc(self.taken_at) + VOID_AFTER

    @property
    def is_void(self) -> bool:
        """Whether the data were too old already when the kit was printed."""
        return utc(self.made_at) >= self.void_at


def sheet_days(hours: KitHours, starts: str) -> tuple[MarDay, ...]:
    """The days, each beginning at `starts` (HHMM), that the kit's hours and the time since its data touch.

    Over the nights on which the clock changes a day has 23 or 25 hours: it ends where the next one begins.
    """
    first = local_day(min(utc(hours.taken_at), utc(hours.made_at)), hours.zone) - DAY
    last = local_day(hours.ends, hours.zone)
    days = []
    day = first
    while day <= last:
        start, end = on_the_clock(day, starts, hours.zone), on_the_clock(day + DAY, starts, hours.zone)
        if start < hours.ends and end > min(utc(hours.taken_at), utc(hours.made_at)):
            opens, closes = max(start, utc(hours.taken_at)), min(end, hours.void_at)
            days.append(MarDay(day, start, end, opens, max(opens, closes)))
        day += DAY
    return tuple(days)


def part_of(day: MarDay, hours: KitHours) -> timedelta:
    """How much of the kit's own hours, from the printing on, lies in a day."""
    return max(min(day.end, hours.ends) - max(day.start, utc(hours.made_at)), timedelta(0))


def main_day(days: Sequence[MarDay], hours: KitHours) -> MarDay:
    """The day with the largest part of the kit's hours: every order stands on its sheets."""
    return max(days, key=lambda day: (part_of(day, hours), -day.start.timestamp()))

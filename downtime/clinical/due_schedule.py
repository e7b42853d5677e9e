"""A department's times of day for medicines, what else is known of an order, and the plan that is made of both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from downtime.clinical.clock import faults_in_times
from downtime.clinical.due_clock import moment_text
from downtime.clinical.frequencies import SpecialTime, faults_in_code, schedule_profile
from downtime.errors import ConfigError

UNITS_TIMES = "unit's times"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A department's standard times: code -> HHMM. A code without an entry has no time, and none is made up for it.

    A code that is counted from the dose before (every 2 hours) has an entry only where the unit gives it by the clock.
    """

    times: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    special: tuple[SpecialTime, ...] = ()
    whose: str = UNITS_TIMES

    def __post_init__(self) -> None:
        for code, clock in self.times.items():
            if faults := faults_in_times(clock):
                raise ConfigError(
                    f"the times of {code} cannot be used: {'; '.join(faults)}",
                    why="a dose would be printed at a time that does not exist, or twice",
                    do="write each time once, in order, as HHMM",
                )

    @classmethod
    def from_profile(cls, profile_id: str, overrides: Mapping[str, tuple[str, ...]] | None = None) -> Self:
        """Build the times of a department: those of its profile, and what it gives at times of its own."""
        profile = schedule_profile(profile_id)
        for code, clock in (overrides or {}).items():
            if faults := faults_in_code(profile, code, clock):
                raise ConfigError(
                    f"medication_times.overrides: {'; '.join(faults)}",
                    why="doses would be left out, or come too often",
                    do=f"correct the times of “{code}”, or remove them",
                )
        return cls(times={**profile.times, **(overrides or {})}, special=profile.special)

    def times_for(self, code: str) -> tuple[str, ...]:
        """Give the times of a code, or none where the department has set none."""
        return tuple(self.times.get(code, ()))

    def for_drug(self, drug: str) -> Schedule:
        """Give the times for one medicine: some, such as warfarin, have an hour of their own when given daily.

        Only a name that stands in the drug's words is followed (source: the published hospital policies behind each
        profile). Classes ("statin", "diuretic") are not: to know a drug's class from its name would be a guess.
        """
        for row in self.special:
            named = re.search(rf"(?<![a-z]){re.escape(row.match.lower())}(?![a-z])", drug.lower())
            if named and len(row.times) == 1 and "DAILY" in self.times:
                return replace(self, times={**self.times, "DAILY": row.times}, whose=f"unit's times for {row.match}")
        return self


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the rhythm, in UTC: the order's start, and the last dose given under it."""

    schedule: Schedule
    zone: ZoneInfo
    start: datetime | None
    start_day_only: bool
    last: datetime | None
    strict_class: bool

    def text(self, moment: datetime) -> str:
        """Write a moment as printed."""
        return moment_text(moment, self.zone)


@dataclass(frozen=True, slots=True)
class Plan:
    """The doses due: `moments` gives those at or after a moment, for ever; `first` is the first after `counted_from`.

    `usual` and `by_times` are the gaps that the frequency, and the unit's own times, would make there.
    """

    anchor: str
    moments: Callable[[datetime], Iterator[datetime]]
    first: datetime | None = None
    counted_from: datetime | None = None
    usual: timedelta | None = None
    by_times: timedelta | None = None
    clock: tuple[str, ...] = ()
    doubt: str = ""

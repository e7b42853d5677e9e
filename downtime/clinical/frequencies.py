"""How often: frequency codes with the words that are printed, and the standard times of a kind of department.

A text that is not known is not guessed: ``frequency`` gives nothing, and ``refusal`` says why where that is known.
Turning an order into the times of its doses is not done here.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import Self

from pydantic import Field, field_validator, model_validator

from downtime.clinical._data import LazyTable, Row, by_name, load
from downtime.clinical.clock import faults_in_times
from downtime.errors import ConfigError


class FrequencyKind(StrEnum):
    """What a frequency counts by."""

    SCHEDULED = "scheduled"
    INTERVAL = "interval"
    MEAL = "meal"
    DATED = "dated"
    ONE_TIME = "one_time"
    CONTINUOUS = "continuous"
    PRN = "prn"


class Frequency(Row):
    """One frequency code: its printed words, accepted spellings, doses a day, nominal gap, and strictness."""

    code: str
    printed: str = Field(alias="print")
    accept: tuple[str, ...] = ()
    per_day: int | None = None
    interval_hours: int | None = None
    strict: bool
    kind: FrequencyKind
    within_minutes: int | None = None
    requires: str = ""
    form: str = ""
    source: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every spelling that means this frequency: the code, the accepted ones, and words without blanks."""
        words = () if "____" in self.printed else (self.printed,)
        return (self.code, *self.accept, *words)


class Refusal(Row):
    """Spellings that are known to be read in more than one way, and why."""

    text: tuple[str, ...]
    why: str
    source: str


class SpecialTime(Row):
    """A drug or class that is given at times of its own."""

    match: str
    times: tuple[str, ...]
    why: str
    source: str

    @field_validator("times")
    @classmethod
    def _ordered(cls, times: tuple[str, ...]) -> tuple[str, ...]:
        if faults := faults_in_times(times):
            raise ValueError("; ".join(faults))
        return times


class ScheduleProfile(Row):
    """The standard times of a kind of department, by frequency code."""

    id: str
    title: str
    source: str
    note: str = ""
    clock_by_policy: tuple[str, ...] = ()
    times: dict[str, tuple[str, ...]]
    special: tuple[SpecialTime, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_the_codes(self) -> Self:
        faults = [fault for code, times in self.times.items() for fault in faults_in_code(self, code, times)]
        faults += [
            f"{code}: given by the clock, but it has no times"
            for code in self.clock_by_policy
            if code not in self.times
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def times_for(self, code: str) -> tuple[str, ...]:
        """Give the standard times of a code, or none where doses are counted from the one before."""
        return self.times.get(code, ())


def faults_in_code(profile: ScheduleProfile, code: str, times: tuple[str, ...]) -> tuple[str, ...]:
    """List what is wrong with one code's times: unknown code, bad time, wrong number, or a strict code with times."""
    known = FREQUENCIES.get(code)
    if known is None:
        return (f"{code}: there is no such frequency code",)
    faults = [f"{code}: {fault}" for fault in faults_in_times(times)]
    if known.per_day != len(times):
        faults.append(f"{code}: {len(times)} times stand where {known.per_day or 'none'} belong")
    if known.strict and code not in profile.clock_by_policy:
        faults.append(
            f"{code}: counted from the dose given, so it has no standard times unless clock_by_policy says so"
        )
    return tuple(faults)


class _FrequencyFile(Row):
    frequencies: tuple[Frequency, ...]
    refused: tuple[Refusal, ...]


class _ProfileFile(Row):
    profiles: tuple[ScheduleProfile, ...]


@cache
def _file() -> _FrequencyFile:
    return load("frequencies.yaml", _FrequencyFile)


@cache
def _frequencies() -> dict[str, Frequency]:
    return by_name(_file().frequencies, lambda row: row.code, "frequencies.yaml")


@cache
def _profiles() -> dict[str, ScheduleProfile]:
    return by_name(load("schedule_profiles.yaml", _ProfileFile).profiles, lambda row: row.id, "schedule_profiles.yaml")


FREQUENCIES: LazyTable[Frequency] = LazyTable(_frequencies)
SCHEDULE_PROFILES: LazyTable[ScheduleProfile] = LazyTable(_profiles)


def _plain(text: str) -> str:
    """Take away what people vary without meaning anything: capitals, dots after letters, spaces beside letters.

    A dot or a space between digits stays: "q1.5h" and "q 1 2 h" must not turn into something else.
    """
    lower = re.sub(r"(?<=[a-z])\.(?=[a-z\s]|$)", "", text.strip().lower())
    return re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", lower)


@cache
def _by_spelling() -> dict[str, Frequency]:
    pairs = ((_plain(text), row) for row in FREQUENCIES.values() for text in row.spellings)
    found: dict[str, Frequency] = {}
    for spelling, row in pairs:
        if found.setdefault(spelling, row) is not row or spelling in _by_refusal():
            raise ConfigError(
                f"“{spelling}” means {row.code}, and something else too",
                why="a frequency must be read in one way only",
                do="leave it to one code, or refuse it",
                where="downtime/clinical/data/frequencies.yaml",
            )
    return found


@cache
def _by_refusal() -> dict[str, Refusal]:
    return {_plain(text): row for row in _file().refused for text in row.text}


def frequency(code_or_text: str) -> Frequency | None:
    """Give the frequency a code or a spelling stands for, or nothing where it is unknown or ambiguous."""
    return _by_spelling().get(_plain(code_or_text))


def refusal(code_or_text: str) -> str | None:
    """Say why a known spelling is refused, for the person who is asked to write it out."""
    row = _by_refusal().get(_plain(code_or_text))
    return row.why if row else None


def schedule_profile(profile_id: str) -> ScheduleProfile:
    """Give the standard times of a kind of department."""
    if profile_id not in SCHEDULE_PROFILES:
        raise ConfigError(
            f"there is no schedule profile “{profile_id}”",
            why="without one no standard times can be printed",
            do=f"use one of: {', '.join(SCHEDULE_PROFILES)}",
        )
    return SCHEDULE_PROFILES[profile_id]

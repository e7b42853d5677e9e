"""Times of day as four-digit 24-hour text, ``HHMM``; 2400 does not exist, midnight is 0000 of the day that starts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from downtime.errors import InputError, UsageError

MINUTES_A_DAY = 24 * 60
_HHMM = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")


def is_hhmm(text: str) -> bool:
    """Tell whether a text is a time of day written as HHMM, 0000 to 2359."""
    return _HHMM.fullmatch(text) is not None


def minutes(hhmm: str) -> int:
    """Give the minutes since midnight of a time written as HHMM."""
    if not is_hhmm(hhmm):
        raise InputError(
            f"{hhmm!r} is not a time of day",
            why="a time that is read in two ways gives a dose at the wrong hour",
            do="write four digits on the 24-hour clock, 0000 to 2359; midnight is 0000 of the day that starts",
        )
    return int(hhmm[:2]) * 60 + int(hhmm[2:])


def hhmm(minutes_since_midnight: int) -> str:
    """Write minutes since midnight as HHMM, turning over at midnight."""
    hour, minute = divmod(minutes_since_midnight % MINUTES_A_DAY, 60)
    return f"{hour:02d}{minute:02d}"


def hours_from(start_hhmm: str, count: int) -> tuple[str, ...]:
    """Give the hour columns of a sheet: ``count`` times an hour apart, the first at ``start_hhmm``."""
    # Above 24 a heading would come twice, and a bare 0700 would no longer say which day it means.
    if not 1 <= count <= 24:
        raise UsageError(
            f"{count} hour columns were asked for",
            why="a sheet covers 1 to 24 hours, so that no column heading stands twice",
            do="ask for 1 to 24 columns and use a further sheet for the next day",
        )
    start = minutes(start_hhmm)
    return tuple(hhmm(start + 60 * hour) for hour in range(count))


def faults_in_times(times: Sequence[str]) -> tuple[str, ...]:
    """List what is wrong with a day's times: each must be HHMM, and they must be unique and in order."""
    bad = [time for time in times if not is_hhmm(time)]
    if bad:
        return tuple(f"{time!r} is not a time of day as HHMM, 0000 to 2359" for time in bad)
    if not times:
        return ("no times are given",)
    faults = []
    if len(set(times)) != len(times):
        faults.append("a time stands twice")
    if sorted(times) != list(times):
        faults.append("the times are not in order")
    return tuple(faults)

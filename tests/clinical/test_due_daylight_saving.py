"""The two nights on which the clock changes: the unit's times keep to the clock, intervals to elapsed time."""

from datetime import UTC, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from due_helpers import CHICAGO, LONDON, NO_TIMES, clock, due, shown

from downtime.clinical.due import Schedule

RESPIRATORY = Schedule.from_profile("us_respiratory")  # every 6 hours: 0100 0700 1300 1900


def test_chicago_autumn_the_units_times_keep_to_the_clock() -> None:
    answer = due("Q6H", "2026-10-31 1800", 25, schedule=RESPIRATORY)
    assert shown(answer) == ["31 1900", "01 0100", "01 0700", "01 1300"]
    assert answer.times[1].tzname() == "CDT"
    assert answer.notes == ("the hour 0100 occurs twice on 01 NOV 2026: 0100 is the first, CDT",)


def test_chicago_autumn_intervals_keep_to_elapsed_time() -> None:
    answer = due("Q6H", "2026-10-31 2300", 24, last="2026-10-31 2200", schedule=NO_TIMES)
    assert shown(answer) == ["01 0300", "01 0900", "01 1500", "01 2100"]
    hourly = due("Q1H", "2026-10-31 2330", 5, last="2026-10-31 2300", schedule=NO_TIMES)
    assert shown(hourly) == ["01 0000", "01 0100", "01 0100", "01 0200", "01 0300"]
    assert [moment.tzname() for moment in hourly.times] == ["CDT", "CDT", "CST", "CST", "CST"]
    assert hourly.notes == (
        "the hour 0100 occurs twice on 01 NOV 2026: 0100 is the first, CDT",
        "the hour 0100 occurs twice on 01 NOV 2026: 0100 is the second, CST",
    )


def test_chicago_spring_a_time_that_does_not_exist_is_the_next_minute_that_does() -> None:
    answer = due("Q4H", "2026-03-07 2100", 24)  # 0200 0600 1000 1400 1800 2200
    assert shown(answer) == ["07 2200", "08 0300", "08 0600", "08 1000", "08 1400", "08 1800"]
    assert answer.notes == ("0200 does not exist on 08 MAR 2026: printed as 0300",)
    two_hourly = due("Q2H", "2026-03-08 0000", 5)
    assert clock(two_hourly) == ["0000", "0300", "0400"]


def test_chicago_spring_two_times_never_become_one_dose_twice() -> None:
    unit = Schedule({"BID": ("0230", "0300")})
    answer = due("BID", "2026-03-08 0000", 24, schedule=unit)
    assert shown(answer) == ["08 0300"]


@pytest.mark.parametrize(("start", "expected"), [("2026-03-29 0000", "0200"), ("2026-10-25 0000", "0130")])
def test_london_both_nights(start: str, expected: str) -> None:
    unit = Schedule({"DAILY": ("0130",)})
    answer = due("DAILY", start, 12, zone=LONDON, schedule=unit)
    assert clock(answer) == [expected] and len(answer.notes) == 1
    assert answer.times[0].tzname() == "BST"


@pytest.mark.parametrize("zone", [CHICAGO, LONDON])
@pytest.mark.parametrize("night", ["2026-03-07 1200", "2026-03-28 1200", "2026-10-24 1200", "2026-10-31 1200"])
def test_elapsed_gaps_are_equal_in_every_night(zone: ZoneInfo, night: str) -> None:
    answer = due("Q5H", night, 48, last=night, zone=zone)
    moments = [moment.astimezone(UTC) for moment in answer.times]
    assert {after - before for before, after in pairwise(moments)} == {timedelta(hours=5)}


def test_the_least_interval_as_needed_is_elapsed_time() -> None:
    autumn = due("Q4H", "2026-11-01 0000", last="2026-10-31 2300", as_needed=True)
    assert autumn.earliest_next is not None and f"{autumn.earliest_next:%H%M %Z}" == "0200 CST"
    spring = due("Q4H", "2026-03-08 0000", last="2026-03-07 2300", as_needed=True)
    assert spring.earliest_next is not None and f"{spring.earliest_next:%H%M %Z}" == "0400 CDT"


def test_a_skipped_day_has_no_doses() -> None:
    """Samoa had no 30 DEC 2011."""
    answer = due("BID", "2011-12-29 0000", 48, zone=ZoneInfo("Pacific/Apia"))
    assert shown(answer) == ["29 0900", "29 2100", "31 0900", "31 2100"]

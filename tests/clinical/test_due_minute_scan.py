"""Due times against a second reckoning that looks at every minute (minute_scan.py): all codes, profiles and nights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from minute_scan import Question, expected, utc

from downtime.clinical.due import DueStatus, Schedule, Window, due_times
from downtime.clinical.frequencies import FREQUENCIES, SCHEDULE_PROFILES, FrequencyKind
from downtime.clinical.timing import OrderTiming

TIMED = (FrequencyKind.SCHEDULED, FrequencyKind.INTERVAL, FrequencyKind.MEAL, FrequencyKind.DATED)
CODES = [code for code, row in FREQUENCIES.items() if row.kind in TIMED]
SCHEDULES = {name: Schedule.from_profile(name) for name in SCHEDULE_PROFILES} | {"none": Schedule()}
ZONES = [ZoneInfo(name) for name in ("America/Chicago", "Europe/London", "Australia/Lord_Howe", "UTC")]
NIGHTS = [utc(day) for day in ("2026-03-08 0800", "2026-03-29 0100", "2026-10-25 0100", "2026-11-01 0600",
                               "2026-04-04 1500", "2026-10-03 1500", "2026-06-15 0000")]  # fmt: skip


def asked(question: Question) -> tuple[DueStatus, list[datetime]]:
    """What the program says."""
    zone = question.zone
    timing = OrderTiming(
        code=question.code, start=question.start and question.start.astimezone(zone), stop=question.stop,
        start_day_only=question.start_day_only, stop_day_only=question.stop_day_only,
    )  # fmt: skip
    answer = due_times(
        timing, window=Window(question.low.astimezone(zone), question.high.astimezone(zone)),
        schedule=question.schedule, zone=zone, last_given=question.last, strict_class=question.strict_class,
    )  # fmt: skip
    return answer.status, [moment.astimezone(UTC) for moment in answer.times]


def assert_agree(question: Question) -> None:
    status, times = asked(question)
    wanted = expected(question)
    if wanted is None:
        assert (status, times) == (DueStatus.NOT_COMPUTED, []) or status is DueStatus.OUTSIDE_WINDOW
    else:
        assert times == wanted
        assert status is (DueStatus.COMPUTED if wanted else DueStatus.OUTSIDE_WINDOW)


@st.composite
def questions(draw: Any) -> Question:
    low = draw(st.sampled_from(NIGHTS)) + timedelta(minutes=draw(st.integers(-1800, 1800)))
    high = low + timedelta(minutes=draw(st.integers(60, 2200)))
    near = st.integers(-4300, 1500).map(lambda minutes: low + timedelta(minutes=minutes))
    start, stop, last = (
        draw(st.none() | near),
        draw(st.none() | near),
        draw(st.none() | near.filter(lambda m: m <= low)),
    )
    if start and stop and stop <= start:
        stop = None
    return Question(
        draw(st.sampled_from(CODES)), SCHEDULES[draw(st.sampled_from(sorted(SCHEDULES)))], draw(st.sampled_from(ZONES)),
        low, high, start, draw(st.booleans()), stop, draw(st.booleans()), last, draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(questions())
@example(Question("Q6H", SCHEDULES["us_respiratory"], ZONES[0], utc("2026-11-01 0000"), utc("2026-11-02 0600")))
@example(Question("Q4H", SCHEDULES["us_adult_inpatient"], ZONES[0], utc("2026-03-08 0000"), utc("2026-03-09 0600")))
def test_every_minute_agrees(question: Question) -> None:
    assert_agree(question)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("night", NIGHTS[:4])
def test_every_code_over_both_nights_in_two_zones(code: str, night: datetime) -> None:
    """From noon before the night to noon after it, with and without a last dose."""
    for zone in ZONES[:2]:
        low = night - timedelta(hours=14)
        for last in (None, low - timedelta(hours=3, minutes=17)):
            assert_agree(
                Question(code, SCHEDULES["us_adult_inpatient"], zone, low, low + timedelta(hours=28), last=last)
            )

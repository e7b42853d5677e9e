"""Frequencies: read in one way or not at all; standard times that agree with their codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from downtime.clinical.clock import minutes
from downtime.clinical.frequencies import (
    FREQUENCIES,
    SCHEDULE_PROFILES,
    FrequencyKind,
    ScheduleProfile,
    frequency,
    refusal,
    schedule_profile,
)
from downtime.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BID", "BID"), ("b.i.d.", "BID"), (" bid ", "BID"), ("2 times a day", "BID"), ("bd", "BID"), ("tds", "TID"),
        ("q6h", "Q6H"), ("q 6 h", "Q6H"), ("Q6H", "Q6H"), ("every  6 hours", "Q6H"), ("qhs", "BEDTIME"),
        ("at bedtime", "BEDTIME"), ("once daily", "DAILY"), ("every other day", "ALTDAYS"), ("x1", "ONCE"),
        ("STAT", "STAT"), ("stat", "STAT"), ("p.r.n.", "PRN"), ("before meals", "AC"), ("five times a day", "5XDAY"),
    ],
)  # fmt: skip
def test_spellings(text: str, code: str) -> None:
    found = frequency(text)
    assert found is not None and found.code == code
    assert refusal(text) is None


@pytest.mark.parametrize("text", ["QD", "q.d.", "QOD", "od", "HS", "EOD", "TIW", "5xd", "infusion", "as directed"])
def test_ambiguous_spellings_are_refused_with_a_reason(text: str) -> None:
    assert frequency(text) is None
    assert refusal(text)


@pytest.mark.parametrize(
    "text", ["", "q1.5h", "q 1 2 h", "q.6h", "q1.h", "every 4-6 hours", "q4h prn", "1-0-1", "q5h", "____"]
)
def test_unknown_spellings_are_not_guessed(text: str) -> None:
    assert frequency(text) is None


@given(st.text(max_size=60))
def test_arbitrary_text_never_fails_and_never_becomes_two_things(text: str) -> None:
    assert frequency(text) is None or refusal(text) is None


def test_doses_a_day_agree_with_the_gap() -> None:
    for row in FREQUENCIES.values():
        if row.kind is FrequencyKind.INTERVAL and row.per_day is not None:
            assert row.per_day * (row.interval_hours or 0) == 24
        if row.kind is FrequencyKind.INTERVAL and row.per_day is None:
            assert (row.interval_hours or 0) > 24
        if row.kind in (FrequencyKind.ONE_TIME, FrequencyKind.CONTINUOUS, FrequencyKind.PRN):
            assert row.strict and row.per_day is None


def test_every_profile_has_ordered_times_as_many_as_its_codes() -> None:
    assert "us_adult_inpatient" in SCHEDULE_PROFILES
    for profile in SCHEDULE_PROFILES.values():
        for code, times in profile.times.items():
            assert len(times) == FREQUENCIES[code].per_day
            assert [minutes(time) for time in times] == sorted({minutes(time) for time in times})
            assert not FREQUENCIES[code].strict or code in profile.clock_by_policy


def test_even_intervals_are_spread_evenly() -> None:
    """A slip such as 1600 for 1800 in an every-6-hours row would pass the count and the order."""
    for profile in SCHEDULE_PROFILES.values():
        for code, times in profile.times.items():
            if FREQUENCIES[code].kind is FrequencyKind.INTERVAL:
                at = [minutes(time) for time in times]
                gaps = {(after - before) % 1440 for before, after in zip(at, [*at[1:], at[0]], strict=True)}
                assert len(times) == 1 or gaps == {60 * (FREQUENCIES[code].interval_hours or 0)}, (profile.id, code)


def test_published_times() -> None:
    profile = schedule_profile("us_adult_inpatient")
    assert profile.times_for("TID") == ("0900", "1400", "2100")
    assert profile.times_for("Q1H") == ()
    assert schedule_profile("us_behavioural_health").times_for("BID") == ("0900", "1700")


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ({"BID": ["0900", "2400"]}, "2400"),
        ({"BID": ["9:00", "2100"]}, "9:00"),
        ({"BID": ["2100", "0900"]}, "not in order"),
        ({"BID": ["0900", "0900"]}, "twice"),
        ({"BID": ["0900"]}, "1 times stand where 2 belong"),
        ({"BOD": ["0900"]}, "no such frequency code"),
        ({"Q2H": [f"{hour:02d}00" for hour in range(0, 24, 2)]}, "clock_by_policy"),
        ({"STAT": ["0900"]}, "none belong"),
    ],
)
def test_faulty_profiles_are_refused(times: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ScheduleProfile.model_validate({"id": "x", "title": "x", "source": "x", "times": times})


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="us_adult_inpatient"):
        schedule_profile("us_adult")

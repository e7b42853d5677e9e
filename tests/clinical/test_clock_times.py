"""Times of day and hour columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.clinical.clock import faults_in_times, hhmm, hours_from, is_hhmm, minutes
from downtime.errors import InputError, UsageError


def test_hour_columns() -> None:
    twelve = ("0700", "0800", "0900", "1000", "1100", "1200", "1300", "1400", "1500", "1600", "1700", "1800")
    assert hours_from("0700", 12) == twelve
    assert hours_from("1900", 12)[4:7] == ("2300", "0000", "0100")
    assert hours_from("0730", 2) == ("0730", "0830")
    assert len(set(hours_from("0700", 24))) == 24


@pytest.mark.parametrize("text", ["2400", "900", "09:00", "0960", "-100", "٠٩٠٠", "0900\n", "", " 0900", "384"])
def test_what_is_not_a_time(text: str) -> None:
    assert not is_hhmm(text)
    with pytest.raises(InputError, match="24-hour clock"):
        minutes(text)


@pytest.mark.parametrize("count", [0, -1, 25])
def test_columns_that_would_repeat_or_vanish_are_refused(count: int) -> None:
    with pytest.raises(UsageError):
        hours_from("0700", count)


def test_faults_in_a_day() -> None:
    assert faults_in_times(("0000", "2359")) == ()
    assert len(faults_in_times(("2100", "2100", "0900"))) == 2
    assert faults_in_times(()) and faults_in_times(("0900", "2400"))


@given(st.integers(min_value=0, max_value=1439))
def test_minutes_round_trip(minute: int) -> None:
    assert minutes(hhmm(minute)) == minute


@given(st.text(max_size=6))
def test_only_four_digit_clock_times_pass(text: str) -> None:
    assert is_hhmm(text) == (text in {hhmm(minute) for minute in range(1440)})

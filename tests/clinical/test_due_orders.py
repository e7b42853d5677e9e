"""What is not a plain rhythm: as needed, once, continuous, ordered moments, bounds, counts, steps."""

from datetime import datetime

import pytest
from due_helpers import ADULT, CHICAGO, at, clock, due, repeat, shown, window

from downtime.clinical.due import DueStatus, Window, due_times
from downtime.clinical.due_clock import utc
from downtime.clinical.timing import OrderTiming
from downtime.errors import UsageError


def test_as_needed_gives_the_earliest_next_time_and_no_times() -> None:
    answer = due("Q6H", last="22 0310", as_needed=True, as_needed_reason="pain", most_in_24_hours="4 g")
    assert (answer.status, answer.times, answer.earliest_next) == (DueStatus.AS_NEEDED, (), at("22 0910"))
    assert answer.anchor == "from last dose 22 NOV 2026 0310" and not answer.notes


def test_as_needed_says_what_is_not_stated() -> None:
    answer = due("BID", last="22 0310", as_needed=True)
    assert answer.earliest_next is None
    assert answer.notes == ("not stated: the reason, hours at least between doses, the most in 24 hours",)
    assert due("Q6H", as_needed=True).earliest_next is None  # no dose is known


def test_two_least_intervals_are_none() -> None:
    assert due("Q6H", last="22 0310", as_needed=True, least_hours_apart=4).earliest_next is None
    assert due("", last="22 0310", as_needed=True, least_hours_apart=4).earliest_next == at("22 0710")
    assert due("", last="22 0310", as_needed=True, repeat=repeat(1, 4, "h", period_max=6)).earliest_next is None


@pytest.mark.parametrize("code", ["PRN", "prn", "PRNQ6H", "Q6H PRN", "PRN Q6H", "every 6 hours as needed"])
def test_codes_as_needed(code: str) -> None:
    answer = due(code, last="22 0310")
    assert answer.status is DueStatus.AS_NEEDED
    assert (answer.earliest_next is None) is (code.upper() == "PRN")


def test_as_needed_ends_with_the_order() -> None:
    answer = due("Q6H", last="22 0310", as_needed=True, stop="22 0900")
    assert answer.earliest_next is None and "the order stops before another dose may be given" in answer.notes
    assert due("Q6H", as_needed=True, stop="22 0600").status is DueStatus.OUTSIDE_WINDOW


def test_as_needed_in_words_alone_and_against_the_code() -> None:
    assert due("", text="1 tablet every 4 hours as needed for rib pain", last="22 0500").earliest_next == at("22 0900")
    answer = due("Q6H", text="every 6 hours as needed")
    assert (answer.status, answer.why) == (DueStatus.NOT_COMPUTED, "text says as needed, code does not")
    contradicted = due("Q6H", text="every 4 hours as needed", as_needed=True, last="22 0500")
    assert contradicted.status is DueStatus.AS_NEEDED and contradicted.earliest_next is None
    assert contradicted.why == "text says every 4 hours, code says every 6 hours"


@pytest.mark.parametrize("code", ["ONCE", "STAT", "NOW", "x1"])
def test_one_time(code: str) -> None:
    answer = due(code, start="22 0930")
    assert (answer.status, shown(answer)) == (DueStatus.ONE_TIME, ["22 0930"])
    given = due(code, start="22 0630", last="22 0641")
    assert not given.times and "one time only, and given 22 NOV 2026 0641" in given.notes
    assert not due(code, start="22 0930", last="22 0930").times
    overdue = due(code, start="22 0630")
    assert not overdue.times and "was due 22 NOV 2026 0630: check whether it was given" in overdue.notes
    before = due(code, start="22 0930", last="22 0910")
    assert not before.times and "check" in before.notes[0]
    assert shown(due(code, start="22 0930", last="19 0910")) == ["22 0930"]
    assert not due(code).times and due(code).status is DueStatus.ONE_TIME
    assert not due(code, start="22 0000", start_day_only=True).times


def test_one_time_by_flag_count_or_procedure() -> None:
    assert due("", one_time=True, start="22 0930").status is DueStatus.ONE_TIME
    assert due("", repeat=repeat(1, 1, "d", count=1), start="22 0930").status is DueStatus.ONE_TIME
    assert shown(due("", repeat=repeat(1, 1, "d", count=1, when=("HS",)), start="22 0930")) == ["22 2100"]
    assert "on call" in due("ONCALL", start="22 0930").notes[0] and not due("ONCALL", start="22 0930").times
    assert due("BID", one_time=True, start="22 0930").why == "order says one time only, code says 2 times a day"
    assert any("within 15 minutes" in note for note in due("STAT", start="22 0930").notes)


def test_continuous() -> None:
    for answer in (
        due("C"), due("CONT"), due("", continuous=True), due("", text="continuous infusion"),
        due("CONT", text="125 mL/h"), due("", text="125 mL/h IV continuous", continuous=True),
    ):  # fmt: skip
        assert (answer.status, answer.times) == (DueStatus.CONTINUOUS, ())
    assert due("Q1H", continuous=True, last="22 0600").why == "order says continuous, code says every 1 hour"


def test_ordered_moments_win() -> None:
    times = ["22 0600", "22 1130", "22 2000", "23 0800"]
    answer = due("", times=times)
    assert (shown(answer), answer.anchor) == (["22 1130", "22 2000"], "ordered times")
    assert shown(due("BID", times=["22 1130", "22 2000"])) == ["22 1130", "22 2000"]
    assert shown(due("", times=times, stop="22 1900")) == ["22 1130"]
    assert shown(due("", times=times, last="22 1135")) == ["22 2000"]
    assert due("", times=["24 0900"]).why == "next due 24 NOV 2026 0900"


def test_ordered_moments_that_do_not_fit_the_code() -> None:
    assert due("DAILY", times=["22 0900", "22 2100"]).why == "the ordered times do not fit daily"
    assert due("BID", times=["21 0900", "21 2100", "22 0900", "23 0900"]).status is DueStatus.NOT_COMPUTED
    assert due("Q6H", times=["22 0900", "22 1100"]).status is DueStatus.NOT_COMPUTED
    assert due("Q6H", times=["22 0900", "22 2100"]).status is DueStatus.NOT_COMPUTED
    assert due("MWF", times=["22 0900", "23 0900"]).status is DueStatus.NOT_COMPUTED
    assert due("ONCE", times=["22 0900", "22 1100"]).status is not DueStatus.COMPUTED


def test_ordered_moments_that_end_too_soon_say_so() -> None:
    answer = due("BID", times=["22 0900"])
    assert shown(answer) == ["22 0900"]
    assert "no time is ordered after 22 NOV 2026 0900; the order says 2 times a day" in answer.notes


def test_an_ordered_moment_that_has_passed_is_asked_for() -> None:
    answer = due("ONCE", times=["22 0630"])
    assert not answer.times and "was due 22 NOV 2026 0630, not recorded as given: check" in answer.notes
    assert not due("ONCE", times=["22 0630"], last="22 0635").notes
    assert due("ONCE", times=["22 0930"]).status is DueStatus.ONE_TIME


def test_first_dose_at_once_then_a_rhythm() -> None:
    assert shown(due("Q6H", immediate=True, start="22 0730")) == ["22 0730", "22 1200", "22 1800", "23 0000", "23 0600"]
    assert due("Q6H", immediate=True).status is DueStatus.NOT_COMPUTED
    assert clock(due("Q6H", immediate=True, last="22 0600"))[0] == "1200"


def test_start_and_stop_inside_the_window() -> None:
    answer = due("Q6H", "22 0700", 24, start="22 1000", stop="23 0100")
    assert shown(answer) == ["22 1000", "22 1800", "23 0000"] and "stops 23 NOV 2026 0100" in answer.notes
    at_stop = due("Q6H", stop="22 1800")
    assert shown(at_stop) == ["22 1200"]
    assert "a dose would be due at the stop itself, 22 NOV 2026 1800: ask" in at_stop.notes
    assert shown(due("BID", "22 0700", 48, stop="22 0000", stop_day_only=True)) == ["22 0900", "22 2100"]
    assert due("BID", stop="22 0700").why == "stopped 22 NOV 2026 0700"
    assert due("BID", start="23 0700").why == "starts 23 NOV 2026 0700"
    assert due("BID", start="22 0900", stop="22 0800").why == "the order stops before it starts"
    assert due("BID", "22 0930", 8, stop="22 1200").why == "no further dose before the order stops"


def test_never_and_for_ever_are_no_bounds() -> None:
    low, high = datetime(1, 1, 1, tzinfo=CHICAGO), datetime(9999, 12, 31, 23, 59, tzinfo=CHICAGO)
    timing = OrderTiming(code="BID", start=low, stop=high)
    answer = due_times(timing, window=window("22 0700"), schedule=ADULT, zone=CHICAGO)
    assert clock(answer) == ["0900", "2100"]
    strict = OrderTiming(code="Q36H", start=low, stop=high, stop_day_only=True)
    answer = due_times(strict, window=window("22 0700"), schedule=ADULT, zone=CHICAGO)
    assert answer.status is DueStatus.NOT_COMPUTED


def test_counts() -> None:
    three = repeat(1, 8, "h", count=3)
    assert shown(due("", "22 0700", 72, repeat=three, start="22 0800")) == ["22 0800", "22 1400", "22 2200"]
    assert shown(due("", "22 1800", 72, repeat=three, start="22 0800")) == ["22 2200"]
    assert due("", "23 0700", repeat=three, start="22 0800").why == "all doses were due before"
    assert "how many were given is not known" in due("", repeat=three, start="22 0800", last="22 0805").why
    assert "how many were given is not known" in due("", repeat=three).why
    assert due("", repeat=repeat(1, 8, "h", count=3, count_max=5), start="22 0800").status is DueStatus.NOT_COMPUTED
    assert due("", repeat=repeat(1, 8, "h", count=0), start="22 0800").status is DueStatus.NOT_COMPUTED
    assert shown(due("Q8H", text="every 8 hours for 2 doses", start="22 0800")) == ["22 0800", "22 1400"]
    assert due("Q8H", text="every 8 hours for 2 doses", repeat=three, start="22 0800").why == (
        "text says for 2 doses, code says 3"
    )


def test_lengths_in_words() -> None:
    assert shown(due("DAILY", text="daily for 5 days", start="21 0900")) == ["22 0900"]
    near = due("DAILY", "25 0700", 24, text="daily for 5 days", start="21 0900")
    assert near.why == "text says for 5 days, and the order has no stop"
    assert shown(due("DAILY", "25 0700", 24, text="daily for 5 days", start="21 0900", stop="26 0900")) == ["25 0900"]
    assert due("DAILY", text="daily for 7 days", start="21 0900", stop="25 0900").why == (
        "text says for 7 days, the order stops otherwise"
    )
    assert due("DAILY", text="daily for 5 days").status is DueStatus.NOT_COMPUTED


def test_a_start_in_words_must_be_the_orders() -> None:
    assert due("daily for 5 days", start="21 0900").status is DueStatus.NOT_COMPUTED
    text = "2 times a day, starting Sun 11/22/26 at 1000, until discontinued"
    assert shown(due("BID", text=text, start="22 1000")) == ["22 1000", "22 2100"]
    assert shown(due("BID", text=text, start="22 0000", start_day_only=True)) == ["22 0900", "22 2100"]
    utc_start = OrderTiming(code="BID", text=text, start=utc(at("22 1000")))
    answer = due_times(utc_start, window=window("22 0700"), schedule=ADULT, zone=CHICAGO)
    assert clock(answer) == ["1000", "2100"]
    assert due("BID", text=text, start="22 1100").why == "text says another start than the order"
    assert due("BID", text=text).why == "text says when it starts, the order does not"


def test_steps_and_missing_words() -> None:
    assert due("DAILY", steps=3).why == "3 steps, as written"
    assert due("").why == "no frequency is stated"
    assert due("", text="heparin per protocol").status is DueStatus.NOT_COMPUTED
    assert due("", text="norepinephrine").why == "no frequency that can be read"


def test_a_time_without_a_zone_is_refused() -> None:
    timing = OrderTiming(code="BID", start=datetime(2026, 11, 22, 9))
    answer = due_times(timing, window=window("22 0700"), schedule=ADULT, zone=CHICAGO)
    assert (answer.status, answer.times) == (DueStatus.NOT_COMPUTED, ())


def test_an_impossible_window_is_an_error() -> None:
    with pytest.raises(UsageError, match="ends before it starts"):
        Window(at("22 0700"), at("22 0700"))
    with pytest.raises(UsageError, match="no time zone"):
        Window(datetime(2026, 11, 22), datetime(2026, 11, 23))
    assert utc(at("22 0700")).tzinfo is not None


def test_more_times_than_a_sheet_holds_are_refused() -> None:
    answer = due("", repeat=repeat(1, 1, "min"), last="22 0600")
    assert (answer.status, answer.why) == (DueStatus.NOT_COMPUTED, "more times than a sheet can hold")

"""From which dose times are counted: last given, start, the unit's times; the first-dose rule and its gaps."""

import pytest
from due_helpers import ADULT, NO_TIMES, clock, due, repeat, shown

from downtime.clinical.due import DueStatus, Schedule

VECTORS = [
    ("Q6H", "0400", "22 1200", "8", False), ("Q6H", "0200", "22 0600", "4", False),
    ("Q6H", "0300", "22 0600", "3", False),
    ("Q8H", "1100", "22 2200", "11", False), ("Q8H", "0800", "22 1400", "6", False),
    ("BID", "1400", "22 2100", "7", False), ("BID", "1600", "23 0900", "17", False),
    ("DAILY", "2200", "24 0900", "35", False), ("DAILY", "1800", "23 0900", "15", False),
    ("QID", "1900", "23 0900", "14", True), ("TID", "1730", "23 0900", "15.5", True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "first", "second", "gap", "flagged"), VECTORS)
def test_the_first_dose_rule(code: str, first: str, second: str, gap: str, flagged: bool) -> None:
    answer = due(code, f"22 {first}", 72, start=f"22 {first}")
    assert shown(answer)[:2] == [f"22 {first}", second]
    assert (str(answer.gap_hours), answer.check_gap) == (gap, flagged)
    assert answer.gap_words == (f"CHECK GAP {gap} h" if flagged else "")
    assert "first dose due at start" in answer.notes
    assert answer.anchor == f"unit's times, after first dose 22 NOV 2026 {first}"


@pytest.mark.parametrize(("code", "first", "second", "gap", "flagged"), VECTORS)
def test_the_same_second_dose_once_the_first_is_given(
    code: str, first: str, second: str, gap: str, flagged: bool
) -> None:
    answer = due(code, f"22 {int(first) + 1:04d}", 72, start=f"22 {first}", last=f"22 {first}")
    assert shown(answer)[0] == second
    assert answer.anchor == f"unit's times, after last dose 22 NOV 2026 {first}"
    assert (str(answer.gap_hours), answer.check_gap) == (gap, flagged)


def test_a_dose_is_never_printed_again_shortly_after_it_was_given() -> None:
    for last, following in (("22 0840", "2100"), ("22 0915", "2100"), ("22 1010", "2100"), ("22 2030", "0900")):
        assert clock(due("BID", last, last=last))[0] == following


def test_a_dose_a_little_late_does_not_cost_the_next_one() -> None:
    """With times four hours apart, half of 8 hours is no measure for a dose given at 0905 for 0900."""
    unit = Schedule.from_profile("us_behavioural_health")
    answer = due("TID", "22 1000", last="22 0905", schedule=unit)
    assert clock(answer) == ["1300", "1700", "0900"] and not answer.check_gap
    overnight = due("TID", "22 1800", last="22 1700", schedule=unit)
    assert clock(overnight)[0] == "0900" and str(overnight.gap_hours) == "16" and not overnight.check_gap
    late = due("TID", "22 1100", last="22 1050", schedule=ADULT)
    assert clock(late)[0] == "1400" and late.gap_words == "CHECK GAP 3.2 h"


def test_an_interval_follows_the_units_times_only_where_the_patient_does() -> None:
    on_it = due("Q8H", "22 2300", last="22 2210")
    assert clock(on_it) == ["0600", "1400", "2200"]
    assert on_it.anchor == "unit's times, after last dose 22 NOV 2026 2210"
    off_it = due("Q8H", "22 2300", last="22 1910")
    assert clock(off_it) == ["0310", "1110", "1910"] and off_it.anchor == "from last dose 22 NOV 2026 1910"


def test_strict_classes_and_codes_are_counted_from_the_dose() -> None:
    assert clock(due("Q8H", "22 2300", last="22 2210", strict=True)) == ["0610", "1410", "2210"]
    assert clock(due("BID", "22 2300", last="22 2110", strict=True)) == ["0910", "2110"]
    assert clock(due("Q24H", "22 0700", last="21 1115")) == ["1115"]
    assert clock(due("Q2H", "22 0700", 6, last="22 0615", strict=True)) == ["0815", "1015", "1215"]
    assert clock(due("Q2H", "22 0700", 6, last="22 0615")) == ["0800", "1000", "1200"]  # by the clock, by policy
    assert clock(due("BEDTIME", "22 0700", last="21 2140", strict=True)) == ["2100"]


def test_strict_without_a_dose_or_start_is_not_computed() -> None:
    for answer in (due("Q8H", strict=True), due("Q1H"), due("Q36H"), due("Q8H", schedule=NO_TIMES)):
        assert answer.status is DueStatus.NOT_COMPUTED and "neither a dose nor a start is known" in answer.why
    assert clock(due("BID", strict=True)) == ["0900", "2100"]
    assert clock(due("Q36H", "22 0700", 72, start="21 2000")) == ["0800", "2000"]
    assert due("Q36H", start="21 2000").anchor == "from start 21 NOV 2026 2000"


def test_institution_codes_need_the_departments_times() -> None:
    answer = due("BID", last="22 0600", start="20 0900", schedule=NO_TIMES)
    assert (answer.status, answer.why) == (DueStatus.NOT_COMPUTED, "the unit has no times for “2 times a day”")


def test_a_start_that_names_only_a_day_is_no_dose_at_midnight() -> None:
    answer = due("BID", "22 0000", 36, start="22 0000", start_day_only=True)
    assert shown(answer) == ["22 0900", "22 2100", "23 0900"] and "first dose due at start" not in answer.notes
    given_before = due("BID", "22 0700", 48, start="23 0000", start_day_only=True, last="22 0600")
    assert shown(given_before) == ["23 0900", "23 2100"]
    assert due("Q36H", start="22 0000", start_day_only=True).status is DueStatus.NOT_COMPUTED
    assert shown(due("DAILY", "21 0700", 48, start="22 1500", start_day_only=True)) == ["22 0900"]


def test_bedtime_and_meals_do_not_begin_at_the_hour_of_the_order() -> None:
    assert shown(due("BEDTIME", start="22 1016")) == ["22 2100"]
    assert shown(due("AC", start="22 1016")) == ["22 1130", "22 1630"]
    assert shown(due("", start="22 1016", repeat=repeat(2, 1, "d", times_of_day=("08:00", "20:00")))) == ["22 2000"]
    assert due("", repeat=repeat(2, 1, "d", times_of_day=("08:00", "20:00"))).anchor == "ordered times"


def test_a_last_dose_of_an_earlier_order_is_not_counted_from() -> None:
    answer = due("BID", start="22 1000", last="21 0900")
    assert shown(answer) == ["22 1000", "22 2100"]
    assert "last dose 21 NOV 2026 0900 was before this order" in answer.notes
    # Charted ten minutes before the order's start, it is the order's own dose.
    assert shown(due("BID", start="22 0900", last="22 0850")) == ["22 2100"]


def test_a_dose_that_may_have_been_missed_is_asked_for() -> None:
    answer = due("Q6H", "22 0700", last="22 0010")
    assert clock(answer) == ["1200", "1800", "0000", "0600"]
    assert "was due 22 NOV 2026 0600, not recorded as given: check" in answer.notes
    assert any("first dose was due 22 NOV 2026 0400" in note for note in due("BID", start="22 0400").notes)
    assert not due("Q6H", "22 0700", last="22 0605").notes


def test_every_other_day() -> None:
    assert shown(due("ALTDAYS", "22 0700", 96, last="20 0910")) == ["22 0900", "24 0900"]
    assert due("ALTDAYS", "22 0700", last="20 0910").anchor == (
        "unit's times, every other day from last dose 20 NOV 2026"
    )
    assert shown(due("ALTDAYS", "22 0700", 48, start="19 0600")) == ["23 0900"]
    assert shown(due("ALTDAYS", "22 0700", 72, start="22 1300")) == ["22 1300", "24 0900"]
    assert shown(due("", "22 0700", 72, repeat=repeat(1, 2, "d"), start="20 0000", start_day_only=True)) == [
        "22 0900", "24 0900"]  # fmt: skip
    assert due("ALTDAYS").status is DueStatus.NOT_COMPUTED
    assert due("ALTDAYS", "22 0700", last="21 0900").status is DueStatus.OUTSIDE_WINDOW
    assert due("ALTDAYS", "22 0700", last="21 0900").why == "next due 23 NOV 2026 0900"
    other_days = due("ALTDAYS", "22 0700", 48, last="21 0900", start="18 0900")
    assert shown(other_days) == ["23 0900"] and other_days.check_gap
    assert "counted from the order's start, other days would be due" in other_days.notes


def test_named_weekdays() -> None:
    assert shown(due("MWF", "16 0000", 168)) == ["16 0900", "18 0900", "20 0900"]
    assert shown(due("MWF", "16 0700", 24, last="16 0815")) == []
    assert shown(due("", "16 0000", 168, repeat=repeat(2, 1, "wk", days_of_week=("tue", "sat")))) == [
        "17 0900", "21 0900"]  # fmt: skip
    twice = repeat(2, 1, "d", days_of_week=("tue",))
    assert shown(due("", "17 0855", 24, repeat=twice, last="17 0850")) == ["17 2100"]
    late = due("MWF", "16 1400", 72, start="16 1300")
    assert shown(late) == ["18 0900"] and any("ask whether a dose was due" in note for note in late.notes)
    wrong_day = due("WEEKLY", "19 0000", 24, last="17 0900", repeat=repeat(1, 1, "wk", days_of_week=("thu",)))
    assert shown(wrong_day) == ["19 0900"] and wrong_day.check_gap


def test_weekly_and_monthly() -> None:
    assert shown(due("WEEKLY", "22 0000", 168, last="19 0900")) == ["26 0900"]
    assert due("WEEKLY").status is DueStatus.NOT_COMPUTED
    assert due("", repeat=repeat(1, 3, "wk"), start="19 0900").why == "next due 10 DEC 2026 0900"
    assert due("MO", last="5 0900").why == "next due 05 DEC 2026 0900"
    assert shown(due("MO", "2026-12-05 0000", last="05 0900")) == ["05 0900"]
    assert due("MO", last="2026-10-31 0900").status is DueStatus.NOT_COMPUTED


def test_midnight_belongs_to_the_new_day() -> None:
    assert shown(due("Q6H", "22 1900", 12)) == ["23 0000", "23 0600"]
    assert shown(due("Q6H", "22 1900", 5)) == [] and due("Q6H", "22 1900", 5).why == "next due 23 NOV 2026 0000"

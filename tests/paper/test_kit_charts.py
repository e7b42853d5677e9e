"""Medicine charts of a kit: which order stands where, at which times, and what is said where no time can be."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit_cases import (
    CHARTS,
    CHICAGO,
    MADE,
    TAKEN,
    dues,
    hours,
    kit,
    listed,
    order,
    patient,
    rows,
    sheets,
    snapshot,
    words,
)
from kit_cases import given as dose

from downtime.paper.kit_model import KitOptions

REF = "00200001"
AT_NOON = datetime(2026, 11, 16, 12, 0, tzinfo=CHICAGO)


# Where the name of the medicine stands on each chart.
COLUMNS = {"mar-scheduled": "order.drug", "mar-prn": "order.drug", "mar-infusion": "drug.name"}


def charts(*orders, made=MADE, taken=TAKEN, options=None, starts=None, **more):
    """The charts of one patient with these orders."""
    one = snapshot(patient(medications=orders, **more), taken=taken)
    return kit(one, options, made=made, forms=CHARTS, starts=starts)


def test_due_times_stand_over_their_hours_with_the_last_dose_beside_them():
    [sheet] = sheets(charts(order(last_given=dose(0, 10))), "mar-scheduled")
    assert dues(sheet) == {"1.h2": "0800", "1.h10": "1600", "1.h18": "0000"}
    printed = sheet.printed
    assert printed["drugs.1.order.times"] == "0800, 1600, 0000"
    assert (printed["drugs.1.last.date"], printed["drugs.1.last.time"]) == ("16 NOV", "0010")
    assert printed["sheet.1.mar.date"] == printed["patient.page_date"] == "16 NOV 2026"


def test_a_time_that_had_passed_at_printing_has_a_question_mark():
    [sheet] = sheets(charts(order(last_given=dose(0, 10)), made=AT_NOON), "mar-scheduled")
    assert dues(sheet) == {"1.h2": "0800?", "1.h10": "1600", "1.h18": "0000"}


@pytest.mark.parametrize(
    ("one", "form"),
    [
        (order(), "mar-scheduled"),
        (order(code="STAT", start=TAKEN, one_time=True), "mar-scheduled"),
        (order(code="Q6H", as_needed=True, as_needed_reason="pain"), "mar-prn"),
        (order(code="CONT", continuous=True, dose="", rate="5 mL/h"), "mar-infusion"),
        (order(code="", dose="", rate="5 mL/h"), "mar-infusion"),
        (order(code="", text="as the doctor said"), "mar-scheduled"),
    ],
    ids=["scheduled", "stat", "as needed", "continuous", "rate alone", "cannot be read"],
)
def test_an_order_goes_on_the_chart_that_its_timing_asks_for_and_on_no_other(one, form):
    made = charts(one)
    for other, column in COLUMNS.items():
        found = {text for sheet in sheets(made, other) for text in rows(sheet, column)}
        assert found == ({"pantoprazole"} if other == form else set())


def test_what_is_not_understood_prints_no_time_and_says_why_in_words_and_as_it_was_written():
    made = charts(order(code="", text="as the doctor said", original="pantoprazole 1 g as the doctor said"))
    [sheet] = sheets(made, "mar-scheduled")
    assert dues(sheet) == {}
    assert words(sheet, 1).startswith("CHECK ORDER: times not computed")
    assert "as the doctor said" in listed(made, REF)
    assert made.not_computed == 1


def test_words_and_code_that_disagree_print_no_times():
    made = charts(order(code="BID", text="daily"))
    [sheet] = sheets(made, "mar-scheduled")
    assert dues(sheet) == {}
    assert "daily" in words(sheet, 1)


def test_an_order_on_hold_prints_no_times():
    [sheet] = sheets(charts(order(status="on hold", last_given=dose(0, 10))), "mar-scheduled")
    assert dues(sheet) == {}
    assert words(sheet, 1).startswith("CHECK ORDER: ON HOLD")


def test_what_must_be_clarified_of_an_order_is_printed():
    made = charts(order(clarify=("ordered under the former number 123",), last_given=dose(0, 10)))
    assert "ordered under the former number 123" in words(sheets(made, "mar-scheduled")[0], 1)
    assert "CHECK ORDER: ordered under the former number 123" in listed(made, REF)


def test_a_missed_dose_is_told_although_later_times_are_printed():
    made = charts(order(last_given=dose(16, 10, day=15)))
    [sheet] = sheets(made, "mar-scheduled")
    assert dues(sheet)
    assert "CHECK: was due 16 NOV 0000, not recorded as given" in words(sheet, 1)
    assert "was due 16 NOV 2026 0000, not recorded as given: check" in listed(made, REF)


def test_an_order_without_a_last_dose_says_that_none_is_known():
    [sheet] = sheets(charts(order()), "mar-scheduled")
    assert sheet.printed["drugs.1.last.date"] in ("not in the data", "no data")


def test_five_orders_make_two_sheets_that_are_numbered():
    made = charts(*(order(f"drug{number}", last_given=dose(0, 10)) for number in range(5)))
    first, second = sheets(made, "mar-scheduled")
    assert rows(first) == ["drug0", "drug1", "drug2", "drug3"]
    assert rows(second) == ["drug4"]
    assert [(one.printed["sheet.1.mar.page"], one.printed["sheet.1.mar.pages"]) for one in (first, second)] == [
        ("1", "2"), ("2", "2"),
    ]  # fmt: skip


def test_a_window_over_the_start_of_the_mars_day_makes_a_second_days_sheet_with_its_date():
    made = datetime(2026, 11, 16, 20, 0, tzinfo=CHICAGO)
    taken = made - hours(0.5)
    built = charts(order(last_given=dose(16, 10)), made=made, taken=taken, options=KitOptions(hours=14))
    first, second = sheets(built, "mar-scheduled")
    assert [one.printed["sheet.1.mar.date"] for one in (first, second)] == ["16 NOV 2026", "17 NOV 2026"]
    assert dues(first) == {"1.h18": "0000"}
    assert dues(second) == {"1.h2": "0800", "1.h10": "1600"}


def test_a_few_minutes_of_another_day_take_no_sheet_where_nothing_is_due_in_them():
    made = datetime(2026, 11, 16, 6, 45, tzinfo=CHICAGO)
    [sheet] = sheets(charts(order(last_given=dose(0, 10)), made=made), "mar-scheduled")
    assert sheet.printed["sheet.1.mar.date"] == "16 NOV 2026"


def test_two_doses_in_one_hour_take_two_rows_each_with_boxes_of_its_own():
    times = tuple(datetime(2026, 11, 16, 9, minute, tzinfo=CHICAGO) for minute in (0, 30))
    [sheet] = sheets(charts(order(code="", text="", times=times)), "mar-scheduled")
    assert rows(sheet) == ["pantoprazole", "pantoprazole"]
    assert dues(sheet) == {"1.h3": "0900", "2.h3": "0930"}
    assert "2 of 2 rows" in sheet.printed["drugs.2.order.times"]


def test_the_hour_that_comes_twice_has_two_rows_that_tell_which_is_which():
    night = datetime(2026, 11, 1, 0, 30, tzinfo=CHICAGO)
    twice = tuple(datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=CHICAGO) for fold in (0, 1))
    built = charts(order(code="", text="", times=twice), made=night, taken=night - hours(0.2))
    found = [text for sheet in sheets(built, "mar-scheduled") for text in dues(sheet).values()]
    assert found == ["0130 CDT", "0130 CST"]


def test_the_hour_that_never_comes_is_closed_on_the_sheet():
    from downtime.clinical.clock import hours_from
    from downtime.paper.kit_charts import closed_hours
    from downtime.paper.kit_days import KitHours, sheet_days
    from downtime.paper.prefill import Hours

    night = datetime(2027, 3, 14, 0, 30, tzinfo=CHICAGO)
    moments = KitHours(night, night, 12, CHICAGO)
    day = next(day for day in sheet_days(moments, "0000") if day.day == night.date())
    columns = Hours("h", 24, "0000", "due", ("due", "time"), "")
    assert [hours_from("0000", 24)[number - 1] for number in closed_hours(columns, moments, day)] == ["0200"]


def test_hours_before_the_data_and_after_they_are_void_are_closed():
    from downtime.paper.kit_charts import closed_hours
    from downtime.paper.kit_days import KitHours, sheet_days
    from downtime.paper.prefill import Hours

    moments = KitHours(AT_NOON, AT_NOON, 12, CHICAGO)
    columns = Hours("h", 24, "0700", "due", ("due",), "")
    today, tomorrow = sheet_days(KitHours(AT_NOON, AT_NOON, 24, CHICAGO), "0700")
    assert closed_hours(columns, moments, today) == [1, 2, 3, 4, 5]
    assert closed_hours(columns, moments, tomorrow) == list(range(6, 25))


def test_no_time_is_made_from_data_that_are_void():
    built = charts(order(last_given=dose(0, 10)), made=TAKEN + hours(25))
    assert all(dues(sheet) == {} for sheet in sheets(built, "mar-scheduled"))
    assert any("over 24 hours old" in words(sheet, 1) for sheet in sheets(built, "mar-scheduled"))


def test_an_order_as_needed_prints_reason_limits_and_the_earliest_next_time():
    one = order(code="Q6H", text="every 6 hours as needed", as_needed=True, as_needed_reason="pain",
                most_in_24_hours="4 g", last_given=dose(5, 40))  # fmt: skip
    [sheet] = sheets(charts(one), "mar-prn")
    printed = sheet.printed
    assert printed["drugs.1.order.reason"] == "pain"
    assert printed["drugs.1.limits.hours_apart"] == "6"
    assert printed["drugs.1.limits.max"] == "4 g"
    assert printed["drugs.1.last.earliest"] == "16 NOV 1140"


def test_an_infusion_prints_its_rate_and_ticks_the_unit_that_it_names():
    one = order(
        "norepinephrine", "CONT", continuous=True, dose="", rate="0.08 mcg/kg/min", instructions="MAP 65 or more"
    )
    [sheet] = sheets(charts(one), "mar-infusion")
    assert sheet.printed["drugs.1.rate.start"] == "0.08 mcg/kg/min"
    assert sheet.printed["drugs.1.unit#mcg-kg-min"] == "X"
    assert sheet.printed["drugs.1.mark"] == "A HIGH ALERT"


def test_a_rate_in_another_unit_ticks_other_and_one_that_is_no_rate_ticks_nothing():
    ticked = []
    for rate in ("0.5 mg/min", "per protocol"):
        [sheet] = sheets(charts(order("amiodarone", "CONT", continuous=True, dose="", rate=rate)), "mar-infusion")
        ticked.append([name for name in sheet.printed if name.startswith("drugs.1.unit#")])
    assert ticked == [["drugs.1.unit#other"], []]


def test_an_order_that_stops_in_the_window_has_no_time_after_its_stop():
    stop = datetime(2026, 11, 16, 12, 0, tzinfo=CHICAGO)
    [sheet] = sheets(charts(order(last_given=dose(0, 10), stop=stop)), "mar-scheduled")
    assert list(dues(sheet).values()) == ["0800"]
    assert "stops 16 NOV 2026 1200" in words(sheet, 1)


def test_an_order_that_stopped_before_the_data_stands_on_the_list_alone():
    made = charts(order(stop=datetime(2026, 11, 16, 5, 0, tzinfo=CHICAGO)), order("aspirin", "DAILY"))
    assert [rows(sheet) for sheet in sheets(made, "mar-scheduled")] == [["aspirin"]]
    assert "pantoprazole" in listed(made, REF)
    assert "on no chart" in listed(made, REF)


def test_a_dose_is_never_cut():
    """A dose that is cut can be read as another dose: it prints whole, or not at all."""
    long = "1,250 mg of the stronger solution, and 3 mL of the weaker one"
    made = charts(order(dose=long, last_given=dose(0, 10)))
    printed = sheets(made, "mar-scheduled")[0].printed["drugs.1.order.dose"]
    assert printed == "list 1"  # the words of mar-orders: line 1 of the list
    assert long in listed(made, REF, "order.dose")


def test_a_text_of_two_thousand_characters_is_printed_whole_on_the_list():
    text = " ".join(f"word{number}" for number in range(300))
    made = charts(order(instructions=text, last_given=dose(0, 10)))
    assert text in listed(made, REF, "full.text")
    assert len(sheets(made, "mar-orders")) > 1


def test_an_order_for_whose_chart_the_kit_has_no_form_is_told():
    one = snapshot(patient(medications=(order(code="CONT", continuous=True, dose="", rate="5 mL/h"),)))
    made = kit(one, forms=({"form": "mar-orders"}, {"form": "mar-scheduled"}))
    [sheet] = sheets(made, "mar-scheduled")
    assert "no chart for infusions" in words(sheet, 1)


CODES = ["Q8H", "Q6H", "BID", "DAILY", "Q4H", "BEDTIME", "MWF", "Q36H", "CONT", "STAT", "nonsense", ""]


@st.composite
def some_orders(draw):
    found = []
    for number in range(draw(st.integers(1, 9))):
        timing = {
            "start": draw(
                st.sampled_from([None, TAKEN - hours(50), TAKEN - hours(2), TAKEN + hours(3), TAKEN + hours(40)])
            ),
            "stop": draw(st.sampled_from([None, None, TAKEN - hours(1), TAKEN + hours(5), TAKEN + hours(90)])),
            "as_needed": draw(st.booleans()),
        }
        last = draw(st.sampled_from([None, dose(0, 10), dose(6, 5), dose(9, 0, day=14)]))
        status = draw(st.sampled_from(["active", "active", "on hold"]))
        found.append(order(f"drug{number}x", draw(st.sampled_from(CODES)), last_given=last, status=status, **timing))
    return tuple(found)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(some_orders(), st.sampled_from([0.2, 4, 14, 30]), st.sampled_from([4, 12, 24]))
def test_no_order_is_ever_lost_and_no_time_stands_twice(orders, age, length):
    made = charts(*orders, made=TAKEN + hours(age), options=KitOptions(hours=length))
    everything = listed(made, REF)
    on_charts: dict[str, set[str]] = {}
    for form, column in COLUMNS.items():
        for sheet in sheets(made, form):
            for name in rows(sheet, column):
                on_charts.setdefault(name, set()).add(form)
    for one in orders:
        assert one.drug in everything
        timing = one.timing
        backwards = timing.start is not None and timing.stop is not None and timing.stop <= timing.start
        stopped = timing.stop is not None and timing.stop <= TAKEN and not backwards
        assert len(on_charts.get(one.drug, ())) == (0 if stopped else 1)
    for sheet in sheets(made, "mar-scheduled"):
        for row in range(1, 5):
            times = [text for name, text in dues(sheet).items() if name.startswith(f"{row}.")]
            assert len(times) == len(set(times))


def test_a_medicine_counted_from_the_dose_given_is_never_moved_to_the_units_times():
    asked, moved = order("meropenem", last_given=dose(0, 10)), order(last_given=dose(0, 10))
    [sheet] = sheets(charts(asked, moved), "mar-scheduled")
    assert rows(sheet) == ["meropenem", "pantoprazole"]
    times = dues(sheet)
    assert {time for place, time in times.items() if place.startswith("1.")} == {"0810", "1610", "0010"}
    assert {time for place, time in times.items() if place.startswith("2.")} == {"0800", "1600", "0000"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dose": "5.0 mg"}, "dose: “5.0” can be misread"),
        ({"dose": ".5 mg"}, "dose: “.5” can be misread"),
        ({"dose": "10U"}, "dose: “10U” can be misread"),
        ({"text": "QD"}, "how often: “QD” can be misread"),
        ({"drug": "MSO4"}, "medicine: “MSO4” can be misread"),
    ],
)
def test_what_is_on_the_do_not_use_list_prints_as_it_is_and_is_to_be_checked(changes, said):
    one = order(**{"drug": "pantoprazole", **changes, "last_given": dose(0, 10)})
    made = charts(one)
    assert made.not_computed == 1 and said in listed(made, REF)
    assert (changes.get("dose") or one.dose) in listed(made, REF)


def test_an_order_in_plain_words_needs_no_check():
    assert charts(order(dose="0.5 mg", last_given=dose(0, 10))).not_computed == 0


def test_a_route_that_has_no_room_prints_as_its_short_word_or_names_the_list():
    made = charts(order(route="subcutaneous"), order("aspirin", route="tube in the stomach"))
    [sheet] = sheets(made, "mar-scheduled")
    assert sheet.printed["drugs.1.order.route"] == "subcut"
    assert sheet.printed["drugs.2.order.route"] == "list 2"
    assert "tube in the stomach" in listed(made, REF)

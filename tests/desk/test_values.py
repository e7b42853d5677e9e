"""What may be typed into a field: forgiving where one reading is possible, never guessing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downtime.desk.fields.keyed import Bounds, KeyedField, Option
from downtime.desk.fields.moments import Unclear, read_date, read_datetime, read_time, written_date
from downtime.desk.fields.values import Value, read_value

NEAR = date(2026, 7, 19)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("7", "0700"), ("07", "0700"), ("12", "1200"), ("730", "0730"), ("0730", "0730"), ("7:30", "0730"),
     ("7.30", "0730"), ("7p", "1900"), ("7 pm", "1900"), ("12am", "0000"), ("12 p.m.", "1200"), ("0", "0000"),
     ("2359", "2359"), ("0730h", "0730")],
)  # fmt: skip
def test_a_time_that_can_mean_one_thing(typed, meant):
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed", ["73", "45", "2400", "2500", "1260", "7:3", "13pm", "0pm", "", "noon", "12345", "7 a b"]
)
def test_a_time_that_cannot_be_read_one_way_is_unclear(typed):
    assert isinstance(read_time(typed), Unclear)


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_time_in_full_is_itself(hour, minute):
    assert read_time(f"{hour:02d}{minute:02d}") == f"{hour:02d}{minute:02d}"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_date_in_full_is_itself_with_or_without_a_day_nearby(day):
    for written in (written_date(day), day.isoformat(), written_date(day).replace(" ", "").lower()):
        assert read_date(written, NEAR) == read_date(written, None) == written_date(day)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("19", "19 JUL 2026"), ("19jul", "19 JUL 2026"), ("19 jul 26", "19 JUL 2026"), ("1 January", "01 JAN 2027"),
     ("31 dec", "31 DEC 2026"), ("15 jan", "15 JAN 2027"), ("20 jan", "20 JAN 2026"), ("2 sept 2026", "02 SEP 2026")],
)  # fmt: skip
def test_what_is_left_out_of_a_date_is_filled_in_from_the_day_of_the_outage(typed, meant):
    found = read_date(typed, NEAR)
    if typed in ("1 January", "15 jan", "20 jan"):
        # Half a year away on either side there is one such day, or none is near enough.
        assert isinstance(found, Unclear) or found == meant
    else:
        assert found == meant


@pytest.mark.parametrize("typed", ["3/4", "03/04/2026", "31 feb 2026", "19 xyz 2026", "32", "ju", "19072026", ""])
def test_a_date_that_can_be_read_in_two_ways_is_unclear(typed):
    assert isinstance(read_date(typed, NEAR), Unclear)


def test_two_digits_of_a_year_of_birth_are_never_enough():
    born = field("date", id="patient.birth_date")
    assert isinstance(read_value(born, "05 mar 68", NEAR), Unclear)
    assert isinstance(read_value(born, "19", NEAR), Unclear)
    assert read_value(born, "5mar1968", NEAR) == Value("05 MAR 1968")


def test_date_and_time_together():
    assert read_datetime("19 jul 0730", NEAR) == "19 JUL 2026 0730"
    assert read_datetime("19jul2026 7:30 pm", NEAR) == "19 JUL 2026 1930"
    assert isinstance(read_datetime("0730", NEAR), Unclear)
    assert isinstance(read_datetime("19 jul 73", NEAR), Unclear)


def field(kind: str, **more) -> KeyedField:
    given = {"id": "x", "label": "Temp", "group": "", "page": 0, "at": (0.0, 0.0, 1.0, 1.0)} | more
    return KeyedField(kind=kind, **given)


TEMPERATURE = field("number", unit="°C", decimals=1, boxes=2,
                    bounds=Bounds((Decimal(20), Decimal(45)), (Decimal(35), Decimal(40))))  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant", "asks"),
    [("36.8", "36.8", False), ("36,8", "36.8", False), ("368", "36.8", False), ("37", "37", False),
     ("37.0", "37.0", False), ("037", "37", False),
     ("34.9", "34.9", True), ("98.6", "98.6", True), ("3", "3", True), ("999", "999", True),
     ("not taken", "not taken", True)],
)  # fmt: skip
def test_a_number_is_kept_and_asked_for_again_where_it_is_implausible(typed, meant, asks):
    found = read_value(TEMPERATURE, typed, NEAR)
    assert isinstance(found, Value)
    assert (found.text, bool(found.ask)) == (meant, asks)


@pytest.mark.parametrize("typed", ["36.8.1", "3 6", "36°", "1/2", "--3", "1e3"])
def test_what_is_no_number_and_no_word_is_unclear(typed):
    assert isinstance(read_value(TEMPERATURE, typed, NEAR), Unclear)


def test_a_point_is_only_put_in_where_the_page_prints_one():
    weight = field(
        "number", unit="kg", decimals=1, bounds=Bounds((Decimal(0), Decimal(500)), (Decimal(30), Decimal(200)))
    )
    found = read_value(weight, "705", NEAR)
    assert isinstance(found, Value) and found.text == "705" and found.ask


CHOICE = field("choice", options=(Option("a", "one", (0, 0, 1, 1)), Option("b", "two", (0, 0, 1, 1))))


def test_a_choice_says_its_boxes_in_the_order_of_the_page():
    assert read_value(CHOICE, "b", NEAR) == Value("b")
    two = read_value(CHOICE, "b a", NEAR)
    assert isinstance(two, Value) and two.text == "a b" and two.ask
    assert isinstance(read_value(CHOICE, "c", NEAR), Unclear)


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_any_kind(typed):
    for kind in (
        "text",
        "lines",
        "initials",
        "number",
        "date",
        "time",
        "datetime",
        "choice",
        "checkbox",
        "comb",
        "signature",
    ):
        for near in (NEAR, None):
            assert isinstance(read_value(field(kind), typed, near), Value | Unclear)

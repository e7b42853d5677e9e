"""Quantities: counted by hand here, and by the project's clinical formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_site import SiteMaker

from downtime.clinical import quantities as clinical
from downtime.errors import ConfigError, UsageError
from downtime.site import Department, Facility, load_site, packet_quantities, supply_quantities

W = "departments/ward.yaml"
FACTORS = " × 1.5 surge × 1.1 spoilage"

FACILITY = Facility.model_validate(
    {
        "id": "x", "name": "X", "short_name": "X", "country": "US", "paper": "letter", "timezone": "UTC",
        "temperature_unit": "C", "glucose_unit": "mg/dL", "service_desk": {"name": "IT", "phone": "1"},
        "medication_times": {"profile": "us_adult_inpatient"},
        "surge": {"normal": "1.5", "none": "1"}, "spoilage": "0.1",
    }
)  # fmt: skip


def department(form: dict[str, object], **more: object) -> Department:
    return Department.model_validate(
        {
            "id": "ward", "name": "Ward", "kind": "medsurg", "inpatient": "yes", "beds": "10", "census": "8",
            "arrivals_per_hour": "0.5", "box": {"id": "b", "location": "l"},
            "packet": {
                "hours": "8", "days": "2", "uses_source": "a test",
                "sections": [{"section": "s", "forms": [{"form": "f", **form}]}],
            },
            **more,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "copies", "stock", "formula"),
    [
        ({"copies": "7"}, 7, 7, "7, fixed"),
        ({"per": "fixed", "uses": "7"}, 7, 7, "7, fixed"),
        # beds: 10 × 2 × 1.1; no surge, no hours
        ({"per": "bed", "uses": "2"}, 22, 22, "10 beds × 2 × 1.1 spoilage = 22, so 22"),
        # (8 + 0.5 × 8) × 3 × 8/24 × 1.65 = 19.8; over two days, each by itself, (8 + 0.5 × 24) × 3 × 2 × 1.65 = 198
        (
            {"per": "patient-day", "uses": "3"}, 20, 198,
            "(8 patients + 0.5 arrivals an hour × 8 h) × 3 a day × 8 h ÷ 24" + FACTORS + " = 19.8, so 20",
        ),
        # a sheet that lasts a day: (8 + 4) × 1 × 1.65 = 19.8 even for 8 hours; (8 + 12) × 2 × 1.65 = 66
        (
            {"per": "patient-day", "uses": "1", "whole_days": "yes"}, 20, 66,
            "(8 patients + 0.5 arrivals an hour × 8 h) × 1 a day × 24 h ÷ 24" + FACTORS + " = 19.8, so 20",
        ),
        # 0.5 × 8 × 2 × 1.65 = 13.2
        ({"per": "arrival", "uses": "2"}, 14, 80,
            "0.5 arrivals an hour × 8 h × 2" + FACTORS + " = 13.2, so 14"),
        # (8 × 3 × 8/24 + 0.5 × 8 × 1) × 1.65 = 19.8
        (
            {"per": "patient-day", "uses": "3", "uses_per_arrival": "1"}, 20, 119,
            "(8 patients × 3 a day × 8 h ÷ 24 + 0.5 arrivals an hour × 8 h × 1)" + FACTORS + " = 19.8, so 20",
        ),
        # whole days for those in the beds, hours for those who come: (8 + 4) × 1.65 = 19.8
        (
            {"per": "patient-day", "uses": "1", "uses_per_arrival": "1", "whole_days": "yes"}, 20, 66,
            "(8 patients × 1 a day × 24 h ÷ 24 + 0.5 arrivals an hour × 8 h × 1)" + FACTORS + " = 19.8, so 20",
        ),
        # 6 × 2 × 8/24 × 1.65 = 6.6
        (
            {"per": "event", "uses": "2", "events_per_day": "6"}, 7, 40,
            "6 events a day × 2 × 8 h ÷ 24" + FACTORS + " = 6.6, so 7",
        ),
        ({"per": "unit-day", "uses": "3"}, 2, 10, "3 a day × 8 h ÷ 24" + FACTORS + " = 1.65, so 2"),
    ],
)  # fmt: skip
def test_each_way_of_counting(form: dict[str, object], copies: int, stock: int, formula: str) -> None:
    (line,) = packet_quantities(FACILITY, department(form))
    assert (line.copies, line.stock_copies, line.formula) == (copies, stock, formula)


def test_the_caller_may_ask_for_other_hours_days_and_surge() -> None:
    (line,) = packet_quantities(
        FACILITY, department({"per": "patient-day", "uses": "3"}), hours=24, days=1, surge="none"
    )
    assert line.copies == line.stock_copies == math.ceil((8 + 12) * 3 * 1.1)
    with pytest.raises(UsageError, match="no surge factor “nonne” – did you mean “none”"):
        packet_quantities(FACILITY, department({"copies": "1"}), surge="nonne")


@given(
    census=st.integers(0, 300),
    arrivals=st.integers(0, 40).map(lambda n: n / 4),
    hours=st.integers(1, 96),
    uses=st.integers(1, 60).map(lambda n: n / 10),
    each=st.integers(1, 20).map(lambda n: n / 10),
)
def test_the_sum_is_the_projects_own_formula(
    census: int, arrivals: float, hours: int, uses: float, each: float
) -> None:
    form = {"per": "patient-day", "uses": str(uses), "uses_per_arrival": str(each)}
    ward = department(form, census=str(census), arrivals_per_hour=str(arrivals))
    expected = clinical.copies(
        census=census, arrivals_per_hour=arrivals, hours=hours, uses_per_patient_day=uses, uses_per_arrival=each,
        surge=1.5, spoilage=0.1,
    )  # fmt: skip
    assume(expected.copies <= clinical.MAX_COPIES)
    (line,) = packet_quantities(FACILITY, ward, hours=hours)
    assert line.copies == max(1, expected.copies)


def test_a_listed_form_is_there_at_least_once() -> None:
    (line,) = packet_quantities(
        FACILITY, department({"per": "patient-day", "uses": "1"}, census="0", arrivals_per_hour="0")
    )
    assert line.copies == 1


def test_more_than_ten_thousand_of_one_form_is_a_mistake() -> None:
    ward = department({"per": "patient-day", "uses": "100"})
    with pytest.raises(ConfigError, match="copies of f in the packet of Ward"):
        packet_quantities(FACILITY, ward, hours=672)


def test_lines_keep_the_order_of_use_and_say_where_a_number_comes_from(make_site: SiteMaker) -> None:
    site = load_site(make_site())
    lines = packet_quantities(site.facility, site.department("ward"))
    assert [(line.form, line.section, line.front_pocket, line.setting) for line in lines] == [
        ("log-incident", "Front", True, ""),
        ("ord-general", "Orders", False, "a test"),
        ("mar-scheduled", "Orders", False, "a test"),
    ]


def test_supplies_add_up_and_a_department_may_have_its_own(make_site: SiteMaker) -> None:
    more = "supplies:\n  - {item: Pens, fixed: 1, per_bed: 0.1}\n  - {item: Scales, per_patient: 0.1}\n"
    plain = load_site(make_site())
    assert [(line.item, line.quantity) for line in supply_quantities(plain.facility, plain.department("ward"))] == [
        ("Pens", 4)  # 2 + 0.5 × 4
    ]
    own = load_site(make_site((W, "procedures:", more + "procedures:")))
    assert [(line.item, line.quantity) for line in supply_quantities(own.facility, own.department("ward"))] == [
        ("Pens", 2),  # 1 + 0.1 × 10 beds
        ("Scales", 2),  # 0.1 × (8 + 0.5 × 24)
    ]

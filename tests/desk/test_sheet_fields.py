"""What there is to key on a sheet: every form of the library, from its layout and its definition."""

from __future__ import annotations

import pytest
from paper_help import paper

from downtime.desk.fields.keyed import fields_from_json, fields_json
from downtime.desk.fields.sheet_fields import sheet_fields
from downtime.page.layout import choice_of

PAPER = {name: paper(name) for name in ("icu", "medsurg")}
LAYOUTS = {
    (layout.form, layout.id): (layout, made.forms.get(layout.form))
    for made in PAPER.values()
    for layout in made.manifest.layouts.values()
    if any(page.fields for page in layout.pages)
}


def named(form: str):
    return next(found for (name, _), found in LAYOUTS.items() if name == form)


@pytest.mark.parametrize("key", LAYOUTS, ids=lambda key: f"{key[0]}-{key[1][:6]}")
def test_every_printed_field_is_keyed_or_looked_at_exactly_once(key):
    layout, form = LAYOUTS[key]
    printed = [
        choice_of(box.id)
        for page in layout.pages
        for box in page.fields
        if box.kind != "print" and not box.id.startswith("reentry")
    ]
    fields = sheet_fields(layout, form)
    keyed = [name for field in fields for name in (field.covers or (field.id,)) if field.kind != "page"]
    assert sorted(keyed) == sorted(set(printed))
    assert [field.page for field in fields] == sorted(field.page for field in fields)
    assert all(field.label for field in fields)
    assert len({field.id for field in fields}) == len(fields)


@pytest.mark.parametrize("key", LAYOUTS, ids=lambda key: f"{key[0]}-{key[1][:6]}")
def test_fields_are_kept_with_the_kit_and_come_back_the_same(key):
    fields = sheet_fields(*LAYOUTS[key])
    assert fields_from_json(fields_json(fields)) == fields


def test_a_flowsheet_is_keyed_set_by_set_though_it_is_printed_line_by_line():
    fields = [field for field in sheet_fields(*named("flow-vitals-ews")) if field.id.startswith("obs.")]
    rows = [(field.page, int(field.id.split(".")[1])) for field in fields]
    assert rows == sorted(rows) and len({row for _, row in rows}) == 12
    first = [field.id for field in fields[:5]]
    assert first == ["obs.1.at.date", "obs.1.at.time", "obs.1.rr.value", "obs.1.rr.score", "obs.1.spo2.value"]


def test_units_ranges_options_and_codes_come_from_the_definition():
    by_id = {field.id: field for field in sheet_fields(*named("flow-vitals-ews"))}
    pulse, score = by_id["obs.3.hr.value"], by_id["obs.3.hr.score"]
    assert (pulse.label, pulse.unit, pulse.group) == ("Heart rate per min", "per min", "Row 3")
    assert pulse.bounds.soft == (40, 180) and score.bounds.hard == (0, 3)
    assert dict(pulse.codes) == {"loinc": "8867-4", "ucum": "/min"}
    assert by_id["obs.3.at.time"].critical and not pulse.critical
    temperature = by_id["obs.3.temperature.value"]
    assert temperature.unit in ("°C", "°F") and (temperature.bounds.hard[1] > 100) == (temperature.unit == "°F")


def test_a_medication_record_says_which_hour_a_dose_stands_in():
    by_id = {field.id: field for field in sheet_fields(*named("mar-scheduled"))}
    dose = by_id["drugs.2.h3.time"]
    assert (dose.group, dose.part, dose.label, dose.critical) == ("Row 2", "0900", "Time", True)
    assert by_id["drugs.2.order.drug"].critical and by_id["drugs.2.order.drug"].label == "Medicine"


def test_what_is_written_again_on_the_next_page_is_looked_at_once():
    fields = sheet_fields(*named("mar-scheduled"))
    looks = {field.id: field for field in fields if field.kind == "same"}
    assert "patient.mrn@p2" in looks["check.patient.surname@p2"].covers
    assert "drugs.1.order.drug@2" in looks["check.drugs.1.order.drug@2"].covers
    assert not any(field.id == "patient.mrn@p2" for field in fields)
    assert any(field.id == "patient.page_date@p2" for field in fields), "each page has a date of its own"


def test_the_blanks_in_an_option_say_whose_they_are():
    by_id = {field.id: field for field in sheet_fields(*named("reg-face-sheet"))}
    assert by_id["arrival_mode.transfer-from.text"].label == "How, transfer from"
    assert [option.id for option in by_id["sex"].options] == ["female", "male", "x", "unknown"]


def test_a_revision_that_nobody_knows_any_more_is_keyed_from_its_layout_and_twice():
    layout, _ = named("mar-scheduled")
    fields = sheet_fields(layout, None)
    assert len(fields) == len(sheet_fields(*named("mar-scheduled")))
    drug = next(field for field in fields if field.id == "drugs.1.order.drug")
    assert (drug.label, drug.critical, drug.kind) == ("Drug", True, "text")
    assert all(field.critical for field in fields if field.id.startswith("drugs.") and not field.is_check)

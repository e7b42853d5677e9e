"""What is known of a kit before an outage: its quantities, what is wrong with it, and what a census would give."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from kit_cases import MADE, SITE, example, kit, order, patient, sheets, snapshot, words

from downtime.census.snapshot import Place
from downtime.errors import Finding, InputError, Level
from downtime.library.shelf import shipped_folder
from downtime.paper.batch import read_site
from downtime.paper.checking import check_everything
from downtime.paper.contents import Run
from downtime.paper.kit_checking import kit_findings
from downtime.paper.kit_need import kit_need
from downtime.paper.kit_trial import try_census

EVERY_CHART = (
    order(),
    order("acetaminophen", "Q6H", as_needed=True),
    order("norepinephrine", "CONT", rate="0.08 mcg/kg/min", dose=""),
)


def run(**more: object) -> Run:
    return Run(made_at=MADE, fixed=True, **more)


def changed(tmp_path: Path, old: str, new: str, file: str = "departments/icu.yaml") -> Path:
    """A copy of the example hospital in which one file says something else."""
    root = tmp_path / "site"
    shutil.copytree(SITE, root, ignore=shutil.ignore_patterns(".downtime"))
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), "utf-8")
    return root


def found(root: Path) -> list[Finding]:
    site, shelf = read_site(root)
    return list(kit_findings(site, shelf))


@pytest.mark.parametrize("single_sided", [False, True])
def test_the_need_of_one_patient_is_what_a_patient_with_few_orders_of_each_kind_gets(single_sided):
    site, department, shelf = example()
    need = kit_need(site, department, shelf, run(single_sided=single_sided), {})
    assert need is not None and need.patients == department.beds == 16
    made = kit(snapshot(patient(medications=EVERY_CHART)), single_sided=single_sided)
    own = [sheet for sheet in made.manifest.sheets if sheet.patient == "00200001"]
    assert need.each.pages == sum(len(sheet.pages) for sheet in own)
    lines = [line for line in need.lines if not line.of_unit and line.form != "reg-face-sheet"]
    assert [line.form for line in lines] == [sheet.form for sheet in own]
    assert need.each.label_sheets == 1 and f"{need.each.sheets} sheets a patient" in need.words
    assert need.total.pages == need.unit.pages + 16 * need.each.pages


def test_a_department_where_nobody_lies_needs_no_kit():
    site, _, shelf = example()
    assert kit_need(site, site.department("pharmacy"), shelf, run(), {}) is None


def test_the_example_hospitals_kits_are_sound():
    site, _, shelf = example()
    assert [finding for finding in kit_findings(site, shelf) if finding.level is not Level.NOTE] == []


@pytest.mark.parametrize(
    ("old", "new", "what", "level"),
    [
        ("- {form: log-unit-census}\n  patient", "- {form: flow-icu}\n  patient", "flow-icu is a form of a patient",
         Level.ERROR),
        ("- {form: ord-general}", "- {form: log-unit-census}", "log-unit-census is a form of the unit", Level.ERROR),
        ("mar-prn, when: as-needed", "mar-prn, when: infusions", "rows for medicines as needed, and prints only `when: "
         "infusions`", Level.ERROR),
        ("{form: mar-scheduled}", "{form: mar-scheduled, when: arrivals}", "and prints only `when: arrivals`",
         Level.ERROR),
        ("    - {form: mar-infusion, when: infusions}\n", "", "no chart for infusions", Level.NOTE),
        ("census_units:", "# census_units:", "no census_units", Level.WARNING),
    ],
)  # fmt: skip
def test_a_kit_that_would_print_the_wrong_thing_is_told(tmp_path, old, new, what, level):
    told = [finding for finding in found(changed(tmp_path, old, new)) if what in finding.what]
    assert len(told) == 1 and told[0].level is level and told[0].line and told[0].file.endswith("icu.yaml")


def test_a_chart_that_does_not_name_the_medicine_is_told_and_stops_the_check(tmp_path):
    root = changed(tmp_path, "kit:", "kit:")
    form = (shipped_folder() / "forms/mar-scheduled.yaml").read_text("utf-8")
    (root / "forms").mkdir(exist_ok=True)
    assert "data: order.drug" in form
    (root / "forms/mar-scheduled.yaml").write_text(form.replace(", data: order.drug, bold: true", ""), "utf-8")
    told = [str(finding) for finding in check_everything(root, date(2026, 11, 24)) if finding.level is Level.ERROR]
    assert any("rows of scheduled medicines without order.drug" in text for text in told)


def test_a_header_that_is_taken_from_another_column_is_told(tmp_path):
    root = changed(tmp_path, "given: FIRST_NAME", 'given: FIRST_NAME, reason: "Dose"', "facility.yaml")
    (told,) = (finding for finding in found(root) if "“Dose”" in finding.what)
    assert (
        told.level is Level.WARNING and "nothing is read as dose" in told.what and told.file.endswith("facility.yaml")
    )


def test_a_census_is_tried_for_every_unit_that_it_names():
    site, _, shelf = example()
    here = patient(medications=EVERY_CHART)
    there = patient("00200002", "Other", place=Place(unit="4 West", bed="4W-01"))
    trial = try_census(site, shelf, snapshot(here, there), run())
    assert {unit.department: unit.kit.patients for unit in trial.units} == {"icu": 1, "medsurg": 1}
    made = kit(snapshot(here, there))
    (icu,) = (unit for unit in trial.units if unit.department == "icu")
    assert (icu.kit.pages, icu.kit.not_computed) == (made.pages, made.not_computed)
    assert [unit.department for unit in try_census(site, shelf, snapshot(here, there), run(), ["icu"]).units] == ["icu"]


def test_a_census_that_no_unit_knows_and_one_without_the_unit_that_was_asked_for():
    site, _, shelf = example()
    elsewhere = snapshot(patient(place=Place(unit="ICU-2", bed="1")))
    trial = try_census(site, shelf, elsewhere, run())
    assert not trial.units and "ICU-2" in trial.findings[-1].why and trial.needs_a_person
    with pytest.raises(InputError, match="ICU-2"):
        try_census(site, shelf, elsewhere, run(), ["icu"])


def test_findings_of_a_trial_name_number_and_element_and_nobody():
    site, _, shelf = example()
    trial = try_census(site, shelf, snapshot(patient(birth_date=None)), run())
    told = " ".join(map(str, trial.findings))
    assert "00200001" in told and "birth date" in told and "Example" not in told


def test_an_order_never_stands_on_two_copies_of_a_chart():
    forms = [{"form": "mar-orders", "when": "medicines"}, {"form": "mar-scheduled", "copies": "2"}]
    made = kit(snapshot(patient(medications=(order(),))), forms=forms)
    first, second = sheets(made, "mar-scheduled")
    assert first.printed["drugs.1.order.drug"] == "pantoprazole"
    assert second.copy_number == 2 and not any(name.startswith("drugs.") for name in second.printed)
    assert second.printed["patient.surname"] == "Example"


def test_an_infusion_that_is_not_intravenous_names_its_route_on_its_chart():
    spinal = order("ropivacaine", "CONT", rate="8 mL/h", dose="", route="epidural")
    made = kit(snapshot(patient(medications=(spinal, EVERY_CHART[2]))))
    (chart,) = sheets(made, "mar-infusion")
    shown = {row: chart.printed.get(f"drugs.{row}.drug.words", "") for row in (1, 2)}
    assert "route epidural" in shown[1] and "route" not in shown[2], (shown, words(chart, 1))

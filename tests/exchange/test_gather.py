"""Facts of a sheet: what is sure is there with its moment and its people, what is not is withheld with the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from keyed_sheets import (
    CHECKED,
    FACE,
    KEYED,
    LABS,
    LEGEND,
    MAR,
    ORDERS,
    VITALS,
    ZONE,
    entry,
    form_map,
    printed,
    record,
)

from downtime.exchange.facts import (
    Allergy,
    Charge,
    Departure,
    Document,
    Dose,
    Given,
    MedicationOrder,
    Observation,
    Registration,
    SheetFacts,
    TestOrder,
)
from downtime.exchange.form_map import FormMap
from downtime.exchange.gather import facts_of
from downtime.exchange.moments import NoMoment, moment_at
from downtime.library.shelf import Shelf
from downtime.page.sheet_record import Act, FieldEntry, FieldState, Person
from downtime.site.recovery import Enter, PagesRoute, Rows, ValuesRoute
from downtime.site.recovery_defaults import Treatment


def facts(form: str, *entries: FieldEntry, **more: object) -> SheetFacts:
    return facts_of(record(form, *entries), form_map(form), ZONE, **more)  # type: ignore[arg-type]


def at(hour: int, minute: int, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


def of(found: SheetFacts, kind: type) -> list[object]:
    return [fact for fact in found.facts if isinstance(fact, kind)]


def test_every_shipped_form_says_what_its_fields_are() -> None:
    for form in Shelf().all_forms():
        if form.spec.sections:
            form_map(form.spec.form)
    assert form_map("mar-scheduled").of("drugs.3.h12.time@2").means == "dose.time"  # type: ignore[union-attr]
    assert form_map("mar-scheduled").of("drugs.3.h12.time").hour == "1800"  # type: ignore[union-attr]
    assert form_map("flow-vitals-ews").of("obs.4.temperature.value").ucum == "[degF]"  # type: ignore[union-attr]
    assert form_map("mar-scheduled").of("nothing.3.at.all") is None


def test_values_carry_their_moment_code_unit_and_writer() -> None:
    found = [one for one in of(facts("flow-vitals-ews", *VITALS), Observation) if isinstance(one, Observation)]
    first = {one.loinc: one for one in found if one.at == at(2, 5)}
    assert set(first) == {"9279-1", "59408-5", "8480-6", "8462-4", "8867-4", "8310-5"}
    assert (str(first["8310-5"].number), first["8310-5"].ucum) == ("98.6", "[degF]")
    assert first["8480-6"].panel == "85354-9"
    assert (first["9279-1"].by.name, first["9279-1"].by.initials) == ("Nora Nurse", "NN")
    assert (first["9279-1"].proof.keyed, first["9279-1"].proof.checked) == (KEYED, CHECKED)
    assert first["9279-1"].proof.page == "7Q2KD-9XW4M-01"
    words = next(one for one in found if one.value == "refused")
    assert words.number is None and words.by.shown == "QQ"


def test_a_dose_after_midnight_is_on_the_next_day() -> None:
    found = [one for one in of(facts("mar-scheduled", *MAR), Dose) if isinstance(one, Dose)]
    assert [(one.drug, one.outcome, one.at) for one in found] == [
        ("piperacillin-tazobactam", Given.GIVEN, at(7, 12)),
        ("piperacillin-tazobactam", Given.GIVEN, at(1, 10, day=3)),
        ("heparin", Given.REFUSED, at(9, 0)),
        ("heparin", Given.GIVEN, at(15, 4)),
    ]
    assert (found[0].amount, found[0].route_code, found[0].by.name) == ("4.5 g", "IV", "Nora Nurse")
    assert found[2].reason == "refused by patient"
    assert (found[3].site, found[3].site_code) == ("abdomen, right lower quadrant", "RLAQ")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (entry("drugs.2.h9.code", "68"), "none of the printed ones"),
        (entry("drugs.2.h9.code", "67"), "another record holds it"),
        (entry("drugs.2.h9.initials", "", state=FieldState.BLANK), "nobody's initials"),
        (entry("drugs.2.h9.time", "0300"), "12 hours"),
        (entry("drugs.2.h9.time", "", state=FieldState.ILLEGIBLE), "no time is written"),
        (entry("drugs.2.order.dose", "", state=FieldState.ILLEGIBLE), "no dose stands beside it"),
        (entry("drugs.2.order.route", "", state=FieldState.BLANK), "no route"),
        (entry("drugs.2.order.drug", "heparin", verified=None), "only one person has checked"),
        (entry("drugs.2.order.drug", "heparin", verified=KEYED), "only one person has checked"),
        (entry("drugs.2.h9.time", "1504", verified=None), "only one person has checked"),
    ],
)
def test_a_dose_that_is_not_sure_is_withheld_with_the_reason(change: FieldEntry, why: str) -> None:
    entries = {one.field: one for one in MAR} | {change.field: change}
    found = facts("mar-scheduled", *entries.values())
    doses = [one for one in of(found, Dose) if isinstance(one, Dose)]
    assert not [one for one in doses if one.drug == "heparin" and one.at == at(15, 4)]
    assert [one for one in found.withheld if why in one.why and one.do]


def test_a_third_person_counts_as_the_second_look() -> None:
    third = Act(by=Person(name="T. Third"), at=CHECKED.at)
    entries = {one.field: one for one in MAR}
    entries["drugs.2.h9.time"] = entry("drugs.2.h9.time", "1504", verified=None, decided=third)
    assert len(of(facts("mar-scheduled", *entries.values()), Dose)) == 4


def test_initials_of_one_row_say_nothing_of_the_next() -> None:
    alone = [one for one in VITALS if one.field != "obs.2.initials" and not one.field.startswith("legend")]
    found = [one for one in of(facts("flow-vitals-ews", *alone), Observation) if isinstance(one, Observation)]
    assert {one.by.shown for one in found if one.at == at(6, 0)} == {""}


def test_a_value_without_a_sure_moment_is_withheld() -> None:
    found = facts("flow-vitals-ews", entry("obs.1.rr.value", "18"), entry("obs.1.at.time", "0205"))
    assert not of(found, Observation)
    assert [one.why for one in found.withheld] == ["no date is written with it"]


def test_the_two_nights_on_which_the_clock_is_changed() -> None:
    day = entry("obs.1.at.date", "01 NOV 2026"), entry("obs.1.rr.value", "18")
    twice = facts("flow-vitals-ews", *day, entry("obs.1.at.time", "0130"))
    assert not of(twice, Observation)
    assert "came twice" in twice.withheld[0].why and "-0500" in twice.withheld[0].why
    for fold, offset in ((0, -5), (1, -6)):
        told = facts("flow-vitals-ews", *day, entry("obs.1.at.time", "0130"), folds={"obs.1.at.time": fold})
        (found,) = (one for one in of(told, Observation) if isinstance(one, Observation))
        assert found.at.utcoffset().total_seconds() == offset * 3600  # type: ignore[union-attr]
    spring = datetime(2026, 3, 8, 2, 30)
    never = moment_at(spring.date(), spring.time(), ZONE)
    assert isinstance(never, NoMoment) and "did not exist" in never.why
    assert moment_at(spring.date(), datetime(2026, 3, 8, 3, 0).time(), ZONE) == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)


def test_orders_are_whole_or_withheld() -> None:
    found = facts("ord-medication", *ORDERS)
    (order,) = (one for one in of(found, MedicationOrder) if isinstance(one, MedicationOrder))
    assert (order.drug, order.dose, order.unit, order.route, order.route_code) == (
        "ceftriaxone", "2", "g", "IV infusion", "IV",
    )  # fmt: skip
    assert (order.frequency, order.written, order.prescriber.name) == ("1 times a day", at(1, 55), "Priya Shah")
    assert any("furosemide" in one.label and "no route" in one.why for one in found.withheld)


def test_tests_and_registration_and_allergies() -> None:
    tests = [one for one in of(facts("ord-lab-req", *LABS), TestOrder) if isinstance(one, TestOrder)]
    assert [one.test for one in tests] == ["Lactate", "Troponin"]
    assert {(one.urgency, one.written) for one in tests} == {("STAT", at(2, 0))}
    found = facts("reg-face-sheet", *FACE)
    (person,) = (one for one in of(found, Registration) if isinstance(one, Registration))
    assert (person.family, person.given, person.sex, person.patient_class) == ("OKAFOR", ("ELENA", "MARIA"), "F", "E")
    assert (person.arrived, person.kin_name, person.clerk.name) == (at(1, 40), "Ada Okafor", "R. Registrar")
    (allergy,) = (one for one in of(found, Allergy) if isinstance(one, Allergy))
    assert (allergy.substance, allergy.reaction) == ("Penicillin", "rash")


def test_printed_values_do_not_go_back_to_where_they_came_from() -> None:
    back = printed("allergies.list.1.substance", "Penicillin", page=2)
    assert not of(facts("reg-face-sheet", *FACE[:-2], back), Allergy)


def test_the_policy_decides_what_is_sent() -> None:
    def treated(enter: Enter, fields: tuple[str, ...] = (), rows: Rows = Rows.EVERY) -> list[object]:
        how = Treatment(enter, fields, rows, "", "RN", ValuesRoute.HL7V2, PagesRoute.HL7V2, "test")
        return of(facts("flow-vitals-ews", *VITALS, treatment=how), Observation)

    assert len(treated(Enter.KEY_ALL)) == 8 and not treated(Enter.SCAN_ONLY)
    assert len(treated(Enter.KEY_THESE, ("obs.rr",))) == 2
    last = treated(Enter.KEY_THESE, rows=Rows.LAST)
    assert len(last) == 2 and {one.at for one in last if isinstance(one, Observation)} == {at(6, 0)}


def test_every_value_ends_as_fact_withheld_or_on_the_page_alone() -> None:
    for form, entries in {"flow-vitals-ews": VITALS, "mar-scheduled": MAR, "ord-medication": ORDERS}.items():
        found = facts(form, *entries)
        told = {name for fact in found.facts for name in fact.proof.fields}
        told |= {name for one in found.withheld for name in one.fields} | set(found.on_the_page_alone)
        assert {one.field for one in entries if one.state is FieldState.VALUE} <= told


def test_the_document_has_the_clinical_time() -> None:
    (document,) = (one for one in of(facts("mar-scheduled", *MAR), Document) if isinstance(one, Document))
    assert document.written == at(1, 10, day=3) and len(document.pages) == 2
    assert not of(facts("log-unit-census", *LEGEND[:0]), Document)


def test_a_record_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not of"):
        facts_of(record("mar-prn"), form_map("mar-scheduled"), ZONE)


def test_meanings_of_a_sites_own_form(tmp_path: Path) -> None:
    text = """form: own-charges
title: Charges and discharge
revision: "2026-11"
owner: Billing
source: [made for this test]
scope: patient
audience: anyone
record: {targets: [charge, order], priority: SHIFT, fate: ENTER AND SCAN, by: billing, keep: R-FIN}
sections:
  - fields:
      - {id: left, type: datetime, label: Left, means: visit.ended}
      - {id: to, label: To, means: visit.disposition}
      - {id: ordered, type: datetime, label: Ordered, means: order.written_at}
      - {id: by, label: By, means: order.prescriber}
      - {id: test, label: Test, means: order.test}
  - grid:
      id: lines
      rows: {count: 3}
      columns:
        - {id: code, label: Code, means: charge.code}
        - {id: day, type: date, label: Day, means: charge.date}
        - {id: count, type: number, label: Count, means: charge.quantity}
"""
    (tmp_path / "own-charges.yaml").write_text(text, "utf-8")
    form = FormMap(Shelf(tmp_path).form("own-charges").spec)
    values = {
        "left": "03 MAR 2026 0900", "to": "home", "ordered": "02 MAR 2026 0300", "by": "Priya Shah", "test": "Lactate",
        "lines.1.code": "36000", "lines.1.day": "02 MAR 2026", "lines.1.count": "2", "lines.2.code": "36001",
    }  # fmt: skip
    own = record("mar-prn", *(entry(name, value) for name, value in values.items()), title="x")
    found = facts_of(own.model_copy(update={"form": "own-charges"}), form, ZONE)
    (charge,) = (one for one in found.facts if isinstance(one, Charge))
    assert (charge.code, charge.quantity, str(charge.day)) == ("36000", "2", "2026-03-02")
    (left,) = (one for one in found.facts if isinstance(one, Departure))
    assert (left.at, left.disposition, left.died) == (at(9, 0, day=3), "home", False)
    (test,) = (one for one in found.facts if isinstance(one, TestOrder))
    assert (test.test, test.written, test.prescriber.name) == ("Lactate", at(3, 0), "Priya Shah")
    assert [(one.label, one.why) for one in found.withheld] == [("Charge 36001", "no date of service")]

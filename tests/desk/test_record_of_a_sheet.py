"""The sheet record is what was keyed and verified, and says who did."""

from __future__ import annotations

import pytest
from paper_help import paper
from verify_help import MAR, came_back, key, key_again, verify

from downtime.desk.accounts.roles import Role
from downtime.desk.store.models import Patient, Sheet, SheetStatus
from downtime.desk.store.patients import join, part, patient_of_number
from downtime.desk.store.sheet_forms import fields_of
from downtime.desk.store.sheets import give_patient, move
from downtime.desk.verification.acts import Decision, decide, finish_look
from downtime.desk.verification.sheet_record import NotReady, record_of
from downtime.desk.verification.standing import newest_first, standings_of
from downtime.page.sheet_record import FieldState, SheetRecord, ValueSource


@pytest.fixture
def people(new_person):
    return new_person(Role.CLERK), new_person(Role.VERIFIER), new_person(Role.SUPERVISOR)


@pytest.fixture
def verified(db, people):
    clerk, verifier, _ = people
    sheet = came_back()
    give_patient(sheet.pk, patient_of_number("10004417", clerk, "test", name="Okafor, Ada"), clerk)
    return verify(key(sheet, clerk, MAR | {"allergies": "listed"}), verifier)


def loaded(sheet):
    return Sheet.objects.select_related("kit", "patient").get(pk=sheet.pk)


def test_what_was_keyed_and_verified_is_what_the_record_says(verified, people):
    clerk, verifier, _ = people
    record = record_of(loaded(verified))
    assert isinstance(record, SheetRecord)
    said = {e.field: e.value or " ".join(e.options) for e in record.entries if e.source is not ValueSource.PRINTED}
    assert said == MAR | {"allergies": "listed"}
    dose = record.by_field["drugs.1.order.dose"]
    assert (dose.keyed.by.name, dose.verified.by.name, dose.decided) == (clerk.name, verifier.name, None)
    assert dose.page == verified.first_page and dose.state is FieldState.VALUE
    assert record.by_field["sheet.1.kidney.egfr"].verified.by.name == verifier.name
    assert record.completed.by.name == verifier.name
    straight = {scan.page: scan.straight for scan in verified.scans.filter(in_use=True)}
    assert {page.page: page.sha256 for page in record.pages} == straight
    assert record.layout == verified.layout_id and record.id == f"{verified.kit.kit}/{verified.number}"


def test_a_record_goes_through_its_json_unchanged(verified):
    record = record_of(loaded(verified))
    assert SheetRecord.model_validate_json(record.to_json()) == record
    assert record_of(loaded(verified)).to_json() == record.to_json()


def test_a_decided_field_has_the_third_word_and_all_three_names(verified, people, new_person):
    clerk, verifier, third = people
    sheet = key(came_back(nth=1), clerk, MAR)
    give_patient(sheet.pk, Patient.objects.get(reference="10004417"), clerk)
    again = {f: v for f, v in MAR.items() if not f.startswith("sheet.")}
    key_again(sheet, verifier, again | {"drugs.1.order.dose": "7 g"})
    finish_look(sheet.pk, verifier, up_to=newest_first(standings_of(sheet)))
    from downtime.desk.store.leases import take
    from downtime.desk.store.models import LeasePurpose

    take(sheet.pk, third, LeasePurpose.DECIDING)
    decide(sheet.pk, third, {"drugs.1.order.dose": Decision("illegible")})
    dose = record_of(loaded(sheet)).by_field["drugs.1.order.dose"]
    assert dose.state is FieldState.ILLEGIBLE and not dose.value
    assert [act.by.name for act in (dose.keyed, dose.verified, dose.decided)] == [p.name for p in people]


def test_no_record_before_the_sheet_is_verified_or_without_its_patient(db, people):
    clerk, verifier, _ = people
    sheet = key(came_back(), clerk, MAR)
    assert isinstance(record_of(loaded(sheet)), NotReady)
    verify(sheet, verifier)
    refusal = record_of(loaded(sheet))
    assert isinstance(refusal, NotReady) and "whose sheet" in refusal.why
    move(sheet.pk, SheetStatus.KEYING, clerk)
    assert isinstance(record_of(loaded(sheet)), NotReady)


def test_the_patient_is_the_one_that_a_person_matched_and_parted_again(verified, people):
    _, verifier, _ = people
    number = paper("icu").manifest.downtime_numbers[0]
    temporary = patient_of_number(number, verifier, "test")
    give_patient(verified.pk, temporary, verifier)
    before = record_of(loaded(verified)).patient
    assert (before.resolved, before.number("downtime"), before.matched) == (False, number, None)
    join(temporary.pk, Patient.objects.get(reference="10004417").pk, verifier, "same person")
    matched = record_of(loaded(verified)).patient
    assert (matched.resolved, matched.number("mrn"), matched.number("downtime")) == (True, "10004417", number)
    assert matched.family == "Okafor" and matched.given == ("Ada",) and matched.matched.by.name == verifier.name
    part(temporary.pk, verifier, "another person of this name")
    assert record_of(loaded(verified)).patient == before


def test_what_was_printed_and_not_written_over_is_in_the_record_as_printed(db, people):
    clerk, verifier, _ = people
    sheet = came_back()
    printed = {"patient.surname": "Okafor", "patient.mrn": "10004417", "allergies#none": "X"}
    Sheet.objects.filter(pk=sheet.pk).update(printed=printed)
    give_patient(sheet.pk, patient_of_number("10004417", clerk, "test"), clerk)
    verify(key(sheet, clerk, {"drugs.1.order.drug": "vancomycin"}), verifier)
    record = record_of(loaded(sheet))
    surname, allergies = record.by_field["patient.surname"], record.by_field["allergies"]
    assert (surname.value, surname.source, surname.keyed) == ("Okafor", ValueSource.PRINTED, None)
    assert allergies.options == ("none",) and record.by_field["drugs.1.order.drug"].keyed is not None


def test_untouched_fields_are_named_on_pages_that_people_looked_at_alone(db, people):
    clerk, verifier, _ = people
    clerk.record_id = "ORT4471"
    clerk.save()
    sheet = came_back()
    give_patient(sheet.pk, patient_of_number("10004417", clerk, "test", name="Okafor, Ada"), clerk)
    fields = fields_of(sheet)
    look = next(field for field in fields if field.kind == "page" and field.page == 0)
    record = record_of(loaded(verify(key(sheet, clerk, MAR | {look.id: "yes"}), verifier)))
    page_of = {field.id: field.page for field in fields}
    assert record.untouched and {page_of[name] for name in record.untouched} == {0}
    assert not set(record.untouched) & set(record.by_field)
    first = {field.id for field in fields if field.page == 0 and not field.is_check}
    assert first == set(record.untouched) | {name for name in record.by_field if page_of[name] == 0}
    assert record.by_field["drugs.1.order.dose"].keyed.by.id == "ORT4471"

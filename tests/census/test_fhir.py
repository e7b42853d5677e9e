"""FHIR R4 exports: read right, told where something is left out, and an order never on another patient."""

from __future__ import annotations

import copy
import json
import random
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from example_table import PATIENTS, PROBLEM_PATIENTS, RETIRED, TAKEN_AT, ZONE
from hypothesis import given, settings
from hypothesis import strategies as st
from make_examples import fhir_bundle, fhir_text
from reading_help import CENSUS, assert_no_order_strayed, bundle, comparable, mrn, read, read_or_refuse, riverside, told

from downtime.census.identity import NO_NUMBER, SHARED_NUMBER
from downtime.census.reading import read_census
from downtime.census.snapshot import AllergyState, IdentifierKind, MedicationOrder, Patient, Snapshot
from downtime.errors import InputError

TEXT = fhir_text(fhir_bundle())
PARSED = json.loads(TEXT)


def person(number: str = "00000001", family: str = "Doe", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": f"p{number}", "birthDate": "1960-02-03",
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": number}],
        "name": [{"family": family, "given": ["Jo"]}], **more,
    }  # fmt: skip


def request(subject: str = "Patient/p00000001", drug: str = "heparin", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "id": f"r-{drug}", "status": "active", "intent": "order",
        "subject": {"reference": subject}, "medicationCodeableConcept": {"text": drug},
        "dosageInstruction": [{"text": "1 mg daily", "route": {"text": "PO"},
                               "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}]}], **more,
    }  # fmt: skip


def of_first(kind: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": kind, "subject": {"reference": "Patient/p00000001"}, **more}


def the_patient(*resources: dict[str, Any]) -> Patient:
    return read(bundle(person(), *resources)).patients[0]


def the_order(**more: Any) -> MedicationOrder:
    return the_patient(request(**more)).medications[0]


def with_dosage(**dosage: Any) -> MedicationOrder:
    return the_order(dosageInstruction=[dosage])


def drugs(snapshot: Snapshot) -> dict[str, list[str]]:
    return {mrn(patient): [order.drug for order in patient.medications] for patient in snapshot.patients}


def test_the_example_is_what_the_table_says():
    snapshot = read_census([CENSUS / "icu-fhir.json"], facility=riverside(), now=TAKEN_AT)
    assert comparable(snapshot.patients, only="fhir") == comparable(PATIENTS, only="fhir")
    assert snapshot.taken_at == TAKEN_AT
    assert {item.patient for item in snapshot.problems} == set(PROBLEM_PATIENTS)


def test_csv_and_fhir_say_the_same():
    files = (CENSUS / "icu.csv", CENSUS / "icu-fhir.json")
    csv, fhir = (read_census([path], facility=riverside(), now=TAKEN_AT).patients for path in files)
    assert comparable(csv, only="csv") == comparable(fhir, only="csv")
    marks = [[[order.clarify for order in p.medications] for p in sorted(ps, key=mrn)] for ps in (csv, fhir)]
    assert marks[0] == marks[1]


def test_the_example_on_disk_is_the_one_that_is_generated():
    assert (CENSUS / "icu-fhir.json").read_bytes() == TEXT.encode()


def test_ndjson_a_list_and_a_bundle_are_one_and_the_same():
    resources = [entry["resource"] for entry in PARSED["entry"]]
    for content in ("\n".join(map(json.dumps, resources)), json.dumps(resources), bundle(*resources)):
        assert comparable(read(content).patients, only="fhir") == comparable(PATIENTS, only="fhir")


def test_a_broken_line_of_ndjson_is_told_and_the_others_read():
    lines = [json.dumps(person("00000001")), json.dumps(person("00000002", "Roe"))[:-9], json.dumps(request())]
    snapshot = read("\n".join(lines))
    assert drugs(snapshot) == {"00000001": ["heparin"]}
    assert "line 2" in told(snapshot) and "NOT printed" in told(snapshot)


URL = "https://one.example/fhir/Patient/p00000001"


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [("", "Patient/p00000001"), (URL, URL), (URL, f"{URL}/_history/3"), (URL, "Patient/p00000001"),
     ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0")],
)  # fmt: skip
def test_references_of_every_kind_find_their_patient(full_url, reference):
    entries = [{"fullUrl": full_url, "resource": person()}, {"resource": request(reference)}]
    assert drugs(read(json.dumps({"resourceType": "Bundle", "entry": entries}))) == {"00000001": ["heparin"]}


def test_a_reference_by_number_finds_the_one_patient_who_has_it():
    order = request()
    order["subject"] = {"identifier": {"system": "urn:x", "value": "7"}}
    one = person(identifier=[{"system": "urn:x", "value": "7"}])
    assert drugs(read(bundle(one, order))) == {"7": ["heparin"]}
    two = {**copy.deepcopy(one), "id": "other"}
    assert "NOT printed" in told(read(bundle(one, two, order)))


@pytest.mark.parametrize("reference", ["", "Patient/nobody", "https://two.example/fhir/Patient/p00000001", "#x",
                                       "Group/1", "Patient/p00000001/../p2", "urn:uuid:none"])  # fmt: skip
def test_an_order_of_nobody_here_is_told_word_for_word(reference):
    entries = [{"fullUrl": URL, "resource": person()}, {"resource": request(reference)}]
    snapshot = read(json.dumps({"resourceType": "Bundle", "entry": entries}))
    assert drugs(snapshot) == {"00000001": []}
    assert "heparin" in told(snapshot) and "NOT printed" in told(snapshot)


def test_two_servers_have_two_patients_of_one_id():
    entries = []
    for server, number in (("one", "00000001"), ("two", "00000002")):
        base = f"https://{server}.example/fhir"
        entries += [
            {"fullUrl": f"{base}/Patient/1", "resource": {**person(number, server), "id": "1"}},
            {"fullUrl": f"{base}/MedicationRequest/1", "resource": {**request("Patient/1", server), "id": "1"}},
            {"resource": request(f"{base}/Patient/1", server + "-far")},
        ]
    random.Random(1).shuffle(entries)
    found = drugs(read(json.dumps({"resourceType": "Bundle", "entry": entries})))
    assert {number: set(names) for number, names in found.items()} == {
        "00000001": {"one", "one-far"}, "00000002": {"two", "two-far"},
    }  # fmt: skip


def test_two_people_under_one_id_get_no_order_at_all():
    two = [{**person(number, family), "id": "same"} for number, family in (("00000001", "Doe"), ("00000002", "Roe"))]
    snapshot = read(bundle(*two, request("Patient/same")))
    assert drugs(snapshot) == {"00000001": [], "00000002": []}
    assert "heparin" in told(snapshot)


def test_an_order_whose_encounter_is_anothers_goes_to_neither():
    encounter = {"resourceType": "Encounter", "id": "e", "status": "in-progress",
                 "subject": {"reference": "Patient/p00000002"}}  # fmt: skip
    order = request(encounter={"reference": "Encounter/e"})
    snapshot = read(bundle(person("00000001"), person("00000002", "Roe"), encounter, order))
    assert drugs(snapshot) == {"00000001": [], "00000002": []}
    assert all(patient.clarify for patient in snapshot.patients)
    assert "NEITHER" in told(snapshot)


def test_two_people_with_one_number_are_both_kept_and_marked():
    other = {**person(family="Roe"), "id": "other"}
    snapshot = read(bundle(person(), other, request("Patient/other")))
    assert [(p.name.family, len(p.medications)) for p in snapshot.patients] == [("Doe", 0), ("Roe", 1)]
    assert all(SHARED_NUMBER in patient.clarify for patient in snapshot.patients)


def test_two_records_of_one_person_are_one_patient():
    again = {**person(), "id": "again"}
    snapshot = read(bundle(person(), again, request(), request("Patient/again", "aspirin")))
    assert drugs(snapshot) == {"00000001": ["heparin", "aspirin"]}
    assert "taken for one patient" in told(snapshot)


def test_the_newest_version_of_a_resource_counts():
    old, new = (
        {**person(family=family), "meta": {"versionId": version}} for family, version in (("Old", "9"), ("New", "10"))
    )
    for versions in ((new, old), (old, new)):
        assert [p.name.family for p in read(bundle(*versions)).patients] == ["New"]


def test_circles_of_locations_and_of_merged_patients_end():
    circle = [{"resourceType": "Location", "id": at, "name": at, "partOf": {"reference": f"Location/{to}"}}
              for at, to in (("a", "b"), ("b", "a"))]  # fmt: skip
    encounter = of_first("Encounter", status="in-progress", location=[{"location": {"reference": "Location/a"}}])
    assert the_patient(*circle, encounter).place.unit == "a"
    linked = [
        person(number, family, link=[{"type": "replaced-by", "other": {"reference": f"Patient/p{other}"}}])
        for number, family, other in (("00000001", "Doe", "00000002"), ("00000002", "Roe", "00000001"))
    ]
    assert len(read(bundle(*linked)).patients) == 2


def test_a_merged_record_hands_its_orders_on_and_they_are_marked():
    gone = f"Patient/p{RETIRED[0].mrn}"
    snapshot = read(bundle(*(entry["resource"] for entry in PARSED["entry"]), request(gone, "warfarin")))
    survivor = next(patient for patient in snapshot.patients if mrn(patient) == RETIRED[0].survivor)
    order = survivor.medications[-1]
    assert order.drug == "warfarin" and RETIRED[0].mrn in order.clarify[0]
    assert survivor.identifier(IdentifierKind.RETIRED) == RETIRED[0].mrn


@pytest.mark.parametrize(
    ("code", "state"),
    [("716186003", AllergyState.NONE_KNOWN), ("409137002", AllergyState.NO_DRUG_KNOWN),
     ("1631000175102", AllergyState.NOT_ASKED), ("429625007", AllergyState.NOT_IN_SNAPSHOT)],
)  # fmt: skip
def test_records_that_name_no_allergy_are_kept_apart(code, state):
    record = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p00000001"},
              "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}}  # fmt: skip
    assert the_patient(record).allergy_state is state
    assert the_patient().allergy_state is AllergyState.NOT_IN_SNAPSHOT
    resolved = {**record, "clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert the_patient(resolved).allergy_state is AllergyState.NOT_IN_SNAPSHOT
    named = {**record, "code": {"text": "Latex"}}
    both = the_patient(record, named)
    assert both.allergy_state is AllergyState.LISTED and both.allergies[0].substance == "Latex"


def test_a_refuted_allergy_is_told_and_one_without_a_name_printed():
    about = {"resourceType": "AllergyIntolerance", "patient": {"reference": "Patient/p00000001"}}
    refuted = {**about, "code": {"text": "Eggs"}, "verificationStatus": {"coding": [{"code": "refuted"}]}}
    snapshot = read(bundle(person(), refuted, about))
    assert snapshot.patients[0].allergy_state is AllergyState.LISTED
    assert "not named" in snapshot.patients[0].allergies[0].substance
    assert "Eggs" in told(snapshot)


@pytest.mark.parametrize(
    "change",
    [{"status": "stopped"}, {"status": "entered-in-error"}, {"status": "draft"}, {"intent": "plan"},
     {"reportedBoolean": True}, {"category": [{"coding": [{"code": "community"}]}]}],
)  # fmt: skip
def test_requests_that_are_no_order_here_are_counted_and_not_printed(change):
    snapshot = read(bundle(person(), request(**change)))
    assert drugs(snapshot) == {"00000001": []}
    assert "medication requests that are not printed: 1" in told(snapshot)


@pytest.mark.parametrize(
    "change", [{"status": "unknown"}, {"status": None}, {"intent": None}, {"modifierExtension": [{"url": "x"}]},
               {"dosageInstruction": []}, {"medicationCodeableConcept": {}},
               {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/none"}}]
)  # fmt: skip
def test_requests_in_doubt_are_printed_to_be_clarified(change):
    assert the_order(**change).clarify


def test_what_must_not_be_given_is_no_order_to_give():
    patient = the_patient(request(doNotPerform=True))
    assert not patient.medications
    assert patient.orders[0].text.startswith("DO NOT GIVE: heparin")


def test_an_order_on_hold_says_so():
    assert the_order(status="on-hold").status == "on hold"


def test_a_contained_and_a_mixed_medication_are_named():
    mixed = {"resourceType": "Medication", "id": "m", "ingredient": [
        {"itemCodeableConcept": {"text": "vancomycin"}, "strength": {"numerator": {"value": 1, "unit": "g"},
                                                                    "denominator": {"value": 250, "unit": "mL"}}},
        {"itemCodeableConcept": {"text": "saline"}}]}  # fmt: skip
    order = the_order(medicationCodeableConcept=None, medicationReference={"reference": "#m"}, contained=[mixed])
    assert order.drug == "vancomycin 1 g per 250 mL + saline"


def test_timing_stays_what_the_source_said():
    timing = {
        "repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["09:00:00", "21:00:00"],
                   "boundsPeriod": {"start": "2026-11-14T21:00:00Z", "end": "2026-11-16"}},
        "code": {"coding": [{"code": "99"}, {"system": "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
                                            "code": "BID"}]},
    }  # fmt: skip
    said = with_dosage(text="twice", timing=timing).timing
    assert (said.text, said.code) == ("twice", "BID")
    assert said.repeat and said.repeat.times_of_day == ("0900", "2100")
    assert said.start == datetime(2026, 11, 14, 15, tzinfo=ZONE) and not said.start_day_only
    assert said.stop == datetime(2026, 11, 16, 23, 59, tzinfo=ZONE) and said.stop_day_only


@pytest.mark.parametrize(
    "repeat",
    [{"frequency": 0}, {"frequency": -1}, {"frequency": "2"}, {"frequency": 1.5}, {"frequency": 10**30}, {"period": 1},
     {"period": -2, "periodUnit": "h"}, {"period": 1, "periodUnit": "a"}, {"period": 1, "periodUnit": "fortnight"},
     {"dayOfWeek": ["monday"]}, {"timeOfDay": ["25:00"]}, {"timeOfDay": ["9:00"]}, {"count": [1]}],
)  # fmt: skip
def test_a_timing_that_does_not_fit_is_left_out_whole_and_marked(repeat):
    order = with_dosage(text="some words", timing={"repeat": {"when": ["HS"], **repeat}})
    assert order.timing.repeat is None
    assert order.clarify and order.timing.text == "some words"


def test_as_needed_with_its_reason_and_limits():
    order = with_dosage(
        asNeededCodeableConcept={"text": "pain"}, timing={"repeat": {"frequency": 1, "period": 4, "periodUnit": "h"}},
        maxDosePerPeriod={"numerator": {"value": 4, "unit": "g"}, "denominator": {"value": 1, "unit": "d"}},
    )  # fmt: skip
    said = order.timing
    assert (said.as_needed, said.as_needed_reason, said.least_hours_apart, said.most_in_24_hours) == (
        True, "pain", Decimal(4), "4 g",
    )  # fmt: skip
    unsure = {"repeat": {"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}}
    assert with_dosage(asNeededBoolean=True, timing=unsure).timing.least_hours_apart is None
    twelve = {"numerator": {"value": 4, "unit": "g"}, "denominator": {"value": 12, "unit": "h"}}
    assert with_dosage(asNeededBoolean=True, maxDosePerPeriod=twelve).instructions == "at most 4 g per 12 h"


@pytest.mark.parametrize(("sequence", "word"), [((2, 1), "then"), ((1, 1), "and"), ((None, None), "and")])
def test_several_instructions_are_steps_or_hold_together(sequence, word):
    steps = [
        {"sequence": place, "text": f"{amount} mg", "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "mg"}}],
         "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
        for place, amount in zip(sequence, (20, 40), strict=True)
    ]  # fmt: skip
    order = the_order(dosageInstruction=steps)
    amounts = ["40 mg", "20 mg"] if word == "then" else ["20 mg", "40 mg"]
    assert order.dose == f", {word} ".join(amounts)
    assert (order.timing.steps, order.timing.repeat, order.timing.code) == (2, None, "")


def test_rates_and_several_doses():
    amount = {"rateRatio": {"numerator": {"value": 125.0, "unit": "mL"}, "denominator": {"value": 1, "unit": "h"}}}
    assert with_dosage(doseAndRate=[amount]).rate == "125 mL/h"
    two = [{"doseQuantity": {"value": value, "unit": "mg"}} for value in (1, 2)]
    order = with_dosage(doseAndRate=two)
    assert order.dose == "1 mg or 2 mg" and "several doses are stated" in order.clarify


def given_dose(**more: Any) -> dict[str, Any]:
    return of_first(
        "MedicationAdministration", status="completed", medicationCodeableConcept={"text": "heparin"},
        effectiveDateTime="2026-11-16T04:00:00-06:00", dosage={"dose": {"value": 2, "unit": "mg"}}, **more,
    )  # fmt: skip


def test_the_newest_dose_goes_to_the_order_it_names_and_is_never_guessed():
    order = request()
    older = {**given_dose(request={"reference": "MedicationRequest/r-heparin"}), "effectiveDateTime": "2026-11-15"}
    named = given_dose(request={"reference": "MedicationRequest/r-heparin"})
    snapshot = read(bundle(person(), order, older, named, {**named, "status": "not-done"}))
    last = snapshot.patients[0].medications[0].last_given
    assert last and (last.given, last.amount) == (datetime(2026, 11, 16, 4, tzinfo=ZONE), "2 mg")
    assert "cannot be read" in told(snapshot)  # a day is no time of a dose
    assert the_patient(order, given_dose()).medications[0].last_given
    twins = read(bundle(person(), order, {**order, "id": "twin"}, given_dose()))
    assert not any(item.last_given for item in twins.patients[0].medications)
    assert "no active order" in told(twins)


def test_a_dose_that_names_anothers_order_is_told():
    other = request("Patient/p00000002", "warfarin")
    dose = given_dose(request={"reference": "MedicationRequest/r-warfarin"})
    snapshot = read(bundle(person(), person("00000002", "Roe"), request(), other, dose))
    assert not any(order.last_given for patient in snapshot.patients for order in patient.medications)
    assert "no active order" in told(snapshot)


def weight(value: object, unit: str, day: str) -> dict[str, Any]:
    return of_first("Observation", status="final", code={"coding": [{"code": "29463-7"}]}, effectiveDateTime=day,
                    valueQuantity={"value": value, "unit": unit})  # fmt: skip


def test_the_newest_weight_in_kilograms_counts_and_pounds_are_told():
    records = [weight(70.50, "kg", "2026-11-14"), weight(60, "kg", "2026-11-10"), weight(155, "lb", "2026-11-16")]
    snapshot = read(bundle(person(), *records))
    found = snapshot.patients[0].weight
    assert found and found.kg == Decimal("70.5") and str(found.taken) == "2026-11-14"
    assert "155 lb" in told(snapshot)
    assert (newborn := the_patient(weight(3450, "g", "2026-11-14")).weight) and newborn.kg == Decimal("3.45")


def test_open_ended_cancelled_and_several_visits():
    def visit(status: str, start: str, **more: Any) -> dict[str, Any]:
        kind = {"class": {"code": "IMP"}}
        return of_first("Encounter", id=start, status=status, period={"start": start}, **kind, **more)

    assert the_patient(visit("finished", "2026-11-10")).discharged
    assert not the_patient(visit("finished", "2026-11-10"), visit("in-progress", "2026-11-12")).discharged
    assert not the_patient(visit("planned", "2026-11-20")).discharged
    clinic = {**visit("finished", "2026-11-10"), "class": {"code": "AMB"}}
    assert not the_patient(clinic).discharged
    two = the_patient(visit("in-progress", "2026-11-12"), visit("in-progress", "2026-11-14"))
    assert two.admitted == datetime(2026, 11, 14, tzinfo=ZONE) and "several visits are open" in two.clarify
    died = visit("finished", "2026-11-10", hospitalization={"dischargeDisposition": {"coding": [{"code": "exp"}]}})
    assert the_patient(died).deceased
    assert "no encounter" in told(read(bundle(person())))


@pytest.mark.parametrize("birth", ["1960", "1960-02", "2190-01-01", 1960, "x"])
def test_what_is_no_birth_date_is_left_empty_and_told(birth):
    snapshot = read(bundle(person(birthDate=birth)))
    assert snapshot.patients[0].birth_date is None
    assert "birthDate" in told(snapshot)


def test_numbers_old_names_and_records_not_in_use():
    names = [{"use": "old", "family": "Maiden"}, {"family": "Plain"}, {"use": "official", "family": "Now"}]
    national = {"system": "urn:national", "type": {"coding": [{"code": "NI"}]}, "value": "9"}
    numbers = [{"use": "old", "value": "1"}, national,
               {"system": "https://riverside.example/mrn", "value": "00000009"}]  # fmt: skip
    patient = the_patient_of(person(name=names, identifier=numbers, active=False))
    assert patient.name.family == "Now"
    assert mrn(patient) == "00000009" and patient.identifiers[0].authority == "RIVERSIDE"
    assert patient.identifier(IdentifierKind.NATIONAL) == "9"
    assert "the record is marked as not in use" in patient.clarify
    assert NO_NUMBER in the_patient_of(person(identifier=[{"value": "1"}, {"value": "2"}])).clarify
    assert the_patient_of(person("123")).clarify == ("the number has 3 characters, and 8 belong there",)


def the_patient_of(record: dict[str, Any]) -> Patient:
    return read(bundle(record)).patients[0]


def test_flags_devices_diet_and_other_orders():
    patient = the_patient(
        of_first("Flag", status="active", category=[{"coding": [{"code": "code-status"}]}], code={"text": "DNR"}),
        of_first("DeviceUseStatement", status="active", device={"display": "PICC"}, bodySite={"text": "right arm"}),
        of_first("ServiceRequest", status="active", intent="order", code={"text": "CT head"}, doNotPerform=True),
        {"resourceType": "NutritionOrder", "status": "active", "patient": {"reference": "Patient/p00000001"},
         "oralDiet": {"type": [{"text": "Renal"}], "instruction": "no grapefruit"}},
    )  # fmt: skip
    assert patient.code_status == "DNR"
    assert patient.lines == ("PICC, right arm",)
    assert [order.text for order in patient.orders] == ["DO NOT: CT head"]
    assert patient.diet == "Renal, no grapefruit"
    unknown = of_first("Flag", status="active", code={"text": "Fall risk"})
    assert "Fall risk" in told(read(bundle(person(), unknown)))


def test_types_that_are_not_read_are_counted_and_missing_pages_told():
    snapshot = read(bundle(person(), {"resourceType": "Coverage"}, total=9, link=[{"relation": "next", "url": "x"}]))
    assert "1 Coverage" in told(snapshot)
    assert told(snapshot).count("MISSING") == 2


def test_how_old_the_data_are():
    stamped = person(meta={"lastUpdated": "2026-11-16T05:00:00-06:00"})
    assert read(bundle(stamped, timestamp="2026-11-16T06:00:00-06:00")).taken_at.hour == 6
    assert read(bundle(stamped, meta={"lastUpdated": "2026-11-16T05:30:00-06:00"})).taken_at.minute == 30
    assert read(bundle(stamped, person("00000002", "Roe"))).taken_at.hour == 5
    later = read(bundle(stamped, timestamp="2027-01-01T00:00:00Z"))
    assert later.taken_at <= TAKEN_AT and "yet to come" in told(later)


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "not JSON"), ("[" * 100_000, "nested"), ('{"resourceType":"Patient","id":"1","id":"2"}', "twice"),
     ('{"resourceType":"Patient","x":NaN}', "NaN"), ('{"x":' + "9" * 5000 + "}", "JSON"), ("{}", "no FHIR"),
     ("[1, 2]", "no FHIR"), ('{"resourceType": "Bundle"}', "no FHIR"), ('{"a": "\xff"}'.encode("latin-1"), "UTF-8")],
)  # fmt: skip
def test_what_is_no_fhir_is_one_clear_error(content, said):
    with pytest.raises(InputError, match=said) as caught:
        read(content)
    assert caught.value.exit_code == 4 and len(str(caught.value)) < 500


def test_huge_fields_are_cut_where_it_shows_and_huge_numbers_are_none():
    order = with_dosage(text="x" * 10_000_000, doseAndRate=[{"doseQuantity": {"value": 10**40, "unit": "mg"}}])
    assert "[cut: 10,000,000 characters" in order.timing.text
    assert order.dose == "" and "a text of this order was too long, and is cut" in order.clarify
    assert NO_NUMBER in the_patient_of(person("9" * 1000)).clarify


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_entries_changes_nothing(shuffler: random.Random):
    entries = list(PARSED["entry"])
    shuffler.shuffle(entries)
    snapshot = read(json.dumps({**PARSED, "entry": entries}))
    assert_no_order_strayed(snapshot)
    found = comparable(snapshot.patients, only="fhir")
    for patient, wanted in zip(found, comparable(PATIENTS, only="fhir"), strict=True):
        assert mrn(patient) == mrn(wanted)
        assert {order.id for order in patient.medications} == {order.id for order in wanted.medications}
        assert patient.allergy_state is wanted.allergy_state and set(patient.allergies) == set(wanted.allergies)


SMALL = json.dumps({**PARSED, "entry": [e for e in PARSED["entry"] if "Observation" not in e["fullUrl"]][:150]})
RAW = SMALL.encode()


@given(st.integers(0, len(RAW)))
@settings(max_examples=40)
def test_a_truncated_file_gives_no_order_to_another(length):
    if snapshot := read_or_refuse(RAW[:length]):
        assert_no_order_strayed(snapshot)


@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
@settings(max_examples=100)
def test_a_damaged_byte_is_read_or_refused(place, value):
    damaged = bytearray(RAW)
    damaged[place] = value
    read_or_refuse(bytes(damaged))


KEYS = st.sampled_from([
    "resourceType", "id", "identifier", "value", "system", "type", "coding", "code", "text", "subject", "patient",
    "reference", "encounter", "status", "intent", "dosageInstruction", "timing", "repeat", "boundsPeriod", "start",
    "end", "frequency", "period", "periodUnit", "doseAndRate", "doseQuantity", "unit", "name", "family", "given",
    "birthDate", "link", "other", "contained", "location", "partOf", "entry", "resource", "fullUrl", "valueQuantity",
    "component",
])  # fmt: skip
WORDS = st.sampled_from([
    "Patient", "Encounter", "MedicationRequest", "MedicationAdministration", "Observation", "AllergyIntolerance",
    "Bundle", "Location", "p1", "Patient/p1", "#p1", "active", "order", "2026-11-16", "h", "MR",
    "replaced-by", "\ud800", "",
])  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(st.lists(st.dictionaries(KEYS, JSON, max_size=8), max_size=6))
@settings(max_examples=150)
def test_any_shape_of_json_is_read_or_refused(resources):
    read_or_refuse(bundle({"resourceType": "Patient", "id": "p1"}, *resources).encode())


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deep for key, item in inner for deep in nodes(item, (*path, key)))]


FEW = {**PARSED, "entry": [e for e in PARSED["entry"] if "00104401" in json.dumps(e) or "00104406" in json.dumps(e)]}
PLACES = nodes(FEW["entry"], ("entry",))[1:]


@given(st.sampled_from(PLACES), JSON)
@settings(max_examples=200)
def test_any_element_may_have_any_shape(place, replacement):
    changed = copy.deepcopy(FEW)
    node: Any = changed
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = replacement
    if snapshot := read_or_refuse(json.dumps(changed).encode()):
        assert_no_order_strayed(snapshot)

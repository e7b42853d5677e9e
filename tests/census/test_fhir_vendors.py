"""FHIR as the servers of the large records really send it: their identifiers, codings and doses, written by hand.

The shapes follow public documentation and capability statements of the two largest vendors; all values are made up.
"""

from __future__ import annotations

import pytest
from fhir_help import SUBJECT, clock, due, given, identifier, of, order, patient, person, read_all, request, site
from reading_help import mrn, told

from downtime.census.snapshot import AllergyState, IdentifierKind
from downtime.clinical.due import DueStatus

MRN_OID = "urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.14"
MANY = (  # typed by words only, as one vendor does it; the enterprise number is not the one on the wristband
    identifier("E4007", words="EPI", system="urn:oid:1.2.840.114350.1.13.0.1.7.5.737384.0", use="usual"),
    identifier("203713", words="MRN", system=MRN_OID, use="usual"),
    identifier("eAB3mDIBBcyUKviyzrxsnAw3", words="FHIR", system="http://open.example/FHIR/patient-dstu2-fhir-id"),
    identifier("000-00-0000", system="http://hl7.org/fhir/sid/us-ssn", use="usual"),
)


def test_a_number_typed_by_words_alone_is_found_among_the_others():
    (found,) = read_all(person(*MANY)).patients
    assert mrn(found) == "203713" and not found.clarify
    assert "000-00-0000" not in found.model_dump_json()


def test_the_houses_own_system_counts_before_all_types():
    settings = site(authority="HOUSE", authority_also=["urn:x"])
    both = (identifier("7", "MR", system="urn:other"), identifier("8", system="urn:x"))
    (found,) = read_all(person(*both), facility=settings).patients
    assert mrn(found) == "8" and [item.authority for item in found.identifiers][:2] == ["HOUSE", "urn:other"]


def test_numbers_that_were_given_up_are_not_taken():
    ended = identifier("1", "MR", system="a", period={"end": "2024-01-01"})
    old = identifier("2", "MR", system="b", use="old")
    (found,) = read_all(person(ended, old, identifier("3", "MR", system="c"))).patients
    assert mrn(found) == "3" and not found.clarify and len(found.identifiers) == 1


def test_several_numbers_without_a_word_of_which_are_doubted():
    two = (identifier("1", "MR", system="a"), identifier("2", "MR", system="b"))
    (found,) = read_all(person(*two)).patients
    assert "several patient numbers; it cannot be told which is meant" in found.clarify
    (found,) = read_all(person(two[0], {**two[1], "use": "usual"})).patients
    assert mrn(found) == "2" and not found.clarify


def test_an_enterprise_number_alone_is_no_number_of_the_patient():
    (found,) = read_all(person(MANY[0])).patients
    assert mrn(found) == "" and "the patient has no number that can be used" in found.clarify


def test_the_account_of_a_visit_is_not_the_visit():
    fin = {"type": {"coding": [{"code": "1077", "display": "FIN NBR"}], "text": "FIN NBR"}, "value": "F1"}
    visit = of("Encounter", status="in-progress", identifier=[fin, identifier("V1", words="VISITID")])
    found = patient(visit)
    assert found.identifier(IdentifierKind.ENCOUNTER) == "V1" and found.identifier(IdentifierKind.ACCOUNT) == "F1"


def test_copies_of_a_resource_are_one_and_two_people_under_one_id_are_told():
    found = read_all(person(), person(), request(), request())
    assert len(found.patients) == 1 and len(found.patients[0].medications) == 1
    allergy = {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": {"text": "Penicillin"}}
    other = person(identifier("00000002", "MR"), name=[{"family": "Roe"}])
    found = read_all(person(), other, request(), allergy)
    assert len(found.patients) == 2 and all("NOT KNOWN" in one.clarify[0] for one in found.patients)
    assert not any(one.medications or one.allergies for one in found.patients)
    assert "meropenem" in told(found) and "Penicillin" in told(found)


def code(*codings: dict[str, str], text: str = "") -> dict[str, object]:
    return {"timing": {"code": {"coding": list(codings), **({"text": text} if text else {})}}}


@pytest.mark.parametrize(
    ("dosage", "expected"),
    [
        (code(text="Every 8 hours"), ["1400", "2200", "0600"]),
        (code({"system": "urn:oid:1.2.3", "code": "200901", "display": "2 times daily"}), ["0900", "2100"]),
        (code({"system": "https://fhir.example/codeSet/4004", "code": "2978713", "display": "Daily"},
              {"system": "http://snomed.info/sct", "code": "69620002", "display": "Daily (qualifier value)"},
              text="Daily"), ["0900"]),
        ({**code({"code": "2978713"}, text="Daily"), "text": "1 tab(s), Oral, Daily, 0 Refill(s)"}, ["0900"]),
        (code({"system": "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "code": "BID"}, text="BID"),
         ["0900", "2100"]),
        (code({"code": "BID"}, text="3 times daily"), []), (code({"code": "BID"}, text="Every 12 hours"), []),
        (code({"code": "2978713"}), []), (code(text="Titrated"), []), (code(text="Nightly"), []),
    ],
)  # fmt: skip
def test_frequencies_from_codes_and_their_words(dosage, expected):
    assert clock(order(dosage)) == expected


def test_two_frequencies_in_one_concept_are_told():
    found = order(code({"code": "BID"}, text="3 times daily"))
    (doubt,) = found.timing.doubts
    assert doubt.startswith("the frequency is coded in two ways") and doubt in found.clarify


def test_as_needed_in_any_of_the_words_is_not_lost():
    found = order(
        code({"system": "http://terminology.hl7.org/CodeSystem/v2-0335", "code": "Q6H"}, text="Every 6 hours PRN")
    )
    assert found.timing.as_needed and due(found).status is DueStatus.AS_NEEDED
    assert order(code(text="Continuous")).timing.continuous


def amount(kind: str, value: float, unit: str) -> dict[str, object]:
    return {"type": {"coding": [{"code": kind}]}, "doseQuantity": {"value": value, "unit": unit}}


@pytest.mark.parametrize(
    ("amounts", "dose", "instructions"),
    [
        ([amount("calculated", 20, "mg"), amount("admin-amount", 1, "tablet"), amount("ordered", 20, "mg")], "20 mg",
         "amount to give: 1 tablet"),
        ([amount("ordered", 15, "mg/kg"), amount("calculated", 1050, "mg")], "15 mg/kg, calculated 1,050 mg", ""),
        ([amount("calculated", 20, "mg"), amount("admin-amount", 1, "tablet")], "20 mg", "amount to give: 1 tablet"),
        ([amount("ordered", 5, "[iU]")], "5 units", ""), ([amount("ordered", 250, "ug")], "250 mcg", ""),
        ([amount("ordered", 20, "U")], "20 units", ""),
    ],
)  # fmt: skip
def test_ordered_calculated_and_given_amounts(amounts, dose, instructions):
    found = order({"doseAndRate": amounts})
    assert (found.dose, found.instructions) == (dose, instructions)
    assert "several doses are stated" not in found.clarify


def test_two_ordered_doses_are_told():
    found = order({"doseAndRate": [amount("ordered", 5, "mg"), amount("ordered", 10, "mg")]})
    assert found.dose == "5 mg or 10 mg" and "several doses are stated" in found.clarify


SNOMED = "http://snomed.info/sct"
HOME = {"category": [{"coding": [{"code": "community"}]}]}


@pytest.mark.parametrize(
    "more",
    [HOME, {"reportedBoolean": True}, {"reportedReference": {"reference": "Patient/p1"}},
     {"category": [{"coding": [{"code": "discharge"}]}]}],
)  # fmt: skip
def test_what_is_taken_at_home_is_named_and_not_printed_as_an_order(more):
    found = read_all(person(), request(**more))
    assert not found.patients[0].medications
    assert "taken at home, not ordered here" in told(found) and "meropenem" in told(found)


def test_a_home_medicine_that_is_given_here_is_an_order_to_be_clarified_without_times():
    found = order({"text": "every 8 hours"}, given("2026-11-16T05:00:00-06:00"), **HOME)
    assert found.last_given and any("is it ordered?" in words for words in found.clarify)
    assert due(found).status is DueStatus.NOT_COMPUTED
    inpatient = {"category": [{"coding": [{"code": "community"}]}, {"coding": [{"code": "inpatient"}]}]}
    assert clock(order({"text": "every 8 hours"}, **inpatient)) == ["1400", "2200", "0600"]


def test_on_hold_says_why_and_has_no_times():
    found = order({"text": "every 8 hours"}, status="on-hold", statusReason={"text": "NPO for surgery"})
    assert (found.status, found.instructions) == ("on hold", "on hold: NPO for surgery")
    assert (due(found).status, due(found).why) == (DueStatus.NOT_COMPUTED, "on hold")


@pytest.mark.parametrize("status", ["draft", "stopped", "completed", "cancelled", "entered-in-error"])
def test_orders_that_are_none_are_counted(status):
    found = read_all(person(), request(status=status))
    assert not found.patients[0].medications and f"1 “{status}”" in told(found)


def test_an_infusion_by_rate():
    rate = {"rateRatio": {"numerator": {"value": 125, "unit": "mL"}, "denominator": {"value": 1, "unit": "h"}}}
    found = order({**code(text="Continuous"), "doseAndRate": [rate]})
    assert (found.rate, due(found).status) == ("125 mL/h", DueStatus.CONTINUOUS)


def test_a_volume_a_day_at_the_same_volume_an_hour_is_not_computed():
    """As a generator of synthetic patients writes continuous fluids."""
    rate = {"doseQuantity": {"value": 150, "unit": "mL"}, "rateQuantity": {"value": 150, "unit": "mL/h"}}
    found = order({"text": "150mL IV DAILY", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                   "doseAndRate": [rate]})  # fmt: skip
    assert due(found).status is DueStatus.NOT_COMPUTED and "once, or without end?" in due(found).why


def weight(value: float, **quantity: str) -> dict[str, object]:
    return of("Observation", status="final", code={"coding": [{"code": "29463-7"}]}, effectiveDateTime="2026-11-15",
              valueQuantity={"value": value, **quantity})  # fmt: skip


@pytest.mark.parametrize(
    ("value", "quantity", "kg"),
    [(72.5, {"unit": "kg", "code": "kg"}, "72.5"), (3450, {"unit": "g", "code": "g"}, "3.45"),
     (72, {"unit": "KG"}, "72"),
     (160, {"unit": "lb", "code": "[lb_av]"}, ""), (160, {"unit": "lb", "code": "kg"}, ""), (2560, {"unit": "oz"}, ""),
     (72, {}, ""), (7250, {"unit": "kg"}, "")],
)  # fmt: skip
def test_weights_are_kilograms_or_refused(value, quantity, kg):
    found = read_all(person(), weight(value, **quantity))
    got = found.patients[0].weight
    assert (str(got.kg) if got else "") == kg
    assert got or "valueQuantity" in told(found)


def test_a_panel_of_vital_signs_by_its_components():
    parts = [{"code": {"coding": [{"system": "http://loinc.org", "code": loinc}], "text": name}, "valueQuantity": value}
             for loinc, name, value in (
                 ("8867-4", "Heart rate", {"value": 88, "unit": "/min"}),
                 ("8310-5", "Temperature", {"value": 37.9, "code": "Cel"}),
                 ("29463-7", "Weight", {"value": 160, "unit": "lb"}))]  # fmt: skip
    panel = of("Observation", status="final", code={"coding": [{"system": "http://loinc.org", "code": "85353-1"}]},
               effectiveDateTime="2026-11-16T06:00:00-06:00", component=parts,
               category=[{"coding": [{"code": "vital-signs"}]}])  # fmt: skip
    found = read_all(person(), panel)
    shown = [(item.label, item.value, item.unit) for item in found.patients[0].vitals]
    assert shown == [("Heart rate", "88", "/min"), ("Temperature", "37.9", "°C")]
    assert found.patients[0].weight is None and "not in kilograms" in told(found)


@pytest.mark.parametrize(
    ("concept", "state"),
    [
        ({"coding": [{"system": SNOMED, "code": "716186003"}], "text": "NKA"}, AllergyState.NONE_KNOWN),
        ({"coding": [{"code": "409137002"}]}, AllergyState.NO_DRUG_KNOWN),
        ({"text": "No known medication allergies"}, AllergyState.NO_DRUG_KNOWN),
        ({"text": "No Known Allergies (NKA)"}, AllergyState.NONE_KNOWN),
        ({"coding": [{"code": "716220001", "display": "No known latex allergy"}]}, AllergyState.NOT_IN_SNAPSHOT),
        ({"text": "No known shellfish allergy"}, AllergyState.NOT_IN_SNAPSHOT),
        ({"coding": [{"system": "urn:local", "code": "12345"}], "text": "Nil sig."}, AllergyState.NOT_IN_SNAPSHOT),
        ({"text": "Penicillin"}, AllergyState.LISTED),
    ],
)  # fmt: skip
def test_no_known_allergies_in_every_coding(concept, state):
    found = read_all(person(), {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": concept})
    assert found.patients[0].allergy_state is state
    assert bool(found.patients[0].allergies) == (state is AllergyState.LISTED)
    assert state is not AllergyState.NOT_IN_SNAPSHOT or "AllergyIntolerance" in told(found)


def test_the_houses_own_codes_for_no_known_allergies():
    local = {"resourceType": "AllergyIntolerance", "patient": SUBJECT, "code": {"coding": [{"code": "12345"}]}}
    facility = site(no_allergy_codes=["12345"])
    assert patient(local, facility=facility).allergy_state is AllergyState.NONE_KNOWN
    facility = site(no_drug_allergy_codes=["12345"])
    assert patient(local, facility=facility).allergy_state is AllergyState.NO_DRUG_KNOWN


def test_a_newborn_within_the_mothers_record_is_nobody_of_the_census():
    inside = {"resourceType": "Patient", "id": "newborn", "name": [{"family": "Baby"}]}
    apgar = {"resourceType": "Observation", "contained": [inside], "subject": {"reference": "#newborn"},
             "status": "final", "code": {"text": "Apgar"}, "valueInteger": 9}  # fmt: skip
    found = read_all(person(), apgar)
    assert len(found.patients) == 1 and not found.patients[0].results
    assert "1 of them belong to patients that are not here" in told(found)

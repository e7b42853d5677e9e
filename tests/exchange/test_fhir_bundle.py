"""FHIR R4: valid for fhirkit, codes in their required lists, and nothing created that a target does not advertise."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from keyed_sheets import ELENA, FACE, KIT, MAR, VITALS, ZONE, entry, form_map, record
from test_messages import PDF, destination

from downtime.exchange.destination import PROFILES
from downtime.exchange.facts import SheetFacts
from downtime.exchange.fhir import bundle_of, creates_of
from downtime.exchange.fhir_checks import binding_faults
from downtime.exchange.gather import facts_of
from downtime.site.recovery import RecordSystem

KNOWN = {"Patient": "Patient/p1", "Encounter": "Encounter/e1"}
SHEETS = {"flow-vitals-ews": VITALS, "mar-scheduled": MAR, "reg-face-sheet": FACE}


def facts(form: str, **more: object) -> SheetFacts:
    return facts_of(record(form, *SHEETS[form], **more), form_map(form), ZONE)


def resources(form: str, kind: str) -> list[dict[str, Any]]:
    entries = bundle_of(facts(form), destination(), PDF)["entry"]
    return [one["resource"] for one in entries if one["resource"]["resourceType"] == kind]


@pytest.mark.parametrize("form", SHEETS)
def test_bundles_are_valid_and_codes_are_those_of_the_standard(form: str) -> None:
    bundle = bundle_of(facts(form), destination(), PDF)
    assert fhirkit.validate(json.dumps(bundle)) == []
    assert [fault for one in bundle["entry"] for fault in binding_faults(one["resource"])] == []
    names = [one["fullUrl"] for one in bundle["entry"]]
    assert len(set(names)) == len(names)
    assert set(re.findall(r"urn:uuid:[0-9a-f-]+", json.dumps(bundle))) == set(names)
    assert bundle == bundle_of(facts(form), destination(), PDF)


def test_the_checks_can_fail() -> None:
    (first, *_) = resources("mar-scheduled", "MedicationAdministration")
    assert list(binding_faults(first | {"status": "given"})) == ["MedicationAdministration.status: given"]
    broken = {key: value for key, value in first.items() if key != "status"}
    assert fhirkit.validate(json.dumps(broken))
    allergy = {"resourceType": "AllergyIntolerance", "clinicalStatus": {"coding": [{"code": "sure"}]}}
    assert list(binding_faults(allergy)) == ["AllergyIntolerance.clinicalStatus: sure"]


def test_values_are_those_that_were_keyed() -> None:
    found = resources("flow-vitals-ews", "Observation")
    pressure = next(one for one in found if one["code"]["text"] == "Blood pressure")
    assert [one["valueQuantity"]["value"] for one in pressure["component"]] == [118, 72]
    heat = next(one for one in found if one["code"]["coding"][0]["code"] == "8310-5" and "valueQuantity" in one)
    assert heat["valueQuantity"] == {
        "value": 98.6, "unit": "[degF]", "system": "http://unitsofmeasure.org", "code": "[degF]",
    }  # fmt: skip
    assert (heat["effectiveDateTime"], heat["issued"]) == ("2026-03-02T02:05:00-06:00", "2026-03-02T15:15:00+00:00")
    assert heat["performer"] == [{"display": "Nora Nurse"}]
    assert [one["valueString"] for one in found if "valueString" in one] == ["refused"]


def test_two_cuffs_at_one_moment_are_never_mixed() -> None:
    hours = ("1.abp.sbp", "118"), ("1.abp.dbp", "72"), ("1.nibp.sbp", "131"), ("1.nibp.dbp", "80")
    sheet = [entry("sheet.1.day.date", "02 MAR 2026"), *(entry(f"hours.{name}", value) for name, value in hours)]
    found = facts_of(record("flow-icu", *sheet), form_map("flow-icu"), ZONE)
    made = [one["resource"] for one in bundle_of(found, destination())["entry"]]
    observed = [one for one in made if one["resourceType"] == "Observation"]
    assert len(observed) == 4 and not any("component" in one for one in observed)


def test_doses_carry_outcome_and_people() -> None:
    given, next_day, refused, site = resources("mar-scheduled", "MedicationAdministration")
    assert (given["status"], given["dosage"]["dose"]) == ("completed", {"value": 4.5, "unit": "g"})
    assert next_day["effectiveDateTime"] == "2026-03-03T01:10:00-06:00"
    assert refused["status"] == "not-done" and refused["statusReason"][0]["text"] == "refused by patient"
    assert site["dosage"]["site"]["text"] == "abdomen, right lower quadrant"
    (first, *_) = resources("mar-scheduled", "Provenance")
    roles = {one["type"]["coding"][0]["code"]: one["who"]["display"] for one in first["agent"]}
    assert roles == {"author": "Nora Nurse", "enterer": "K. Keyer", "verifier": "V. Verifier"}
    assert first["entity"][0]["what"]["identifier"]["value"] == f"{KIT}-01"


def test_a_document_is_preliminary_and_whole() -> None:
    (document,) = resources("mar-scheduled", "DocumentReference")
    assert document["docStatus"] == "preliminary"
    assert base64.b64decode(document["content"][0]["attachment"]["data"]) == PDF
    assert document["context"]["period"]["end"] == "2026-03-03T01:10:00-06:00"


def test_patient_and_encounter() -> None:
    (patient,), (visit,) = resources("reg-face-sheet", "Patient"), resources("reg-face-sheet", "Encounter")
    assert patient["identifier"] == [{"system": "https://riverside.example/mrn", "value": "10004417"}]
    assert patient["contact"][0]["name"]["text"] == "Ada Okafor"
    assert (visit["status"], visit["class"]["code"]) == ("in-progress", "EMER")
    nobody = ELENA.model_copy(update={"numbers": ELENA.numbers[1:], "resolved": False, "family": "", "given": ()})
    entries = bundle_of(facts("reg-face-sheet", patient=nobody), destination())["entry"]
    assert entries[0]["resource"]["identifier"][0]["use"] == "temp"
    assert entries[0]["resource"]["name"][0]["family"] == "OKAFOR"
    with pytest.raises(ValueError, match="whose sheet"):
        bundle_of(facts("reg-face-sheet", patient=None), destination())


SAMPLES = Path(__file__).parent / "advertised.json"


@pytest.mark.parametrize("system", [RecordSystem.EPIC, RecordSystem.ORACLE_HEALTH])
def test_only_what_a_vendor_advertises_is_ever_created(system: RecordSystem) -> None:
    advertised = set(json.loads(SAMPLES.read_text("utf-8"))[system.value]["create"])
    assert set(PROFILES[system].fhir) <= advertised
    for form in SHEETS:
        made, left = creates_of(facts(form), destination(system), KNOWN, PDF)
        assert {one.kind for one in made} <= advertised
        assert all(one.why for one in left)
        for one in made:
            assert fhirkit.validate(one.to_json()) == []
            assert "urn:uuid" not in one.to_json().decode()


def test_the_rules_of_each_target() -> None:
    epic, oracle = destination(RecordSystem.EPIC), destination(RecordSystem.ORACLE_HEALTH)
    made, left = creates_of(facts("mar-scheduled"), epic, KNOWN, PDF)
    assert not made
    assert {one.why for one in left} == {
        "Epic does not advertise creating MedicationAdministration", "Epic takes text/plain and no application/pdf",
    }  # fmt: skip
    sheet = facts("mar-scheduled")
    made, left = creates_of(sheet, oracle, KNOWN, PDF)
    assert not made and any("nobody's name" in one.why for one in left)
    made, _ = creates_of(facts("flow-vitals-ews"), epic, KNOWN)
    assert made and all(one.resource["subject"] == {"reference": "Patient/p1"} for one in made)
    made, left = creates_of(facts("flow-vitals-ews"), epic, {"Patient": "Patient/p1"})
    assert not made and {one.why for one in left} >= {"the visit's id in the target is not known"}
    made, left = creates_of(facts("flow-vitals-ews"), oracle, {})
    assert not made and {one.why for one in left} == {"the patient's id in the target is not known"}
    made, left = creates_of(facts("flow-vitals-ews", drill=True), oracle, KNOWN)
    assert not made and "it was a rehearsal" in {one.why for one in left}
    assert not creates_of(facts("flow-vitals-ews"), destination(RecordSystem.EMIS), KNOWN)[0]

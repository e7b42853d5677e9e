"""Writes examples/riverside/census/icu.csv and icu-fhir.json from example_table.py, always the same bytes.

Run it after a change of the table: python tests/census/make_examples.py
"""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from example_table import (
    ENCOUNTER_SYSTEM,
    PATIENTS,
    RETIRED,
    SYSTEM,
    TAKEN_AT,
    RetiredRecord,
)

from downtime.census.csv_columns import COLUMNS
from downtime.census.snapshot import (
    AllergyState,
    IdentifierKind,
    MedicationOrder,
    Patient,
    Reading,
    Sex,
)
from downtime.clinical.timing import OrderTiming

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "riverside" / "census"

# Headers as an export might have them, so that the mapping in facility.yaml has work to do.
OWN_HEADERS = {"mrn": "PAT_MRN", "surname": "LAST_NAME", "given": "FIRST_NAME", "birth_date": "DOB"}
CSV_STATES = {
    AllergyState.NOT_IN_SNAPSHOT: "", AllergyState.NOT_ASKED: "not asked",
    AllergyState.NONE_KNOWN: "no known allergies", AllergyState.NO_DRUG_KNOWN: "NKDA",
}  # fmt: skip


def csv_text(patients: tuple[Patient, ...] = PATIENTS) -> str:
    """The census as a CSV: a row for each order, and one for each patient without any."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\r\n")
    writer.writerow({meaning: OWN_HEADERS.get(meaning, column.header) for meaning, column in COLUMNS.items()})
    for patient in patients:
        about = _patient_cells(patient)
        for cells in [row for order in patient.medications for row in _order_rows(order)] or [{}]:
            writer.writerow({**about, **cells})
    for gone in RETIRED:
        cells = {
            "taken_at": _stamp(TAKEN_AT), "mrn": gone.mrn, "surname": gone.name.family,
            "given": " ".join(gone.name.given), "birth_date": _day(gone.birth_date), "sex": gone.sex.value,
            "merged_into": gone.survivor,
        }  # fmt: skip
        writer.writerow(cells)
    return out.getvalue()


def _patient_cells(patient: Patient) -> dict[str, str]:
    weight = patient.weight
    listed = " | ".join(_allergy_cell(item.substance, item.reaction, item.severity) for item in patient.allergies)
    return {
        "taken_at": _stamp(TAKEN_AT),
        "mrn": patient.identifier(IdentifierKind.MRN),
        "surname": patient.name.family,
        "given": " ".join(patient.name.given),
        "birth_date": _day(patient.birth_date),
        "sex": patient.sex.value,
        "unit": patient.place.unit,
        "room": patient.place.room,
        "bed": patient.place.bed,
        "encounter": patient.identifier(IdentifierKind.ENCOUNTER),
        "attending": patient.attending,
        "service": patient.service,
        "admitted": _stamp(patient.admitted),
        "allergies": listed or CSV_STATES[patient.allergy_state],
        "code_status": patient.code_status,
        "isolation": " | ".join(patient.isolation),
        "weight_kg": str(weight.kg) if weight else "",
        "weight_date": weight.taken.isoformat() if weight and weight.taken else "",
        "weight_method": weight.method if weight else "",
        "diagnosis": " | ".join(patient.diagnoses),
        "diet": patient.diet,
        "lines": " | ".join(patient.lines),
        "deceased": "yes" if patient.deceased else "no",
        "discharged": "yes" if patient.discharged else "no",
    }


def _allergy_cell(substance: str, reaction: str, severity: str) -> str:
    about = ", ".join(word for word in (reaction, severity) if word)
    return f"{substance} ({about})" if about else substance


def _order_rows(order: MedicationOrder) -> list[dict[str, str]]:
    timing = order.timing
    cells = {
        "order_id": order.id,
        "drug": order.drug,
        "dose": order.dose,
        "route": order.route,
        "frequency": timing.code,
        "sig": timing.text,
        "start": _stamp(timing.start),
        "stop": _stamp(timing.stop),
        "prn": "yes" if timing.as_needed else "",
        "prn_reason": timing.as_needed_reason,
        "most_in_24_hours": timing.most_in_24_hours,
        "rate": order.rate,
        "reason": order.reason,
        "instructions": order.instructions,
        "order_status": order.status,
        "ordered_by": order.ordered_by,
        "last_given": _stamp(order.last_given.given) if order.last_given else "",
        "last_dose": order.last_given.amount if order.last_given else "",
    }
    if timing.steps == 1:
        return [cells]
    doses, words = order.dose.split(", then "), timing.text.split("; then ")
    return [
        {**cells, "step": str(number), "dose": dose, "sig": text}
        for number, (dose, text) in enumerate(zip(doses, words, strict=True), start=1)
    ]


def _stamp(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def fhir_bundle(patients: tuple[Patient, ...] = PATIENTS) -> dict[str, Any]:
    """The census as a FHIR R4 Bundle of type collection."""
    resources: list[dict[str, Any]] = [
        {"resourceType": "Location", "id": "icu", "status": "active", "name": "ICU", "physicalType": _physical("wa")},
        {"resourceType": "Practitioner", "id": "vance", "name": [{"text": "E. Vance, MD"}]},
    ]
    for bed in sorted({patient.place.bed for patient in patients}):
        room = {"resourceType": "Location", "id": f"room-{bed}", "name": bed.removeprefix("ICU-"),
                "physicalType": _physical("ro"), "partOf": {"reference": "Location/icu"}}  # fmt: skip
        inside = {"resourceType": "Location", "id": f"bed-{bed}", "name": bed, "physicalType": _physical("bd"),
                  "partOf": {"reference": f"Location/room-{bed}"}}  # fmt: skip
        resources += [room, inside]
    for patient in patients:
        resources += _of_patient(patient)
    resources += [_retired(gone) for gone in RETIRED]
    base = "https://riverside.example/fhir"
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": TAKEN_AT.isoformat(),
        "entry": [{"fullUrl": f"{base}/{item['resourceType']}/{item['id']}", "resource": item} for item in resources],
    }


def _physical(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", "code": code}]}


def _coded(system: str, code: str, words: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], **({"text": words} if words else {})}


def _loinc(code: str, words: str) -> dict[str, Any]:
    return _coded("http://loinc.org", code, words)


def _mrn(value: str) -> dict[str, Any]:
    kind = _coded("http://terminology.hl7.org/CodeSystem/v2-0203", "MR")
    return {"type": kind, "system": SYSTEM, "value": value}


SEXES = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.OTHER: "other", Sex.UNKNOWN: "unknown"}


def _retired(gone: RetiredRecord) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": f"p{gone.mrn}", "identifier": [_mrn(gone.mrn)], "active": False,
        "name": [{"family": gone.name.family, "given": list(gone.name.given)}], "gender": SEXES[gone.sex],
        "birthDate": gone.birth_date.isoformat(),
        "link": [{"other": {"reference": f"Patient/p{gone.survivor}"}, "type": "replaced-by"}],
    }  # fmt: skip


def _of_patient(patient: Patient) -> list[dict[str, Any]]:
    mrn = patient.identifier(IdentifierKind.MRN)
    subject, encounter = {"reference": f"Patient/p{mrn}"}, {"reference": f"Encounter/e{mrn}"}
    name = {"use": "official", "family": patient.name.family, "given": list(patient.name.given)}
    person = {
        "resourceType": "Patient", "id": f"p{mrn}", "identifier": [_mrn(mrn)],
        "name": [{key: value for key, value in name.items() if value}], "gender": SEXES[patient.sex],
    }  # fmt: skip
    if patient.birth_date:
        person["birthDate"] = patient.birth_date.isoformat()
    if patient.deceased:
        person["deceasedDateTime"] = "2026-11-16T02:10:00-06:00"
    found = [person, _encounter(patient, mrn, subject)]
    found += _allergies(patient, mrn, subject)
    for index, words in enumerate(patient.diagnoses):
        found.append({
            "resourceType": "Condition", "id": f"c{mrn}-{index}", "subject": subject, "encounter": encounter,
            "clinicalStatus": _coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            "code": {"text": words},
        })  # fmt: skip
    found += _flags(patient, mrn, subject)
    if patient.diet:
        diet = {"type": [{"text": patient.diet}]}
        found.append({"resourceType": "NutritionOrder", "id": f"n{mrn}", "status": "active", "intent": "order",
                      "patient": subject, "dateTime": "2026-11-15", "oralDiet": diet})  # fmt: skip
    for index, words in enumerate(patient.lines):
        found.append({"resourceType": "DeviceUseStatement", "id": f"l{mrn}-{index}", "status": "active",
                      "subject": subject, "device": {"display": words}})  # fmt: skip
    for order in patient.medications:
        found += _request(order, subject, encounter)
    for index, other in enumerate(patient.orders):
        found.append({"resourceType": "ServiceRequest", "id": f"s{mrn}-{index}", "status": "active", "intent": "order",
                      "category": [{"text": other.kind}], "code": {"text": other.text}, "subject": subject,
                      "occurrenceDateTime": _iso(other.start)})  # fmt: skip
    for index, reading in enumerate(patient.vitals):
        found.append(_observation(reading, f"v{mrn}-{index}", subject, "vital-signs"))
    for index, reading in enumerate(patient.results):
        found.append(_observation(reading, f"r{mrn}-{index}", subject, "laboratory"))
    if patient.weight:
        weight = patient.weight
        taken = {"effectiveDateTime": weight.taken.isoformat()} if weight.taken else {}
        how = {"method": {"text": weight.method}} if weight.method else {}
        found.append({"resourceType": "Observation", "id": f"w{mrn}", "status": "final", "subject": subject,
                      "code": _loinc("29463-7", "Body weight"), **taken, **how,
                      "valueQuantity": {"value": weight.kg, "unit": "kg", "code": "kg"}})  # fmt: skip
    return found


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _encounter(patient: Patient, mrn: str, subject: dict[str, str]) -> dict[str, Any]:
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    attends = _coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "ATND")
    ended = {"end": "2026-11-16T05:30:00-06:00"} if patient.discharged else {}
    return {
        "resourceType": "Encounter", "id": f"e{mrn}", "status": "finished" if patient.discharged else "in-progress",
        "identifier": [{"system": ENCOUNTER_SYSTEM, "value": patient.identifier(IdentifierKind.ENCOUNTER)}],
        "class": {"system": act, "code": "IMP"}, "subject": subject, "serviceType": {"text": patient.service},
        "participant": [{"type": [attends], "individual": {"reference": "Practitioner/vance"}}],
        "period": {"start": _iso(patient.admitted), **ended},
        "location": [{"location": {"reference": f"Location/bed-{patient.place.bed}"},
                      "status": "completed" if patient.discharged else "active"}],
    }  # fmt: skip


def _allergies(patient: Patient, mrn: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    base = "http://terminology.hl7.org/CodeSystem/allergyintolerance"
    about = {
        "resourceType": "AllergyIntolerance", "patient": subject,
        "clinicalStatus": _coded(f"{base}-clinical", "active"),
        "verificationStatus": _coded(f"{base}-verification", "confirmed"),
    }  # fmt: skip
    snomed = "http://snomed.info/sct"
    states = {
        AllergyState.NONE_KNOWN: _coded(snomed, "716186003", "No known allergy"),
        AllergyState.NO_DRUG_KNOWN: _coded(snomed, "409137002", "No known drug allergy"),
    }
    if patient.allergy_state is AllergyState.NOT_ASKED:
        reason = _coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", "notasked")
        return [{"resourceType": "List", "id": f"a{mrn}", "status": "current", "mode": "snapshot", "subject": subject,
                 "code": _loinc("52472-8", "Allergies"), "emptyReason": reason}]  # fmt: skip
    if patient.allergy_state in states:
        return [{**about, "id": f"a{mrn}", "code": states[patient.allergy_state]}]
    found = []
    for index, allergy in enumerate(patient.allergies):
        reaction: dict[str, Any] = {"manifestation": [{"text": allergy.reaction}]} if allergy.reaction else {}
        if allergy.severity:
            reaction["severity"] = allergy.severity
        entry = {**about, "id": f"a{mrn}-{index}", "code": {"text": allergy.substance}}
        found.append({**entry, "reaction": [reaction]} if reaction else entry)
    return found


def _flags(patient: Patient, mrn: str, subject: dict[str, str]) -> list[dict[str, Any]]:
    found = []
    said = [("code-status", patient.code_status)] if patient.code_status else []
    for index, (code, words) in enumerate([*said, *(("isolation", words) for words in patient.isolation)]):
        found.append({
            "resourceType": "Flag", "id": f"f{mrn}-{index}", "status": "active", "subject": subject,
            "category": [_coded("https://riverside.example/flags", code)], "code": {"text": words},
        })  # fmt: skip
    return found


def _observation(reading: Reading, number: str, subject: dict[str, str], category: str) -> dict[str, Any]:
    base = "http://terminology.hl7.org/CodeSystem"
    found = {
        "resourceType": "Observation", "id": number, "status": "final", "subject": subject,
        "category": [_coded(f"{base}/observation-category", category)], "code": _loinc(reading.loinc, reading.label),
        "effectiveDateTime": _iso(reading.taken),
    }  # fmt: skip
    if "/" in reading.value:
        found["component"] = [
            {"code": _loinc(code, ""), "valueQuantity": {"value": Decimal(value), "unit": reading.unit}}
            for code, value in zip(("8480-6", "8462-4"), reading.value.split("/"), strict=True)
        ]
    else:
        found["valueQuantity"] = {"value": Decimal(reading.value), "unit": reading.unit}
    if reading.abnormal:
        found["interpretation"] = [_coded(f"{base}/v3-ObservationInterpretation", reading.abnormal)]
    return found


def _request(order: MedicationOrder, subject: dict[str, str], encounter: dict[str, str]) -> list[dict[str, Any]]:
    timing = order.timing
    request: dict[str, Any] = {
        "resourceType": "MedicationRequest", "id": order.id, "status": "active", "intent": "order",
        "subject": subject, "encounter": encounter, "medicationCodeableConcept": {"text": order.drug},
        "requester": {"display": order.ordered_by}, "dosageInstruction": [_dosage(order, timing)],
    }  # fmt: skip
    if order.reason:
        request["reasonCode"] = [{"text": order.reason}]
    if timing.immediate:
        request["priority"] = "stat"
    if timing.steps > 1:
        doses, words = order.dose.split(", then "), timing.text.split("; then ")
        request["dosageInstruction"] = [
            {"sequence": number, **_dosage(order.model_copy(update={"dose": dose}), timing), "text": text}
            for number, (dose, text) in enumerate(zip(doses, words, strict=True), start=1)
        ]
    if order.last_given is None:
        return [request]
    given = order.last_given
    return [request, {
        "resourceType": "MedicationAdministration", "id": f"{order.id}-last", "status": "completed",
        "subject": subject, "medicationCodeableConcept": {"text": order.drug},
        "request": {"reference": f"MedicationRequest/{order.id}"}, "effectiveDateTime": _iso(given.given),
        "dosage": {"dose": _quantity(given.amount)},
    }]  # fmt: skip


def _dosage(order: MedicationOrder, timing: OrderTiming) -> dict[str, Any]:
    repeat: dict[str, Any] = {}
    if timing.repeat:
        said = timing.repeat
        repeat = {"frequency": said.frequency, "period": said.period, "periodUnit": said.unit and said.unit.value,
                  "dayOfWeek": list(said.days_of_week), "when": list(said.when)}  # fmt: skip
        repeat = {key: value for key, value in repeat.items() if value}
    repeat["boundsPeriod"] = {"start": _iso(timing.start), **({"end": _iso(timing.stop)} if timing.stop else {})}
    found: dict[str, Any] = {"text": timing.text, "timing": {"repeat": repeat}}
    if timing.code:
        found["timing"]["code"] = {"text": timing.code}
    if timing.as_needed:
        found["asNeededCodeableConcept"] = {"text": timing.as_needed_reason}
    if order.route:
        found["route"] = {"text": order.route}
    if order.instructions:
        found["patientInstruction"] = order.instructions
    amount: dict[str, Any] = {}
    if order.dose and order.dose[0].isdigit():
        amount["doseQuantity"] = _quantity(order.dose)
    if order.rate:
        amount["rateQuantity"] = _quantity(order.rate)
    if amount:
        found["doseAndRate"] = [amount]
    if timing.most_in_24_hours:
        day = {"value": 24, "unit": "h"}
        found["maxDosePerPeriod"] = {"numerator": _quantity(timing.most_in_24_hours), "denominator": day}
    return found


def _quantity(words: str) -> dict[str, Any]:
    value, _, unit = words.partition(" ")
    return {"value": Decimal(value.replace(",", "")), "unit": unit}


class _Exact(json.JSONEncoder):
    """Decimals as the shortest JSON number with the same value."""

    def default(self, value: object) -> object:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return super().default(value)


def fhir_text(bundle: dict[str, Any]) -> str:
    """A Bundle as text, an entry on each line, so that a change shows as one line."""
    entries = ",\n".join(json.dumps(entry, ensure_ascii=False, cls=_Exact) for entry in bundle["entry"])
    head = {key: value for key, value in bundle.items() if key != "entry"}
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "entry": [\n' + entries + "\n]}\n"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Excel opens UTF-8 as such only with a byte order mark.
    (FOLDER / "icu.csv").write_bytes(("\ufeff" + csv_text()).encode())
    (FOLDER / "icu-fhir.json").write_bytes(fhir_text(fhir_bundle()).encode())


if __name__ == "__main__":
    main()

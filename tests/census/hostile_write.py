"""The truth as a sound file in each format, a record at a time, before anything is done to it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from random import Random
from typing import Any

from example_table import SYSTEM, TAKEN_AT
from hostile_file import Record, Sheet
from hostile_truth import FREQUENCIES, TrueOrder, TruePatient

from downtime.census.csv_columns import COLUMNS
from downtime.site.census import CensusSettings

SETTINGS: dict[str, Any] = {
    "authority": "RIVERSIDE", "authority_also": [SYSTEM], "mrn_length": 8,
    "code_status_codes": ["code-status"], "isolation_codes": ["isolation"],
}  # fmt: skip
STAMP, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"
HEADERS = {meaning: column.header for meaning, column in COLUMNS.items()}
Cells = dict[str, str]


def settings(**more: object) -> CensusSettings:
    """The census settings of the made files."""
    return CensusSettings.model_validate({**SETTINGS, **more})


def csv_cells(patient: TruePatient, stamp: str = STAMP, day: str = DAY) -> list[Cells]:
    """The cells of a patient's rows by meaning: a row for each order, or one for a patient without any."""

    def when(moment: datetime | date | None) -> str:
        return "" if moment is None else moment.strftime(stamp if isinstance(moment, datetime) else day)

    about = {
        "taken_at": when(TAKEN_AT), "mrn": patient.mrn, "surname": patient.family, "given": patient.given,
        "birth_date": when(patient.born), "sex": patient.sex, "unit": "ICU", "bed": patient.bed,
        "encounter": patient.visit, "allergies": " | ".join(patient.allergies), "weight_kg": str(patient.kg),
        "diagnosis": " | ".join(patient.diagnoses), "deceased": "no", "discharged": "no",
    }  # fmt: skip
    rows = []
    for order in patient.orders:
        cells = {
            "order_id": order.number, "drug": order.drug, "dose": f"{order.dose} {order.unit}", "route": "IV",
            "frequency": order.code, "start": when(order.start), "prn": "yes" if order.as_needed else "",
            "order_status": "stopped" if order.stopped else "active", "last_given": when(order.last_given),
        }  # fmt: skip
        rows.append({**about, **cells})
    return rows or [about]


def csv_line(cells: Mapping[str, str], columns: list[str], separator: str = ",") -> str:
    """One row as text, without its line end."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerow([cells.get(name, "") for name in columns])
    return out.getvalue().removesuffix("\r\n")


def csv_sheet(people: tuple[TruePatient, ...], separator: str = ",", stamp: str = STAMP, day: str = DAY) -> Sheet:
    """A CSV census."""
    columns = list(COLUMNS)
    records = [
        Record(csv_line(cells, columns, separator), place)
        for place, patient in enumerate(people)
        for cells in csv_cells(patient, stamp, day)
    ]
    header = csv_line(HEADERS, columns, separator) + "\r\n"
    return Sheet("csv", tuple(records), before=header, between="\r\n", after="\r\n")


def resources(patient: TruePatient) -> list[dict[str, Any]]:
    """A patient in FHIR R4, the Patient first."""
    name = f"p{patient.mrn}"
    subject = {"reference": f"Patient/{name}"}
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": name, "birthDate": patient.born.isoformat(),
         "identifier": [{"type": _coded("MR"), "system": SYSTEM, "value": patient.mrn}],
         "name": [{"use": "official", "family": patient.family, "given": [patient.given]}],
         "gender": {"F": "female", "M": "male"}[patient.sex]},
        {"resourceType": "Encounter", "id": f"e{name}", "status": "in-progress", "class": {"code": "IMP"},
         "subject": subject, "identifier": [{"value": patient.visit}], "period": {"start": "2026-11-14T08:00:00-06:00"},
         "location": [{"location": {"display": "ICU"}}]},
        {"resourceType": "Observation", "id": f"w{name}", "status": "final", "subject": subject,
         "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]}, "effectiveDateTime": "2026-11-15",
         "valueQuantity": {"value": patient.kg, "unit": "kg", "code": "kg"}},
    ]  # fmt: skip
    for at, word in enumerate(patient.allergies):
        found.append({"resourceType": "AllergyIntolerance", "id": f"a{at}{name}", "patient": subject,
                      "code": {"text": word}})  # fmt: skip
    for at, word in enumerate(patient.diagnoses):
        found.append({"resourceType": "Condition", "id": f"c{at}{name}", "subject": subject, "code": {"text": word}})
    for at, word in enumerate(patient.tests):
        found.append({"resourceType": "ServiceRequest", "id": f"s{at}{name}", "status": "active", "intent": "order",
                      "subject": subject, "code": {"text": word}})  # fmt: skip
    for at, (label, value) in enumerate(patient.results):
        found.append({"resourceType": "Observation", "id": f"o{at}{name}", "status": "final", "subject": subject,
                      "code": {"text": label}, "effectiveDateTime": "2026-11-16T05:00:00-06:00",
                      "valueQuantity": {"value": float(value), "unit": "mmol/L"}})  # fmt: skip
    for order in patient.orders:
        found += _request(order, subject)
    return found


def _coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}


def _request(order: TrueOrder, subject: dict[str, str]) -> list[dict[str, Any]]:
    dosage = {
        "timing": {"code": {"text": order.code}, "repeat": {"boundsPeriod": {"start": order.start.isoformat()}}},
        "route": {"text": "IV"}, "asNeededBoolean": order.as_needed,
        "doseAndRate": [{"doseQuantity": {"value": int(order.dose), "unit": order.unit}}],
    }  # fmt: skip
    found: list[dict[str, Any]] = [
        {"resourceType": "MedicationRequest", "id": order.number, "identifier": [{"value": order.number}],
         "status": "stopped" if order.stopped else "active", "intent": "order", "subject": subject,
         "medicationCodeableConcept": {"text": order.drug}, "dosageInstruction": [dosage]},
    ]  # fmt: skip
    if order.last_given is not None:
        found.append({"resourceType": "MedicationAdministration", "id": f"g{order.number}", "status": "completed",
                      "subject": subject, "request": {"reference": f"MedicationRequest/{order.number}"},
                      "medicationCodeableConcept": {"text": order.drug},
                      "effectiveDateTime": order.last_given.isoformat()})  # fmt: skip
    return found


def fhir_sheet(people: tuple[TruePatient, ...], lines: bool = False, chance: Random | None = None) -> Sheet:
    """A Bundle, or NDJSON."""
    records = []
    for place, patient in enumerate(people):
        for resource in resources(patient):
            shown = json.dumps(resource if lines else {"resource": resource}, ensure_ascii=False)
            records.append(Record(shown, place))
    if chance is not None:
        chance.shuffle(records)
    if lines:
        return Sheet("ndjson", tuple(records), after="\n")
    head = f'{{"resourceType": "Bundle", "type": "collection", "timestamp": "{TAKEN_AT.isoformat()}", "entry": [\n'
    return Sheet("fhir", tuple(records), before=head, between=",\n", after="\n]}\n")


def pid(patient: TruePatient) -> str:
    """The PID of a patient."""
    return f"PID|1||{patient.mrn}^^^RIVERSIDE^MR||{patient.family}^{patient.given}||{patient.born:%Y%m%d}|{patient.sex}"


def hl7_message(kind: str, *segments: str, at: str) -> str:
    """A message with the usual separators."""
    return "\r".join((f"MSH|^~\\&|EHR|RGH|DT|RGH|{at}||{kind}|1|P|2.5.1||||||UNICODE UTF-8", *segments)) + "\r"


def hl7_messages(patient: TruePatient) -> list[str]:
    """A patient as the messages of a feed."""
    who = pid(patient)
    stay = f"PV1|1|I|ICU^^{patient.bed}||||||||||||||||{patient.visit}"
    about = [f"AL1|{at}|DA|^{word}" for at, word in enumerate(patient.allergies, 1)]
    about += [f"DG1|{at}||^{word}" for at, word in enumerate(patient.diagnoses, 1)]
    about.append(f"OBX|1|NM|29463-7^Body weight^LN||{patient.kg}|kg|||||F|||20261115")
    found = [hl7_message("ADT^A01", "EVN|A01", who, stay, *about, at="20261116010000")]
    readings = [
        f"OBX|{at}|NM|^{label}||{value}|mmol/L|||||F|||20261116050000"
        for at, (label, value) in enumerate(patient.results, 1)
    ]
    found.append(hl7_message("ORU^R01", who, "OBR|1|||^Panel|||20261116050000", *readings, at="20261116050500"))
    for at, word in enumerate(patient.tests):
        test = f"T{patient.mrn}{at}"
        found.append(hl7_message("ORM^O01", who, f"ORC|NW|{test}", f"OBR|1|{test}||^{word}", at="20261116020000"))
    for order in patient.orders:
        found += _order_messages(order, who)
    return found


def _order_messages(order: TrueOrder, who: str) -> list[str]:
    drug = f"RXE||^{order.drug}|{order.dose}||{order.unit}"
    often = f"TQ1|1||{order.code}||||{order.start:%Y%m%d%H%M%S}||{'PRN' if order.as_needed else ''}"
    found = [hl7_message("RDE^O11", who, f"ORC|NW|{order.number}", drug, often, "RXR|IV", at="20261116020000")]
    if order.last_given is not None:
        given = f"RXA|0|1|{order.last_given:%Y%m%d%H%M}||^{order.drug}|{order.dose}|{order.unit}|||||||||||||CP|A"
        found.append(hl7_message("RAS^O17", who, f"ORC|RE|{order.number}", given, "RXR|IV", at="20261116063000"))
    if order.stopped:
        found.append(hl7_message("RDE^O11", who, f"ORC|DC|{order.number}", drug, "RXR|IV", at="20261116063500"))
    return found


def hl7_sheet(people: tuple[TruePatient, ...]) -> Sheet:
    """A feed of HL7 v2, patient by patient."""
    records = [Record(text, place) for place, patient in enumerate(people) for text in hl7_messages(patient)]
    return Sheet("hl7", tuple(records), between="")


__all__ = ["FREQUENCIES", "HEADERS", "SETTINGS", "csv_cells", "csv_line", "csv_sheet", "fhir_sheet", "hl7_message",
           "hl7_messages", "hl7_sheet", "pid", "resources", "settings"]  # fmt: skip

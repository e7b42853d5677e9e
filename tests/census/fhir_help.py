"""What the tests of the FHIR reader share: small resources of one patient, and what is read from them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from example_table import TAKEN_AT, ZONE
from reading_help import bundle, read, site

from downtime.census.snapshot import MedicationOrder, Patient, Snapshot
from downtime.clinical.due import Due, Schedule, Window, due_times
from downtime.site.facility import Facility

ADULT = Schedule.from_profile("us_adult_inpatient")
SUBJECT = {"reference": "Patient/p1"}
V2 = "http://terminology.hl7.org/CodeSystem/v2-0203"


def identifier(value: str, code: str = "", words: str = "", **more: Any) -> dict[str, Any]:
    """An identifier with a type by code, by words, or by neither."""
    kind: dict[str, Any] = {"text": words} if words else {}
    if code:
        kind["coding"] = [{"system": V2, "code": code}]
    return {"value": value, **({"type": kind} if kind else {}), **more}


def person(*identifiers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Patient; without identifiers one typed MR."""
    return {"resourceType": "Patient", "id": "p1", "birthDate": "1960-02-03",
            "name": [{"family": "Doe", "given": ["Jo"]}],
            "identifier": list(identifiers) or [identifier("00000001", "MR")], **more}  # fmt: skip


def request(dosage: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A MedicationRequest with one dosage instruction."""
    found = {
        "resourceType": "MedicationRequest",
        "id": "r1",
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
        "medicationCodeableConcept": {"text": "meropenem"},
        "dosageInstruction": [
            {"route": {"text": "IV"}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "g"}}], **(dosage or {})}
        ],
    }
    return {**found, **more}


def given(at: str, **more: Any) -> dict[str, Any]:
    """A MedicationAdministration of the request."""
    return {"resourceType": "MedicationAdministration", "id": "g1", "status": "completed", "subject": SUBJECT,
            "request": {"reference": "MedicationRequest/r1"}, "medicationCodeableConcept": {"text": "meropenem"},
            "effectiveDateTime": at, **more}  # fmt: skip


def of(kind: str, **more: Any) -> dict[str, Any]:
    """A resource of the patient."""
    return {"resourceType": kind, "subject": SUBJECT, **more}


def read_all(*resources: dict[str, Any], facility: Facility | None = None) -> Snapshot:
    return read(bundle(*resources), facility or site())


def patient(*resources: dict[str, Any], facility: Facility | None = None) -> Patient:
    """The one patient of a Bundle."""
    (found,) = read_all(person(), *resources, facility=facility).patients
    return found


def order(dosage: dict[str, Any] | None = None, *others: dict[str, Any], **more: Any) -> MedicationOrder:
    """The one order that a request makes."""
    (found,) = patient(request(dosage, **more), *others).medications
    return found


def due(found: MedicationOrder, hours: int = 24) -> Due:
    """The due times of an order from the moment of the snapshot on, by the times of a US adult unit."""
    window = Window(TAKEN_AT, TAKEN_AT + timedelta(hours=hours))
    last = found.last_given.given if found.last_given else None
    return due_times(found.timing, window=window, schedule=ADULT, zone=ZONE, last_given=last)


def clock(found: MedicationOrder, hours: int = 24) -> list[str]:
    """The due times as printed."""
    return [f"{moment:%H%M}" for moment in due(found, hours).times]


__all__ = ["ADULT", "SUBJECT", "TAKEN_AT", "bundle", "clock", "due", "given", "identifier", "json", "of", "order",
           "patient", "person", "read", "read_all", "request", "site"]  # fmt: skip

"""FHIR R4 resources from facts, as plain data. Each carries the id of its fact and of its page."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from decimal import Decimal

from downtime.exchange.destination import Destination
from downtime.exchange.facts import Allergy, Departure, Document, Dose, Given, Observation, Proof, Registration, Writer
from downtime.exchange.fhir_parts import (
    FACTS,
    LOINC,
    PAGES,
    Resource,
    authority_system,
    coding,
    concept,
    full_url,
    identifier,
    instant,
    person,
    quantity,
    without_empty,
    writer,
)
from downtime.exchange.hl7_documents import document_id
from downtime.exchange.hl7_orders import amount_of
from downtime.exchange.hl7_parts import back_entry, sent_numbers
from downtime.page.sheet_record import SheetPatient, SheetRecord

_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"
_GENDER = {"F": "female", "M": "male", "X": "other", "O": "other", "U": "unknown"}
_CLASSES = {"E": ("EMER", "emergency"), "I": ("IMP", "inpatient encounter"), "O": ("AMB", "ambulatory")}
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
VITAL_SIGNS = frozenset({"9279-1", "8867-4", "59408-5", "2708-6", "8310-5", "8480-6", "8462-4", "29463-7", "8302-2"})
"""Members of the vital signs profile that shipped forms have, and its blood pressure components."""

_BLOOD_PRESSURE = "85354-9"


def patient_resource(patient: SheetPatient, to: Destination, registered: Registration | None = None) -> Resource:
    """Patient: the numbers under which the patient is sent, and what was written at registration."""
    identifiers = []
    for number in sent_numbers(patient):
        given = identifier(number.value, authority_system(to.authority(number.kind, number.authority), to))
        if number.kind == "downtime":
            given |= {"use": "temp", "type": {"coding": [coding(_TYPES, "MRT", "Temporary Medical Record Number")]}}
        identifiers.append(given)
    family, names = patient.family, list(patient.given)
    if registered is not None and not patient.resolved:
        family, names = registered.family, list(registered.given)
    born = patient.birth_date or (registered.birth_date if registered else None)
    contact = registered is not None and registered.kin_name
    return without_empty({
        "resourceType": "Patient",
        "identifier": identifiers,
        "name": [without_empty({"use": "official", "family": family, "given": names})] if family or names else [],
        "gender": _GENDER.get(patient.sex or (registered.sex if registered else ""), "unknown"),
        "birthDate": born.isoformat() if born else "",
        "telecom": [{"system": "phone", "value": registered.phone}] if registered and registered.phone else [],
        "address": [{"text": registered.address}] if registered and registered.address else [],
        "contact": [_contact(registered)] if contact and registered else [],
    })  # fmt: skip


def encounter_resource(
    record: SheetRecord, to: Destination, registered: Registration | None, ended: Departure | None
) -> Resource:
    """Encounter of the sheet. Its status is unknown unless the sheet tells of an arrival or an end."""
    code, words = _CLASSES.get(registered.patient_class if registered else "", ("AMB", "ambulatory"))
    status = "finished" if ended else "in-progress" if registered else "unknown"
    numbers = [identifier(record.encounter, f"{authority_system(to.mrn_authority, to)}:visit")]
    period = without_empty({
        "start": instant(registered.arrived) if registered else "", "end": instant(ended.at) if ended else "",
    })  # fmt: skip
    return without_empty({
        "resourceType": "Encounter",
        "identifier": numbers if record.encounter else [],
        "status": status,
        "class": coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", code, words),
        "subject": {"reference": full_url("Patient", record.id)},
        "period": period,
        "reasonCode": [concept(registered.reason)] if registered and registered.reason else [],
        "serviceProvider": {"display": to.facility_name},
    })  # fmt: skip


def observation_resources(observations: Sequence[Observation], record: SheetRecord) -> list[tuple[Proof, Resource]]:
    """Observations; a systolic and a diastolic value of one row are one blood pressure with two components."""
    found: list[tuple[Proof, Resource]] = []
    taken: set[str] = set()
    for one in observations:
        if one.proof.id in taken:
            continue
        pair = _pair_of(one, observations)
        taken |= {each.proof.id for each in pair}
        found.append((one.proof, _blood_pressure(pair, record) if len(pair) == 2 else _observation(one, record)))
    return found


def allergy_resource(one: Allergy, record: SheetRecord) -> Resource:
    """AllergyIntolerance: told, not confirmed."""
    severity = one.severity.casefold() if one.severity.casefold() in ("mild", "moderate", "severe") else ""
    base = "http://terminology.hl7.org/CodeSystem/allergyintolerance"
    reaction = without_empty({"manifestation": [concept(one.reaction)] if one.reaction else [], "severity": severity})
    return without_empty({
        "resourceType": "AllergyIntolerance",
        "identifier": _identifiers(one.proof),
        "clinicalStatus": {"coding": [coding(f"{base}-clinical", "active")]},
        "verificationStatus": {"coding": [coding(f"{base}-verification", "unconfirmed")]},
        "code": concept(one.substance),
        "patient": {"reference": full_url("Patient", record.id)},
        "recordedDate": instant(one.proof.keyed.at) if one.proof.keyed else "",
        "reaction": [reaction] if one.reaction else [],
        "note": [{"text": back_entry(one.proof, None, Writer())}],
    })  # fmt: skip


def dose_resource(one: Dose, record: SheetRecord) -> Resource:
    """MedicationAdministration, for our own bundle alone: no record system takes one in."""
    amount = amount_of(one.amount) if one.outcome is Given.GIVEN else None
    dosage = without_empty({
        "text": f"{one.amount} {one.route}".strip(),
        "site": concept(one.site) if one.site else {},
        "route": concept(one.route) if one.route else {},
        "dose": quantity(Decimal(amount.number), amount.unit) if amount else {},
    })  # fmt: skip
    return without_empty({
        "resourceType": "MedicationAdministration",
        "identifier": _identifiers(one.proof),
        "status": "completed" if one.outcome is Given.GIVEN else "not-done",
        "statusReason": [concept(one.reason, coding("urn:downtime:not-given", one.reason_code))] if one.reason else [],
        "medicationCodeableConcept": concept(one.drug),
        "subject": {"reference": full_url("Patient", record.id)},
        "context": {"reference": full_url("Encounter", record.id)},
        "effectiveDateTime": instant(one.at),
        "performer": [{"actor": writer(one.by)}] if one.by.shown else [],
        "dosage": dosage if amount else {},
        "note": [{"text": back_entry(one.proof, one.at, one.by)}],
    })  # fmt: skip


def document_resource(one: Document, pdf: bytes, record: SheetRecord, to: Destination) -> Resource:
    """DocumentReference with the pages inline; preliminary, because the signature stands on the picture alone."""
    attachment = without_empty({
        "contentType": "application/pdf",
        "data": base64.b64encode(pdf).decode("ascii"),
        "title": one.title,
        "creation": instant(one.written) if one.written else "",
    })  # fmt: skip
    period = {"start": instant(one.written), "end": instant(one.written)} if one.written else {}
    return without_empty({
        "resourceType": "DocumentReference",
        "masterIdentifier": identifier(document_id(one, record), FACTS),
        "identifier": [identifier(page.code, PAGES) for page in one.pages],
        "status": "current",
        "docStatus": "preliminary",
        "type": concept(one.title, coding("urn:downtime:document-type", to.document_type(one.form))),
        "subject": {"reference": full_url("Patient", record.id)},
        "date": instant(record.completed.at),
        "author": [writer(one.by)] if one.by.shown else [],
        "content": [{"attachment": attachment}],
        "context": without_empty({
            "encounter": [{"reference": full_url("Encounter", record.id)}],
            "period": period,
        }),
    })  # fmt: skip


def provenance_resource(target: str, proof: Proof, at: str, author: Resource) -> Resource:
    """Provenance of one resource: who wrote it on paper, who keyed it, who checked it, when, and from which page."""
    kind = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    agents = []
    for code, who in (
        ("author", author),
        ("enterer", person(proof.keyed.by) if proof.keyed else {}),
        ("verifier", person(proof.checked.by) if proof.checked else {}),
    ):
        if who:
            agents.append({"type": {"coding": [coding(kind, code)]}, "who": who})
    recorded = proof.keyed or proof.checked
    return without_empty({
        "resourceType": "Provenance",
        "target": [{"reference": target}],
        "occurredDateTime": at,
        "recorded": instant(recorded.at) if recorded else at,
        "agent": agents or [{"who": {"display": "Downtime desk"}}],
        "entity": [{"role": "source", "what": {"identifier": identifier(proof.page, PAGES)}}],
    })  # fmt: skip


def _observation(one: Observation, record: SheetRecord) -> Resource:
    observed = _observed(one, record, _code(one))
    if one.number is None:
        return observed | {"valueString": one.value}
    return observed | {"valueQuantity": quantity(one.number, one.ucum, one.ucum)}


def _blood_pressure(pair: Sequence[Observation], record: SheetRecord) -> Resource:
    code = concept("Blood pressure", coding(LOINC, _BLOOD_PRESSURE))
    components = [
        {"code": _code(one), "valueQuantity": quantity(one.number, one.ucum, one.ucum)}
        for one in pair
        if one.number is not None
    ]
    return _observed(pair[0], record, code) | {"component": components}


def _observed(one: Observation, record: SheetRecord, code: Resource) -> Resource:
    vital = one.loinc in VITAL_SIGNS
    return without_empty({
        "resourceType": "Observation",
        "identifier": _identifiers(one.proof),
        "status": "final",
        "category": [concept("Vital signs", coding(_CATEGORY, "vital-signs"))] if vital else [],
        "code": code,
        "subject": {"reference": full_url("Patient", record.id)},
        "encounter": {"reference": full_url("Encounter", record.id)},
        "effectiveDateTime": instant(one.at),
        "issued": instant(one.proof.keyed.at) if one.proof.keyed else "",
        "performer": [writer(one.by)] if one.by.shown else [],
        "note": [{"text": back_entry(one.proof, one.at, one.by)}],
    })  # fmt: skip


def _pair_of(one: Observation, others: Sequence[Observation]) -> list[Observation]:
    """The two values of one blood pressure, where there is exactly one of each at this moment; else the one alone."""
    if one.panel != _BLOOD_PRESSURE or one.number is None:
        return [one]
    same = [each for each in others if each.panel == one.panel and each.at == one.at and each.number is not None]
    return same if len(same) == 2 and {each.loinc for each in same} == {"8480-6", "8462-4"} else [one]


def _code(one: Observation) -> Resource:
    return concept(one.text, coding(LOINC, one.loinc)) if one.loinc else concept(one.text)


def _contact(registered: Registration) -> Resource:
    return without_empty({
        "name": {"text": registered.kin_name},
        "relationship": [concept(registered.kin_relation)] if registered.kin_relation else [],
        "telecom": [{"system": "phone", "value": registered.kin_phone}] if registered.kin_phone else [],
    })  # fmt: skip


def _identifiers(proof: Proof) -> list[Resource]:
    return [identifier(proof.id, FACTS), identifier(proof.page, PAGES)]

"""FHIR R4 of a sheet: our own bundle with everything, and the single creates that a target advertises.

No target takes a transaction, and none is idempotent, so each create stands by itself and is sent once. The ids of
patient and visit in the target are looked up by whoever sends; without them nothing is created.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from downtime.exchange.destination import Destination
from downtime.exchange.facts import (
    Allergy,
    Departure,
    Document,
    Dose,
    Observation,
    Proof,
    Registration,
    SheetFacts,
    Writer,
)
from downtime.exchange.fhir_parts import Resource, full_url, instant, writer
from downtime.exchange.fhir_resources import (
    allergy_resource,
    document_resource,
    dose_resource,
    encounter_resource,
    observation_resources,
    patient_resource,
    provenance_resource,
)
from downtime.exchange.message import NotSent
from downtime.exchange.prepare import label_of
from downtime.exchange.profile import FhirRule


@dataclass(frozen=True, slots=True)
class Create:
    """One POST: the kind of resource, its content, and the fact that it carries."""

    kind: str
    resource: Resource
    fact: str

    def to_json(self) -> bytes:
        """The body of the request."""
        return json.dumps(self.resource, ensure_ascii=False, allow_nan=False).encode("utf-8")


def bundle_of(facts: SheetFacts, to: Destination, pdf: bytes | None = None) -> Resource:
    """Everything of a sheet as one Bundle of type collection, with the Provenance of each resource.

    Raises ValueError for a sheet of which nobody has confirmed whose it is.
    """
    record, patient = facts.record, facts.patient
    if patient is None:
        raise ValueError("nobody has confirmed whose sheet this is")
    registered = next((one for one in facts.facts if isinstance(one, Registration)), None)
    ended = next((one for one in facts.facts if isinstance(one, Departure)), None)
    entries = [
        _entry(full_url("Patient", record.id), patient_resource(patient, to, registered)),
        _entry(full_url("Encounter", record.id), encounter_resource(record, to, registered, ended)),
    ]
    for proof, resource, by in _resources(facts, to, pdf):
        name = full_url(resource["resourceType"], proof.id)
        at = resource.get("effectiveDateTime") or resource.get("date") or resource.get("recordedDate") or ""
        source = provenance_resource(name, proof, at or instant(record.completed.at), by)
        entries += [_entry(name, resource), _entry(full_url("Provenance", proof.id), source)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def creates_of(
    facts: SheetFacts, to: Destination, references: Mapping[str, str], pdf: bytes | None = None
) -> tuple[tuple[Create, ...], tuple[NotSent, ...]]:
    """The creates that the target advertises, and what it would not take, with the reason.

    `references` gives the target's own ids: ``Patient`` -> ``Patient/123``, ``Encounter`` -> ``Encounter/456``.
    """
    made: list[Create] = []
    left: list[NotSent] = []
    for proof, resource, _ in _resources(facts, to, pdf):
        why = _refusal(resource, to, references, facts)
        if why:
            label = next(label_of(fact) for fact in facts.facts if fact.proof.id == proof.id)
            left.append(NotSent(proof.id, label, why))
        else:
            made.append(Create(resource["resourceType"], _pointed(resource, facts, references), proof.id))
    return tuple(made), tuple(left)


def _resources(facts: SheetFacts, to: Destination, pdf: bytes | None) -> Iterator[tuple[Proof, Resource, Resource]]:
    """Each resource with the proof it rests on and who wrote it."""
    record = facts.record
    for proof, resource in observation_resources(_of_kind(facts), record):
        yield proof, resource, resource.get("performer", [{}])[0]
    for fact in facts.facts:
        if isinstance(fact, Allergy):
            yield fact.proof, allergy_resource(fact, record), {}
        elif isinstance(fact, Dose):
            yield fact.proof, dose_resource(fact, record), writer(fact.by)
        elif isinstance(fact, Document) and pdf is not None:
            yield fact.proof, document_resource(fact, pdf, record, to), writer(fact.by or Writer())


def _of_kind(facts: SheetFacts) -> list[Observation]:
    return [fact for fact in facts.facts if isinstance(fact, Observation)]


def _refusal(resource: Resource, to: Destination, references: Mapping[str, str], facts: SheetFacts) -> str:
    """Why a resource is not created in the target; empty where it is."""
    kind = resource["resourceType"]
    rule = to.profile.fhir.get(kind)
    if rule is None:
        return f"{to.profile.shown} does not advertise creating {kind}"
    if facts.record.drill:
        return "it was a rehearsal"
    if "Patient" not in references:
        return "the patient's id in the target is not known"
    if rule.needs_encounter and "Encounter" not in references:
        return "the visit's id in the target is not known"
    return _demands(resource, rule, to)


def _demands(resource: Resource, rule: FhirRule, to: Destination) -> str:
    if rule.categories:
        codes = {one["code"] for category in resource.get("category", ()) for one in category.get("coding", ())}
        if not codes & set(rule.categories):
            return f"{to.profile.shown} takes {' and '.join(rule.categories)} alone"
    for content in resource.get("content", ()):
        kind = content["attachment"]["contentType"]
        if rule.attachment_types and kind not in rule.attachment_types:
            return f"{to.profile.shown} takes {', '.join(rule.attachment_types)} and no {kind}"
    if rule.needs_performer and not (resource.get("performer") or resource.get("author")):
        return f"{to.profile.shown} wants to know who did it, and nobody's name stands on the page"
    limit = rule.most_note_characters
    if limit is not None and any(len(note["text"]) > limit for note in resource.get("note", ())):
        return f"its note is longer than the {limit} characters that {to.profile.shown} takes"
    return ""


def _pointed(resource: Resource, facts: SheetFacts, references: Mapping[str, str]) -> Resource:
    """The resource with the target's own ids in place of ours; a visit that is not known there is left out."""
    ours = {full_url(kind, facts.record.id): references.get(kind, "") for kind in ("Patient", "Encounter")}

    def pointed(node: object) -> object:
        if isinstance(node, list):
            return [kept for item in node if (kept := pointed(item)) != {}]
        if not isinstance(node, dict):
            return node
        if node.get("reference") in ours:
            return {"reference": ours[node["reference"]]} if ours[node["reference"]] else {}
        return {key: kept for key, value in node.items() if (kept := pointed(value)) not in ({}, [])}

    return {key: kept for key, value in resource.items() if (kept := pointed(value)) not in ({}, [])}


def _entry(name: str, resource: Resource) -> Resource:
    return {"fullUrl": name, "resource": resource}

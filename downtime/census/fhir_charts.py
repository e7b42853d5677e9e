"""Whose resource is it? Every Patient of FHIR files with the resources that refer to that patient.

A resource goes to the one patient that its own reference names. Where that reference finds nobody, or its encounter is
another patient's, the resource goes to nobody and is told: an order is never printed for a second-best patient.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from downtime.census.fhir_load import Resource
from downtime.census.fhir_numbers import identifiers
from downtime.census.fhir_orders import medicine
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import concept, part, parts, raw, text

_OF_PATIENT = {
    "Encounter": "subject", "AllergyIntolerance": "patient", "Condition": "subject", "MedicationRequest": "subject",
    "MedicationAdministration": "subject", "Observation": "subject", "ServiceRequest": "subject",
    "NutritionOrder": "patient", "Flag": "subject", "DeviceUseStatement": "subject", "Device": "patient",
    "List": "subject",
}  # fmt: skip
"""The resources that are read, and the element that says whose they are."""

_TOLD_EACH = {"MedicationRequest": "an order", "AllergyIntolerance": "an allergy", "ServiceRequest": "an order"}
"""The resources that are told one by one where they belong to nobody."""
_MOST_TOLD = 100
"""An export of the whole house beside the patients of one unit has thousands; the others are counted."""

_REFERRED_TO = ("Patient", "Location", "Practitioner", "PractitionerRole", "Organization", "Medication", "Device")
"""Read where another resource points at them."""


@dataclass
class Chart:
    """A Patient and the resources that are that patient's, by type."""

    resource: Resource
    number: str
    owned: dict[str, list[Resource]] = field(default_factory=dict)
    clarify: list[str] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Resource]:
        """The patient's resources of some types."""
        return [resource for kind in kinds for resource in self.owned.get(kind, [])]


def charts_of(context: FhirContext) -> list[Chart]:
    """A chart for every Patient, with what is surely that patient's; what is not goes to nobody, and is told."""
    pool = context.pool
    charts: list[Chart] = []
    for resource in pool.of_kind("Patient"):
        numbers, _ = identifiers(resource, context)
        number = next((item.value for item in numbers), "") or resource.where
        charts.append(Chart(resource, number))
    _mark_shared_ids(charts, context)
    by_data = {id(chart.resource.data): chart for chart in charts}
    orphans: Counter[tuple[str, str]] = Counter()
    for resource in pool.resources:
        element = _OF_PATIENT.get(resource.kind)
        if element is None or (resource.kind == "Device" and element not in resource.data):
            continue
        reference = part(resource.data, element)
        subject = pool.find(reference, resource, "Patient") or pool.by_identifier(reference, "Patient")
        # A Patient that a resource carries within itself (a newborn in the mother's file) is nobody of the census.
        if subject is None or id(subject.data) not in by_data:
            file = resource.where.split(",")[0]
            if resource.kind in _TOLD_EACH and orphans[resource.kind, file] < _MOST_TOLD:
                what = f"{_TOLD_EACH[resource.kind]} whose patient is not here, or not certain; it is NOT printed"
                context.tell(resource, what, raw(reference, "reference"), original=as_words(resource, context))
            orphans[resource.kind, file] += 1
            continue
        chart = by_data[id(subject.data)]
        if other := _other_of_encounter(resource, subject, context):
            what = "its patient and its encounter are two different people; it is printed for NEITHER"
            context.tell(resource, what, chart.number, original=as_words(resource, context))
            for concerned in (chart, by_data.get(id(other.data))):
                if concerned is not None:
                    concerned.clarify.append(f"a {resource.kind} of this patient or another is not certain")
            continue
        chart.owned.setdefault(resource.kind, []).append(resource)
    for (kind, where), count in orphans.items():
        if kind in _TOLD_EACH and count <= _MOST_TOLD:
            continue
        what = f"{count} of them belong to patients that are not here, or not certain; they are not printed"
        context.problems.add(kind, what, where=where)
    return charts


def _mark_shared_ids(charts: list[Chart], context: FhirContext) -> None:
    """Two Patients under one id or address: what refers to it could be either's, and is printed for neither."""
    by_name: dict[tuple[int, str, str], list[Chart]] = {}
    for chart in charts:
        resource = chart.resource
        for name in {resource.id, resource.full_url} - {""}:
            by_name.setdefault((resource.file, resource.base, name), []).append(chart)
    for (_, _, name), same in by_name.items():
        if len(same) > 1:
            for chart in same:
                chart.clarify.append("another patient of the file has the same id: what belongs to whom is NOT KNOWN")
                what = f"{len(same)} different patients have the id {name[:80]}; what refers to it is not printed"
                context.tell(chart.resource, what, chart.number, element="id")


def _other_of_encounter(resource: Resource, subject: Resource, context: FhirContext) -> Resource | None:
    encounter = context.pool.find(part(resource.data, "encounter"), resource, "Encounter")
    encounter = encounter or context.pool.find(part(resource.data, "context"), resource, "Encounter")
    if encounter is None:
        return None
    other = context.pool.find(part(encounter.data, "subject"), encounter, "Patient")
    return other if other is not None and other.data is not subject.data else None


def as_words(resource: Resource, context: FhirContext) -> str:
    """An order in words, for whoever must look it up."""
    doses = [words for item in parts(resource.data, "dosageInstruction") if (words := text(item, "text"))]
    return " ".join((medicine(resource, context), *doses)) or concept(part(resource.data, "code"))


def tell_unread(context: FhirContext) -> None:
    """Count the resources of types that are not read."""
    unread: dict[str, int] = {}
    for resource in context.pool.resources:
        if resource.kind not in _OF_PATIENT and resource.kind not in _REFERRED_TO:
            unread[resource.kind] = unread.get(resource.kind, 0) + 1
    if unread:
        shown = ", ".join(f"{count} {kind[:40]}" for kind, count in sorted(unread.items()))
        context.problems.add("resources", "types of resources that are not read", original=shown)

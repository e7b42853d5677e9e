"""Codes that FHIR R4 binds as required, for what is made here: fhirkit knows the structure, not these lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from downtime.exchange.fhir_parts import Resource

REQUIRED: Mapping[tuple[str, str], frozenset[str]] = {
    ("Patient", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("Encounter", "status"): frozenset({
        "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error",
        "unknown",
    }),
    ("Observation", "status"): frozenset({
        "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown",
    }),
    ("MedicationAdministration", "status"): frozenset({
        "in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown",
    }),
    ("DocumentReference", "status"): frozenset({"current", "superseded", "entered-in-error"}),
    ("DocumentReference", "docStatus"): frozenset({"preliminary", "final", "amended", "entered-in-error"}),
}  # fmt: skip
"""Resource and element -> the codes of its required value set (HL7 FHIR R4, 4.0.1)."""

_CONCEPTS: Mapping[tuple[str, str], frozenset[str]] = {
    ("AllergyIntolerance", "clinicalStatus"): frozenset({"active", "inactive", "resolved"}),
    ("AllergyIntolerance", "verificationStatus"): frozenset(
        {"unconfirmed", "confirmed", "refuted", "entered-in-error"}
    ),
}


def binding_faults(resource: Resource) -> Iterator[str]:
    """Codes outside their required list, as ``Observation.status: given``."""
    kind = str(resource.get("resourceType"))
    for (wanted, element), allowed in REQUIRED.items():
        if wanted == kind and element in resource and resource[element] not in allowed:
            yield f"{kind}.{element}: {resource[element]}"
    for (wanted, element), allowed in _CONCEPTS.items():
        for one in resource.get(element, {}).get("coding", ()) if wanted == kind else ():
            if one["code"] not in allowed:
                yield f"{kind}.{element}: {one['code']}"

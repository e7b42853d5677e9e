"""A record system of no published kind: whatever the standard has, as the site's interface engine asks for it."""

from __future__ import annotations

from downtime.exchange.profile import FhirRule, Kind, Taken, Use, VendorProfile

_STANDARD = "HL7 v2.5.1 and FHIR R4"
_RESOURCES = (
    "Patient", "Encounter", "Observation", "DocumentReference", "AllergyIntolerance", "Provenance",
    "MedicationAdministration",
)  # fmt: skip

PROFILE = VendorProfile(
    name="none",
    shown="The receiver",
    hl7={kind: Taken(Use.TAKEN, "as the interface engine is set up", _STANDARD) for kind in Kind},
    fhir={name: FhirRule(_STANDARD) for name in _RESOURCES},
)

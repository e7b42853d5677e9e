"""Oracle Health Millennium. Its HL7 v2 side is specified site by site, so each message there needs the site's word."""

from __future__ import annotations

from downtime.exchange.profile import FhirRule, Kind, Taken, Use, VendorProfile

_NO_CATALOGUE = "Oracle Health publishes no catalogue of inbound HL7 v2"
_CAPABILITIES = "Oracle Health Millennium R4 CapabilityStatement, August 2026"

PROFILE = VendorProfile(
    name="oracle-health",
    shown="Oracle Health",
    hl7={kind: Taken(Use.ASK, "inbound HL7 v2 is specified for each site", _NO_CATALOGUE) for kind in Kind},
    fhir={
        "Patient": FhirRule(_CAPABILITIES),
        "Encounter": FhirRule(_CAPABILITIES),
        "Observation": FhirRule(
            f"{_CAPABILITIES}; vendor documentation: vital signs and laboratory, one category, with a performer",
            categories=("vital-signs", "laboratory"), needs_performer=True,
        ),
        "AllergyIntolerance": FhirRule(_CAPABILITIES),
        "DocumentReference": FhirRule(
            f"{_CAPABILITIES}; vendor documentation: the PDF inline, exactly one content, every date with a time",
            attachment_types=("application/pdf", "text/plain"), needs_performer=True,
        ),
        "Provenance": FhirRule(f"{_CAPABILITIES}; vendor documentation: one target, agent.who required"),
    },
)  # fmt: skip

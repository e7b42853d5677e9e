"""Epic, as its public catalogue of interfaces and its advertised FHIR capabilities say."""

from __future__ import annotations

from downtime.exchange.profile import FhirRule, Kind, Taken, Use, VendorProfile

_CATALOGUE = "open.epic, HL7v2 by interface type"
_CAPABILITIES = "Epic R4 CapabilityStatement, May 2026"

_ADT = Taken(Use.TAKEN, "files demographics and visits", f"{_CATALOGUE}: Incoming Patient Administration 5342")

PROFILE = VendorProfile(
    name="epic",
    shown="Epic",
    hl7={
        Kind.REGISTER: _ADT,
        Kind.ADMIT: _ADT,
        Kind.UPDATE: _ADT,
        Kind.DISCHARGE: _ADT,
        Kind.MERGE: Taken(Use.ASK, "the catalogue does not mention merges", f"{_CATALOGUE}: 5342"),
        Kind.RESULTS: Taken(
            Use.TAKEN, "files into the documentation flowsheet",
            f"{_CATALOGUE}: Incoming Clinical Documentation Flowsheet Data 5379",
        ),
        Kind.DOCUMENT: Taken(
            Use.TAKEN, "stores base64 documents", f"{_CATALOGUE}: Incoming Scanned Document Link 5323"
        ),
        Kind.CHARGES: Taken(
            Use.TAKEN, "files charges, subject to charge-entry checks",
            f"{_CATALOGUE}: Incoming Financial Transactions 5364",
        ),
        Kind.DOSES: Taken(
            Use.REFERENCE, "doses become read-only orders for reference, never doses of the order that is there",
            f"{_CATALOGUE}: Incoming Medication Administration Notification 5355",
        ),
        Kind.TEST_ORDER: Taken(
            Use.ASK, "only where another system is the ordering system",
            f"{_CATALOGUE}: Incoming Orders from CPOE Systems",
        ),
    },
    fhir={
        "Patient": FhirRule(_CAPABILITIES),
        "Observation": FhirRule(
            f"{_CAPABILITIES}; Observation.Create (Vital Signs) 963", categories=("vital-signs",),
            most_note_characters=254, needs_encounter=True,
        ),
        "AllergyIntolerance": FhirRule(f"{_CAPABILITIES}; 945: held until a clinician reconciles it"),
        "DocumentReference": FhirRule(
            f"{_CAPABILITIES}; DocumentReference.Create (Clinical Notes) 1046", attachment_types=("text/plain",),
            needs_encounter=True,
        ),
    },
    never={
        Kind.MEDICATION_ORDER.value: "Epic takes no inpatient medication orders: pharmacy enters them at the screen",
    },
)  # fmt: skip

"""Where messages of a site go, and under which names: its settings and its record system's profile, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from downtime.exchange import emis, epic, generic, oracle_health
from downtime.exchange.profile import VendorProfile
from downtime.site.facility import Facility
from downtime.site.recovery import RecordSystem
from downtime.site.sending import Sending

PROFILES: Mapping[RecordSystem, VendorProfile] = {
    RecordSystem.EPIC: epic.PROFILE,
    RecordSystem.ORACLE_HEALTH: oracle_health.PROFILE,
    RecordSystem.EMIS: emis.PROFILE,
    RecordSystem.NONE: generic.PROFILE,
}


@dataclass(frozen=True, slots=True)
class Destination:
    """All that a builder must know of the place: names, authorities, codes, time zone, and what is taken in."""

    profile: VendorProfile
    sending: Sending
    facility: str
    facility_name: str
    mrn_authority: str
    mrn_system: str
    downtime_authority: str
    national_authority: str
    document_types: Mapping[str, str]
    zone: ZoneInfo

    def authority(self, kind: str, given: str = "") -> str:
        """Who assigns a number of a kind; what the record itself says goes first."""
        own = {"downtime": self.downtime_authority, "national": self.national_authority}
        return given or own.get(kind, self.mrn_authority)

    def document_type(self, form: str) -> str:
        """The document type of a form in the site's document-imaging system."""
        return self.document_types.get(form) or self.document_types.get("default") or self.sending.note_type


def destination_of(facility: Facility) -> Destination:
    """The destination that facility.yaml describes."""
    sending = facility.recovery.sending
    code = sending.facility or facility.id.upper()
    return Destination(
        profile=PROFILES[facility.recovery.system],
        sending=sending,
        facility=code,
        facility_name=facility.name,
        mrn_authority=facility.census.authority or code,
        mrn_system=next((name for name in facility.census.authority_also if ":" in name), ""),
        downtime_authority=sending.downtime_authority or f"{code}-DT",
        national_authority="NHS" if facility.patient_number.kind == "nhs-number" else "",
        document_types=facility.document_types,
        zone=ZoneInfo(facility.timezone),
    )

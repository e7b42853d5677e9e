"""EMIS: an independent tool cannot write into it. Documents leave as PDF with metadata, all else is keyed by people."""

from __future__ import annotations

from downtime.exchange.profile import VendorProfile

PROFILE = VendorProfile(name="emis", shown="EMIS", hl7={}, fhir={})

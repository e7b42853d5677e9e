"""Words with a fixed meaning."""
from __future__ import annotations
from enum import StrEnum


class Priority(StrEnum):
    """How soon after recovery a value is keyed."""
    NOW = "NOW"
    SHIFT = "SHIFT"
    SCAN = "SCAN"
    NONE = "NONE"


class Target(StrEnum):
    """Where a value is keyed."""
    REGISTRATION_ADT = "registration_adt"
    ORDER = "order"
    MED_ADMIN = "med_admin"
    OBSERVATION = "observation"
    RESULT = "result"
    CHARGE = "charge"
    NOTE_SCAN_ONLY = "note_scan_only"
    CONTROLLED_SUBSTANCE = "controlled_substance"
    BLOOD_BANK = "blood_bank"
    OPS_ONLY = "ops_only"


class Retention(StrEnum):
    """How long the paper is kept."""
    MEDICAL_RECORD = "R-MR"
    BLOOD_BANK = "R-BB"
    LABORATORY = "R-LAB"
    CONTROLLED = "R-CS"
    EMERGENCY = "R-ED"
    FINANCE = "R-FIN"
    OPERATIONS = "R-OPS"
    TEMPORARY = "R-TMP"

"""The words of downtime work: levels, phases, how soon a page is entered again, where it goes, how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from downtime.clinical._data import CONVENTION
from downtime.errors import UsageError


class Priority(StrEnum):
    """How soon a page's content must be back in the record."""

    NOW = "NOW"
    SHIFT = "SHIFT"
    SCAN = "SCAN"
    NONE = "NONE"

    @property
    def meaning(self) -> str:
        """The priority in words."""
        return _PRIORITY_MEANINGS[self]


PRIORITY_SOURCE = "published recovery guideline of a US health system; re-entry lists: Nelson 2007 (LDS Hospital)"
_PRIORITY_MEANINGS = {
    Priority.NOW: "entered before the next clinical act depends on it; within 1 hour of the all-clear",
    Priority.SHIFT: "entered before this shift hands over",
    Priority.SCAN: "scanned and filed; nothing is keyed",
    Priority.NONE: "working paper; not part of the chart",
}


class Target(StrEnum):
    """Where in the record a page's content is entered."""

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

    @property
    def meaning(self) -> str:
        """What a person keys there."""
        return _TARGET_MEANINGS[self]


_TARGET_MEANINGS = {
    Target.REGISTRATION_ADT: "registration: person, visit and bed moves with their real times",
    Target.ORDER: "orders: active ones only; what was done on paper is entered as done, or not at all",
    Target.MED_ADMIN: "medication record: drug, dose, actual time, site, or the reason it was not given",
    Target.OBSERVATION: "flowsheet: a set of observations at its actual time",
    Target.RESULT: "results: laboratory and imaging, entered by the department that made them",
    Target.CHARGE: "charges: item, quantity and date of service",
    Target.NOTE_SCAN_ONLY: "scanned page, filed to the visit",
    Target.CONTROLLED_SUBSTANCE: "controlled substances: counts, removals and waste, in the cabinet's own record",
    Target.BLOOD_BANK: "blood bank: issued, transfused, returned",
    Target.OPS_ONLY: "operational paper, kept by the unit or command center",
}


def targets(text: str) -> tuple[Target, ...]:
    """Read one target or several joined by a plus sign, such as ``order+result``."""
    found = []
    for part in text.split("+"):
        name = part.strip()
        try:
            found.append(Target(name))
        except ValueError:
            raise UsageError(
                f"there is no re-entry target “{name}”",
                why="nobody would know where the page is entered",
                do=f"use one of: {', '.join(Target)}",
            ) from None
    if len(set(found)) != len(found) or (Target.OPS_ONLY in found and len(found) > 1):
        raise UsageError(
            f"the re-entry targets “{text}” contradict each other",
            why="a target stands twice, or paper that stays outside the record is also entered into it",
            do="name each target once, and ops_only only by itself",
        )
    return tuple(found)


class Retention(StrEnum):
    """How long paper of a kind is kept; the years are law of a place and are reviewed by its records officer."""

    R_MR = "R-MR"
    R_BB = "R-BB"
    R_LAB = "R-LAB"
    R_CS = "R-CS"
    R_ED = "R-ED"
    R_FIN = "R-FIN"
    R_OPS = "R-OPS"
    R_TMP = "R-TMP"


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """What a retention class holds, and usual least periods to start the local review from."""

    retention: Retention
    holds: str
    us: str
    uk: str
    source: str


RETENTION_CLASSES: dict[Retention, RetentionClass] = {
    row.retention: row
    for row in (
        RetentionClass(
            Retention.R_MR,
            "part of the legal medical record: scanned, then kept or destroyed by policy",
            "5 years at least (Medicare); many states longer; children longer",
            "adult acute 8 years; children to the 25th birthday; maternity 25 years; GP record 10 years after death",
            CONVENTION,
        ),
        RetentionClass(Retention.R_BB, "tracing of blood products", "10 years", "30 years", CONVENTION),
        RetentionClass(
            Retention.R_LAB,
            "laboratory requests and results",
            "2 years at least",
            "as the Royal College of Pathologists advises",
            f"public laboratory retention table; {CONVENTION}",
        ),
        RetentionClass(
            Retention.R_CS,
            "controlled-substance records",
            "2 years (federal)",
            "2 years from the last entry",
            CONVENTION,
        ),
        RetentionClass(
            Retention.R_ED,
            "emergency central log and transfer records",
            "5 years",
            "does not apply",
            f"US hospital policy on the emergency central log; {CONVENTION}",
        ),
        RetentionClass(
            Retention.R_FIN,
            "billing, eligibility and charges",
            "7 to 10 years",
            "6 years and the current one",
            CONVENTION,
        ),
        RetentionClass(
            Retention.R_OPS, "incident and staffing records", "6 years", "as the NHS records code says", CONVENTION
        ),
        RetentionClass(
            Retention.R_TMP,
            "working paper: shredded after signed reconciliation",
            "30 to 90 days",
            "30 to 90 days",
            CONVENTION,
        ),
    )
}


class DowntimeLevel(StrEnum):
    """How long an outage is, or is expected to be; ``R`` is recovery, after the all-clear."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    R = "R"

    @property
    def printed(self) -> str:
        """The level in the words that stand on paper."""
        return _LEVELS[self].printed

    @property
    def declared_when(self) -> str:
        """What makes it this level; the minutes and the person are local policy."""
        return _LEVELS[self].declared_when

    @property
    def on_paper(self) -> str:
        """What is done on paper at this level."""
        return _LEVELS[self].on_paper


@dataclass(frozen=True, slots=True)
class _LevelWords:
    printed: str
    declared_when: str
    on_paper: str


LEVEL_SOURCE = f"Joint Commission Sentinel Event Alert 67 (readiness for 4 weeks or longer); thresholds: {CONVENTION}"
_LEVELS = {
    DowntimeLevel.L0: _LevelWords(
        "planned", "a change notice announces it", "print snapshots, stage kits; paper only for what cannot wait"
    ),
    DowntimeLevel.L1: _LevelWords(
        "up to 1 hour",
        "the system cannot be used for 15 minutes",
        "urgent orders, STAT doses, arrivals, critical results",
    ),
    DowntimeLevel.L2: _LevelWords(
        "1 to 4 hours", "the house supervisor declares it", "all orders, medication records, vital signs, bed moves"
    ),
    DowntimeLevel.L3: _LevelWords(
        "4 to 24 hours", "the command center opens", "everything, with daily assessments, diet and charges"
    ),
    DowntimeLevel.L4: _LevelWords(
        "over 24 hours",
        "cyberattack or disaster; readiness for 4 weeks or longer",
        "everything; new medication records every 24 hours, chart order, resupply and staffing logs",
    ),
    DowntimeLevel.R: _LevelWords(
        "recovery", "the all-clear is given", "reconciliation, re-entry by priority, scanning, review"
    ),
}


class Phase(StrEnum):
    """The part of an outage a procedure card is for, counted from its start."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"
    R = "R"

    @property
    def printed(self) -> str:
        """The phase in the words that stand on paper."""
        return _PHASES[self]


_PHASES = {
    Phase.P0: "first 15 minutes",
    Phase.P1: "15 to 60 minutes",
    Phase.P2: "1 to 4 hours",
    Phase.P3: "4 to 24 hours",
    Phase.P4: "over 24 hours",
    Phase.R: "recovery and re-entry",
}

"""The snapshot: who is in the beds, with what is needed to go on caring for them on paper.

Every reader gives this one model. What a source did not say is None or empty, never a guess; what it said and could not
be used is in `problems`, by patient and element, and prints on the kit's data page. No patient is left out silently.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from downtime.clinical.timing import OrderTiming


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IdentifierKind(StrEnum):
    """What an identifier identifies."""

    MRN = "mrn"
    NATIONAL = "national"
    ENCOUNTER = "encounter"
    ACCOUNT = "account"
    RETIRED = "retired"
    OTHER = "other"


class Identifier(_Frozen):
    """A number of a patient or visit, with the authority that assigned it: numbers of two authorities never mix."""

    kind: IdentifierKind
    value: str
    authority: str = ""


class PersonName(_Frozen):
    """A name in its parts; `text` is the whole as the source wrote it, where it gave no parts."""

    family: str = ""
    given: tuple[str, ...] = ()
    text: str = ""


class Sex(StrEnum):
    """Administrative sex as printed."""

    FEMALE = "F"
    MALE = "M"
    OTHER = "X"
    UNKNOWN = "unknown"


class AllergyState(StrEnum):
    """What is known of allergies: nobody asked, asked and none known, or listed. These are never mixed up.

    NKDA speaks of drugs only, so it has its own words: latex and food were perhaps not asked about.
    """

    NOT_IN_SNAPSHOT = "not in the snapshot"
    NOT_ASKED = "not asked"
    NONE_KNOWN = "no known allergies"
    NO_DRUG_KNOWN = "no known drug allergies"
    LISTED = "listed"


class Allergy(_Frozen):
    """One allergy or intolerance as recorded."""

    substance: str
    reaction: str = ""
    severity: str = ""


class Weight(_Frozen):
    """A weight in kilograms, with the day and way it was taken, where the source says."""

    kg: Decimal
    taken: datetime | date | None = None
    method: str = ""


class Dose(_Frozen):
    """A dose as recorded: when it was given, how much, and which source says so."""

    given: datetime
    amount: str = ""
    source: str = ""


class MedicationOrder(_Frozen):
    """An active medication order; `original` is its whole text as the source had it, for orders to be clarified."""

    id: str = ""
    drug: str
    dose: str = ""
    route: str = ""
    timing: OrderTiming = OrderTiming()
    reason: str = ""
    rate: str = ""
    instructions: str = ""
    status: str = "active"
    ordered_by: str = ""
    last_given: Dose | None = None
    high_alert: bool = False
    clarify: tuple[str, ...] = ()
    original: str = ""


class OtherOrder(_Frozen):
    """An active order that is not a medicine."""

    kind: str = ""
    text: str
    start: datetime | None = None
    status: str = "active"


class Reading(_Frozen):
    """A vital sign or result: label and value as printed, and when it was taken."""

    label: str
    value: str
    unit: str = ""
    taken: datetime | None = None
    loinc: str = ""
    abnormal: str = ""


class Place(_Frozen):
    """Where the patient is: the point of care as the source calls it, and room and bed."""

    unit: str = ""
    room: str = ""
    bed: str = ""


class Patient(_Frozen):
    """One patient of the census; `clarify` says what must be cleared up before paper with this name and number is used.

    A retired number is one that was merged into this patient's: older paper and labels may still carry it.
    """

    identifiers: tuple[Identifier, ...]
    name: PersonName
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    place: Place = Place()
    attending: str = ""
    service: str = ""
    admitted: datetime | None = None
    diagnoses: tuple[str, ...] = ()
    allergy_state: AllergyState = AllergyState.NOT_IN_SNAPSHOT
    allergies: tuple[Allergy, ...] = ()
    code_status: str = ""
    isolation: tuple[str, ...] = ()
    weight: Weight | None = None
    diet: str = ""
    lines: tuple[str, ...] = ()
    medications: tuple[MedicationOrder, ...] = ()
    orders: tuple[OtherOrder, ...] = ()
    vitals: tuple[Reading, ...] = ()
    results: tuple[Reading, ...] = ()
    deceased: bool = False
    discharged: bool = False
    clarify: tuple[str, ...] = ()

    def identifier(self, kind: IdentifierKind) -> str:
        """The first identifier of a kind, or an empty text."""
        return next((item.value for item in self.identifiers if item.kind is kind), "")


class Problem(_Frozen):
    """Something that a reader could not use: where it stands, of which patient, which element, and what it said.

    `patient` is the MRN (or the row's number where there is none); it prints on the kit's data page, never in a log.
    """

    where: str
    patient: str = ""
    element: str
    what: str
    original: str = ""


class Snapshot(_Frozen):
    """The census of a unit or hospital at `taken_at`, as far as the sources tell."""

    taken_at: datetime
    source: str
    patients: tuple[Patient, ...]
    problems: tuple[Problem, ...] = ()

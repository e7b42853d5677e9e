"""The fields that stand on every page and in no form file: patient block, allergies, weight, unit and shift.

Their words are those that `paper.header` prints. The strip at the foot (entered, scanned) is for people with a pen.
"""

from __future__ import annotations

from dataclasses import dataclass

from downtime.desk.fields.keyed import KeyedKind

PATIENT_GROUP = "Patient"
FOOT_PREFIX = "reentry"

OWN_ON_EACH_PAGE = frozenset({"patient.page_date"})
"""Stands on every page, and says something else on each."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """What a field of the page itself means."""

    label: str
    kind: KeyedKind
    group: str = PATIENT_GROUP
    critical: bool = False
    required: bool = False
    range: str = ""
    options: tuple[tuple[str, str], ...] = ()


PAGE_PARTS: dict[str, PagePart] = {
    "patient.surname": PagePart("Surname", "text", critical=True, required=True),
    "patient.given": PagePart("Given names", "text", critical=True, required=True),
    "patient.birth_date": PagePart("Date of birth", "date", critical=True, required=True),
    "patient.sex": PagePart("Sex", "text"),
    "patient.mrn": PagePart("Record number or downtime number", "text", critical=True, required=True),
    "patient.encounter": PagePart("Encounter", "text"),
    "patient.bed": PagePart("Bed", "text"),
    "patient.attending": PagePart("Attending", "text"),
    "patient.page_date": PagePart("Date of this page", "date", required=True),
    "patient.label": PagePart("Sticker with the patient's number", "label", critical=True),
    "allergies": PagePart(
        "Allergies", "choice", "Allergies and weight", critical=True, required=True,
        options=(("none", "none known"), ("not-asked", "not able to ask"), ("listed", "listed, with reaction")),
    ),
    "allergies.text": PagePart("Allergies, with reaction", "text", "Allergies and weight", critical=True),
    "weight.kg": PagePart("Weight", "number", "Allergies and weight", critical=True, required=True, range="weight_kg"),
    "weight": PagePart(
        "Weight was", "choice", "Allergies and weight",
        options=(("measured", "measured"), ("stated", "stated"), ("estimated", "estimated")),
    ),
    "weight.date": PagePart("Weight taken on", "text", "Allergies and weight"),
    "unit.date": PagePart("Date", "date", "Unit and shift", required=True),
    "unit.from": PagePart("From", "time", "Unit and shift"),
    "unit.to": PagePart("To", "time", "Unit and shift"),
    "unit.started_by": PagePart("Started by", "text", "Unit and shift"),
    "weight.height_cm": PagePart("Height in cm", "text", "Allergies and weight"),
}  # fmt: skip

"""From the snapshot to the words that print: each value of a patient by its name in `downtime.library.data_names`.

What is not known prints as nothing, or in words where an empty place would be read as “none”.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from downtime.census.identity import SHARED_NUMBER, number_of
from downtime.census.snapshot import AllergyState, IdentifierKind, Patient, Reading, Sex
from downtime.paper.kit_people import bed_of, name_of
from downtime.paper.surroundings import date_text, moment_text

Value = str | tuple[str, ...]
"""A text, or several of which the first that has room prints. Plain tuples say the same in fewer letters."""


class Shorter(tuple[str, ...]):
    """Texts of which the shorter ones leave something out: the first is then printed in full on the list of orders."""

    __slots__ = ()


SEPARATOR = " · "

# Ways of weighing as sources write them; a way that is not listed is printed nowhere, and no box is ticked for it.
_WEIGHED = {
    "measured": ("measured", "bed scale", "standing scale", "scale", "weighed"),
    "stated": ("stated", "reported", "patient stated", "family stated"),
    "estimated": ("estimated", "estimate"),
}
_STATES = {
    AllergyState.NOT_IN_SNAPSHOT: "NOT IN THE DATA: ask",
    AllergyState.NOT_ASKED: "NOT ASKED yet: ask",
    AllergyState.NONE_KNOWN: "no known allergies",
    AllergyState.NO_DRUG_KNOWN: "no known DRUG allergies; other kinds: ask",
}


def patient_values(patient: Patient, today: date) -> dict[str, Value]:
    """Every value of a patient by its name; `today` is the day of the data, from which the age is counted."""
    name = patient.name
    shared = SHARED_NUMBER in patient.clarify
    number = "" if shared else number_of(patient)
    sex = "" if patient.sex is Sex.UNKNOWN else patient.sex.value
    age = age_text(patient.birth_date, today)
    values: dict[str, Value] = {
        "patient.surname": name.family or ("" if name.given else name.text),
        "patient.given": " ".join(name.given),
        "patient.name": name_of(name),
        "patient.birth_date": date_text(patient.birth_date) if patient.birth_date else "not known: ask",
        "patient.age": age,
        "patient.sex": sex or "?",
        "patient.age_sex": ", ".join(part for part in (age, sex) if part),
        "patient.mrn": number,
        "patient.number_known": number,
        "patient.born_sex": ("born " + date_text(patient.birth_date) if patient.birth_date else "born ______________")
        + f"  {sex or 'sex ____'}",
        "patient.born_by": ("born " + date_text(patient.birth_date) if patient.birth_date else "born __________")
        + "  by ______",
        "patient.encounter": patient.identifier(IdentifierKind.ENCOUNTER),
        "patient.bed": bed_of(patient),
        "patient.attending": patient.attending,
        "patient.service": patient.service,
        "patient.provider": ", ".join(part for part in (patient.service, patient.attending) if part),
        "patient.admitted": moment_text(patient.admitted) if patient.admitted else "",
        "patient.code_status": patient.code_status or "not in the data",
        "patient.isolation": ", ".join(patient.isolation),
        "patient.diet": patient.diet,
        "patient.diagnoses": "; ".join(patient.diagnoses),
        "patient.lines": "; ".join(patient.lines),
        "patient.former_numbers": ", ".join(
            item.value for item in patient.identifiers if item.kind is IdentifierKind.RETIRED
        ),
        "allergies.state": _allergy_box(patient.allergy_state),
        "allergies.text": _allergies(patient),
        "vitals": readings_text(patient.vitals),
        "results": readings_text(patient.results),
    }
    if patient.weight:
        taken = patient.weight.taken
        day = date_text(taken) if taken else ""
        values["weight.kg"] = plain_number(patient.weight.kg)
        values["weight.date"] = (day, day[:6]) if day else ""
        values["weight.method"] = weighing(patient.weight.method)
    return values


def age_text(born: date | None, today: date) -> str:
    """Age in full years; of a child under two in months, because a dose may depend on it."""
    if born is None or born > today:
        return ""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years >= 2:
        return str(years)
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{months} mo" if months else f"{(today - born).days} d"


def plain_number(number: Decimal) -> str:
    """A number without trailing zeros and without powers of ten (ISMP: never a trailing zero)."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def weighing(method: str) -> str:
    """The box that a way of weighing stands for, or an empty text."""
    plain = method.strip().casefold()
    return next((box for box, words in _WEIGHED.items() if plain in words), "")


def _allergy_box(state: AllergyState) -> str:
    if state is AllergyState.LISTED:
        return "listed"
    return "none" if state is AllergyState.NONE_KNOWN else ""


def _allergies(patient: Patient) -> Value:
    if patient.allergy_state is not AllergyState.LISTED:
        return _STATES[patient.allergy_state]
    items = []
    for allergy in patient.allergies:
        about = ", ".join(part for part in (allergy.reaction, allergy.severity) if part)
        items.append(f"{allergy.substance} ({about})" if about else allergy.substance)
    whole = SEPARATOR.join(items)
    substances = SEPARATOR.join(allergy.substance for allergy in patient.allergies)
    count = len(items)
    counted = f"{count} ALLERGIES" if count > 1 else "1 ALLERGY"
    # Never a part of a list: a nurse who reads three of five would take them for all.
    return Shorter((whole, f"{substances} (reactions: list of orders)", f"{counted}: see the list of orders"))


def readings_text(readings: Sequence[Reading]) -> str:
    """Readings with their times, those of one moment together, the newest first."""
    by_time: dict[datetime | None, list[str]] = {}
    for reading in sorted(readings, key=lambda one: one.taken.timestamp() if one.taken else 0.0, reverse=True):
        unit = f" {reading.unit}" if reading.unit else ""
        flag = f" {reading.abnormal}" if reading.abnormal else ""
        by_time.setdefault(reading.taken, []).append(f"{reading.label} {reading.value}{unit}{flag}")
    parts = []
    for moment, texts in by_time.items():
        when = moment_text(moment) if moment else "time not known"
        parts.append(f"{when}: {', '.join(texts)}")
    return "; ".join(parts)


def latest(patient: Patient, loinc: str) -> Value:
    """The last value with a LOINC code, and when it was taken; an empty text where there is none.

    Where there is little room the hour, then the day is left away, never a part of the value or its unit.
    """
    found = [reading for reading in (*patient.results, *patient.vitals) if reading.loinc == loinc]
    if not found:
        return ""
    last = max(found, key=lambda one: one.taken.timestamp() if one.taken else 0.0)
    unit = f" {last.unit}" if last.unit else ""
    shown = f"{last.value}{unit}"
    if last.taken is None:
        return shown
    day = moment_text(last.taken)[:6]
    return f"{shown} ({day} {last.taken:%H%M})", f"{shown} {day}", shown

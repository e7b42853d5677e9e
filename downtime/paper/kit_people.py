"""Who gets paper in a unit's kit, who does not and why, and what must be said of them on every page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from downtime.census.identity import NO_BIRTH_DATE, NO_NUMBER, SHARED_NUMBER, number_of
from downtime.census.snapshot import IdentifierKind, Patient, PersonName, Snapshot
from downtime.errors import InputError, UsageError
from downtime.paper.kit_model import KitOptions, LeftOut, Person
from downtime.site import Department, Site

DIED = "the census says that this patient has died"
DISCHARGED = "the census says that this patient was discharged"
CLARIFY = "CLARIFY FIRST"
NO_UNIT = "the census names no unit"


@dataclass(frozen=True)
class Roll:
    """The people of a kit in the order of their beds, and everybody else of the census."""

    people: tuple[Patient, ...]
    everybody: tuple[Patient, ...]
    left_out: tuple[LeftOut, ...]
    elsewhere: tuple[tuple[str, int], ...]


def roll_call(site: Site, department: Department, snapshot: Snapshot, options: KitOptions) -> Roll:
    """Sort the census into those who get paper here and those who do not.

    Where one patient is asked for by number, that patient alone gets paper, whatever the census says of them. Raises
    UsageError for a number that nobody has, InputError where nobody of the census is in the department; a kit for
    arrivals alone needs nobody.
    """
    wanted = _units(department)
    here = [patient for patient in snapshot.patients if _plain(patient.place.unit) in wanted]
    if options.patient is not None:
        people = tuple(_with_number(options.patient, snapshot))
        return Roll(people, (*here, *(one for one in people if one not in here)), (), ())
    if not here and not options.numbers:
        raise _nobody(department, snapshot)
    staying: list[Patient] = []
    left_out: list[LeftOut] = []
    for patient in here:
        why = DIED if patient.deceased else DISCHARGED if patient.discharged else ""
        if why:
            left_out.append(_left_out(patient, why))
        else:
            staying.append(patient)
    known = {name for unit in site.departments.values() for name in _units(unit)}
    away: Counter[str] = Counter()
    for patient in snapshot.patients:
        unit = _plain(patient.place.unit)
        if not unit:
            left_out.append(_left_out(patient, NO_UNIT))
        elif unit not in known:
            away[f"“{patient.place.unit}”, which no department of this site lists under census_units"] += 1
        elif unit not in wanted:
            away[patient.place.unit] += 1
    ordered = tuple(sorted(staying, key=bed_order(department)))
    return Roll(ordered, ordered, tuple(left_out), tuple(sorted(away.items())))


def bed_order(department: Department) -> Callable[[Patient], tuple[object, ...]]:
    """The order of beds: as the department lists them, then the others by name, numbers as numbers."""
    listed = {_plain(name): place for place, name in enumerate(department.bed_names)}

    def key(patient: Patient) -> tuple[object, ...]:
        bed = bed_of(patient)
        known = listed.get(_plain(bed))
        parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"([0-9]+)", bed))
        return (known is None, known or 0, parts, name_of(patient.name), number_of(patient))

    return key


def bed_of(patient: Patient) -> str:
    """The bed as it prints: room and bed, without the room where the bed says it already."""
    place = patient.place
    if not place.room or place.room in place.bed:
        return place.bed or place.room
    return f"{place.room}-{place.bed}" if place.bed else place.room


def name_of(name: PersonName) -> str:
    """Family name, then given names; the whole text where a source gives no parts."""
    parts = [part for part in (name.family, " ".join(name.given)) if part]
    return ", ".join(parts) or name.text


def person(patient: Patient, namesakes: Mapping[str, Sequence[Patient]], position: int) -> Person:
    """A patient as somebody who gets paper; `namesakes` are all people in the unit by surname."""
    shared = SHARED_NUMBER in patient.clarify
    number = number_of(patient)
    return Person(
        key=number if number and not shared else f"?{position}",
        ref=number or None if not shared else None,
        bed=bed_of(patient),
        patient=patient,
        alerts=tuple(_alerts(patient, namesakes)),
    )


def _alerts(patient: Patient, namesakes: Mapping[str, Sequence[Patient]]) -> Iterable[str]:
    """What stands on every page of a patient: a name alert, and what must be cleared up first."""
    alike = [other for other in namesakes.get(surname_key(patient.name), ()) if other is not patient]
    same = [other for other in alike if _letters(name_of(other.name)) == _letters(name_of(patient.name))]
    told = [("same name", same), ("same surname", [other for other in alike if other not in same])]
    if alike:
        yield "NAME ALERT: " + "; ".join(f"{what} in {_beds(who)}" for what, who in told if who)
    for reason in patient.clarify:
        yield f"{CLARIFY}: {reason}"
    if number_of(patient) == "" and NO_NUMBER not in patient.clarify:
        yield f"{CLARIFY}: {NO_NUMBER}"
    if patient.birth_date is None:
        yield f"{CLARIFY}: {NO_BIRTH_DATE}"
    if patient.deceased:
        yield f"{CLARIFY}: {DIED}"
    if patient.discharged:
        yield f"{CLARIFY}: {DISCHARGED}"
    former = [item.value for item in patient.identifiers if item.kind is IdentifierKind.RETIRED]
    if former:
        yield f"Former number {', '.join(former)}: older paper and labels may carry it"


def _beds(patients: Sequence[Patient]) -> str:
    return ", ".join(bed_of(one) or "no bed" for one in patients[:3]) + (" and others" if len(patients) > 3 else "")


def surname_key(name: PersonName) -> str:
    """What two surnames that look alike have in common: letters without accents and capitals."""
    return _letters(name.family or name.text)


def namesakes_of(people: Iterable[Patient]) -> dict[str, list[Patient]]:
    """The people of a unit by surname; those without one are nobody's namesake."""
    found: dict[str, list[Patient]] = {}
    for patient in people:
        if key := surname_key(patient.name):
            found.setdefault(key, []).append(patient)
    return found


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _units(department: Department) -> frozenset[str]:
    return frozenset(_plain(name) for name in department.census_units)


def _left_out(patient: Patient, why: str) -> LeftOut:
    place = " ".join(part for part in (patient.place.unit, bed_of(patient)) if part)
    return LeftOut(name_of(patient.name) or "no name", number_of(patient) or "no number", place, why)


def _with_number(wanted: str, snapshot: Snapshot) -> list[Patient]:
    numbers = (IdentifierKind.MRN, IdentifierKind.RETIRED)
    found = [
        patient
        for patient in snapshot.patients
        if any(item.kind in numbers and item.value == wanted.strip() for item in patient.identifiers)
    ]
    if not found:
        raise UsageError(
            "the census has nobody with the number that --patient names",
            why=f"{len(snapshot.patients)} patients are in it",
            do="check the number, with its leading zeros; for somebody new use --blank",
        )
    return found


def _nobody(department: Department, snapshot: Snapshot) -> InputError:
    units = Counter(patient.place.unit or "no unit" for patient in snapshot.patients)
    shown = ", ".join(f"{unit} ({count})" for unit, count in units.most_common(12)) or "nobody at all"
    listed = ", ".join(department.census_units)
    why = f"it looks for {listed}; the census has: {shown}" if listed else f"the census has: {shown}"
    do = "give the census of this unit, or correct `census_units:` in the department's file"
    return InputError(f"nobody of this census is in {department.name}", why=why, do=do)

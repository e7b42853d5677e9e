"""Several snapshots to one: per patient, by number and authority, in the order of their times.

A newer file wins where both say something, and never takes away what only an older one says: an order or a patient that
stands in an older file only is kept and marked, because it may have been stopped, or have left, since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from downtime.census.identity import combined, mrn_of, number_of, same_person
from downtime.census.order_words import ON_HOLD
from downtime.census.retired import absorbed
from downtime.census.snapshot import (
    Dose,
    Identifier,
    IdentifierKind,
    MedicationOrder,
    Patient,
    PersonName,
    Reading,
    Snapshot,
)
from downtime.census.source import Problems
from downtime.clinical.timing import OrderTiming

ONLY_OLDER_ORDER = "this order stands in an older file only; it may have been stopped since"
ONLY_OLDER_PATIENT = "this patient stands in an older file only, and may have left since"
_ENDED = ("stopped", "discontinued", "cancelled", "canceled", "completed", "entered-in-error")


@dataclass(frozen=True, slots=True)
class Part:
    """One snapshot to merge. A whole one lists all patients and orders; a feed (HL7 v2) only what changed."""

    snapshot: Snapshot
    whole: bool

    @property
    def has_orders(self) -> bool:
        """Whether medication orders stand in it at all, so that one that is missing means something."""
        return any(patient.medications for patient in self.snapshot.patients)

    @property
    def has_names(self) -> bool:
        """Whether it is a census, and not only a list of orders by number."""
        return any(_is_named(patient) for patient in self.snapshot.patients)


@dataclass
class _Merged:
    patient: Patient
    last: Part
    seen: list[int] = field(default_factory=list)
    in_census: bool = False


def merged(parts: Sequence[Part], shown_as: str) -> Snapshot:
    """All snapshots as one. Its data are as old as the oldest whole snapshot, or as the newest message of a feed."""
    problems = Problems(shown_as)
    people: list[_Merged] = []
    by_number: dict[str, list[_Merged]] = {}
    ordered = sorted(parts, key=lambda part: (part.snapshot.taken_at, part.snapshot.source))
    wholes = []
    for place, part in enumerate(ordered):
        problems.extend(part.snapshot.problems)
        is_census = part.has_names
        if is_census and part.whole:
            wholes.append(place)
        for patient in part.snapshot.patients:
            person = _add(patient, part, place, people, by_number, problems)
            if person is not None:
                person.in_census = person.in_census or is_census
    patients = []
    for person in people:
        if not person.in_census and any(other.in_census for other in people):
            _tell_stub(person.patient, problems)
            continue
        patient = person.patient
        if wholes and person.seen and max(person.seen) < wholes[-1]:
            problems.add("patient", ONLY_OLDER_PATIENT, patient=number_of(patient))
            patient = patient.model_copy(update={"clarify": (*patient.clarify, ONLY_OLDER_PATIENT)})
        kept = tuple(order for order in patient.medications if order.status.lower() not in _ENDED)
        patients.append(patient.model_copy(update={"medications": kept}))
    times = [part.snapshot.taken_at for part in ordered if part.whole]
    feeds = [part.snapshot.taken_at for part in ordered if not part.whole]
    taken = min([*times, *([max(feeds)] if feeds else [])])
    return Snapshot(taken_at=taken, source=shown_as, patients=tuple(patients), problems=problems.found())


def _is_named(patient: Patient) -> bool:
    return patient.name != PersonName() or patient.birth_date is not None


def _add(
    patient: Patient,
    part: Part,
    place: int,
    people: list[_Merged],
    by_number: dict[str, list[_Merged]],
    problems: Problems,
) -> _Merged | None:
    """Whom the record went to; None where that is not certain, which is told."""
    mrn = mrn_of(patient)
    for item in patient.identifiers:
        if item.kind is IdentifierKind.RETIRED and item.value != (mrn.value if mrn else ""):
            patient = _with_former(patient, item, people, by_number)
    candidates = _candidates(patient, mrn, by_number) if mrn else []
    if len(candidates) > 1:
        if not _is_named(patient):
            _tell_unassigned(patient, problems)
            return None
        candidates = [person for person in candidates if person.patient.name == patient.name] or candidates[:1]
    if candidates:
        person = candidates[0]
        person.patient = _newer_on_older(patient, person.patient, part, person.last, problems)
        if _is_named(patient):
            person.last = part
            person.seen.append(place)
        return person
    person = _Merged(patient, part, [place] if _is_named(patient) else [])
    people.append(person)
    if mrn:
        by_number.setdefault(mrn.value, []).append(person)
    return person


def _candidates(patient: Patient, mrn: Identifier, by_number: dict[str, list[_Merged]]) -> list[_Merged]:
    """Who has this number and can be this person. A source that names no authority must agree in more than a number."""
    found = []
    for person in by_number.get(mrn.value, []):
        held = mrn_of(person.patient)
        if held is None or not same_person(person.patient, patient):
            continue
        stubs = not _is_named(patient) or not _is_named(person.patient)
        if held.authority == mrn.authority or ("" in (held.authority, mrn.authority) and not stubs):
            found.append(person)
    return found


def _with_former(
    patient: Patient, former: Identifier, people: list[_Merged], by_number: dict[str, list[_Merged]]
) -> Patient:
    """The patient with the record of a number that was merged into the patient's since."""
    for person in by_number.get(former.value, []):
        held = mrn_of(person.patient)
        if held is not None and held.authority == former.authority and person in people:
            people.remove(person)
            patient = absorbed(patient, person.patient)
    return patient


def _newer_on_older(newer: Patient, older: Patient, part: Part, last: Part, problems: Problems) -> Patient:
    same_file = part is last

    def tell(element: str) -> None:
        if same_file or element == "allergies":
            where = "two records of one file" if same_file else "an older and a newer file"
            what = f"{where} differ; the {'first' if same_file else 'newer'} is printed"
            problems.add(element.replace("_", " "), what, patient=number_of(newer))

    if same_file:
        problems.add("patient number", "two records with one number, name and birth date are taken for one patient",
                     patient=number_of(newer))  # fmt: skip
    both_whole = part.whole and last.whole and not same_file and part.has_orders and _is_named(newer)
    base = combined(older, newer, tell) if same_file else combined(newer, older, tell)
    visits = {patient.identifier(IdentifierKind.ENCOUNTER) for patient in (newer, older)}
    another_visit = len(visits - {""}) > 1
    ended = newer.discharged if part.whole or another_visit else newer.discharged or older.discharged
    return base.model_copy(
        update={
            "medications": _orders(older.medications, newer.medications, both_whole),
            "orders": tuple(dict.fromkeys((*older.orders, *newer.orders))),
            "vitals": _readings(older.vitals, newer.vitals),
            "results": _readings(older.results, newer.results),
            "deceased": newer.deceased or older.deceased,
            "discharged": ended if _is_named(newer) else older.discharged,
        }
    )


def _orders(
    older: Sequence[MedicationOrder], newer: Sequence[MedicationOrder], both_whole: bool
) -> tuple[MedicationOrder, ...]:
    fresh = {_key(order): order for order in newer}
    kept = []
    for order in older:
        again = fresh.pop(_key(order), None)
        if again is not None:
            last = max((dose for dose in (order.last_given, again.last_given) if dose), key=_given, default=None)
            kept.append(again.model_copy(update={"last_given": last, "timing": _timing(order.timing, again.timing)}))
        elif both_whole and ONLY_OLDER_ORDER not in order.clarify:
            kept.append(order.model_copy(update={"clarify": (*order.clarify, ONLY_OLDER_ORDER)}))
        else:
            kept.append(order)
    return (*kept, *(order for order in newer if _key(order) in fresh))


def _timing(older: OrderTiming, newer: OrderTiming) -> OrderTiming:
    """The newer timing; with the older's structure where a poorer format says all the rest in the same words."""
    if newer.repeat is None and older.model_copy(update={"repeat": None}) == newer:
        return older
    return newer


def _key(order: MedicationOrder) -> tuple[object, ...]:
    """What makes two orders one: number and medicine; without a number all that is stated."""
    drug = order.drug.casefold()
    if order.id:
        return (order.id, drug)
    held = order.status == ON_HOLD
    return (drug, order.dose, order.rate, order.route, order.timing.code, order.timing.text, order.timing.start, held)


def _given(dose: Dose) -> float:
    return dose.given.timestamp()


def _readings(older: Sequence[Reading], newer: Sequence[Reading]) -> tuple[Reading, ...]:
    table: dict[str, Reading] = {}
    for reading in (*older, *newer):
        held = table.get(reading.loinc or reading.label)
        if held is None or _taken(held) <= _taken(reading):
            table[reading.loinc or reading.label] = reading
    return tuple(table.values())


def _taken(reading: Reading) -> float:
    return reading.taken.timestamp() if reading.taken else 0.0


def _tell_stub(patient: Patient, problems: Problems) -> None:
    drugs = ", ".join(order.drug for order in patient.medications) or "no order"
    what = f"{len(patient.medications)} orders for a number that no census here has; they are NOT printed"
    problems.add("patient number", what, patient=number_of(patient), original=drugs)


def _tell_unassigned(patient: Patient, problems: Problems) -> None:
    for order in patient.medications:
        what = "two patients have this number, so it cannot be told whose order this is; it is NOT printed"
        problems.add("order", what, patient=number_of(patient), original=order.original or order.drug)


__all__ = ["ONLY_OLDER_ORDER", "ONLY_OLDER_PATIENT", "Part", "merged"]

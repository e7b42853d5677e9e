"""Records that were merged into another: their number and orders go to the patient who now has them, and are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from downtime.census.identity import allergies_of_both, mrn_of, number_of
from downtime.census.snapshot import IdentifierKind, MedicationOrder, Patient
from downtime.census.source import Problems


@dataclass(frozen=True, slots=True)
class Retired:
    """The record at `index` was merged into the number `survivor` of an authority."""

    index: int
    survivor: str
    authority: str


def with_retired(patients: Sequence[Patient], retired: Iterable[Retired], problems: Problems) -> tuple[Patient, ...]:
    """The patients without the records that were merged into another of them.

    A chain is followed to its end. A record whose survivor is not here, or is not certain, stays a patient of its own,
    so that nobody is left out.
    """
    into = {item.index: item for item in retired}
    kept = dict(enumerate(patients))
    for index, item in into.items():
        survivor = _survivor(patients, into, item)
        number = number_of(patients[index])
        if survivor is None:
            what = f"this record was merged into {item.survivor}, which is not here, or not certain"
            problems.add("patient number", what, patient=number)
            clarify = (*kept[index].clarify, f"the number was merged into {item.survivor}")
            kept[index] = kept[index].model_copy(update={"clarify": clarify})
            continue
        kept[survivor] = absorbed(kept[survivor], patients[index])
        problems.add("patient number", f"the record of {number} was merged into this patient's", patient=item.survivor)
    gone = {index for index, item in into.items() if _survivor(patients, into, item) is not None}
    return tuple(patient for index, patient in kept.items() if index not in gone)


def _survivor(patients: Sequence[Patient], into: dict[int, Retired], item: Retired) -> int | None:
    seen = {item.index}
    while True:
        found = [
            index
            for index, patient in enumerate(patients)
            if (mrn := mrn_of(patient)) is not None and (mrn.value, mrn.authority) == (item.survivor, item.authority)
        ]
        if len(found) != 1 or found[0] in seen:  # unknown, shared by two people, or a circle
            return None
        if found[0] not in into:
            return found[0]
        seen.add(found[0])
        item = into[found[0]]


def absorbed(survivor: Patient, gone: Patient) -> Patient:
    """The survivor with the number, the orders and the allergies of a record that was merged into it."""
    numbers = tuple(
        item.model_copy(update={"kind": IdentifierKind.RETIRED})
        for item in gone.identifiers
        if item.kind in (IdentifierKind.MRN, IdentifierKind.RETIRED)
    )
    old = number_of(gone)
    state, allergies, disputed = allergies_of_both(survivor, gone)
    clarify = list(survivor.clarify)
    if disputed:
        clarify.append(f"allergies are listed, and the record of {old} or this one says otherwise")
    return survivor.model_copy(
        update={
            "allergy_state": state,
            "allergies": allergies,
            "clarify": tuple(clarify),
            "identifiers": tuple(dict.fromkeys((*survivor.identifiers, *numbers))),
            "medications": (*survivor.medications, *(_of_retired(order, old) for order in gone.medications)),
            "orders": (*survivor.orders, *gone.orders),
        }
    )


def _of_retired(order: MedicationOrder, number: str) -> MedicationOrder:
    return order.model_copy(update={"clarify": (*order.clarify, f"ordered under the former number {number}")})

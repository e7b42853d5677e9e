"""FHIR MedicationAdministration to the last dose of each order, so that nothing is given twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from downtime.census.fhir_load import Resource
from downtime.census.fhir_orders import medicine
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import part, quantity, ratio, raw, when
from downtime.census.order_words import dose_doubt
from downtime.census.snapshot import Dose, MedicationOrder

_GIVEN = ("completed", "in-progress", "stopped", "on-hold")
UNMATCHED_HOURS = 48
"""A dose without an order is told if it is so recent; longer ago it no longer matters for the next dose."""


def recently_given(administrations: Sequence[Resource], context: FhirContext) -> frozenset[int]:
    """The requests, by the identity of their data, for which a dose was given in the last days."""
    found = set()
    for item in administrations:
        moment = when(_moment(item), context.zone) if raw(item.data, "status") in _GIVEN else None
        if moment is None or moment.moment is None:
            continue
        if moment.moment > context.now - timedelta(hours=UNMATCHED_HOURS):
            request = context.pool.find(part(item.data, "request"), item, "MedicationRequest")
            found |= {id(request.data)} if request is not None else set()
    return frozenset(found)


def _moment(administration: Resource) -> object:
    data = administration.data
    return data.get("effectiveDateTime") or part(data, "effectivePeriod").get("start")


def with_last_doses(
    orders: Mapping[int, MedicationOrder],
    requests: Sequence[Resource],
    administrations: Sequence[Resource],
    context: FhirContext,
    patient: str,
) -> dict[int, MedicationOrder]:
    """The orders of one patient, by the place of their request, each with the newest dose given for it.

    A dose goes to the order that it names. One that names none goes to the only order of the very same medicine; where
    there are several, or none, it is told instead.
    """
    place = {id(request.data): index for index, request in enumerate(requests)}
    given: dict[int, list[tuple[str, Dose]]] = {}
    unsure: dict[int, list[str]] = {}
    loose: dict[str, Dose] = {}
    for administration in administrations:
        status = raw(administration.data, "status")
        if status in ("not-done", "entered-in-error"):
            continue
        drug = medicine(administration, context)
        index = _order_of(administration, drug, orders, place, context)
        dose = _dose(administration, context, patient)
        if status not in _GIVEN:
            what = f"the status of a dose is “{status[:40] or 'not stated'}”: was it given?"
            context.tell(administration, what, patient, element="status", original=drug)
            unsure.setdefault(index, []).append(what)
        if dose is None:
            unsure.setdefault(index, []).append("a dose was given at a time that cannot be read")
        elif index in orders:
            given.setdefault(index, []).append((drug, dose))
        elif index == _NO_ORDER and (drug not in loose or loose[drug].given < dose.given):
            loose[drug] = dose
    for drug, dose in loose.items():
        if dose.given > context.now - timedelta(hours=UNMATCHED_HOURS):
            words = " ".join(filter(None, (drug or "a medicine that is not named", dose.amount)))
            context.problems.add(
                "MedicationAdministration", "a dose was given for which no active order stands here", patient=patient,
                original=f"{words}, {dose.given:%d %b %Y %H%M}",
            )  # fmt: skip
    return {
        index: _with_doses(order, given.get(index, []), unsure.get(index, []), context)
        for index, order in orders.items()
    }


def _with_doses(
    order: MedicationOrder, given: list[tuple[str, Dose]], unsure: list[str], context: FhirContext
) -> MedicationOrder:
    """The order with its newest dose, and what the doses make doubtful."""
    if not given and not unsure:
        return order
    last = max((dose for _, dose in given), key=lambda dose: dose.given, default=None)
    if last is not None and last.given > context.now:
        unsure = [*unsure, "the last dose lies in the future"]
    others = [doubt for drug, _ in given if (doubt := dose_doubt(order.drug, drug))]
    clarify = tuple(dict.fromkeys((*order.clarify, *unsure, *others)))
    return order.model_copy(update={"last_given": last, "clarify": clarify, "timing": order.timing.doubted(*unsure)})


_NO_ORDER = -1
_ENDED_ORDER = -2


def _order_of(
    administration: Resource, drug: str, orders: Mapping[int, MedicationOrder], place: Mapping[int, int],
    context: FhirContext,
) -> int:  # fmt: skip
    """The place of the order a dose was given for; `_ENDED_ORDER` where that is one of the patient's that ended."""
    reference = part(administration.data, "request")
    if raw(reference, "reference"):
        request = context.pool.find(reference, administration, "MedicationRequest")
        if request is None:
            return _NO_ORDER
        index = place.get(id(request.data), _NO_ORDER)  # not among them: it is another patient's order
        return index if index in orders or index == _NO_ORDER else _ENDED_ORDER
    same = [index for index, order in orders.items() if drug and order.drug == drug]
    return same[0] if len(same) == 1 else _NO_ORDER


def _dose(administration: Resource, context: FhirContext, patient: str) -> Dose | None:
    data = administration.data
    said = _moment(administration)
    moment = when(said, context.zone)
    if moment is None or moment.moment is None:
        original = said if isinstance(said, str) else ""
        what = "a dose was given at a time that cannot be read"
        context.tell(administration, what, patient, element="effective", original=original)
        return None
    dosage = part(data, "dosage")
    rate = ratio(part(dosage, "rateRatio")) or quantity(part(dosage, "rateQuantity"))
    return Dose(given=moment.moment, amount=quantity(part(dosage, "dose")) or rate)

"""FHIR MedicationRequest to medication orders, and MedicationAdministration to the last dose of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_timing import timing_of
from downtime.census.fhir_values import (
    Json,
    concept,
    concepts,
    is_coded,
    number,
    part,
    parts,
    quantity,
    ratio,
    raw,
    span,
    text,
    texts,
    true,
    unit,
)  # fmt: skip
from downtime.census.order_words import ACTIVE, ON_HOLD, join_steps, with_flags
from downtime.census.snapshot import MedicationOrder

_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
_OUTSIDE = ("community", "outpatient", "discharge")
AT_HOME = "taken at home, not ordered here"
_DOSE_TYPES = ("ordered", "calculated", "admin-amount")
_BY_WEIGHT = re.compile(r"/ ?(?:kg|m2|m²|\[sft_i\])")
_CONDITION = "the source adds a condition that this program does not know"
_ENDED = ("completed", "stopped", "cancelled", "entered-in-error", "draft")


def order_of(
    request: Resource, context: FhirContext, patient: str, *, given_here: bool = False
) -> MedicationOrder | str:
    """The order of a request, or in words why it is none to give here: ended, planned, for home, or "do not".

    What the source marks as taken at home is an order to be clarified where a dose was given here all the same.
    """
    data = request.data
    status, intent = raw(data, "status"), raw(data, "intent")
    if status in _ENDED:
        return f"“{status}”"
    if intent in ("proposal", "plan", "option"):
        return f"a {intent}, not an order"
    at_home = _is_for_home(data)
    if at_home and not given_here:
        return AT_HOME
    if true(data, "doNotPerform"):
        return "an order NOT to give it"
    drug = medicine(request, context)
    doubts = [] if status in ("active", "on-hold") else [f"the status of the order is “{status[:40] or 'not stated'}”"]
    if at_home:
        doubts.append("the source says that it is taken at home, and a dose was given here: is it ordered?")
    if intent not in _ORDERS:
        doubts.append("it is not said whether this is an order")
    if data.get("modifierExtension") or data.get("implicitRules"):
        doubts.append(_CONDITION)
    if not drug:
        context.tell(request, "the medicine is not named, or not in the files", patient, element="medication")
    base = MedicationOrder(
        id=_number(request),
        drug=drug,
        reason=concepts(data, "reasonCode"),
        instructions="; ".join(words for words in (*_notes(data), _hold_reason(data)) if words),
        status=ON_HOLD if status == "on-hold" else ACTIVE,
        ordered_by=context.person(part(data, "requester"), request),
        clarify=tuple(doubts),
    )
    instructions = parts(data, "dosageInstruction")
    if not instructions:
        return base.model_copy(update={"clarify": (*doubts, "no instruction is stated"), "original": drug})
    steps = _in_order(instructions)
    if steps is None:
        # Instructions without a sequence, or with one number, hold at the same time: no single frequency is true.
        orders = [_with_instruction(base, item, request, context) for item in instructions]
        return orders[0] if len(orders) == 1 else join_steps(orders, "and")
    return join_steps([_with_instruction(base, item, request, context) for item in steps])


def _is_for_home(data: Json) -> bool:
    """Whether somebody only reported the medicine, or it was prescribed for outside the hospital."""
    categories = parts(data, "category")
    inpatient = any(is_coded(item, ("inpatient",)) for item in categories)
    return (
        true(data, "reportedBoolean")
        or bool(part(data, "reportedReference"))
        or (any(is_coded(item, _OUTSIDE) for item in categories) and not inpatient)
    )


def _notes(data: Json) -> list[str]:
    return [text(note, "text") for note in parts(data, "note")]


def _hold_reason(data: Json) -> str:
    reason = concept(part(data, "statusReason"))
    return f"on hold: {reason}" if reason and raw(data, "status") == "on-hold" else ""


def medicine(resource: Resource, context: FhirContext) -> str:
    """The medicine of a request or administration: as a concept, or as a Medication with its ingredients."""
    if shown := concept(part(resource.data, "medicationCodeableConcept")):
        return shown
    reference = part(resource.data, "medicationReference")
    found = context.pool.find(reference, resource, "Medication")
    if found is None:
        return text(reference, "display")
    if shown := concept(part(found.data, "code")):
        return shown
    ingredients = []
    for item in parts(found.data, "ingredient"):
        if shown := concept(part(item, "itemCodeableConcept")):
            ingredients.append(" ".join(filter(None, (shown, ratio(part(item, "strength"))))))
    return " + ".join(ingredients)


def _number(request: Resource) -> str:
    values = [text(item, "value", 60) for item in parts(request.data, "identifier")]
    return next((value for value in values if value), request.id[:60])


def _in_order(instructions: Sequence[Json]) -> list[Json] | None:
    """The instructions as steps one after the other, or None where their sequence does not say so."""
    places = [number(item.get("sequence")) for item in instructions]
    known = [place for place in places if place is not None]
    if len(instructions) < 2 or len(set(known)) < len(instructions):
        return None
    return [item for _, item in sorted(zip(known, instructions, strict=True), key=lambda pair: pair[0])]


def _with_instruction(base: MedicationOrder, item: Json, request: Resource, context: FhirContext) -> MedicationOrder:
    timing, further = timing_of(item, context.zone)
    timing = timing.doubted(*base.clarify)
    doubts = list(dict.fromkeys((*base.clarify, *timing.doubts)))
    dose, rate, give, dose_doubt = _dose(parts(item, "doseAndRate"))
    if dose_doubt:
        doubts.append(dose_doubt)
    if item.get("modifierExtension"):
        doubts.append(_CONDITION)
        timing = timing.doubted(_CONDITION)
    reason = concept(part(item, "asNeededCodeableConcept"))
    most, most_words = _most(next(iter(parts(item, "maxDosePerPeriod")), {}))
    once = quantity(part(item, "maxDosePerAdministration"))
    extra = (
        base.instructions, concepts(item, "additionalInstruction"), text(item, "patientInstruction"), further,
        most_words, f"amount to give: {give}" if give else "", f"at most {once} at once" if once else "",
        concept(part(item, "site")),
        "; ".join(texts(item, "additionalInstruction")),
    )  # fmt: skip
    timing = timing.model_copy(
        update={
            "as_needed": true(item, "asNeededBoolean") or "asNeededCodeableConcept" in item,
            "as_needed_reason": reason,
            "most_in_24_hours": most,
            "immediate": raw(request.data, "priority") == "stat",
        }
    )
    route = concept(part(item, "route"))
    shown = (base.drug, dose, rate, route, timing.text or timing.code, reason)
    return base.model_copy(
        update={
            "dose": dose,
            "rate": rate,
            "route": route,
            "timing": with_flags(timing),
            "instructions": "; ".join(dict.fromkeys(words for words in extra if words)),
            "clarify": tuple(dict.fromkeys(doubts)),
            "original": " ".join(dict.fromkeys(words for words in shown if words)),
        }
    )


def _dose(amounts: list[Json]) -> tuple[str, str, str, str]:
    """Dose, rate, the amount to give ("2 tablets"), and a doubt where several doses are stated.

    The ordered one counts before the calculated one; what is ordered by weight stands with what was calculated for it.
    """
    by_type = {kind: [item for item in amounts if is_coded(part(item, "type"), (kind,))] for kind in _DOSE_TYPES}
    chosen = by_type["ordered"] or by_type["calculated"] or amounts
    doses, rates = _doses(chosen), _rates(chosen)
    calculated = [shown for shown in _doses(by_type["calculated"]) if not _BY_WEIGHT.search(shown)]
    if len(doses) == 1 and len(calculated) == 1 and _BY_WEIGHT.search(doses[0]):
        doses = [f"{doses[0]}, calculated {calculated[0]}"]
    give = [shown for shown in _doses(by_type["admin-amount"]) if shown not in doses] if chosen is not amounts else []
    doubt = "several doses are stated" if len(doses) > 1 or len(rates) > 1 else ""
    return " or ".join(doses), " or ".join(rates), " or ".join(give), doubt


def _doses(items: list[Json]) -> list[str]:
    found = (quantity(part(item, "doseQuantity")) or span(part(item, "doseRange")) for item in items)
    return list(dict.fromkeys(shown for shown in found if shown))


def _rates(items: list[Json]) -> list[str]:
    found = (
        ratio(part(item, "rateRatio")) or quantity(part(item, "rateQuantity")) or span(part(item, "rateRange"))
        for item in items
    )
    return list(dict.fromkeys(shown for shown in found if shown))


def _most(limit: Json) -> tuple[str, str]:
    """The most in 24 hours, or in words the most in another time."""
    above, below = quantity(part(limit, "numerator")), part(limit, "denominator")
    if not above:
        return "", ""
    size, units = number(below.get("value")), unit(below).lower()
    if (size, units) in ((Decimal(24), "h"), (Decimal(1), "d"), (Decimal(24), "hours"), (Decimal(1), "day")):
        return above, ""
    return "", f"at most {above} per {quantity(below)}".strip()


def skipped(reasons: Iterable[str]) -> str:
    """Why requests of one patient are not printed, counted, on one line."""
    counted: dict[str, int] = {}
    for reason in reasons:
        counted[reason] = counted.get(reason, 0) + 1
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counted.items()))

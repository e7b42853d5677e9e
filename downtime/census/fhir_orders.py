"""FHIR MedicationRequest to medication orders, and MedicationAdministration to the last dose of each."""

from __future__ import annotations

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
_AT_HOME = ("community", "outpatient", "discharge")
_ENDED = ("completed", "stopped", "cancelled", "entered-in-error", "draft")


def order_of(request: Resource, context: FhirContext, patient: str) -> MedicationOrder | str:
    """The order of a request, or in words why it is none to give here: ended, planned, for home, or "do not"."""
    data = request.data
    status, intent = raw(data, "status"), raw(data, "intent")
    if status in _ENDED:
        return f"“{status}”"
    if intent in ("proposal", "plan", "option"):
        return f"a {intent}, not an order"
    categories = parts(data, "category")
    if true(data, "reportedBoolean") or (
        any(is_coded(item, _AT_HOME) for item in categories)
        and not any(is_coded(item, ("inpatient",)) for item in categories)
    ):
        return "taken at home, not ordered here"
    if true(data, "doNotPerform"):
        return "an order NOT to give it"
    drug = medicine(request, context)
    doubts = [] if status in ("active", "on-hold") else [f"the status of the order is “{status[:40] or 'not stated'}”"]
    if intent not in _ORDERS:
        doubts.append("it is not said whether this is an order")
    if data.get("modifierExtension") or data.get("implicitRules"):
        doubts.append("the source adds a condition that this program does not know")
    if not drug:
        context.tell(request, "the medicine is not named, or not in the files", patient, element="medication")
    base = MedicationOrder(
        id=_number(request),
        drug=drug,
        reason=concepts(data, "reasonCode"),
        instructions="; ".join(shown for note in parts(data, "note") if (shown := text(note, "text"))),
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
    doubts = list(base.clarify)
    timing, further = timing_of(item, context.zone, doubts)
    dose, rate, dose_doubt = _dose(parts(item, "doseAndRate"))
    if dose_doubt:
        doubts.append(dose_doubt)
    if item.get("modifierExtension"):
        doubts.append("the source adds a condition that this program does not know")
    reason = concept(part(item, "asNeededCodeableConcept"))
    most, most_words = _most(part(item, "maxDosePerPeriod"))
    once = quantity(part(item, "maxDosePerAdministration"))
    extra = (
        base.instructions, concepts(item, "additionalInstruction"), text(item, "patientInstruction"), further,
        most_words, f"at most {once} at once" if once else "", concept(part(item, "site")),
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


def _dose(amounts: list[Json]) -> tuple[str, str, str]:
    """Dose, rate, and a doubt where several are stated: the ordered one counts before the calculated one."""
    ordered = [item for item in amounts if is_coded(part(item, "type"), ("ordered",))] or amounts
    doses = dict.fromkeys(
        shown for item in ordered if (shown := quantity(part(item, "doseQuantity")) or span(part(item, "doseRange")))
    )
    rates = dict.fromkeys(
        shown
        for item in ordered
        if (
            shown := ratio(part(item, "rateRatio"))
            or quantity(part(item, "rateQuantity"))
            or span(part(item, "rateRange"))
        )
    )
    doubt = "several doses are stated" if len(doses) > 1 or len(rates) > 1 else ""
    return " or ".join(doses), " or ".join(rates), doubt


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

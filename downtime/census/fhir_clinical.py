"""FHIR Condition, NutritionOrder, ServiceRequest, Flag and devices: what else the paper should know."""

from __future__ import annotations

from collections.abc import Sequence

from downtime.census.fhir_load import Resource
from downtime.census.fhir_observations import value_of
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import (
    Json,
    concept,
    concepts,
    is_coded,
    part,
    parts,
    raw,
    text,
    texts,
    true,
    when,
)
from downtime.census.snapshot import OtherOrder
from downtime.census.source import start_of_day

_INTENT = ("order", "original-order", "reflex-order", "filler-order", "instance-order")


def diagnoses_of(conditions: Sequence[Resource], encounter: Resource | None, context: FhirContext) -> tuple[str, ...]:
    """The diagnoses of this stay; where none is tied to it, all that are active, else the reason of the encounter."""
    active = [item for item in conditions if _is_active(item.data)]
    own = []
    if encounter is not None:
        for item in parts(encounter.data, "diagnosis"):
            found = context.pool.find(part(item, "condition"), encounter, "Condition")
            if found is not None and any(found.data is known.data for known in active):
                own.append(found)
        for condition in active:
            there = context.pool.find(part(condition.data, "encounter"), condition, "Encounter")
            if there is not None and there.data is encounter.data:
                own.append(condition)
    shown = [words for item in own or active if (words := concept(part(item.data, "code")))]
    if not shown and encounter is not None:
        shown = [words for item in parts(encounter.data, "reasonCode") if (words := concept(item))]
    return tuple(dict.fromkeys(shown))


def _is_active(data: Json) -> bool:
    verified = part(data, "verificationStatus")
    clinical = part(data, "clinicalStatus")
    over = is_coded(clinical, ("inactive", "remission", "resolved"))
    return not over and not is_coded(verified, ("refuted", "entered-in-error"))


def diet_of(orders: Sequence[Resource]) -> str:
    """The diets that are ordered now."""
    shown = []
    for item in orders:
        if raw(item.data, "status") != "active":
            continue
        oral, tube = part(item.data, "oralDiet"), part(item.data, "enteralFormula")
        words = (concepts(oral, "type"), text(oral, "instruction"), text(tube, "baseFormulaProductName")
                 or concept(part(tube, "baseFormulaType")), text(tube, "administrationInstruction"))  # fmt: skip
        shown.append(", ".join(dict.fromkeys(word for word in words if word)))
    return "; ".join(dict.fromkeys(words for words in shown if words))


def other_orders(
    requests: Sequence[Resource], context: FhirContext, leave_out: Sequence[str]
) -> tuple[OtherOrder, ...]:
    """The active orders that are not medicines; what must not be done says so."""
    found = []
    for item in requests:
        data = item.data
        status = raw(data, "status")
        if status not in ("active", "on-hold") or raw(data, "intent") not in _INTENT:
            continue
        if is_coded(part(data, "code"), leave_out) or any(is_coded(g, leave_out) for g in parts(data, "category")):
            continue
        words = ", ".join(filter(None, (concept(part(data, "code")), concepts(data, "orderDetail"))))
        moment = when(data.get("occurrenceDateTime") or part(data, "occurrencePeriod").get("start"), context.zone)
        found.append(
            OtherOrder(
                kind=concepts(data, "category"),
                text=("DO NOT: " if true(data, "doNotPerform") else "") + (words or "(not named in the source)"),
                start=None if moment is None else moment.moment or start_of_day(moment.day, context.zone),
                status=status.replace("-", " "),
            )
        )
    return tuple(found)


def lines_of(devices: Sequence[Resource], context: FhirContext) -> tuple[str, ...]:
    """Lines, drains and airways: devices in use on the patient, with where they lie."""
    found = []
    for item in devices:
        data = item.data
        if raw(data, "status") not in ("active", "intended", "") or part(data, "timingPeriod").get("end"):
            continue
        if item.kind == "Device":
            words = _device(data)
        else:
            reference = part(data, "device")
            named = context.pool.find(reference, item, "Device")
            words = text(reference, "display") or (_device(named.data) if named is not None else "")
        place = concept(part(data, "bodySite"))
        found.append(", ".join(word for word in (words, place) if word))
    return tuple(dict.fromkeys(words for words in found if words))


def _device(data: Json) -> str:
    names = [shown for item in parts(data, "deviceName") if (shown := text(item, "name"))]
    return concept(part(data, "type")) or next(iter(names), "")


def by_code(resources: Sequence[Resource], wanted: Sequence[str]) -> tuple[str, ...]:
    """What flags, observations and orders say that carry a code which facility.yaml names (code status, isolation)."""
    found = []
    for item in resources:
        data = item.data
        groups = (part(data, "code"), *parts(data, "category"))
        if not any(is_coded(group, wanted) for group in groups):
            continue
        if raw(data, "status") not in ("active", "final", "amended", "corrected", "preliminary", "current"):
            continue
        if item.kind == "Observation":
            words = value_of(data)[0]
        else:
            words = concepts(data, "orderDetail") or concept(part(data, "code"))
        found.append(words or "; ".join(texts(data, "note")))
    return tuple(dict.fromkeys(words for words in found if words))

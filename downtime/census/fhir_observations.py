"""FHIR Observation: the newest weight, vital signs and results, in the units of the source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from downtime.census.csv_values import HEAVIEST_KG
from downtime.census.fhir_load import Resource
from downtime.census.fhir_pool import FhirContext
from downtime.census.fhir_values import (
    Json,
    codes,
    concept,
    is_coded,
    number,
    part,
    parts,
    quantity,
    ratio,
    raw,
    shown_number,
    span,
    text,
    unit,
    when,
)
from downtime.census.snapshot import Reading, Weight
from downtime.census.source import start_of_day
from downtime.census.units import kilograms_of

WEIGHT_CODES = {
    "29463-7": "", "3141-9": "measured", "3142-7": "stated", "8335-2": "estimated", "8350-1": "with clothes",
    "8351-9": "without clothes",
}  # fmt: skip
"""LOINC codes of body weight, with the way it was taken where the code says so."""

_BLOOD_PRESSURE = ("85354-9", "55284-4")
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
_VITAL_CODES = ("8867-4", "9279-1", "59408-5", "2708-6", "8310-5", "85354-9", "55284-4", "8480-6", "8462-4", "8302-2")
_OVER = ("entered-in-error", "cancelled")


def weight_of(observations: Sequence[Resource], context: FhirContext, patient: str) -> Weight | None:
    """The newest weight in kilograms, also from within a panel; other units are told, never converted."""
    found: list[tuple[float, Weight]] = []
    for item in observations:
        if raw(item.data, "status") in _OVER:
            continue
        for node in (item.data, *parts(item.data, "component")):
            way = next((WEIGHT_CODES[code] for code in codes(part(node, "code")) if code in WEIGHT_CODES), None)
            if way is None or (kg := _kilograms(item, part(node, "valueQuantity"), context, patient)) is None:
                continue
            taken = when(_effective(item.data), context.zone)
            moment = None if taken is None else taken.moment or start_of_day(taken.day, context.zone)
            way = way or concept(part(item.data, "method"))
            weight = Weight(kg=kg, taken=None if taken is None else taken.moment or taken.day, method=way)
            found.append((moment.timestamp() if moment else 0.0, weight))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _kilograms(item: Resource, value: Json, context: FhirContext, patient: str) -> Decimal | None:
    amount = number(value.get("value"))
    kg = None if amount is None else kilograms_of(amount, [raw(value, "code"), raw(value, "unit")])
    if kg is None or raw(value, "comparator"):
        what = "the weight is not in kilograms; it is not converted"
        context.tell(item, what, patient, element="valueQuantity", original=quantity(value))
        return None
    if not 0 < kg <= HEAVIEST_KG:
        context.tell(item, "no person has this weight", patient, element="valueQuantity", original=quantity(value))
        return None
    return kg


def readings_of(
    observations: Sequence[Resource], context: FhirContext, leave_out: Sequence[str]
) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """The newest of each vital sign and of each result; weights and codes of `leave_out` have their own place."""
    vitals: dict[str, tuple[float, Reading]] = {}
    results: dict[str, tuple[float, Reading]] = {}
    for item in observations:
        data = item.data
        coded = part(data, "code")
        if raw(data, "status") in _OVER or is_coded(coded, WEIGHT_CODES) or is_coded(coded, leave_out):
            continue
        vital = any(is_coded(group, ("vital-signs",)) for group in parts(data, "category"))
        vital = vital or is_coded(coded, _VITAL_CODES)
        moment = when(_effective(data), context.zone)
        taken = None if moment is None else moment.moment or start_of_day(moment.day, context.zone)
        for reading in _readings(data, taken):
            table = vitals if vital else results
            key = reading.loinc or reading.label
            age = taken.timestamp() if taken else 0.0
            if key not in table or table[key][0] <= age:
                table[key] = (age, reading)
    return tuple(reading for _, reading in vitals.values()), tuple(reading for _, reading in results.values())


def _readings(data: Json, taken: datetime | None) -> list[Reading]:
    coded = part(data, "code")
    note = "preliminary" if raw(data, "status") in ("preliminary", "registered") else ""
    if is_coded(coded, _BLOOD_PRESSURE):
        upper, lower = _component(data, _SYSTOLIC), _component(data, _DIASTOLIC)
        if upper and lower:
            value = f"{shown_number(upper.get('value'))}/{shown_number(lower.get('value'))}"
            return [
                Reading(
                    label=concept(coded), value=value, unit=unit(upper), taken=taken, loinc=_loinc(coded),
                    abnormal=_abnormal(data, note),
                )
            ]  # fmt: skip
    found = []
    for node in (data, *parts(data, "component")):
        value, units = value_of(node)
        label = concept(part(node, "code"))
        if value and label and not is_coded(part(node, "code"), WEIGHT_CODES):
            found.append(
                Reading(label=label, value=value, unit=units, taken=taken, loinc=_loinc(part(node, "code")),
                        abnormal=_abnormal(node, note))
            )  # fmt: skip
    return found


def _component(data: Json, code: str) -> Json:
    found = [part(item, "valueQuantity") for item in parts(data, "component") if is_coded(part(item, "code"), (code,))]
    return found[0] if len(found) == 1 and shown_number(found[0].get("value")) else {}


def value_of(node: Json) -> tuple[str, str]:
    """The value of an observation or a component as it prints, and its unit."""
    amount = part(node, "valueQuantity")
    if shown := shown_number(amount.get("value")):
        return raw(amount, "comparator") + shown, unit(amount)
    if shown := shown_number(node.get("valueInteger")):
        return shown, ""
    if isinstance(node.get("valueBoolean"), bool):
        return ("yes" if node["valueBoolean"] else "no"), ""
    words = concept(part(node, "valueCodeableConcept")) or text(node, "valueString", 200)
    return words or span(part(node, "valueRange")) or ratio(part(node, "valueRatio")), ""


def _loinc(coded: Json) -> str:
    found = (raw(item, "code") for item in parts(coded, "coding") if raw(item, "system") == "http://loinc.org")
    return next((code[:20] for code in found if code), "")


def _abnormal(node: Json, note: str) -> str:
    flags = [raw(item, "code") for group in parts(node, "interpretation") for item in parts(group, "coding")][:1]
    return ", ".join(flag for flag in (*(flags if flags != ["N"] else []), note) if flag)


def _effective(data: Json) -> object:
    return data.get("effectiveDateTime") or part(data, "effectivePeriod").get("start") or data.get("effectiveInstant")

"""RXO, RXE, RXR, RXC and TQ1 of one order group to a medication order, with its original text. Nothing is dropped.

Source of the fields: HL7 v2.5.1 chapter 4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from downtime.census.hl7v2_parse import Element, Segment
from downtime.census.hl7v2_routes import compare_routes, route_of
from downtime.census.hl7v2_timing import Timing, timing_of
from downtime.census.hl7v2_values import amount_of, moment_of, person_of, unit_of, words_of
from downtime.census.order_words import with_flags
from downtime.census.snapshot import MedicationOrder
from downtime.census.source import printable, start_of_day
from downtime.clinical.due_agree import agreed
from downtime.clinical.timing import OrderTiming

_MOST_IN_A_DAY = re.compile(
    r"(?i)(?:no more than|not more than|at most|max(?:imum)?(?: of)?)\s+([0-9][^;.]{0,30}?)"
    r"\s+(?:in|per)\s+24\s*(?:hours|hrs|h)\.?"
)
_DETAIL = ("RXO", "RXE", "RXR", "RXC", "TQ1", "NTE", "RXD")


@dataclass(frozen=True, slots=True)
class Content:
    """What one group says of an order; `cleared` are the elements that it deletes."""

    order: MedicationOrder
    cleared: frozenset[str]
    timed: bool


def medication_of(group: Sequence[Segment], number: str, zone: ZoneInfo) -> Content:
    """The order of a group of segments that begins with ORC; what is not certain is a reason to clarify."""
    encoded, ordered = _only(group, "RXE"), _only(group, "RXO")
    at = list(group).index(encoded) if encoded is not None else len(group)
    before, after = list(group[:at]), list(group[at:])
    orc = _only(group, "ORC")
    doubts: list[str] = []
    timing = _timing(orc, encoded, before, after, zone)
    drug = _drug(encoded, ordered, group, doubts)
    dose, rate = _dose_and_rate(encoded, ordered, doubts)
    route = route_of(before, after, doubts)
    sig, instructions, most = _words(group, encoded, ordered, timing)
    compare_routes(sig, route, doubts)
    start = _effective(orc, zone) if timing.timing.start is None else {}
    full = timing.timing.model_copy(update={"text": sig, "most_in_24_hours": most, **start})
    if why := _against_request(full, ordered, sig):
        doubts.append(why)
        full = full.doubted(why)
    order = MedicationOrder(
        id=number,
        drug=drug,
        dose=dose,
        route=route,
        timing=with_flags(full),
        reason=_reason(encoded, ordered),
        rate=rate,
        instructions=instructions,
        ordered_by=_ordered_by(orc, encoded),
        clarify=tuple(dict.fromkeys((*timing.doubts, *doubts))),
        original=printable(" / ".join(segment.readable() for segment in group if segment.name in _DETAIL)),
    )
    return Content(order, _cleared(encoded, timing), timing.said)


def _only(group: Sequence[Segment], name: str) -> Segment | None:
    return next((segment for segment in group if segment.name == name), None)


def _timing(
    orc: Segment | None, encoded: Segment | None, before: list[Segment], after: list[Segment], zone: ZoneInfo
) -> Timing:
    """The timing beside the encoded order counts before that of the request; where they differ it is told."""
    old = encoded.all(1) if encoded is not None and encoded.first(1).raw.count(encoded.delimiters.component) else ()
    requested = timing_of([s for s in before if s.name == "TQ1"], orc.all(7) if orc is not None else (), zone)
    chosen = timing_of([s for s in after if s.name == "TQ1"], old, zone)
    if not chosen.said:
        return requested if requested.said or not chosen.timing.as_needed else chosen
    codes = (requested.timing.code, chosen.timing.code)
    if all(codes) and codes[0].upper() != codes[1].upper():
        chosen.doubts.append(f"ordered as “{codes[0]}”, encoded as “{codes[1]}”")
        chosen.timing = chosen.timing.doubted(chosen.doubts[-1])
    return chosen


def _drug(encoded: Segment | None, ordered: Segment | None, group: Sequence[Segment], doubts: list[str]) -> str:
    names = []
    dispensed = _only(group, "RXD") if encoded is None and ordered is None else None
    for segment, field in ((encoded, 2), (ordered, 1), (dispensed, 2)):
        element = segment.first(field) if segment is not None else None
        if element:
            name = words_of(element)
            if name and name == element.text(1) and not re.search(r"[A-Za-z]{4}", name):
                doubts.append("only a code names the medicine")
            names.append(name)
    parts = [segment for segment in group if segment.name == "RXC"]
    if not any(names) and parts:
        return " + ".join(dict.fromkeys(_component(part) for part in parts))
    if len(set(names)) > 1 and names[0].casefold() != names[1].casefold():
        doubts.append(f"ordered as “{names[1][:120]}”, encoded as “{names[0][:120]}”")
    return next((name for name in names if name), "")


def _component(segment: Segment) -> str:
    shown, _ = amount_of(segment.text(3))
    return " ".join(part for part in (words_of(segment.first(2)), shown, unit_of(segment.first(4))) if part)


def _dose_and_rate(encoded: Segment | None, ordered: Segment | None, doubts: list[str]) -> tuple[str, str]:
    if encoded is not None and (encoded.first(3) or encoded.first(5) or encoded.first(23) or ordered is None):
        dose = _amount(encoded, 3, 4, 5, doubts)
        rate = _rate(encoded.first(23), encoded.first(24), encoded.text(22), doubts)
        return dose, rate
    if ordered is not None:
        dose = _amount(ordered, 2, 3, 4, doubts)
        return dose, _rate(ordered.first(21), ordered.first(22), ordered.text(17), doubts)
    return "", ""


def _amount(segment: Segment, least: int, most: int, unit: int, doubts: list[str]) -> str:
    units = unit_of(segment.first(unit))
    shown = []
    for field in (least, most):
        amount, fault = amount_of(segment.text(field))
        if fault:
            doubts.append(f"the dose “{amount[:40]}” {fault}")
        elif amount == "0":
            doubts.append("the dose is 0 in the source")
            amount = ""
        shown.append(amount)
    low, high = shown
    if not low and not high:
        if units:
            doubts.append("the dose has no amount")
        return units
    amounts = f"{low} to {high}" if low and high and low != high else low or f"up to {high}"
    return f"{amounts} {units}".strip()


def _rate(amount: Element, unit: Element, per: str, doubts: list[str]) -> str:
    shown, fault = amount_of(amount.text(1, limit=60))
    if not shown or shown == "0":
        return ""
    if fault:
        doubts.append(f"the rate “{shown[:40]}” {fault}")
    units = unit_of(unit)
    if "/" not in units and " per " not in units:
        doubts.append("the rate does not say in which time")
        units = f"{units} (per {per})" if per else units
    return f"{shown} {units}".strip()


def _words(
    group: Sequence[Segment], encoded: Segment | None, ordered: Segment | None, timing: Timing
) -> tuple[str, str, str]:
    """The instruction, what is said beside it, and the most in 24 hours where a note says just that."""
    sig = _texts(encoded, 7) or _texts(ordered, 7)
    beside = [words for words in _texts(encoded, 21) if words not in sig]
    if not sig and beside:
        sig, beside = beside, []
    beside += [*timing.extra, *_strength(encoded, ordered, sig)]
    if not any(segment.name == "RXE" and segment.first(2) for segment in group):
        parts: list[str] = []
    else:
        parts = [_component(segment) for segment in group if segment.name == "RXC"]
    if parts:
        beside.append("Contains: " + ", ".join(dict.fromkeys(part for part in parts if part)))
    beside += [element.whole() for segment in group if segment.name == "NTE" for element in segment.all(3)]
    most = ""
    kept = []
    for words in dict.fromkeys(words for words in beside if words):
        match = _MOST_IN_A_DAY.fullmatch(words) if len(words) < 120 else None
        if match and not most:
            most = match[1]
        else:
            kept.append(words)
    return printable("; ".join(dict.fromkeys((*sig, *timing.words)))), printable("; ".join(kept)), most


def _against_request(timing: OrderTiming, ordered: Segment | None, sig: str) -> str:
    """Where the words of the request say another frequency than the encoded order: what they say, or nothing."""
    asked = printable("; ".join(_texts(ordered, 7)))
    if not asked or asked.casefold() == sig.casefold():
        return ""
    return f"requested as “{asked[:120]}”" if agreed(timing.model_copy(update={"text": asked})).why else ""


def _texts(segment: Segment | None, field: int) -> list[str]:
    if segment is None:
        return []
    return [words for element in segment.all(field)[:20] if (words := words_of(element))]


def _strength(encoded: Segment | None, ordered: Segment | None, sig: list[str]) -> list[str]:
    for segment, field in ((encoded, 25), (ordered, 18)):
        if segment is not None and segment.first(field):
            shown, _ = amount_of(segment.text(field))
            return [f"strength {shown} {unit_of(segment.first(field + 1))}".strip()]
    return []


def _reason(encoded: Segment | None, ordered: Segment | None) -> str:
    found = _texts(encoded, 27) or _texts(ordered, 20)
    return "; ".join(dict.fromkeys(found))


def _ordered_by(orc: Segment | None, encoded: Segment | None) -> str:
    element = orc.first(12) if orc is not None else None
    if not element and encoded is not None:
        element = encoded.first(13)
    return person_of(element) if element else ""


def _effective(orc: Segment | None, zone: ZoneInfo) -> dict[str, object]:
    """The start that ORC-15 states, where the timing has none."""
    when = moment_of(orc.first(15).part(1), zone) if orc is not None else None
    if when is None:
        return {}
    return {"start": when.moment or start_of_day(when.day, zone), "start_day_only": when.moment is None}


def _cleared(encoded: Segment | None, timing: Timing) -> frozenset[str]:
    found = {"stop"} if timing.no_stop else set()
    if encoded is not None:
        for field, name in ((3, "dose"), (7, "text"), (23, "rate"), (27, "reason")):
            if encoded.is_null(field):
                found.add(name)
    return frozenset(found)

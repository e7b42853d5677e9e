"""What the words of an order say beside its structure, and what must be cleared up before it is given from paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from downtime.census.snapshot import MedicationOrder
from downtime.clinical.frequencies import Frequency, FrequencyKind, frequency, refusal
from downtime.clinical.highalert import is_high_alert
from downtime.clinical.timing import OrderTiming, PeriodUnit

ACTIVE, ON_HOLD = "active", "on hold"

AS_NEEDED = re.compile(r"(?i)\bprn\b|\bp\.r\.n\.|\bas needed\b|\bas required\b|\bwhen required\b")
_ONLY_NUMBER = re.compile(r"[0-9][0-9.,]*")
_VOLUME = re.compile(r"([0-9][0-9.,]*) ?m?[lL]")
_VOLUME_RATE = re.compile(r"([0-9][0-9.,]*) ?m?[lL] ?(?:/|per) ?(?:1 ?)?(?:h|hr|hour)")
_LONGEST_FREQUENCY = 80


def known_frequency(words: str) -> Frequency | None:
    """The frequency that a code or a few words stand for; long texts are never one."""
    return frequency(words) if words and len(words) <= _LONGEST_FREQUENCY else None


def with_flags(timing: OrderTiming) -> OrderTiming:
    """The timing with what its code, or its words alone, plainly say: STAT, once, continuous, as needed."""
    known = known_frequency(timing.code) or known_frequency(timing.text)
    kind = known.kind if known else None
    changes = {
        "one_time": timing.one_time or (kind is FrequencyKind.ONE_TIME),
        "immediate": timing.immediate or (known is not None and known.code == "STAT"),
        "continuous": timing.continuous or kind is FrequencyKind.CONTINUOUS,
        "as_needed": timing.as_needed or bool(AS_NEEDED.search(f"{timing.code} {timing.text}")),
    }
    return timing.model_copy(update=changes)


def join_steps(orders: Sequence[MedicationOrder], word: str = "then") -> MedicationOrder:
    """One order of several steps (a taper): all its words, the time from first to last, and no single frequency."""
    first = orders[0]
    doses = list(dict.fromkeys(order.dose for order in orders if order.dose))
    texts = list(dict.fromkeys(order.timing.text or order.original for order in orders))
    begun = [order.timing for order in orders if order.timing.start]
    starts = [timing.start for timing in begun if timing.start]
    stops = [order.timing.stop for order in orders]
    timing = OrderTiming(
        text=f"; {word} ".join(text for text in texts if text),
        start=min(starts) if starts else None,
        stop=None if None in stops else max(stop for stop in stops if stop),
        start_day_only=any(timing.start_day_only for timing in begun if timing.start == min(starts)),
        stop_day_only=any(order.timing.stop_day_only for order in orders),
        as_needed=any(order.timing.as_needed for order in orders),
        as_needed_reason="; ".join(dict.fromkeys(reason for o in orders if (reason := o.timing.as_needed_reason))),
        immediate=any(order.timing.immediate for order in orders),
        steps=len(orders),
    ).doubted(*(doubt for order in orders for doubt in order.timing.doubts))
    clarify = dict.fromkeys(reason for order in orders for reason in order.clarify)
    routes = list(dict.fromkeys(order.route for order in orders if order.route))
    given = [order.last_given for order in orders if order.last_given]
    return first.model_copy(
        update={
            "dose": f", {word} ".join(doses),
            "route": routes[0] if len(routes) == 1 else "; ".join(routes),
            "rate": f", {word} ".join(dict.fromkeys(order.rate for order in orders if order.rate)),
            "instructions": "; ".join(dict.fromkeys(order.instructions for order in orders if order.instructions)),
            "timing": timing,
            "clarify": tuple(clarify),
            "last_given": max(given, key=lambda dose: dose.given) if given else None,
            "original": "; ".join(dict.fromkeys(order.original for order in orders if order.original)),
        }
    )


def finished(order: MedicationOrder) -> MedicationOrder:
    """The order with its alert, the least interval that its own frequency states, and what must be clarified."""
    timing = order.timing.doubted(*_against_times(order))
    if timing.as_needed and timing.least_hours_apart is None:
        timing = timing.model_copy(update={"least_hours_apart": _interval_hours(timing)})
    return order.model_copy(
        update={
            "timing": timing,
            "high_alert": order.high_alert or is_high_alert(order.drug) is not None,
            "clarify": tuple(dict.fromkeys((*order.clarify, *_doubts(order)))),
        }
    )


def _against_times(order: MedicationOrder) -> list[str]:
    """Why no times may be printed for an order beside what its timing says."""
    found = []
    if order.status == ON_HOLD:
        found.append("on hold")
    if "\ufffd" in f"{order.timing.code} {order.timing.text}":
        found.append("a character of the frequency is damaged")
    dose, rate = _VOLUME.fullmatch(order.dose), _VOLUME_RATE.fullmatch(order.rate)
    if dose and rate and dose[1] == rate[1]:
        # A generator of synthetic patients writes "150 mL daily" for an infusion of 150 mL an hour.
        found.append(f"the dose is {order.dose}, and the rate {order.rate}: once, or without end?")
    return found


def dose_doubt(drug: str, given: str) -> str:
    """What to clear up where the record of a dose calls the medicine otherwise than its order: no word is the same."""
    ordered, recorded = (set(re.findall(r"[^\W\d_]{4,}", name.casefold())) for name in (drug, given))
    return f"a dose of “{given[:80]}” is recorded for this order" if recorded and not ordered & recorded else ""


def _interval_hours(timing: OrderTiming) -> Decimal | None:
    """Hours between two doses, where the order says "every so many hours" and nothing else beside it."""
    repeat = timing.repeat
    if repeat is not None:
        plain = repeat.frequency == 1 and repeat.frequency_max is None and repeat.period_max is None
        return repeat.period if plain and repeat.unit is PeriodUnit.HOUR else None
    known = known_frequency(timing.code)
    if known is None or known.kind is not FrequencyKind.INTERVAL or known.interval_hours is None:
        return None
    return Decimal(known.interval_hours)


def _doubts(order: MedicationOrder) -> list[str]:
    timing = order.timing
    doubts = []
    if not order.drug:
        doubts.append("no medicine is named")
    if not order.dose and not order.rate:
        doubts.append("no dose is stated")
    elif _ONLY_NUMBER.fullmatch(order.dose):
        doubts.append("the dose has no unit")
    if not order.route:
        doubts.append("no route is stated")
    if why := refusal(timing.code[:_LONGEST_FREQUENCY]):
        doubts.append(f"frequency “{timing.code}” is not safe to read: {why}")
    elif not (timing.repeat or timing.times or timing.continuous or timing.one_time or timing.steps > 1):
        known = known_frequency(timing.code) or known_frequency(timing.text)
        if known is None and not timing.as_needed:
            doubts.append("no frequency that can be read" if timing.code or timing.text else "no frequency is stated")
    if "\ufffd" in " ".join((order.drug, order.dose, order.rate, order.route, timing.code, timing.text)):
        doubts.append("a character of this order is damaged")
    if " … [cut: " in " ".join((order.drug, order.dose, order.rate, order.instructions, timing.text)):
        doubts.append("a text of this order was too long, and is cut")
    return doubts

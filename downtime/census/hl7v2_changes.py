"""An order after a message that changes it, and an order that stands several times in one message."""

from __future__ import annotations

from itertools import pairwise

from downtime.census.hl7v2_medication import Content
from downtime.census.hl7v2_order import Order
from downtime.census.order_words import join_steps
from downtime.census.snapshot import MedicationOrder


def changed(before: MedicationOrder | None, content: Content, control: str) -> MedicationOrder:
    """The order after a change: what the change leaves empty stays as it was, unless it deletes it."""
    new = content.order
    if before is None or control in ("NW", "SN", "RO", "NA"):
        return new
    kept: dict[str, object] = {}
    for name in ("drug", "dose", "route", "reason", "rate", "instructions", "ordered_by"):
        if not getattr(new, name) and name not in content.cleared:
            kept[name] = getattr(before, name)
    clarify = list(new.clarify)
    for name, other in (("dose", new.rate), ("rate", new.dose)):
        if other and kept.get(name):
            clarify.append(f"the {name} is from before the order was changed")
    if not content.timed:
        text = new.timing.text or ("" if "text" in content.cleared else before.timing.text)
        kept["timing"] = before.timing.model_copy(update={"text": text})
    else:
        changes: dict[str, object] = {}
        if new.timing.start is None:
            changes["start"] = before.timing.start
            changes["start_day_only"] = before.timing.start_day_only
        if not new.timing.text and "text" not in content.cleared and before.timing.code == new.timing.code:
            changes["text"] = before.timing.text
        if new.timing.stop is None and before.timing.stop is not None and "stop" not in content.cleared:
            changes["stop"] = before.timing.stop
            changes["stop_day_only"] = before.timing.stop_day_only
            clarify.append("the stop is from before the order was changed")
        if before.timing.as_needed and not new.timing.as_needed:
            clarify.append("before the order was changed it was as needed")
        kept["timing"] = new.timing.model_copy(update=changes)
    return new.model_copy(update={**kept, "clarify": tuple(clarify), "status": before.status})


def joined(order: Order, contents: list[Content]) -> list[str]:
    """One number several times in one message: the same again, steps one after the other, or a doubt."""
    steps = list(dict.fromkeys(content.order for content in contents))
    if len(steps) == 1 or order.medication is None:
        return []
    bounds = [(step.timing.start, step.timing.stop) for step in steps]
    follow = all(
        this[1] is not None and following[0] is not None and this[1] <= following[0]
        for this, following in pairwise(bounds)
    )
    status = order.medication.status
    order.medication = join_steps(steps, "then" if follow else "and").model_copy(update={"status": status})
    return [] if follow else ["one order number stands for several orders in one message"]

"""RXA folded into the orders of a record: when each was last given, so that nothing is given twice.

Source: HL7 v2.5.1 chapter 4, table 0322 (completion status) and table 0323 (action code).
"""

from __future__ import annotations

from datetime import timedelta

from downtime.census.hl7v2_context import Hl7Context
from downtime.census.hl7v2_order import Order
from downtime.census.hl7v2_orders import groups_of, keys_of
from downtime.census.hl7v2_parse import Message, Segment
from downtime.census.hl7v2_record import Record
from downtime.census.hl7v2_values import amount_of, unit_of, words_of
from downtime.census.order_words import dose_doubt
from downtime.census.snapshot import Dose

UNMATCHED_HOURS = 48
"""A dose without an order is told if it is so recent; longer ago it no longer matters for the next dose."""

_NOT_GIVEN = ("RE", "NA")


def apply_doses(record: Record, message: Message, context: Hl7Context) -> None:
    """The doses of a message; a dose goes to the order whose number it carries, and to no other."""
    for group in groups_of(message):
        keys = keys_of(group)
        order = record.order_of(keys) if keys else None
        for segment in group:
            if segment.name == "RXA":
                _apply(record, order, segment, message, context)


def _apply(record: Record, order: Order | None, segment: Segment, message: Message, context: Hl7Context) -> None:
    when = context.when(message, segment, 3, record.number)
    amount, fault = amount_of(segment.text(6))
    status, action = segment.text(20).upper(), segment.text(21).upper()
    shown = words_of(segment.first(5), 120)
    if when is None or when.moment is None:
        what = "a dose was given at a time that cannot be read"
        context.tell(message, "RXA-3", what, record.number, f"{shown} {segment.text(3)}")
        if order is not None:
            order.doubt_times("a dose was given at a time that cannot be read")
        return
    given = when.moment
    if order is None:
        if status not in _NOT_GIVEN and action != "D" and given > context.now - timedelta(hours=UNMATCHED_HOURS):
            what = "a dose was given for which no order stands here"
            context.tell(message, "RXA", what, record.number, f"{shown} {amount}, {given:%d %b %Y %H%M}")
        return
    if action == "D" or status in _NOT_GIVEN or (amount == "0" and not fault):
        order.doses.pop(given, None)
        return
    # 999 stands for "not known" by the standard's own note on RXA-6.
    words = "" if amount in ("999", "0") else f"{amount} {unit_of(segment.first(7))}".strip()
    if status == "PA":
        words = f"{words} (given in part)".strip()
    order.doses[given] = Dose(given=given, amount=words)
    if given > context.now:
        order.doubt_times("the last dose lies in the future")
    if order.medication is not None and (doubt := dose_doubt(order.medication.drug, shown)):
        order.doubt(doubt)
        context.tell(message, "RXA-5", doubt, record.number, order.medication.drug)

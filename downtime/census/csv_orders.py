"""The medication columns of a census CSV: one row to one order, and the rows of one order number to one order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from downtime.census.csv_columns import ORDER_MEANINGS
from downtime.census.csv_context import CsvContext
from downtime.census.csv_rows import Row
from downtime.census.csv_values import yes_no
from downtime.census.order_words import ACTIVE, ON_HOLD, join_steps, with_flags
from downtime.census.snapshot import Dose, MedicationOrder
from downtime.census.source import end_of_day, start_of_day
from downtime.clinical.timing import OrderTiming

_STATUS = {
    **dict.fromkeys(("", "active", "ordered", "verified", "in progress", "in-progress"), ACTIVE),
    **dict.fromkeys(("on hold", "on-hold", "held", "hold", "suspended"), ON_HOLD),
}
_ENDED = ("stopped", "discontinued", "dc", "d/c", "dc'd", "completed", "complete", "cancelled", "canceled", "ended",
          "expired", "entered in error", "entered-in-error", "voided", "deleted")  # fmt: skip


def order_of_row(context: CsvContext, row: Row, number: str) -> MedicationOrder | None:
    """The order of a row, or None where it has none or the order has ended (which is told)."""
    cells = {meaning: context.text(row, meaning) for meaning in ORDER_MEANINGS if meaning in context.columns}
    if not any(cells.values()):
        return None
    original = " ".join(cell for meaning, cell in cells.items() if cell and meaning not in ("order_id", "order_status"))
    status = cells.get("order_status", "").lower()
    if status in _ENDED:
        context.tell(row, "order_status", f"this order is “{status}” and is not printed", number, original)
        return None
    clarify: list[str] = []
    unsure = []
    if status not in _STATUS:
        unsure.append(f"the source calls the status of this order “{cells['order_status']}”")
    if row.short:
        unsure.append("the row of this order in the file is incomplete")
    drug = cells.get("drug", "")
    if not drug:
        context.tell(row, "drug", "an order without a medicine; it is printed to be clarified", number, original)
    timing = _timing(context, row, number, cells, unsure, clarify)
    last = _last_given(context, row, number, cells, unsure)
    return MedicationOrder(
        id=cells.get("order_id", ""),
        drug=drug,
        dose=cells.get("dose", ""),
        route=cells.get("route", ""),
        timing=with_flags(timing.doubted(*unsure)),
        reason=cells.get("reason", ""),
        rate=cells.get("rate", ""),
        instructions=cells.get("instructions", ""),
        status=_STATUS.get(status, cells.get("order_status", "")),
        ordered_by=cells.get("ordered_by", ""),
        last_given=last,
        clarify=(*unsure, *clarify),
        original=_original(context, row, cells),
    )


def _original(context: CsvContext, row: Row, cells: dict[str, str]) -> str:
    shown = ("drug", "dose", "rate", "route", "sig", "frequency", "prn_reason", "instructions")
    return " ".join(dict.fromkeys(cells[meaning] for meaning in shown if cells.get(meaning)))


def _timing(
    context: CsvContext, row: Row, number: str, cells: dict[str, str], unsure: list[str], clarify: list[str]
) -> OrderTiming:
    """The timing of a row; what is unsure about it forbids to compute times."""
    start = stop = None
    start_day = stop_day = False
    if when := context.when(row, "start", number):
        start, start_day = when.moment or start_of_day(when.day, context.zone), when.moment is None
    elif cells.get("start"):
        unsure.append(f"the start cannot be read: {cells['start']}")
    if when := context.when(row, "stop", number):
        stop, stop_day = when.moment or end_of_day(when.day, context.zone), when.moment is None
    elif cells.get("stop"):
        unsure.append(f"the stop cannot be read: {cells['stop']}")
    if start and stop and stop < start:
        clarify.append("the order stops before it starts")
    said, reason = yes_no(cells.get("prn", "")), cells.get("prn_reason", "")
    if said is None:
        # Reports also write the word itself, or the reason, into this column.
        said = True
        if cells["prn"].lower() not in ("prn", "as needed"):
            clarify.append(f"“as needed” says: {cells['prn']}")
    elif not said and reason:
        if cells.get("prn"):
            clarify.append("a reason for giving it as needed is stated, and that it is not as needed")
        said = True
    return OrderTiming(
        text=cells.get("sig", ""),
        code=cells.get("frequency", ""),
        start=start,
        stop=stop,
        start_day_only=start_day,
        stop_day_only=stop_day,
        as_needed=said,
        as_needed_reason=reason,
        most_in_24_hours=cells.get("most_in_24_hours", ""),
    )


def _last_given(context: CsvContext, row: Row, number: str, cells: dict[str, str], unsure: list[str]) -> Dose | None:
    when = context.when(row, "last_given", number)
    given: datetime | None = when.moment if when else None
    if given is None:
        if cells.get("last_given"):
            unsure.append(f"the last dose has no time that can be read: {cells['last_given']}")
        return None
    if given > context.now:
        unsure.append("the last dose lies in the future")
    return Dose(given=given, amount=cells.get("last_dose", ""))


def orders_of_rows(
    context: CsvContext, found: Sequence[tuple[Row, MedicationOrder]], number: str
) -> tuple[MedicationOrder, ...]:
    """The orders of one patient: rows with one order number and steps become one order, equal rows one."""
    groups: dict[tuple[str, int], list[tuple[Row, MedicationOrder]]] = {}
    for index, (row, order) in enumerate(found):
        stepped = order.id and context.text(row, "step")
        groups.setdefault((order.id, -1) if stepped else (order.id, index), []).append((row, order))
    orders: list[MedicationOrder] = []
    for group in groups.values():
        if len(group) == 1:
            orders.append(group[0][1])
            continue
        steps = [context.text(row, "step") for row, _ in group]
        if not all(step.isascii() and step.isdigit() for step in steps) or len(set(steps)) < len(steps):
            what = "the steps of this order are not numbered 1, 2, 3"
            context.tell(group[0][0], "step", what, number, ", ".join(steps))
            doubt = ("the order of the steps is not certain",)
            group = [(row, order.model_copy(update={"clarify": (*order.clarify, *doubt)})) for row, order in group]
        else:
            group = sorted(group, key=lambda item: int(context.text(item[0], "step")[:9]))
        orders.append(join_steps([order for _, order in group]))
    unique = list(dict.fromkeys(orders))
    ids = [order.id for order in unique if order.id]
    twice = ("another order has the same number",)
    return tuple(
        order.model_copy(update={"clarify": (*order.clarify, *twice)}) if ids.count(order.id) > 1 else order
        for order in unique
    )

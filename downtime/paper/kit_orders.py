"""The orders of a patient, each with the chart it goes on, its due times, and everything that must be said about it.

Which chart, in this order: what is given as needed goes on the as-needed chart (FHIR Dosage.asNeeded; HL7 v2 TQ1-9);
what runs continuously, or has a rate and neither dose nor frequency, on the infusion chart (ISMP: infusions with rate
and concentration on a chart of their own); what is given once on the one-time chart where the kit has one; the others
on the scheduled chart. An order that stopped before the data were taken stands in the list of all orders alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from downtime.census.order_words import ACTIVE
from downtime.census.snapshot import MedicationOrder
from downtime.clinical.due import Due, DueStatus, Schedule, Window, due_times
from downtime.clinical.strict import strict_class
from downtime.clinical.textrules import Scope, check_text, text_rules
from downtime.paper.kit_model import Chart, PlannedOrder

NOT_COMPUTED = "times not computed"
VOID = "the data are over 24 hours old, so no times are printed"


def planned_orders(
    orders: Sequence[MedicationOrder],
    *,
    window: Window,
    schedule: Schedule,
    zone: ZoneInfo,
    charts: Collection[str],
    void: bool = False,
) -> tuple[PlannedOrder, ...]:
    """Every order with its times from the moment of the data (`window.start`) on.

    `charts` are the lists that forms of the kit have rows for: an order for whose chart there is no form goes on the
    scheduled chart, and where there is none of those either it stands in the list of all orders alone. From data that
    are `void` no times are made.
    """
    return tuple(
        _planned(order, number, window, schedule, zone, charts, void) for number, order in enumerate(orders, start=1)
    )


def _planned(
    order: MedicationOrder,
    number: int,
    window: Window,
    schedule: Schedule,
    zone: ZoneInfo,
    charts: Collection[str],
    void: bool,
) -> PlannedOrder:
    last = order.last_given.given if order.last_given else None
    due = due_times(
        order.timing, window=window, schedule=schedule.for_drug(order.drug), zone=zone, last_given=last,
        strict_class=strict_class(order.drug, order.route) is not None,
    )  # fmt: skip
    held = _held(order)
    stopped = order.timing.stop is not None and due.status is DueStatus.OUTSIDE_WINDOW and due.why.startswith("stopped")
    wanted = Chart.NONE if stopped else _chart(order, due)
    chart, words = _with_form(wanted, charts)
    old = (VOID,) if void else ()
    reasons = (*held, *old, *_why(due), *order.clarify, *_gap(due), *_misread(order), *((words,) if words else ()))
    check = tuple(dict.fromkeys(reasons))
    times = () if held or void or wanted is Chart.AS_NEEDED else due.times
    return PlannedOrder(order, number, chart, due, times, check, due.notes, due.why if stopped else "")


def _chart(order: MedicationOrder, due: Due) -> Chart:
    if due.status is DueStatus.AS_NEEDED:
        return Chart.AS_NEEDED
    timing = order.timing
    unscheduled = not (timing.code or timing.repeat or timing.times or timing.one_time or order.dose)
    if due.status is DueStatus.CONTINUOUS or timing.continuous or (order.rate and unscheduled):
        return Chart.INFUSION
    if due.status is DueStatus.ONE_TIME or timing.one_time:
        return Chart.ONE_TIME
    return Chart.SCHEDULED


def _with_form(wanted: Chart, charts: Collection[str]) -> tuple[Chart, str]:
    if wanted is Chart.NONE or wanted.value in charts:
        return wanted, ""
    if wanted is Chart.ONE_TIME and Chart.SCHEDULED.value in charts:
        return Chart.SCHEDULED, ""
    if Chart.SCHEDULED.value in charts:
        return Chart.SCHEDULED, f"this kit has no chart for {_NAMES[wanted]}: take a blank one"
    return Chart.NONE, f"this kit has no chart for {_NAMES[wanted]}: take a blank one"


_NAMES = {
    Chart.SCHEDULED: "scheduled medicines",
    Chart.ONE_TIME: "one-time medicines",
    Chart.AS_NEEDED: "medicines as needed",
    Chart.INFUSION: "infusions",
}


def _held(order: MedicationOrder) -> tuple[str, ...]:
    status = order.status.strip()
    if status.casefold() == ACTIVE:
        return ()
    return (f"{status.upper()}: ask before giving",) if status else ("the state of this order is not known",)


def _why(due: Due) -> Iterable[str]:
    if due.status is DueStatus.NOT_COMPUTED:
        yield f"{NOT_COMPUTED}: {due.why}"
    elif due.status is DueStatus.AS_NEEDED and due.why:
        yield due.why
    yield from (note for note in due.notes if note.endswith((": check", ": ask")) or "check whether" in note)


def _misread(order: MedicationOrder) -> Iterable[str]:
    """What the Joint Commission's list says must not be used, in the order's own words; they print as they are."""
    texts = (
        ("medicine", order.drug, Scope.DRUGNAME), ("dose", order.dose, Scope.DOSE), ("rate", order.rate, Scope.DOSE),
        ("most in 24 h", order.timing.most_in_24_hours, Scope.DOSE), ("how often", order.timing.text, Scope.FREQUENCY),
    )  # fmt: skip
    for name, text, scope in texts:
        for hit in check_text(text, scope):
            if text_rules()[hit.rule].authority == "joint_commission":
                yield f"{name}: “{hit.matched}” can be misread as {hit.misread}"


def _gap(due: Due) -> Iterable[str]:
    if due.gap_words:
        yield due.gap_words


def times_before(planned: PlannedOrder, moment: datetime) -> frozenset[datetime]:
    """The due times that had passed when the kit was printed: nobody knows from the data whether they were given."""
    return frozenset(time for time in planned.times if time.timestamp() < moment.timestamp())

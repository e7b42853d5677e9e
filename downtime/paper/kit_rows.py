"""The words of one order on one sheet: what stands in its row, and in full in the list of all orders."""

from __future__ import annotations

from datetime import datetime

from downtime.clinical.due import DueStatus
from downtime.clinical.due_clock import utc
from downtime.clinical.frequencies import frequency
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_model import Chart, MarDay, PlannedOrder
from downtime.paper.kit_values import Value, plain_number
from downtime.paper.surroundings import date_text

CHECK = "CHECK ORDER"
NOT_IN_DATA = "not in the data"

_CHARTS = {
    Chart.SCHEDULED: "scheduled",
    Chart.ONE_TIME: "one time",
    Chart.AS_NEEDED: "as needed",
    Chart.INFUSION: "infusion",
    Chart.NONE: "on no chart",
}


def order_values(planned: PlannedOrder, hours: KitHours, day: MarDay | None = None) -> dict[str, Value]:
    """The values of an order's row; `day` is the day of the sheet, where it has one."""
    order, timing = planned.order, planned.order.timing
    last = order.last_given
    rate = order.rate
    return {
        "order.number": str(planned.number),
        "order.drug": order.drug or "medicine not named",
        "order.dose": order.dose or (rate if planned.chart is not Chart.INFUSION else ""),
        "order.route": order.route,
        "order.frequency": frequency_words(planned),
        "order.at": _at(planned, hours, day),
        "order.reason": order.reason or timing.as_needed_reason,
        "order.hold": order.instructions,
        "order.start": _bound(timing.start, timing.start_day_only, hours),
        "order.stop": _bound(timing.stop, timing.stop_day_only, hours),
        "order.rate": rate,
        "order.by": order.ordered_by,
        "order.last_date": date_text(_local(last.given, hours)) if last else NOT_IN_DATA,
        "order.last_time": f"{_local(last.given, hours):%H%M}" if last else "",
        "order.last_at": short_moment(last.given, hours, year=True) if last else NOT_IN_DATA,
        "order.last_dose": (last.amount or "dose not stated") if last else "",
        "order.last_from": (last.source or f"data {_local(hours.taken_at, hours):%H%M}") if last else "",
        "order.hours_apart": plain_number(timing.least_hours_apart) if timing.least_hours_apart else "",
        "order.most": timing.most_in_24_hours or "not stated: ask",
        "order.earliest": short_moment(planned.due.earliest_next, hours) if planned.due.earliest_next else "",
        "order.words": _words(planned, hours, day),
        "order.chart": _CHARTS[planned.chart],
        "order.text": order_text(planned, hours),
    }


def frequency_words(planned: PlannedOrder) -> str:
    """How often, as the order says it in words; a code alone in the words that it is known to stand for."""
    timing = planned.order.timing
    if timing.text:
        return timing.text
    known = frequency(timing.code) if timing.code else None
    if known is not None and "____" not in known.printed:
        return known.printed
    if timing.code:
        return timing.code
    return "as needed" if planned.chart is Chart.AS_NEEDED else "not stated"


def short_moment(moment: datetime, hours: KitHours, *, year: bool = False) -> str:
    """A moment by the hospital's clock as ``16 NOV 0440``, with the year where asked."""
    local = _local(moment, hours)
    day = date_text(local)
    return f"{day if year else day[:6]} {local:%H%M}"


def due_text(moment: datetime, hours: KitHours) -> str:
    """A due time in its box: the clock time, with the zone where that hour comes twice.

    A question mark where it had passed when the kit was printed: the dose may have been given after the data.
    """
    local = _local(moment, hours)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    passed = utc(moment) < utc(hours.made_at)
    return f"{local:%H%M}" + (f" {local.tzname()}" if twice else "") + ("?" if passed else "")


def times_of(planned: PlannedOrder, day: MarDay | None) -> tuple[datetime, ...]:
    """The order's times, or those of one day."""
    if day is None:
        return planned.times
    return tuple(time for time in planned.times if day.start <= utc(time) < day.end)


def _local(moment: datetime, hours: KitHours) -> datetime:
    return moment.astimezone(hours.zone)


def _bound(moment: datetime | None, day_only: bool, hours: KitHours) -> str:
    if moment is None or moment.year <= 1900 or moment.year >= 9990:
        return ""
    return date_text(_local(moment, hours))[:6] if day_only else short_moment(moment, hours)


def _clock_times(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> str:
    return ", ".join(due_text(time, hours) for time in times_of(planned, day))


def _at(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> Value:
    """The day's times and what is to be known of them; shorter where there is no room, and then it says so."""
    times = _clock_times(planned, hours, day)
    if not times:
        return ""
    said = [*planned.check, *(note for note in planned.notes if note not in planned.check)]
    if not said:
        return times
    more = f"{times} · {CHECK if planned.check else 'see'} line {planned.number} of the list"
    return (
        f"{times} · {'; '.join(said)}",
        f"{times} · {planned.check[0]}, line {planned.number}" if planned.check else more,
        more,
    )


def _words(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> Value:
    """What stands where times would stand: why there are none."""
    said = [*planned.check, *(note for note in planned.notes if note not in planned.check)]
    if not planned.times and planned.due.status is DueStatus.OUTSIDE_WINDOW and planned.due.why:
        said.insert(0, planned.due.why)
    elif planned.times and not times_of(planned, day):
        coming = [time for time in planned.times if day is None or utc(time) >= day.end]
        said.insert(0, f"next due {short_moment(coming[0], hours)}" if coming else "not due on this day")
    start = f"{CHECK}: " if planned.check else ""
    whole = start + "; ".join(said)
    brief = f"{start}{said[0]} (all: line {planned.number} of the list)" if said else ""
    return whole, brief, f"{start or 'See '}line {planned.number} of the list of orders"


def order_text(planned: PlannedOrder, hours: KitHours) -> str:
    """The whole order in words, for the list of all orders: nothing of it is left out."""
    order, timing = planned.order, planned.order.timing
    parts = []
    if planned.check:
        parts.append(f"{CHECK}: {'; '.join(planned.check)}.")
    times = _clock_times(planned, hours, None)
    if times:
        parts.append(f"Due {times} ({planned.due.anchor or 'as ordered'}).")
    elif planned.due.status is DueStatus.OUTSIDE_WINDOW and planned.due.why:
        parts.append(f"{planned.due.why[0].upper()}{planned.due.why[1:]}.")
    notes = [note for note in planned.notes if note not in planned.check]
    if notes:
        parts.append(f"{'; '.join(notes)[0].upper()}{'; '.join(notes)[1:]}.")
    if planned.due.earliest_next:
        parts.append(f"Earliest next {short_moment(planned.due.earliest_next, hours)}, {planned.due.anchor}.")
    told = [
        ("for", order.reason or timing.as_needed_reason),
        ("rate", order.rate),
        ("instructions", order.instructions),
        ("at least hours apart", plain_number(timing.least_hours_apart) if timing.least_hours_apart else ""),
        ("most in 24 h", timing.most_in_24_hours),
        ("start", _bound(timing.start, timing.start_day_only, hours)),
        ("stop", _bound(timing.stop, timing.stop_day_only, hours)),
        ("ordered by", order.ordered_by),
        ("order", order.id),
    ]
    parts += ["; ".join(f"{name} {text}" for name, text in told if text) + "."] if any(t for _, t in told) else []
    original = order.original or timing.text or timing.code
    parts.append(f"As written: “{original}”." if original else "Nothing more was written.")
    return " ".join(parts)

"""The words of one order on one sheet: what stands in its row, and in full in the list of all orders."""

from __future__ import annotations

import re
from datetime import datetime

from downtime.clinical.due import DueStatus
from downtime.clinical.due_clock import utc
from downtime.clinical.frequencies import frequency
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_model import Chart, MarDay, PlannedOrder
from downtime.paper.kit_values import Value, plain_number
from downtime.paper.surroundings import date_text

CHECK, CHECK_ALSO = "CHECK ORDER", "CHECK"
"""The mark of an order without times, and of one whose times are printed and have something about them."""

NOT_IN_DATA = "not in the data"

_RATE = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)? ?([A-Za-z%µ/]+)")

_HOLD_IF = re.compile(r"(?i)hold if ")

# Where the whole word has no room; each means one route alone, and none is on ISMP's list of what is misread.
_SHORT_ROUTES = {
    "subcutaneous": "subcut", "subcutaneously": "subcut", "intravenous": "IV", "intravenously": "IV",
    "intramuscular": "IM", "intramuscularly": "IM", "oral": "PO", "orally": "PO", "by mouth": "PO",
}  # fmt: skip

_INTO_A_VEIN = ("iv", "intravenous", "intravenously")

_CHARTS = {
    Chart.SCHEDULED: "scheduled",
    Chart.ONE_TIME: "one time",
    Chart.AS_NEEDED: "as needed",
    Chart.INFUSION: "infusion",
    Chart.NONE: "on no chart",
}


def order_values(
    planned: PlannedOrder, hours: KitHours, day: MarDay | None = None, *, in_list: bool = False
) -> dict[str, Value]:
    """The values of an order's row; `day` is the day of the sheet, where it has one.

    `in_list` is for the list of all orders, where every text prints in full.
    """
    order, timing = planned.order, planned.order.timing
    last = order.last_given
    rate = order.rate
    see = (f"see list, line {planned.number}", f"list, line {planned.number}", f"list {planned.number}")

    def whole(*texts: str) -> Value:
        # A dose that is cut can be read as another dose: it prints whole, or points to the list.
        return (*dict.fromkeys(texts), *see) if texts[0] and not in_list else texts[0]

    return {
        "order.drug": whole(order.drug or "medicine not named"),
        "order.dose": whole(order.dose or (rate if in_list or planned.chart is not Chart.INFUSION else "")),
        "order.route": whole(order.route, _SHORT_ROUTES.get(order.route.casefold(), order.route)),
        "order.frequency": whole(frequency_words(planned)),
        "order.at": _at(planned, hours, day),
        "order.reason": order.reason or timing.as_needed_reason,
        "order.hold": _hold(order.instructions),
        "order.start": _bound(timing.start, timing.start_day_only, hours),
        "order.stop": _bound(timing.stop, timing.stop_day_only, hours),
        "order.rate": whole(rate),
        "order.rate_unit": rate_unit(rate),
        "order.by": order.ordered_by,
        "order.last_date": _day(last.given, hours) if last else (NOT_IN_DATA, "no data"),
        "order.last_time": f"{_local(last.given, hours):%H%M}" if last else "",
        "order.last_at": (short_moment(last.given, hours, year=True), short_moment(last.given, hours))
        if last
        else NOT_IN_DATA,
        "order.last_dose": whole(last.amount or "dose not stated") if last else "",
        "order.last_from": (last.source or "census") if last else "",
        "order.hours_apart": plain_number(timing.least_hours_apart) if timing.least_hours_apart else "",
        "order.most": whole(timing.most_in_24_hours or "not stated: ask"),
        "order.earliest": short_moment(planned.due.earliest_next, hours) if planned.due.earliest_next else "",
        "order.words": _words(planned, hours, day),
        "order.chart": _CHARTS[planned.chart],
        "order.text": order_text(planned, hours),
    }


def rate_unit(rate: str) -> Value:
    """The unit of a rate such as ``0.08 mcg/kg/min``, else “other”; nothing where it is not a figure and a unit."""
    found = _RATE.fullmatch(rate.strip())
    return (found[1], "other") if found else ""


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


def _hold(instructions: str) -> Value:
    """Instructions in the place for when to hold a dose; where that is too small, over the hours of the row alone."""
    if not instructions:
        return ""
    found = _HOLD_IF.match(instructions)
    return (instructions[found.end() :] if found else instructions, "see right")


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


def _day(moment: datetime, hours: KitHours) -> tuple[str, str]:
    day = date_text(_local(moment, hours))
    return day, day[:6]


def _local(moment: datetime, hours: KitHours) -> datetime:
    return moment.astimezone(hours.zone)


def _bound(moment: datetime | None, day_only: bool, hours: KitHours) -> tuple[str, ...]:
    """A start or stop, with its hour where there is room; one that falls into the kit's hours always has it."""
    if moment is None or moment.year <= 1900 or moment.year >= 9990:
        return ()
    day = date_text(_local(moment, hours))
    if day_only:
        return (day, day[:6])
    exact = short_moment(moment, hours)
    inside = utc(hours.taken_at) <= utc(moment) < max(hours.ends, hours.void_at)
    return (exact, day[:6]) if inside else (short_moment(moment, hours, year=True), exact, day[:6])


def _clock_times(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> str:
    return ", ".join(due_text(time, hours) for time in times_of(planned, day))


def _at(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> Value:
    """The day's times; where they are too many for their place, how many: each stands over its own box as well."""
    times = _clock_times(planned, hours, day)
    return (times, f"{times.count(',') + 1} times, see boxes") if times else ""


def _words(planned: PlannedOrder, hours: KitHours, day: MarDay | None) -> Value:
    """What stands in the hours without a dose: why there is none, and what must be checked or known of the order."""
    said = [*planned.check, *(note for note in planned.notes if note not in planned.check)]
    said += [planned.order.instructions] if planned.order.instructions else []
    route = planned.order.route
    if planned.chart is Chart.INFUSION and route and route.casefold() not in _INTO_A_VEIN:
        said.insert(0, f"route {route}")  # the chart of infusions has no other place for it
    if planned.chart is Chart.INFUSION and planned.order.reason:
        said.append(f"for {planned.order.reason}")
    if not planned.times and planned.due.status is DueStatus.OUTSIDE_WINDOW and planned.due.why:
        said.insert(0, planned.due.why)
    elif planned.times and not times_of(planned, day):
        coming = [time for time in planned.times if day is None or utc(time) >= day.end]
        said.insert(0, f"next due {short_moment(coming[0], hours)}" if coming else "not due on this day")
    if not said:
        return ""
    tag = "" if not planned.check else f"{CHECK}: " if not times_of(planned, day) else f"{CHECK_ALSO}: "
    line, short = f"list, line {planned.number}", [_brief(text, hours) for text in said]
    most = [f"{tag}{'; '.join(short[:count])}; all: {line}" for count in range(len(said) - 1, 0, -1)]
    return f"{tag}{'; '.join(said)}", f"{tag}{'; '.join(short)}", *most, f"{tag}see {line}", f"{tag}{line}"


def _brief(text: str, hours: KitHours) -> str:
    """A note without the year of its dates, and without “check”, which stands before it in black."""
    return text.replace(f" {_local(hours.made_at, hours).year} ", " ").removesuffix(": check")


def order_text(planned: PlannedOrder, hours: KitHours) -> str:
    """The rest of an order in words, for the list of all orders: with its own fields there, nothing is left out."""
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
        ("start", "".join(_bound(timing.start, timing.start_day_only, hours)[:1])),
        ("stop", "".join(_bound(timing.stop, timing.stop_day_only, hours)[:1])),
        ("ordered by", order.ordered_by),
        ("order", order.id),
    ]
    rest = "; ".join(f"{name} {text}" for name, text in told if text)
    if rest:
        parts.append(f"{rest[0].upper()}{rest[1:]}.")
    original = order.original or timing.text or timing.code
    parts.append(f"As written: “{original}”." if original else "Nothing more was written.")
    return " ".join(parts)

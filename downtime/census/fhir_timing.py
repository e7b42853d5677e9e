"""FHIR Timing to the timing of an order: what the source said, and doubts where something of it does not fit."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from downtime.census.fhir_values import (
    Json,
    number,
    part,
    parts,
    quantity,
    raw,
    shown_number,
    span,
    text,
    texts,
    unit,
    when,
)
from downtime.census.order_words import AS_NEEDED
from downtime.census.source import end_of_day, start_of_day
from downtime.clinical.due_agree import agreed
from downtime.clinical.due_rhythm import Rhythm
from downtime.clinical.timing import OrderTiming, PeriodUnit, Repeat

_MOST_EVENTS = 200
_LARGEST = Decimal(10_000)
_MOST_CODINGS = 20
_HOURS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Decimal(1)),
    **dict.fromkeys(("d", "day", "days"), Decimal(24)),
    **dict.fromkeys(("wk", "week", "weeks"), Decimal(168)),
}  # fmt: skip
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def timing_of(instruction: Json, zone: ZoneInfo) -> tuple[OrderTiming, str]:
    """The timing of one dosage instruction without its PRN part, and words that have no place in it."""
    doubts: list[str] = []
    timing = part(instruction, "timing")
    repeat = part(timing, "repeat")
    bounds = _bounds(repeat, zone, doubts)
    times = []
    for event in texts(timing, "event")[:_MOST_EVENTS]:
        moment = when(event, zone)
        if moment is None or moment.moment is None:
            doubts.append(f"a moment of the order cannot be read: {event}")
        else:
            times.append(moment.moment)
    read = _repeat(repeat, doubts) if repeat else None
    return (
        OrderTiming(
            text=text(instruction, "text"),
            code=_code(part(timing, "code"), doubts),
            repeat=read,
            times=tuple(times),
            start=bounds[0],
            stop=bounds[1],
            start_day_only=bounds[2],
            stop_day_only=bounds[3],
            one_time=read is not None and read.count == 1 and read.count_max is None and not (read.frequency or 1) > 1,
            lasts_hours=_lasting(repeat, bounds[1] is not None, doubts),
        ).doubted(*doubts),
        _further_words(repeat),
    )


def _code(code: Json, doubts: list[str]) -> str:
    """The coded frequency: what can be read of its codes and words, the codes of HL7's own abbreviations first.

    Systems carry keys of their own tables here (a bare number beside "Every 8 hours"), so that words count before them.
    """
    codings = parts(code, "coding")[:_MOST_CODINGS]
    own = [item for item in codings if raw(item, "system").endswith(("GTSAbbreviation", "v2-0335"))]
    said = [shown for item in own if (shown := text(item, "code", 80))]
    said += [shown for shown in (text(code, "text", 200), *(text(item, "display", 200) for item in codings)) if shown]
    said += [shown for item in codings if (shown := text(item, "code", 80)) and not shown.isdigit()]
    rhythms = {shown: _rhythm(shown) for shown in dict.fromkeys(said)}
    read = {shown: rhythm for shown, rhythm in rhythms.items() if rhythm is not None}
    if len(set(read.values())) > 1:
        doubts.append(f"the frequency is coded in two ways: {' and '.join(read)[:200]}")
    needed = [shown for shown in read if AS_NEEDED.search(shown)]
    return next(iter((*needed, *read, *said)), text(codings[0], "code", 80) if codings else "")


@lru_cache(maxsize=2_000)
def _rhythm(shown: str) -> Rhythm | None:
    """The rhythm that a code or a few words stand for, as far as it can be compared with another's."""
    return agreed(OrderTiming(code=shown)).rhythm


def _lasting(repeat: Json, has_stop: bool, doubts: list[str]) -> Decimal | None:
    """For how many hours the order lasts, where a length is stated and it is one."""
    length = part(repeat, "boundsDuration")
    if not length and not part(repeat, "boundsRange"):
        return None
    amount, each = number(length.get("value")), _HOURS.get(unit(length).lower())
    if amount is not None and each and 0 < amount <= _LARGEST and not raw(length, "comparator"):
        return amount * each
    if not has_stop:
        doubts.append("the order has a length and no stop; see its words")
    return None


def _bounds(repeat: Json, zone: ZoneInfo, doubts: list[str]) -> tuple[datetime | None, datetime | None, bool, bool]:
    """Start and stop, and whether each names a day only."""
    period = part(repeat, "boundsPeriod")
    start = stop = None
    start_day = stop_day = False
    if "start" in period:
        if (moment := when(period["start"], zone)) is None:
            doubts.append("the start of the order cannot be read")
        else:
            start, start_day = moment.moment or start_of_day(moment.day, zone), moment.moment is None
    if "end" in period:
        if (moment := when(period["end"], zone)) is None:
            doubts.append("the stop of the order cannot be read")
        else:
            # FHIR's Period includes the whole last day where only a day is named.
            stop, stop_day = moment.moment or end_of_day(moment.day, zone), moment.moment is None
    if start and stop and stop < start:
        doubts.append("the order stops before it starts")
    return start, stop, start_day, stop_day


def _repeat(repeat: Json, doubts: list[str]) -> Repeat | None:
    """The structured frequency; None, and a doubt, where a part of it has no place here."""
    before = len(doubts)
    unit = raw(repeat, "periodUnit")
    known = [item.value for item in PeriodUnit]
    if unit and unit not in known:
        doubts.append(f"the unit of the period is “{unit[:20]}”")
    days = tuple(day.lower() for day in texts(repeat, "dayOfWeek"))
    if not set(days) <= set(_DAYS):
        doubts.append("a day of the week cannot be read")
    read = {
        "frequency": _whole(repeat, "frequency", doubts),
        "frequency_max": _whole(repeat, "frequencyMax", doubts),
        "period": _decimal(repeat, "period", doubts),
        "period_max": _decimal(repeat, "periodMax", doubts),
        "unit": PeriodUnit(unit) if unit in known else None,
        "days_of_week": days,
        "times_of_day": tuple(_clock(shown, doubts) for shown in texts(repeat, "timeOfDay")),
        "when": texts(repeat, "when"),
        "offset_minutes": _whole(repeat, "offset", doubts),
        "count": _whole(repeat, "count", doubts),
        "count_max": _whole(repeat, "countMax", doubts),
    }
    if read["period"] is not None and read["unit"] is None:
        doubts.append("the period has no unit")
    if len(doubts) > before:
        return None
    found = Repeat.model_validate(read)
    return None if found == Repeat() else found


def _whole(repeat: Json, key: str, doubts: list[str]) -> int | None:
    if key not in repeat:
        return None
    found = number(repeat[key])
    least = 0 if key == "offset" else 1
    if found is None or not least <= found <= _LARGEST or found != found.to_integral_value():
        doubts.append(f"the {key} of the timing cannot be read")
        return None
    return int(found)


def _decimal(repeat: Json, key: str, doubts: list[str]) -> Decimal | None:
    if key not in repeat:
        return None
    found = number(repeat[key])
    if found is None or not 0 < found <= _LARGEST:
        doubts.append(f"the {key} of the timing cannot be read")
        return None
    return found


def _clock(shown: str, doubts: list[str]) -> str:
    """A time of the day as four digits; FHIR writes 09:00:00."""
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(:[0-5][0-9](\.[0-9]+)?)?", shown[:20])
    if match is None:
        doubts.append("a time of the day cannot be read")
        return ""
    return match[1] + match[2]


def _further_words(repeat: Json) -> str:
    """How long each dose takes, and how long the order lasts, in words."""
    words = []
    units = text(repeat, "durationUnit", 20)
    if lasting := shown_number(repeat.get("duration")):
        longest = shown_number(repeat.get("durationMax"))
        words.append(f"over {lasting} {f'to {longest} ' if longest else ''}{units}".strip())
    for key in ("boundsDuration", "boundsRange"):
        bound = part(repeat, key)
        if shown := quantity(bound) or span(bound):
            words.append(f"for {shown}")
    return "; ".join(words)

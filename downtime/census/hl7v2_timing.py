"""TQ1, and the older TQ of ORC-7 and RXE-1, to the timing of an order: what was said, and doubts where it does not fit.

Sources: HL7 v2.5.1 chapter 4 (TQ1), v2.3 chapter 4 (TQ), table 0335 (repeat pattern), table 0485 (priority).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from downtime.census.hl7v2_parse import Element, Segment
from downtime.census.hl7v2_values import amount_of, moment_of, quantity_of
from downtime.census.order_words import known_frequency
from downtime.census.source import end_of_day, start_of_day
from downtime.clinical.timing import OrderTiming, PeriodUnit, Repeat

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):?([0-5][0-9])(?::?[0-5][0-9])?(?:\.[0-9]+)?")
_LENGTH = re.compile(r"([SMHDWL])([0-9]{1,4})")
_LENGTH_IN_WORDS = re.compile(r"([0-9]{1,4}) ?([A-Za-z]{1,8})")
_HOURS = {
    **dict.fromkeys(("h", "hr", "hour"), Decimal(1)), **dict.fromkeys(("d", "day"), Decimal(24)),
    **dict.fromkeys(("w", "wk", "week"), Decimal(168)), **dict.fromkeys(("min", "minute"), Decimal(1) / 60),
}  # fmt: skip
_LENGTH_WORDS = {"S": "seconds", "M": "minutes", "H": "hours", "D": "days", "W": "weeks", "L": "months"}
_PERIOD_UNITS = {
    "min": PeriodUnit.MINUTE, "h": PeriodUnit.HOUR, "hr": PeriodUnit.HOUR, "hour": PeriodUnit.HOUR,
    "hours": PeriodUnit.HOUR, "d": PeriodUnit.DAY, "day": PeriodUnit.DAY, "days": PeriodUnit.DAY,
    "wk": PeriodUnit.WEEK, "week": PeriodUnit.WEEK, "weeks": PeriodUnit.WEEK,
}  # fmt: skip
_PRN = re.compile(r"(?i)prn[\s*_-]*(?P<after>.*)|(?P<before>.+?)[\s*_-]+prn")
_AS_NEEDED = re.compile(r"(?i)(?:prn|as needed|when required)\b[\s:,-]*(?:for\s+)?")
_MOST_TIMES = 48


_NOTHING = OrderTiming()


@dataclass(slots=True)
class Timing:
    """One order's timing as its segments say it; `words` belong to the instruction, `extra` beside it."""

    timing: OrderTiming = _NOTHING
    words: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    said: bool = False
    no_stop: bool = False


@dataclass(slots=True)
class _Parts:
    """What TQ1 and TQ have in common."""

    patterns: list[Element]
    clocks: list[str]
    start: str
    stop: str
    priority: str
    condition: str
    words: str
    length: str
    each: str
    count: str
    stop_is_null: bool = False


def timing_of(segments: Sequence[Segment], old: Sequence[Element], zone: ZoneInfo) -> Timing:
    """The timing of an order from its TQ1 segments, or where it has none from the repetitions of an old TQ."""
    steps = [_of_tq1(segment) for segment in segments] or [_of_tq(element) for element in old]
    found = [_step(parts, zone) for parts in steps]
    if len(found) < 2:
        return found[0] if found else Timing()
    return _several(found)


def _of_tq1(segment: Segment) -> _Parts:
    return _Parts(
        patterns=list(segment.all(3)),
        clocks=[element.text(1, limit=40) for element in segment.all(4)],
        start=segment.first(7).part(1),
        stop=segment.first(8).part(1),
        priority=segment.text(9),
        condition=segment.first(10).whole(300),
        words=segment.first(11).whole(300),
        length=quantity_of(segment.first(6)),
        each=quantity_of(segment.first(13)),
        count=segment.text(14),
        stop_is_null=segment.is_null(8),
    )


def _of_tq(element: Element) -> _Parts:
    interval = element.component(2)
    clocks = [clock for clock in interval.text(2, limit=200).split(",") if clock]
    return _Parts(
        patterns=[interval] if interval.text(1) else [],
        clocks=clocks,
        start=element.part(4),
        stop=element.part(5),
        priority=element.text(6, limit=20),
        condition=element.text(7, limit=300),
        words=element.text(8, limit=300),
        length=element.text(3, limit=40),
        each=quantity_of(element.component(11)),
        count=element.text(12, limit=20),
    )


def _step(parts: _Parts, zone: ZoneInfo) -> Timing:
    found = Timing(said=bool(parts.patterns or parts.clocks or parts.start or parts.stop), no_stop=parts.stop_is_null)
    doubts = found.doubts
    code, as_needed = _code(parts.patterns, doubts)
    count, lasts = _count_and_length(parts, found)
    clocks = tuple(_clock(clock, doubts) for clock in parts.clocks[:_MOST_TIMES])
    if len(parts.clocks) > _MOST_TIMES:
        doubts.append(f"the order has {len(parts.clocks)} times of the day, of which {_MOST_TIMES} were read")
    repeat = _repeat(parts.patterns, clocks, count)
    start, start_day = _moment(parts.start, zone, "start", doubts)
    stop, stop_day = _moment(parts.stop, zone, "stop", doubts)
    if start and stop and stop < start:
        doubts.append("the order stops before it starts")
    reason = ""
    if parts.condition:
        match = _AS_NEEDED.match(parts.condition)
        as_needed = as_needed or match is not None or parts.priority.upper() == "PRN"
        if as_needed:
            reason = parts.condition[match.end() :] if match else parts.condition
        else:
            found.extra.append(f"condition: {parts.condition}")
            doubts.append("the order has a condition; see its words")
    if parts.words:
        found.words.append(parts.words)
    if parts.each:
        found.extra.append(f"over {parts.each}")
    found.timing = OrderTiming(
        code=code,
        repeat=repeat,
        start=start,
        stop=stop,
        start_day_only=start_day,
        stop_day_only=stop_day,
        as_needed=as_needed or parts.priority.upper() == "PRN",
        as_needed_reason=reason,
        continuous=code.upper() == "C",
        one_time=count == 1,
        immediate=parts.priority.upper() in ("S", "STAT"),
        lasts_hours=lasts,
    ).doubted(*doubts)
    return found


def _code(patterns: list[Element], doubts: list[str]) -> tuple[str, bool]:
    """The repeat pattern as it came, without the PRN that stands in or beside it, which is given apart."""
    codes, as_needed = [], False
    for element in patterns:
        code = element.text(1, limit=80) or element.text(1, 2, limit=80)
        match = _PRN.fullmatch(code)
        rest = (match["after"] or match["before"] or "") if match else code
        if match and (not rest or known_frequency(rest) or re.fullmatch(r"(?i)q[0-9]{1,3}[smhdw]", rest)):
            as_needed = True
            code = rest
        if code:
            codes.append(code)
        if any(element.text(place) for place in (2, 3, 4, 8, 9, 10, 11)):
            doubts.append(f"the frequency has parts that are not read: {element.whole(100)}")
    codes = list(dict.fromkeys(codes))
    if len(codes) > 1:
        doubts.append("several frequencies are stated")
    return ", ".join(codes), as_needed


def _repeat(patterns: list[Element], clocks: tuple[str, ...], count: int | None) -> Repeat | None:
    clocks = tuple(clock for clock in clocks if clock)
    period, unit = None, None
    if len(patterns) == 1:
        shown, fault = amount_of(patterns[0].text(5, limit=20))
        unit = _PERIOD_UNITS.get(patterns[0].text(6, limit=20).lower())
        period = shown.replace(",", "") if shown and not fault and unit and shown != "0" else None
    if period is None and not clocks and count is None:
        return None
    known = {"period": period, "unit": unit, "frequency": 1} if period else {}
    return Repeat.model_validate({**known, "times_of_day": clocks, "count": count})


def _count_and_length(parts: _Parts, found: Timing) -> tuple[int | None, Decimal | None]:
    """How often in all (an old TQ writes it as X3), and for how many hours."""
    said, lasts = parts.count, None
    length = parts.length.strip()
    if times := re.fullmatch(r"X([0-9]{1,4})", length):
        said = said or times[1]
    elif length and length.upper() != "INDEF":
        old, new = _LENGTH.fullmatch(length), _LENGTH_IN_WORDS.fullmatch(length)
        amount, unit = (old[2], _LENGTH_WORDS[old[1]]) if old else (new[1], new[2].lower()) if new else ("", "")
        shown = f"for {int(amount)} {unit}" if old else f"for {length}"
        found.extra.append(shown)
        hours = _HOURS.get(unit) or _HOURS.get(unit.removesuffix("s"))
        lasts = Decimal(amount) * hours if hours and Decimal(amount) else None
        if lasts is None and not parts.stop.strip():
            found.doubts.append(f"the order is {shown} and has no stop")
    if not said:
        return None, lasts
    if re.fullmatch(r"[0-9]{1,4}", said) and int(said):
        return int(said), lasts
    found.doubts.append(f"the number of doses is “{said[:40]}”")
    return None, lasts


def _clock(said: str, doubts: list[str]) -> str:
    match = _CLOCK.fullmatch(said.strip())
    if match is None:
        doubts.append(f"a time of the day cannot be read: {said[:40]}")
        return ""
    return match[1] + match[2]


def _moment(said: str, zone: ZoneInfo, which: str, doubts: list[str]) -> tuple[datetime | None, bool]:
    """A bound of the order, and whether it is a day without an hour."""
    if not said.strip() or said.strip() == '""':
        return None, False
    when = moment_of(said, zone)
    if when is None:
        doubts.append(f"the {which} cannot be read: {said.strip()[:40]}")
        return None, False
    if when.doubt:
        doubts.append(f"the {which}: {when.doubt}")
    if when.moment is not None:
        return when.moment, False
    return (end_of_day if which == "stop" else start_of_day)(when.day, zone), True


def _several(found: list[Timing]) -> Timing:
    """Several timings of one order: steps, or doses at once. No single frequency is true, so only words are left."""
    doubts = [doubt for step in found for doubt in step.doubts]
    shown = [", ".join(part for part in (step.timing.code, *step.words, *step.extra) if part) for step in found]
    begun = [step.timing for step in found if step.timing.start]
    starts = [timing.start for timing in begun if timing.start]
    stops = [step.timing.stop for step in found]
    timing = OrderTiming(
        start=min(starts) if starts else None,
        stop=None if None in stops else max(stop for stop in stops if stop),
        start_day_only=any(timing.start_day_only for timing in begun if timing.start == min(starts)),
        stop_day_only=any(step.timing.stop_day_only for step in found),
        as_needed=any(step.timing.as_needed for step in found),
        as_needed_reason="; ".join(dict.fromkeys(why for s in found if (why := s.timing.as_needed_reason))),
        immediate=any(step.timing.immediate for step in found),
        steps=len(found),
    ).doubted(*doubts)
    words = ["; ".join(dict.fromkeys(part for part in shown if part))] if any(shown) else []
    return Timing(timing, words, [], list(dict.fromkeys(doubts)), said=True)

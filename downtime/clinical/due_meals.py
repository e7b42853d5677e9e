"""Doses tied to meals and sleep: FHIR's `when` codes (R4 value set event-timing) and HL7 v2 table 0335's meal codes.

FHIR leaves their hours to "institution convention", so that only the department's own times are used: breakfast, lunch
and dinner are its three times before, with or after meals, in that order. "Evening", "noon" or "on waking" have no
time in any department's table and are not given one.
"""

from __future__ import annotations

from dataclasses import replace

from downtime.clinical.clock import MINUTES_A_DAY, hhmm, minutes
from downtime.clinical.due_rhythm import Beat, Rhythm, Unread
from downtime.clinical.due_schedule import Schedule
from downtime.clinical.frequencies import FREQUENCIES

_SIMPLE = {
    frozenset({"AC"}): "AC", frozenset({"PC"}): "PC", frozenset({"C"}): "WITHMEALS", frozenset({"HS"}): "BEDTIME",
    frozenset({"AC", "HS"}): "ACHS", frozenset({"MORN"}): "QAM",
    frozenset({"ACM", "ACD", "ACV"}): "AC", frozenset({"PCM", "PCD", "PCV"}): "PC",
    frozenset({"CM", "CD", "CV"}): "WITHMEALS",
}  # fmt: skip
_MEALS = {"M": "breakfast", "D": "lunch", "V": "dinner"}
_RELATIONS = {"AC": ("before", "AC"), "PC": ("after", "PC"), "C": ("with", "WITHMEALS")}
_EVENTS: dict[str, tuple[str, str, int]] = {
    f"{relation}{meal}": (f"{word} {_MEALS[meal]}", code, at)
    for at, meal in enumerate("MDV")
    for relation, (word, code) in _RELATIONS.items()
}
_IN_ORDER = {code: at for at, code in enumerate((*_EVENTS, "HS"))}
_WORDS = {
    "HS": "at bedtime", "MORN": "in the morning", "AC": "before meals", "PC": "after meals", "C": "with meals",
    "NOON": "at noon", "AFT": "in the afternoon", "EVE": "in the evening", "NIGHT": "at night", "WAKE": "on waking",
    "PHS": "after going to sleep",
}  # fmt: skip


def meal_code(code: str) -> Rhythm | None:
    """Read a meal code of HL7 v2, such as ACM (before breakfast), or give nothing where it is none."""
    found = at_events((code,), 0) if code in _EVENTS else None
    return found if isinstance(found, Rhythm) else None


def at_events(when: tuple[str, ...], offset_minutes: int) -> Rhythm | Unread:
    """Give the rhythm of `when` codes, each a dose a day, some minutes before or after a meal where that is said."""
    codes = frozenset(when)
    if offset_minutes < 0 or offset_minutes >= MINUTES_A_DAY:
        return Unread(f"{offset_minutes} minutes before or after a meal")
    if not offset_minutes and codes in _SIMPLE:
        row = FREQUENCIES[_SIMPLE[codes]]
        return Rhythm(Beat.A_DAY, row.printed, code=row.code, per_day=row.per_day or 1)
    if not offset_minutes and codes - {"HS"} in _SIMPLE and len(codes) == 4 and "ACM" in codes:
        return at_events(("AC", "HS"), 0)
    events = sorted({each for code in codes for each in _each_meal(code)}, key=lambda code: _IN_ORDER.get(code, 99))
    if unknown := [code for code in events if code not in _EVENTS and (code != "HS" or offset_minutes)]:
        return Unread(f"“{_WORDS.get(unknown[0], unknown[0])}” has no hour in the unit's times")
    if offset_minutes and any(code.startswith("C") for code in events):
        return Unread(f"“{offset_minutes} minutes with a meal” cannot be read")
    words = [_EVENTS[code][0] if code in _EVENTS else _WORDS[code] for code in events]
    ahead = f"{offset_minutes} minutes " if offset_minutes else ""
    return Rhythm(
        Beat.A_DAY, ahead + " and ".join(words), per_day=len(events), events=tuple(events),
        offset_minutes=offset_minutes,
    )  # fmt: skip


def _each_meal(code: str) -> tuple[str, ...]:
    return tuple(f"{code}{meal}" for meal in "MDV") if code in _RELATIONS else (code,)


def with_clock(rhythm: Rhythm, schedule: Schedule) -> Rhythm | Unread:
    """Give the rhythm with the times of day at which this department gives it, or say that it has none for it."""
    if rhythm.clock:
        return rhythm
    if not rhythm.events:
        code = rhythm.code or "DAILY"
        clock = schedule.times_for(code)
        if len(clock) != rhythm.per_day:
            known = FREQUENCIES.get(code)
            words = known.printed if known and known.per_day == rhythm.per_day else rhythm.words
            return Unread(f"the unit has no times for “{words}”")
        return replace(rhythm, clock=clock)
    found = []
    for event in rhythm.events:
        if event not in _EVENTS:
            clock, at = schedule.times_for("BEDTIME"), 0
        else:
            _, code, at = _EVENTS[event]
            # "30 minutes before breakfast" counts from the meal, not from the unit's time for doses before it.
            clock = schedule.times_for("WITHMEALS" if rhythm.offset_minutes else code)
        if len(clock) != (1 if event not in _EVENTS else 3):
            return Unread(f"the unit has no times for “{rhythm.words}”")
        shift = -rhythm.offset_minutes if event.startswith("AC") else rhythm.offset_minutes
        found.append(hhmm(minutes(clock[at]) + shift))
    if len(set(found)) != len(found):
        return Unread(f"two doses of “{rhythm.words}” fall on one time")
    return replace(rhythm, clock=tuple(sorted(found)))

"""The data types of HL7 v2 as plain values: moments, coded words, people, amounts and units."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from downtime.census.hl7v2_parse import Element
from downtime.census.snapshot import PersonName
from downtime.census.source import NAME_CHARACTERS, OLDEST_YEAR, When, at_wall_clock, iso_moment
from downtime.census.units import printable_unit
from downtime.clinical.doses import format_number
from downtime.errors import InputError

_STAMP = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})"
    r"(?:(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?)?)?)?)?(?P<zone>[+-][0-9]{4})?"
)
_NUMBER = re.compile(r"\+?([0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
ONLY_THE_HOUR = "only the hour is stated"


def moment_of(text: str, zone: ZoneInfo) -> When | None:
    """A day or a moment; None for a month, a year, or what is no date at all.

    Without an offset it is the hospital's own clock. An hour without its minutes is doubted.
    """
    stamp = text.strip()
    match = _STAMP.fullmatch(stamp) if len(stamp) < 40 else None
    if match is None:
        return iso_moment(stamp, zone)
    if match["day"] is None or not OLDEST_YEAR <= int(match["year"]) <= 2200:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        bare = datetime(int(match["year"]), int(match["month"]), int(match["day"]), hour, minute, second)
        if match["hour"] is None:
            return When(bare.date())
        doubt = "" if match["minute"] else ONLY_THE_HOUR
        if match["zone"] is None:
            when = at_wall_clock(bare, zone)
            return when if when is None or not doubt else When(when.day, when.moment, doubt)
        hours, minutes = int(match["zone"][1:3]), int(match["zone"][3:])
        if hours > 14 or minutes > 59:
            return None
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if match["zone"][0] == "-" else 1)
        moment = bare.replace(tzinfo=timezone(offset)).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return When(moment.date(), moment, doubt)


def words_of(element: Element, limit: int = 2_000) -> str:
    """A coded value in words: its text, else the text of its second code, its original text, or at last the code."""
    return next((shown for part in (2, 5, 9, 1, 4) if (shown := element.text(part, limit=limit))), "")


def codes_of(element: Element) -> frozenset[str]:
    """Both codes of a coded value, also with their system as ``LN|8867-4``."""
    found = set()
    for place in (1, 4):
        if code := element.text(place, limit=80):
            found |= {code, f"{element.text(place + 2, limit=40)}|{code}"}
    return frozenset(found)


def person_of(element: Element) -> str:
    """A clinician in words (XCN): ``E. Vance, MD``, or the identifier where no name is sent."""
    family, given, middle = (element.text(place, limit=NAME_CHARACTERS) for place in (2, 3, 4))
    prefix, degree = element.text(6, limit=40), element.text(7, limit=40) or element.text(21, limit=40)
    name = " ".join(part for part in (prefix, given, middle, family, element.text(5, limit=40)) if part)
    return (f"{name}, {degree}" if degree else name) if name else element.text(1, limit=60)


def name_of(element: Element) -> PersonName:
    """A name (XPN) in its parts; "DOE, JOHN" in a single part stays as it was written."""
    family, given, middle, suffix = (element.text(place, limit=NAME_CHARACTERS) for place in (1, 2, 3, 4))
    if family and not given and not middle and "," in family:
        return PersonName(text=family)
    return PersonName(family=family, given=tuple(f"{given} {middle} {suffix}".split()[:12]))


def amount_of(text: str) -> tuple[str, str]:
    """A number (NM) as it is safe to print, and what is wrong with it; text that is none stays as it was."""
    stripped = text.strip()
    if not stripped:
        return "", ""
    match = _NUMBER.fullmatch(stripped) if len(stripped) < 40 else None
    try:
        return (format_number(match[1]), "") if match else (stripped, "is not a plain number")
    except InputError:
        return stripped, "is not a plain number"


def unit_of(element: Element) -> str:
    """A unit in the words that print."""
    return printable_unit(element.text(2, limit=60) or element.text(5, limit=60) or element.text(1, limit=60))


def quantity_of(element: Element) -> str:
    """A quantity with its unit (CQ), as ``30 min``; empty where it has no number."""
    shown, _ = amount_of(element.text(1, limit=60))
    unit = element.component(2)
    return " ".join(part for part in (shown, printable_unit(unit.text(2, limit=60) or unit.text(1, limit=60))) if part)

"""Dates and times as people type them: any way of writing that can mean one moment only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?\s*h?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_DAY_MONTH = re.compile(r"([0-9]{1,2})[\s./-]*([a-z]{3,9})\.?[\s./-]*([0-9]{2}|[0-9]{4})?", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_ALONE = re.compile(r"([0-9]{1,2})\.?")
_SPLIT = re.compile(r"(.*\S)[\s,]+([0-9]\S*(?:\s*[ap]\.?m\.?)?)", re.IGNORECASE)

# A date without its year, or without its month, is the one within so many days of the outage.
_YEAR_WITHIN = timedelta(days=180)
_MONTH_WITHIN = timedelta(days=13)


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was typed can mean several things, or nothing: why, and what to type instead."""

    why: str
    do: str


def read_time(text: str) -> str | Unclear:
    """A time as ``HHMM``: 7, 730, 0730, 7:30, 7p; 73 could be 0703 or 0730, so it is unclear."""
    found = _CLOCK.fullmatch(text.strip())
    digits = re.sub(r"\D", "", text)
    if not found:
        return Unclear(f"“{text}” is not a time", "type it as 0730")
    hour, minute, half = int(found[1]), found[2], (found[3] or "").lower()
    if len(digits) == 2 and hour > 24:
        return Unclear(
            f"“{text}” could be 0{digits[0]}0{digits[1]} or 0{digits[0]}{digits[1]}0", "type all four digits"
        )
    minutes = int(minute or 0)
    if half:
        if not 1 <= hour <= 12:
            return Unclear(f"there is no {hour} o'clock before or after noon", "type it as 1930")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:
        return Unclear(
            "2400 is the end of one day and the start of the next", "type 0000, and see that the date is right"
        )
    if hour > 23 or minutes > 59:
        return Unclear(f"there is no time {hour:02d}{minutes:02d}", "look again; press F3 if it cannot be read")
    return f"{hour:02d}{minutes:02d}"


def read_date(text: str, near: date | None) -> str | Unclear:
    """A date as ``DD MMM YYYY``; year and month may be left out where `near` leaves one possibility.

    Digits with strokes (3/4) are unclear: some write the month first.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]), text)
    if found := _DAY_MONTH.fullmatch(text):
        month = _month(found[2])
        if month is None:
            return Unclear(f"“{found[2]}” is no month", "type three letters, as JUL")
        if not found[3]:
            return _year_near(int(found[1]), month, near, text)
        year = int(found[3])
        if len(found[3]) == 2:
            if near is None:
                return Unclear(f"“{text}” does not say which century", "type all four digits of the year")
            year += near.year // 100 * 100
        return _date(year, month, int(found[1]), text)
    if (found := _DAY_ALONE.fullmatch(text)) and near is not None:
        return _day_near(int(found[1]), near, text)
    return Unclear(f"“{text}” can be read in more than one way", "type day, three letters of the month, and the year")


def read_datetime(text: str, near: date | None) -> str | Unclear:
    """Date and time as ``DD MMM YYYY HHMM``."""
    found = _SPLIT.fullmatch(text.strip())
    if not found:
        return Unclear("a date and a time are needed", "type them with a space between, as 19 JUL 2026 0730")
    day = read_date(found[1], near)
    if isinstance(day, Unclear):
        return day
    time = read_time(found[2])
    return time if isinstance(time, Unclear) else f"{day} {time}"


def written_date(day: date) -> str:
    """A date as every page shows it."""
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def date_of(text: str) -> date | None:
    """The day that a date in the form of every page says; None where it is none in that form."""
    found = _DAY_MONTH.fullmatch(text)
    month = _month(found[2]) if found else None
    if found is None or month is None or len(found[3] or "") != 4:
        return None
    try:
        return date(int(found[3]), month, int(found[1]))
    except ValueError:
        return None


def _month(word: str) -> int | None:
    """A month by its first three letters; a longer word must be the month's own name."""
    names = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
             "november", "december")  # fmt: skip
    for number, name in enumerate(names, start=1):
        if len(word) >= 3 and name.startswith(word.lower()):
            return number
    return 9 if word.lower() == "sept" else None


def _date(year: int, month: int, day: int, text: str) -> str | Unclear:
    try:
        return written_date(date(year, month, day))
    except ValueError:
        return Unclear(f"there is no day “{text}”", "look again; press F3 if it cannot be read")


def _year_near(day: int, month: int, near: date | None, text: str) -> str | Unclear:
    if near is None:
        return Unclear(f"“{text}” has no year", "type the year, too")
    possible = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # 29 FEB in another year
        if abs(found - near) <= _YEAR_WITHIN:
            possible.append(found)
    return _only(possible, text)


def _day_near(day: int, near: date, text: str) -> str | Unclear:
    possible = [
        found
        for offset in range(-_MONTH_WITHIN.days, _MONTH_WITHIN.days + 1)
        if (found := near + timedelta(days=offset)).day == day
    ]
    return _only(possible, text)


def _only(possible: list[date], text: str) -> str | Unclear:
    if len(possible) == 1:
        return written_date(possible[0])
    return Unclear(f"“{text}” can be read in more than one way", "type day, three letters of the month, and the year")

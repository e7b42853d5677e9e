"""What may be typed into a field, and what it then says: forgiving where only one reading is possible, never guessing.

A value is kept as paper writes it, in one form: times ``HHMM``, dates ``DD MMM YYYY``, numbers with a point and without
zeros in front, ticks as the ids of the marked boxes. What cannot be read one way alone is not a value: it is said why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.moments import Unclear, read_date, read_datetime, read_time

TICKED = "yes"
MOST_CHARACTERS = 4_000
_NUMBER = re.compile(r"([<>]?)\s*([+-]?)([0-9]{1,7})(?:[.,]([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in its one form. `ask` is a question where it is implausible: a person must say that it stands there."""

    text: str
    ask: str = ""


def read_value(field: KeyedField, typed: str, near: date | None) -> Value | Unclear:
    """Read what was typed into a field; `near` is the day around which its dates lie, if known."""
    text = " ".join(unicodedata.normalize("NFC", typed).split()) if field.kind != "lines" else typed.strip()
    if len(text) > MOST_CHARACTERS:
        return Unclear(f"this is longer than {MOST_CHARACTERS:,} characters", "shorten it, the picture stays with it")
    if not text:
        return Unclear("nothing was typed", "press F2 if the paper is blank here")
    reader = _READERS.get(field.kind, _read_text)
    return reader(field, text, near)


def _read_text(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    return Value(text)


def _read_initials(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    return Value(text.upper())


def _read_time(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    found = read_time(text)
    return found if isinstance(found, Unclear) else Value(found)


def _read_date(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    # Nobody is born around the day of an outage: a date of birth is read with its year or not at all.
    found = read_date(text, None if "birth" in field.id else near)
    return found if isinstance(found, Unclear) else Value(found)


def _read_datetime(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    found = read_datetime(text, near)
    return found if isinstance(found, Unclear) else Value(found)


def _read_number(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    found = _NUMBER.fullmatch(text)
    if not found:
        # “HI” on a glucose meter, “NT” in a coma score, “refused”: words may stand where a number should.
        if any(sign.isdigit() for sign in text) and not text[0].isalpha():
            return Unclear("this is no number", "type the number alone; words are entered as words")
        return Value(text, ask=f"“{text}” is not a number. Is it what is written?")
    sign, minus, whole, part = found[1], found[2], found[3], found[4] or ""
    number = Decimal(f"{minus}{whole}.{part}" if part else f"{minus}{whole}")
    if not part and not sign and field.boxes and field.decimals and field.bounds:
        pointed = number.scaleb(-field.decimals)
        # 368 in boxes with a printed point: as typed it is impossible, with the point it is plausible.
        if not _inside(number, field.bounds.hard) and _inside(pointed, field.bounds.soft):
            number = pointed
    shown = f"{sign}{_written(number)}"
    return Value(shown, ask=_question(field, number, shown))


def _written(number: Decimal) -> str:
    """A number without zeros in front; those behind the point stay as they were written: 07 is 7, 36.0 is 36.0."""
    return f"{number:f}"


def _question(field: KeyedField, number: Decimal, shown: str) -> str:
    if field.bounds is None or _inside(number, field.bounds.soft):
        return ""
    low, high = field.bounds.soft
    unit = f" {field.unit}" if field.unit else ""
    kind = "impossible" if not _inside(number, field.bounds.hard) else "unusual"
    return f"{field.label} {shown}{unit} is {kind} (usual: {low:f} to {high:f}). Is it what is written?"


def _inside(number: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= number <= bounds[1]


def _read_choice(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    known = [option.id for option in field.options]
    chosen = text.split()
    if unknown := [name for name in chosen if name not in known]:
        return Unclear(f"there is no box “{unknown[0]}”", "mark one of the boxes that stand on the page")
    marked = [name for name in known if name in chosen]
    if len(marked) > 1 and not field.multiple:
        return Value(" ".join(marked), ask="Two boxes are marked where one answer is allowed. Is it so on paper?")
    return Value(" ".join(marked))


def _read_tick(field: KeyedField, text: str, near: date | None) -> Value | Unclear:
    if text.casefold() in (TICKED, "y", "x"):
        return Value(TICKED)
    return Unclear("a box is marked or it is not", "press the space bar if it is marked, F2 if it is not")


_READERS: dict[str, Callable[[KeyedField, str, date | None], Value | Unclear]] = {
    "initials": _read_initials,
    "time": _read_time,
    "date": _read_date,
    "datetime": _read_datetime,
    "number": _read_number,
    "choice": _read_choice,
    "checkbox": _read_tick,
}

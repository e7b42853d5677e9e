"""The data types of FHIR R4 as plain values: text, codes, quantities and moments. Whatever has another shape is empty.

Nothing here trusts the shape of what it reads: a list may stand where an object belongs, a number where a text does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from downtime.census.source import TEXT_CHARACTERS, When, iso_moment, printable
from downtime.census.units import printable_unit
from downtime.clinical.doses import format_number
from downtime.errors import InputError

Json = dict[str, Any]

MOST_ITEMS = 2_000
"""No list of a record is longer; the rest of one that is would hang the reader, and never print."""


def part(node: object, *keys: str) -> Json:
    """The object at a path of keys, or an empty one."""
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def parts(node: object, key: str) -> list[Json]:
    """The objects of a list; a single object where a list belongs is taken for a list of one."""
    value = node.get(key) if isinstance(node, dict) else None
    if isinstance(value, dict):
        return [value]
    return [item for item in value[:MOST_ITEMS] if isinstance(item, dict)] if isinstance(value, list) else []


def text(node: object, key: str, limit: int = TEXT_CHARACTERS) -> str:
    """The text of a key, as it can be printed."""
    value = node.get(key) if isinstance(node, dict) else None
    return printable(value, limit) if isinstance(value, str) else ""


def raw(node: object, key: str) -> str:
    """A code, id or reference: the text of a key as it stands there, if it is not absurdly long and has no damage."""
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, str) and len(value) <= TEXT_CHARACTERS and value.isprintable() else ""


def texts(node: object, key: str) -> tuple[str, ...]:
    """The texts of a list of texts."""
    value = node.get(key) if isinstance(node, dict) else None
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(shown for item in found[:MOST_ITEMS] if isinstance(item, str) and (shown := printable(item)))


def true(node: object, key: str) -> bool:
    """Whether a key says true; the text "true" counts, for what it says must not be missed."""
    value = node.get(key) if isinstance(node, dict) else None
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def codes(concept: object) -> Iterator[str]:
    """Each coding of a concept twice: as ``system|code`` and as ``code``."""
    for coding in parts(concept, "coding"):
        if code := raw(coding, "code"):
            yield f"{raw(coding, 'system')}|{code}"
            yield code


def is_coded(concept: object, wanted: Collection[str]) -> bool:
    """Whether a concept carries one of some codes."""
    return any(code in wanted for code in codes(concept))


def concept(node: object) -> str:
    """A concept in words: its text, else the first display, else the first code."""
    if shown := text(node, "text"):
        return shown
    codings = parts(node, "coding")
    return next((shown for key in ("display", "code") for coding in codings if (shown := text(coding, key))), "")


def concepts(node: object, key: str) -> str:
    """Several concepts in words."""
    return "; ".join(dict.fromkeys(shown for item in parts(node, key) if (shown := concept(item))))


def number(value: object) -> Decimal | None:
    """A finite JSON number; a text with digits is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    found = Decimal(value)
    return found if found.is_finite() else None


def shown_number(value: object) -> str:
    """A number as it is safe to print, or an empty text where it is none that prints."""
    found = number(value)
    try:
        return format_number(found) if found is not None else ""
    except InputError:
        return ""


def quantity(node: object) -> str:
    """A quantity with its unit, as ``650 mg``; empty where it has no number."""
    shown = shown_number(node.get("value")) if isinstance(node, dict) else ""
    if not shown:
        return ""
    return " ".join(filter(None, (raw(node, "comparator") + shown, unit(node))))


def unit(node: object) -> str:
    """The unit of a quantity as it prints, by its words or else its code."""
    return printable_unit(text(node, "unit", 60) or text(node, "code", 60))


def span(node: object) -> str:
    """A range of quantities, as ``10 to 20 mg``."""
    low, high = quantity(part(node, "low")), quantity(part(node, "high"))
    if low and high:
        same = unit(part(node, "low")) == unit(part(node, "high"))
        return f"{shown_number(part(node, 'low').get('value'))} to {high}" if same else f"{low} to {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""


def ratio(node: object) -> str:
    """A ratio, as ``125 mL/h``, or ``500 mL per 4 h`` where the second number is not 1."""
    above, below = quantity(part(node, "numerator")), part(node, "denominator")
    if not above or not quantity(below):
        return ""
    if number(below.get("value")) == 1 and unit(below):
        return f"{above}/{unit(below)}"
    return f"{above} per {quantity(below)}"


def when(value: object, zone: ZoneInfo) -> When | None:
    """A FHIR date, dateTime or instant; None also for a month or a year, which name no day."""
    if not isinstance(value, str):
        return None
    # Leap seconds and fractions are finer than any paper.
    return iso_moment(re.sub(r":60(?=[.Z+-]|$)", ":59", value[:80]), zone)

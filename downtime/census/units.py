"""Units of UCUM, ISO+ and people in the words that print, and weights in kilograms.

Source: ISMP's list of error-prone abbreviations has U, IU and µg, which are read as 0, IV and mg.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

_UNITS = {
    "mm[Hg]": "mmHg", "mm Hg": "mmHg", "Cel": "°C", "[degF]": "°F", "ug": "mcg", "µg": "mcg", "μg": "mcg", "uL": "mcL",
    "[iU]": "units", "[IU]": "units", "IU": "units", "iu": "units", "U": "units", "u": "units", "hr": "h", "hrs": "h",
    "[lb_av]": "lb", "[oz_av]": "oz", "[in_i]": "in", "cc": "mL", "TAB": "tablet", "CAP": "capsule",
}  # fmt: skip
_ANNOTATION = re.compile(r"\{[^{}]{0,40}\}")
_KILOGRAMS, _GRAMS = ("kg", "kgs", "kilogram", "kilograms"), ("g", "gm", "gram", "grams")


def printable_unit(unit: str) -> str:
    """A unit without the spellings that are misread, and without what UCUM notes in braces."""
    if unit.startswith("{") and unit.endswith("}") and unit.count("{") == 1:
        inside = unit[1:-1].strip()
        return "" if unit in ("{beats}", "{breaths}", "{INR}", "{score}") else _UNITS.get(inside, inside)
    return "/".join(_UNITS.get(part.strip(), part.strip()) for part in _ANNOTATION.sub("", unit).split("/"))


def kilograms_of(amount: Decimal, units: Collection[str]) -> Decimal | None:
    """A weight in kilograms; a newborn's grams are counted as such. None for any other unit, none, or two that differ.

    Pounds are never converted: the number is then too often one of kilograms under a wrong unit, or the reverse.
    """
    known = {unit.strip().lower() for unit in units if unit.strip()}
    if known and known <= set(_KILOGRAMS):
        return amount
    return amount / 1000 if known and known <= set(_GRAMS) else None

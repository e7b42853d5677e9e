"""Whether two people said the same of one field. What is not surely the same is a difference, and a third decides.

The rules, and why each is safe:

- Times, dates, numbers, ticks and initials were brought into one form when they were typed (`values`): leading zeros of
  times, the way of writing a date, idle zeros of a number and the order of marked boxes never differ here.
- White space counts once, not at the ends, and not between a number and its unit: “5 mg” is “5mg”. Between two digits
  it counts: “1 0” may be ten or one and something.
- Capitals do not count in surname and given names, which many write in block letters, and in words of five letters and
  more: “Vancomycin” is “vancomycin”. In shorter words they count, because they tell units apart: mg and Mg, mL and ML.
- Nothing else is set right: “1.0 mg” and “1 mg” differ (a point that is overlooked makes ten of it), as do “0,5” and
  “0.5” (a comma may part thousands), abbreviations, and accents.
"""

from __future__ import annotations

import re
import unicodedata

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.sheet_fields import bare_id

NAMES = frozenset({"patient.surname", "patient.given"})

# No unit of measure that is written on paper has five letters and means something else in capitals.
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_NUMBER_AND_UNIT = re.compile(r"(?<=\d) (?=[^\W\d_])")
_IN_ONE_FORM = frozenset({"time", "date", "datetime", "number", "checkbox", "initials", "same", "page"})


def same_value(field: KeyedField, one: str, other: str) -> bool:
    """Whether two values of a field are surely the same; both as `values.read_value` gives them."""
    if one == other:
        return True
    if field.kind == "choice":
        return set(one.split()) == set(other.split())
    if field.kind in _IN_ONE_FORM:
        return False
    return _compared(field, one) == _compared(field, other)


def _compared(field: KeyedField, text: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    text = _NUMBER_AND_UNIT.sub("", text)
    if bare_id(field.id) in NAMES:
        return text.casefold()
    return _LONG_WORD.sub(lambda word: word[0].casefold(), text)

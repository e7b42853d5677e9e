"""The kinds of text that stand in a site folder: each parses one YAML scalar, and says plainly what it wants instead.

pydantic's own messages speak of patterns and schemas; these speak of what a nurse manager typed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2_000

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]")
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.int_schema(ge=self.low, le=self.high)
        return core_schema.no_info_before_validator_function(self._read, number)

    def _read(self, value: Any) -> Any:
        allowed = f"a whole number from {self.low:,} to {self.high:,}"
        if isinstance(value, str):
            if not _WHOLE.fullmatch(value.strip()):
                raise ValueError(f"“{_short(value)}” is not {allowed}; write digits only")
            value = int(value)
        if isinstance(value, int) and not self.low <= value <= self.high:
            raise ValueError(f"“{value}” is not {allowed}")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number from `low` to `high`, both included; decimals with a point."""

    low: float
    high: float

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.float_schema(ge=self.low, le=self.high, allow_inf_nan=False)
        return core_schema.no_info_before_validator_function(self._read, number)

    def _read(self, value: Any) -> Any:
        allowed = f"a number from {self.low:g} to {self.high:,g}"
        if isinstance(value, str):
            if not _NUMBER.fullmatch(value.strip()):
                raise ValueError(f"“{_short(value)}” is not {allowed}; write digits, with a point before decimals")
            value = float(value)
        if isinstance(value, int | float) and not (math.isfinite(value) and self.low <= value <= self.high):
            raise ValueError(f"“{value:g}” is not {allowed}")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """Text of one to `limit` characters that can be printed."""

    limit: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(min_length=1, max_length=self.limit)
        return core_schema.no_info_before_validator_function(self._read, text)

    def _read(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        value = value.strip()
        if not value:
            raise ValueError("the text is empty; fill it in, or remove the line")
        if len(value) > self.limit:
            raise ValueError(f"“{_short(value)}” has {len(value):,} characters; the limit is {self.limit:,}")
        if _CONTROL.search(value):
            raise ValueError(f"“{_short(value)}” holds a character that cannot be printed; type it again")
        return value


def _short(value: str) -> str:
    shown = value if len(value) <= 60 else value[:57] + "…"
    return _CONTROL.sub("�", shown)


def _read_id(value: str) -> str:
    if not _ID.fullmatch(value) or len(value) > 40:
        raise ValueError(
            f"“{_short(value)}” is not an id; use small letters, digits and single hyphens, beginning with a letter, "
            "at most 40 characters"
        )
    return value


def _read_word(value: str) -> str:
    if not _WORD.fullmatch(value) or len(value) > 60:
        raise ValueError(
            f"“{_short(value)}” is not a name for a value; use small letters, digits, hyphens and underscores, "
            "beginning with a letter"
        )
    return value


def _read_time(value: Any) -> Any:
    if not isinstance(value, str) or _TIME.fullmatch(value.strip()):
        return value
    text = value.strip()
    if text.replace(":", "") == "2400":
        hint = "midnight is 0000 and belongs to the new day"
    elif match := re.fullmatch(r"([0-9]{1,2})[:.h]([0-9]{2})", text):
        hint = f"write {int(match[1]):02d}{match[2]}" if int(match[1]) < 24 and int(match[2]) < 60 else "write HHMM"
    elif re.fullmatch(r"[0-9]{3}", text):
        hint = f"write 0{text}" if _TIME.fullmatch("0" + text) else "write HHMM"
    else:
        hint = "write four digits of the 24-hour clock, as 0700 or 2130"
    raise ValueError(f"“{_short(text)}” is not a time; {hint}")


def _read_day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
            raise ValueError
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(
            f"“{_short(value)}” is not a date; write year-month-day, as 2026-11-02 for 2 November 2026"
        ) from None


def _read_yes_no(value: Any) -> Any:
    if isinstance(value, str) and value.strip().lower() not in ("yes", "no", "true", "false"):
        raise ValueError(f"“{_short(value)}” is neither yes nor no")
    return value


def _at_least_one(items: Any) -> Any:
    if not items:
        raise ValueError("the list is empty; at least one belongs here")
    return items


Id = Annotated[str, AfterValidator(_read_id), Field(json_schema_extra={"pattern": f"^{_ID.pattern}$"})]
"""An id: stable for ever, seen in page codes and file names."""

WordName = Annotated[str, AfterValidator(_read_word)]
"""The name of a list or of a word that templates use."""

Name = Annotated[str, Text(NAME_CHARACTERS)]
Prose = Annotated[str, Text(TEXT_CHARACTERS)]

ClockTime = Annotated[str, BeforeValidator(_read_time), Field(json_schema_extra={"pattern": f"^({_TIME.pattern})$"})]
"""A time of the 24-hour clock as four digits; it stays text."""

Day = Annotated[date, BeforeValidator(_read_day)]
Copies = Annotated[int, Whole(1, 10_000)]
YesNo = Annotated[bool, BeforeValidator(_read_yes_no)]

AT_LEAST_ONE = AfterValidator(_at_least_one)
"""Marks a list that must not be empty. pydantic's own minimum counts only the good items, and so complains twice."""

"""Plausible ranges of written values: labels, printed units, export codes, digit boxes, and when to ask again."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Self

from pydantic import field_validator, model_validator

from downtime.clinical._data import LazyTable, Row, by_name, load
from downtime.errors import UsageError


class Plausibility(StrEnum):
    """What to do with a written value."""

    PLAUSIBLE = "plausible"
    READ_TWICE = "read_twice"
    QUERY_THE_WRITER = "query_the_writer"


def loinc_check_digit_ok(code: str) -> bool:
    """Tell whether a LOINC code's check digit fits; it shows the code is well formed, not what it means."""
    body, dash, check = code.partition("-")
    if not (dash and body.isascii() and body.isdigit() and check.isascii() and check.isdigit() and len(check) == 1):
        return False
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return (10 - total % 10) % 10 == int(check)


class Range(Row):
    """One quantity that is written on forms: a number with bounds, or one of a few values."""

    key: str
    label: str
    unit: str = ""
    ucum: str = ""
    loinc: str = ""
    loinc_also: tuple[str, ...] = ()
    panel: str = ""
    hard: tuple[Decimal, Decimal] | None = None
    soft: tuple[Decimal, Decimal] | None = None
    decimals: int = 0
    boxes: str = ""
    signed: bool = False
    values: tuple[str, ...] = ()
    rule: str = ""
    note: str = ""
    licence: str = ""
    source: str

    @field_validator("loinc", "panel")
    @classmethod
    def _well_formed(cls, code: str) -> str:
        if code and not loinc_check_digit_ok(code):
            raise ValueError(f"{code} fails the LOINC check digit")
        return code

    @field_validator("loinc_also")
    @classmethod
    def _all_well_formed(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cls._well_formed(code) for code in codes)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if faults := self._faults():
            raise ValueError("; ".join(faults))
        return self

    @property
    def is_number(self) -> bool:
        """Whether a number is written, and not one of a few values."""
        return self.hard is not None

    @property
    def boxes_before(self) -> int:
        """How many digit boxes stand before the point."""
        return int(self.boxes.partition(".")[0] or 0)

    @property
    def boxes_after(self) -> int:
        """How many digit boxes stand after the point."""
        return int(self.boxes.partition(".")[2] or 0)

    def judge(self, value: Decimal) -> Plausibility:
        """Say whether a value is plausible, is read a second time, or is queried with whoever wrote it."""
        if self.hard is None or self.soft is None:
            raise UsageError(
                f"{self.label} has no bounds",
                why=f"it is written as one of {', '.join(self.values)}",
                do="compare with its values instead",
            )
        if not value.is_finite() or not self.hard[0] <= value <= self.hard[1]:
            return Plausibility.QUERY_THE_WRITER
        if not self.soft[0] <= value <= self.soft[1]:
            return Plausibility.READ_TWICE
        return Plausibility.PLAUSIBLE

    def _faults(self) -> list[str]:
        if self.hard is None or self.soft is None:
            alone = self.values and not (self.hard or self.soft or self.boxes)
            return [] if alone else ["either hard and soft bounds with boxes, or values"]
        faults = []
        if not self.hard[0] <= self.soft[0] < self.soft[1] <= self.hard[1]:
            faults.append("the soft bounds are not inside the hard bounds")
        if self.boxes_after != self.decimals:
            faults.append(f"{self.boxes_after} boxes stand after the point for {self.decimals} decimals")
        if self.boxes_before != len(str(int(max(map(abs, self.hard))))):
            faults.append(f"{self.boxes_before} boxes stand before the point, which does not fit the hard bounds")
        if self.signed != (self.hard[0] < 0):
            faults.append("a box for the sign belongs exactly to quantities that can be negative")
        if any(-int(bound.as_tuple().exponent) > self.decimals for bound in (*self.hard, *self.soft)):
            faults.append("a bound has more decimals than can be written")
        return faults


class _RangeFile(Row):
    ranges: tuple[Range, ...]


@cache
def _ranges() -> dict[str, Range]:
    return by_name(load("ranges.yaml", _RangeFile).ranges, lambda row: row.key, "ranges.yaml")


RANGES: LazyTable[Range] = LazyTable(_ranges)

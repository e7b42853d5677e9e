"""The fields of a sheet as a person keys them: one for each choice, with its words, in the order of keying.

The layout record says what was really printed, and where; the form's definition says what each field means. Where the
revision is not in the library any more, the layout's own kinds and ids serve, and every field counts as critical.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pydantic import TypeAdapter

from downtime.page.layout import Box

KeyedKind = Literal[
    "text", "lines", "number", "date", "time", "datetime", "checkbox", "choice", "initials", "signature", "label",
    "barcode", "comb", "diagram", "same", "page",
]  # fmt: skip


_ROW = re.compile(r"\.[0-9]+(?=\.|@|$)")


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a choice: the part of its id behind the ``#``, its words, its place in mm."""

    id: str
    label: str
    at: Box


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which numbers are plausible (inside `soft`), asked for again, or refused as mistyped (outside `hard`)."""

    hard: tuple[Decimal, Decimal]
    soft: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class KeyedField:
    """One field to key. `id` is its linkId; `page` counts from 0 in the sheet; `at` is its place in mm.

    `group` is the row, card or section that it stands in, `part` the column of several fields inside a row. `critical`
    ones are keyed twice. Two kinds stand for a look and not for a place to write: ``same`` asks whether what is written
    again on a later page (the patient block, the first columns of a grid that goes on) is the same as before, and
    `covers` names those fields; ``page`` asks whether anything else is written on the page. `codes` are what the value
    is called outside: ``loinc``, ``snomed``, ``ucum``.
    """

    id: str
    kind: KeyedKind
    page: int
    at: Box
    label: str
    group: str
    part: str = ""
    hint: str = ""
    unit: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    required: bool = False
    critical: bool = False
    bounds: Bounds | None = None
    decimals: int = 0
    boxes: int | None = None
    covers: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def column(self) -> str:
        """The id without its row, the same for all rows of a grid: where “as above” looks."""
        return _ROW.sub(".*", self.id, count=1)

    @property
    def is_check(self) -> bool:
        """Whether a person looks and says yes, instead of keying what stands there."""
        return self.kind in ("same", "page")

    @property
    def boxes_at(self) -> Sequence[Box]:
        """The places of its boxes: one for each option, or its own."""
        return [option.at for option in self.options] or [self.at]


_FIELDS: TypeAdapter[tuple[KeyedField, ...]] = TypeAdapter(tuple[KeyedField, ...])


def fields_json(fields: tuple[KeyedField, ...]) -> str:
    """Fields as JSON, to be kept with the layout they belong to."""
    return _FIELDS.dump_json(fields, exclude_defaults=True).decode("utf-8")


def fields_from_json(text: str) -> tuple[KeyedField, ...]:
    """The fields that `fields_json` wrote."""
    return _FIELDS.validate_json(text)


def union(boxes: Sequence[Box]) -> Box:
    """The smallest rectangle around boxes; there is at least one."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return (left, top, round(right - left, 2), round(bottom - top, 2))

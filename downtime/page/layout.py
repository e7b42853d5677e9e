"""The layout record: where each field of a form revision lies on which page, in millimetres.

Printing writes it, the manifest carries it, reading a scan needs nothing else. Its id is the SHA-256 of its canonical
JSON, so a page printed from an older revision still finds its own layout. Thresholds are no part of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from downtime.page.geometry import PaperSize, Rect

# Hundredths of a millimetre: a quarter of a 600 dpi pixel, and few enough digits that the JSON stays small and stable.
LEAST_MM, MOST_MM = -1.0, 2000.0
Millimetre = Annotated[float, Field(ge=LEAST_MM, le=MOST_MM)]
Box = tuple[Millimetre, Millimetre, Millimetre, Millimetre]

FieldKind = Literal[
    "text", "lines", "number", "date", "time", "datetime", "checkbox", "option", "initials", "signature", "label",
    "barcode", "comb", "diagram", "print",
]  # fmt: skip


def box(rect: Rect) -> Box:
    """A rectangle as the record writes it, rounded to 0.01 mm.

    What a bad definition leaves no room, or puts far off the page, is kept within the record's bounds: lint tells it.
    """
    x, y, w, h = rect
    return bounded_box(round(x, 2), round(y, 2), round(w, 2), round(h, 2))


def bounded_box(x_mm: float, y_mm: float, w_mm: float, h_mm: float) -> Box:
    """A rectangle that is rounded already, within the record's bounds."""
    return (
        min(max(x_mm, LEAST_MM), MOST_MM),
        min(max(y_mm, LEAST_MM), MOST_MM),
        min(max(w_mm, 0.0), MOST_MM),
        min(max(h_mm, 0.0), MOST_MM),
    )


def choice_of(box_id: str) -> str:
    """The choice that an option's box belongs to: ``dose.2.route#iv@2`` is one of ``dose.2.route@2``."""
    choice, _, option = box_id.partition("#")
    _, at, suffix = option.partition("@")
    return choice + at + suffix


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class FieldBox:
    """One place to write or mark: `id` is the field's linkId, with ``#option`` for one box of a choice.

    ``print`` is a place for machine print alone: nobody writes there, so nothing is read there.

    A plain dataclass, because a packet makes thousands of them: pydantic checks them when a record is read.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    kind: FieldKind
    at: Box

    @property
    def rect(self) -> Rect:
        """The place as a rectangle in millimetres."""
        return Rect(*self.at)


class PageLayout(_Record):
    """One page: its fields, its four marks, its two code squares, its reference boxes and label areas, in mm.

    `static_ink` is where the form itself prints on every copy (words, lines, frames), so that a reader does not take
    print for handwriting; the outlines of tick boxes are not in it, their fields say where they are. `changing_ink` is
    where other words stand on other copies: title and footer, and the margins of a drill. `multiple` names the choices
    of which several boxes may be marked; `asks` has a box and the field for the words that go with it.
    """

    fields: tuple[FieldBox, ...]
    marks: tuple[Box, ...]
    codes: tuple[Box, Box]
    references: tuple[Box, ...]
    labels: tuple[Box, ...] = ()
    site_codes: tuple[Box, ...] = ()
    static_ink: tuple[Box, ...] = ()
    changing_ink: tuple[Box, ...] = ()
    multiple: tuple[str, ...] = ()
    asks: tuple[tuple[str, str], ...] = ()


class Layout(_Record):
    """Where everything of one form revision lies on one paper size."""

    form: str
    revision: str
    paper: PaperSize
    landscape: bool
    width_mm: Millimetre
    height_mm: Millimetre
    pages: tuple[PageLayout, ...]

    def canonical_json(self) -> str:
        """The one JSON text of this layout: sorted keys, no spaces, UTF-8."""
        return self._canonical_json

    @cached_property
    def _canonical_json(self) -> str:
        # Written for the id, and again in the manifest, inside the PDF and beside it.
        return canonical_json(self.model_dump(mode="json"))

    @cached_property
    def id(self) -> str:
        """SHA-256 of the canonical JSON, as 64 hexadecimal characters."""
        return hashlib.sha256(self.canonical_json().encode("utf-8")).hexdigest()

    @property
    def id48(self) -> int:
        """The first 48 bits of the id, as the page code carries them."""
        return int(self.id[:12], 16)


def canonical_json(data: Any) -> str:
    """JSON with sorted keys, no spaces and no NaN: equal data always gives equal text."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

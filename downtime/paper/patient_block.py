"""The patient block at the head of a patient's page: who it is, in boxes high enough for a pen, beside the label area.

A landscape page has room for labels above the boxes. On a portrait page the labels stand beside them, because four rows
share the height of a patient label; the page's date stands under the page code, where nothing else can.
"""

from __future__ import annotations

from dataclasses import dataclass

from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.frame import Frame
from downtime.paper.ink import HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, Box, Line, Text
from downtime.paper.pieces import Sketch
from downtime.paper.textflow import ellipsized

LABEL_PT = 8.0
LABEL_LINE_MM = 3.1
# Room for “Given names *” and for “downtime no. *” in 8 pt; the same on every page, whatever the site calls its number.
LEFT_LABELS_MM = 20.0
RIGHT_LABELS_MM = 6.6
RIGHT_CELLS_MM = 24.4
DATE_H_MM = 11.2


@dataclass(frozen=True, slots=True)
class _Cell:
    """A place of the block: its label, its field, and its share of the row."""

    label: str
    id: str
    share: float
    kind: FieldKind = "text"


def draw_patient(sketch: Sketch, frame: Frame, number_label: str, suffix: str) -> None:
    """Draw block and label area; `number_label` is what the site calls its patients' number."""
    block, label = frame.patient, frame.label
    if block is None or label is None:
        return
    if frame.landscape:
        _draw_wide(sketch, block, number_label, suffix)
    else:
        _draw_narrow(sketch, block, number_label, suffix)
        _draw_date(sketch, page_date_place(frame, label), suffix)
    sketch.ink(Box(block, STRUCTURE_PT), Box(label, 0.6, 0.45, dash=(3, 2)))
    words = "place patient label here, or write at the left"
    sketch.ink(Text(label.x + label.w / 2, label.bottom - 1.6, words, 8, "regular", "center", 0.45))
    sketch.fields.append(FieldBox(id="patient.label" + suffix, kind="label", at=box(label)))


def page_date_place(frame: Frame, label: Rect) -> Rect:
    """Where the date of a portrait page stands: under the page code, at the right of the label area."""
    x = label.right + 2.0
    return Rect(x, label.bottom - DATE_H_MM, frame.body.right - x, DATE_H_MM)


def _draw_wide(sketch: Sketch, block: Rect, number_label: str, suffix: str) -> None:
    rows = (
        (_Cell("Surname *", "surname", 5), _Cell("Given names *", "given", 5)),
        (
            _Cell("Date of birth * (DD MMM YYYY)", "birth_date", 4, "date"),
            _Cell("Sex", "sex", 1),
            _Cell(f"{number_label} or downtime number *", "mrn", 5),
        ),
        (
            _Cell("Encounter", "encounter", 3.2),
            _Cell("Bed", "bed", 1.8),
            _Cell("Attending", "attending", 2.2),
            _Cell("Date of this page *", "page_date", 2.8, "date"),
        ),
    )
    step = block.h / len(rows)
    for number, row in enumerate(rows):
        y = block.y + number * step
        total = sum(cell.share for cell in row)
        x = block.x
        for position, cell in enumerate(row):
            width = block.w * cell.share / total
            _rules(sketch, block, Rect(x, y, width, step), first_row=not number, first=not position)
            _label(sketch, cell.label, x + 0.9, y + 2.6, width - 1.2)
            _field(sketch, cell, Rect(x + 0.6, y + 2.9, width - 1.2, step - 3.3), suffix)
            x += width


def _draw_narrow(sketch: Sketch, block: Rect, number_label: str, suffix: str) -> None:
    left_w = block.w - RIGHT_CELLS_MM
    rows = (
        (_Cell("Surname *", "surname", block.w),),
        (_Cell("Given names *", "given", block.w),),
        (_Cell("Born *\nDD MMM YYYY", "birth_date", left_w, "date"), _Cell("Sex", "sex", RIGHT_CELLS_MM)),
        (_Cell(f"{number_label} or\ndowntime no. *", "mrn", left_w), _Cell("Bed", "bed", RIGHT_CELLS_MM)),
    )
    step = block.h / len(rows)
    for number, row in enumerate(rows):
        y = block.y + number * step
        x = block.x
        for position, cell in enumerate(row):
            width, labels_w = cell.share, RIGHT_LABELS_MM if position else LEFT_LABELS_MM
            _rules(sketch, block, Rect(x, y, width, step), first_row=not number, first=not position)
            lines = cell.label.split("\n")
            first = y + step / 2 + 1.0 - (len(lines) - 1) * LABEL_LINE_MM / 2
            for at, line in enumerate(lines):
                _label(sketch, line, x + 0.9, first + at * LABEL_LINE_MM, labels_w - 0.9)
            _field(sketch, cell, Rect(x + labels_w, y + 0.5, width - labels_w - 0.5, step - 1.0), suffix)
            x += width


def _draw_date(sketch: Sketch, place: Rect, suffix: str) -> None:
    cell = _Cell("Date of page *", "page_date", place.w, "date")
    sketch.ink(Box(place, STRUCTURE_PT))
    _label(sketch, cell.label, place.x + 0.9, place.y + 2.8, place.w - 1.2)
    _field(sketch, cell, Rect(place.x + 0.6, place.y + 3.4, place.w - 1.2, place.h - 3.9), suffix)


def _rules(sketch: Sketch, block: Rect, cell: Rect, *, first_row: bool, first: bool) -> None:
    if not first_row and first:
        sketch.ink(Line(block.x, cell.y, block.right, cell.y, HAIRLINE_PT * 2))
    if not first:
        sketch.ink(Line(cell.x, cell.y, cell.x, cell.bottom, HAIRLINE_PT * 2))


def _label(sketch: Sketch, words: str, x: float, y: float, room: float) -> None:
    sketch.ink(Text(x, y, ellipsized(words, "regular", LABEL_PT, room), LABEL_PT, gray=LABEL_GRAY))


def _field(sketch: Sketch, cell: _Cell, at: Rect, suffix: str) -> None:
    sketch.fields.append(FieldBox(id=f"patient.{cell.id}{suffix}", kind=cell.kind, at=box(at)))

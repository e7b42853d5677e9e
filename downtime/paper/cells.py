"""Cells of grids: a field whose label stands elsewhere, or several fields on several lines with labels of their own."""

from __future__ import annotations

from downtime.library.schema import ColumnSpec, FieldSpec, FieldType
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, FieldKind, box
from downtime.paper.fields import (
    FIELD_KINDS,
    OPTION_PT,
    REQUIRED_MARK,
    TICK_GAP_MM,
    TICK_MM,
    WRITE_MM,
    label_text,
    slug,
    tick,
    width_mm,
)
from downtime.paper.ink import (
    LABEL_GRAY,
    Line,
    Text,
)
from downtime.paper.pieces import Sketch
from downtime.paper.textflow import wrap

HEAD_LINE_MM = 3.3
CELL_LABEL_PT = 8.0


def heading_text(spec: ColumnSpec) -> str:
    """A column's heading; the unit of a number stands in it, because it stands in no cell."""
    said = f" {spec.unit} " in f" {spec.label} "
    if spec.type is not FieldType.NUMBER or not spec.unit or not spec.label or said:
        return label_text(spec)
    unit = spec.unit.replace(" ", "\u00a0")
    return f"{spec.label} ({unit}){REQUIRED_MARK if spec.required else ''}"


def draw_cell(sketch: Sketch, spec: ColumnSpec, name: str, cell: Rect, suffix: str = "") -> None:
    """One cell of a grid: a field, or several on lines whose heights are in proportion to their `height_mm` (7)."""
    if not spec.cell:
        draw_in_cell(sketch, spec, name + suffix, cell)
        return
    weights = [max(field.height_mm or WRITE_MM for field in line) for line in spec.cell]
    y = cell.y
    for number, line in enumerate(spec.cell):
        step = cell.h * weights[number] / sum(weights)
        if number:
            sketch.ink(Line(cell.x, y, cell.right, y))
        total = sum(field.width for field in line)
        x = cell.x
        for position, field in enumerate(line):
            width = cell.w * field.width / total
            if position:
                sketch.ink(Line(x, y, x, y + step))
            at = Rect(x, y, width, step)
            _draw_labelled(sketch, field, f"{name}.{field.id}{suffix}", at)
            x += width
        y += step


def _draw_labelled(sketch: Sketch, field: FieldSpec, name: str, cell: Rect) -> None:
    """A field inside a cell: its label stands at the left, what is written goes to the right of it."""
    label = label_text(field)
    if not label or field.type is FieldType.CHECKBOX:
        draw_in_cell(sketch, field, name, cell)
        return
    lines = wrap(label, "regular", CELL_LABEL_PT, cell.w * 0.6)
    if (len(lines) - 1) * HEAD_LINE_MM + 3.4 > cell.h + 0.2:
        sketch.notes.append(f"{name}: the label “{label}” does not fit its cell")
    used = max(width_mm(line, CELL_LABEL_PT) for line in lines) + 1.6
    first = cell.y + cell.h / 2 + 1.0 - (len(lines) - 1) * HEAD_LINE_MM / 2
    for number, line in enumerate(lines):
        sketch.ink(Text(cell.x + 0.8, first + number * HEAD_LINE_MM, line, CELL_LABEL_PT, gray=LABEL_GRAY))
    rest = Rect(cell.x + used, cell.y, cell.w - used, cell.h)
    draw_in_cell(sketch, field, name, rest)


def draw_in_cell(sketch: Sketch, spec: FieldSpec, name: str, cell: Rect) -> None:
    """A field whose label stands elsewhere (in the heading of its column, or to its left)."""
    kind: FieldKind = FIELD_KINDS[spec.type]
    if spec.type is FieldType.CHECKBOX:
        text = label_text(spec) if not isinstance(spec, ColumnSpec) else ""
        x = cell.x + (1.0 if text else (cell.w - TICK_MM) / 2)
        tick(sketch, x, cell.y + (cell.h - TICK_MM) / 2, name)
        if text:
            sketch.ink(Text(x + TICK_MM + 1.0, cell.y + cell.h / 2 + 1.1, text, CELL_LABEL_PT))
            if x + TICK_MM + 1.0 + width_mm(text, CELL_LABEL_PT) > cell.right + 0.3:
                sketch.notes.append(f"{name}: the label “{text}” does not fit its cell")
        return
    if spec.type is FieldType.CHOICE:
        _draw_cell_options(sketch, spec, name, cell)
        return
    if spec.type is FieldType.PRINT:
        lines = wrap(spec.print, "regular", OPTION_PT, cell.w - 1.6) if spec.print else []
        for number, line in enumerate(lines):
            sketch.ink(Text(cell.x + 0.8, cell.y + 3.6 + number * 3.7, line, OPTION_PT))
        if len(lines) * 3.7 > cell.h:
            sketch.notes.append(f"{name}: the text “{spec.print[:40]}” does not fit its cell")
        if spec.data:
            sketch.fields.append(FieldBox(id=name, kind=kind, at=box(cell.inset(0.4))))
        return
    if spec.type is FieldType.LINES:
        for number in range(1, spec.lines):
            y = cell.y + cell.h * number / spec.lines
            sketch.ink(Line(cell.x + 0.8, y, cell.right - 0.8, y))
    place = cell.inset(0.4)
    if spec.unit and not isinstance(spec, ColumnSpec):
        unit_w = width_mm(spec.unit, CELL_LABEL_PT) + 1.0
        sketch.ink(
            Text(cell.right - 0.8, cell.y + cell.h / 2 + 1.0, spec.unit, CELL_LABEL_PT, align="right", gray=LABEL_GRAY)
        )
        place = Rect(place.x, place.y, place.w - unit_w, place.h)
    if spec.type is FieldType.INITIALS and cell.w < 9 - 0.01:
        sketch.notes.append(f"{name}: initials need 9 mm, there are {cell.w:.1f}")
    if place.w < 4 or place.h < 3.5:
        sketch.notes.append(f"{name}: the place to write is only {place.w:.1f} × {place.h:.1f} mm")
        place = Rect(place.x, place.y, max(place.w, 0.5), max(place.h, 0.5))
    sketch.fields.append(FieldBox(id=name, kind=kind, at=box(place)))


def _draw_cell_options(sketch: Sketch, spec: FieldSpec, name: str, cell: Rect) -> None:
    """Options of a choice in a cell: a box with its word beside it, in as many rows as the cell has room for."""
    row_h = TICK_MM + TICK_GAP_MM
    rows: list[list[tuple[str, float]]] = [[]]
    x = 1.0
    for option in spec.options:
        needed = TICK_MM + 0.9 + width_mm(option, CELL_LABEL_PT)
        if rows[-1] and x + needed > cell.w - 0.4:
            rows.append([])
            x = 1.0
        rows[-1].append((option, x))
        x += needed + TICK_GAP_MM
        if needed > cell.w - 1.0:
            sketch.notes.append(f"{name}: the option “{option}” does not fit {cell.w:.1f} mm")
    used = len(rows) * row_h - TICK_GAP_MM
    if used > cell.h - 0.6:
        sketch.notes.append(f"{name}: its options need {used + 0.6:.1f} mm of height, the row has {cell.h:.1f}")
    y = cell.y + max((cell.h - used) / 2, 0.3)
    for row in rows:
        for option, dx in row:
            tick(sketch, cell.x + dx, y, f"{name}#{slug(option)}", "option")
            sketch.ink(Text(cell.x + dx + TICK_MM + 0.9, y + 3.2, option, CELL_LABEL_PT))
        y += row_h

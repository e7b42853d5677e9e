"""The columns of a grid that stand together on one page, and the heading over them."""

from __future__ import annotations

from dataclasses import dataclass

from downtime.library.schema import ColumnSpec, GridSpec
from downtime.page.geometry import Rect
from downtime.paper.cells import HEAD_LINE_MM
from downtime.paper.field_basics import width_mm
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, STRUCTURE_PT, TINT, Box, Face, Line, Text
from downtime.paper.pieces import Drawn, Piece, Sketch
from downtime.paper.textflow import wrap

HEAD_PT = 8.0
MAX_ROTATED_MM = 26.0


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column: its spec, id, heading, and left edge and width in mm from the grid's left edge."""

    spec: ColumnSpec
    id: str
    heading: str
    x: float
    w: float


@dataclass(frozen=True, slots=True)
class Side:
    """The columns that stand together on one page, and the suffix of the ids that stand there a second time."""

    columns: tuple[Column, ...]
    suffix: str
    label_w: float


def too_narrow(heading: str, width: float) -> bool:
    """Whether a word of the heading is wider than its column, so that it has to stand upright."""
    return any(width_mm(word, HEAD_PT, "bold") > width - 0.8 for word in heading.replace("/", "/ ").split())


def head_piece(grid: GridSpec, side: Side, rotated: bool, group: str) -> Piece | None:
    """The heading; a grid without any heading (a strip of fields in a frame) has none."""
    if not grid.rows.heading and not any(c.heading or c.spec.hint or c.spec.group for c in side.columns):
        return None
    groups = any(column.spec.group for column in side.columns)
    group_h = 4.6 if groups else 0.0
    needed = 0.0
    for column in side.columns:
        if rotated and too_narrow(column.heading, column.w):
            longest = max(width_mm(line, HEAD_PT, "bold") for line in _rotated_lines(column))
            needed = max(needed, min(longest + 2.4, MAX_ROTATED_MM))
        else:
            needed = max(needed, len(_head_lines(column)) * HEAD_LINE_MM + 1.6)
    if side.label_w:
        needed = max(needed, len(wrap(grid.rows.heading, "bold", HEAD_PT, side.label_w - 1.6)) * HEAD_LINE_MM + 1.6)
    height = group_h + max(needed, 5.0)
    return Piece(height, lambda rect: _draw_head(grid, side, rotated, group_h, rect), group=group, keep_with_next=True)


def _head_lines(column: Column) -> list[tuple[str, Face]]:
    lines: list[tuple[str, Face]] = [(line, "bold") for line in wrap(column.heading, "bold", HEAD_PT, column.w - 0.8)]
    if column.spec.hint:
        lines += [(line, "italic") for line in wrap(column.spec.hint, "italic", HEAD_PT, column.w - 0.8)]
    return lines


def _rotated_lines(column: Column) -> list[str]:
    room = max(1, int((column.w - 1.0) / HEAD_LINE_MM))
    heading = column.heading + (f" {column.spec.hint}" if column.spec.hint else "")
    for limit in (14.0, 18.0, 22.0, MAX_ROTATED_MM - 2.4):
        lines = wrap(heading, "bold", HEAD_PT, limit)
        if len(lines) <= room:
            return lines
    return wrap(heading, "bold", HEAD_PT, MAX_ROTATED_MM - 2.4)


def _draw_head(grid: GridSpec, side: Side, rotated: bool, group_h: float, rect: Rect) -> Drawn:
    sketch = Sketch()
    sketch.ink(Box(rect, STRUCTURE_PT, fill=TINT))
    if group_h:
        _draw_groups(sketch, side, rect, group_h)
    if side.label_w:
        lines = wrap(grid.rows.heading, "bold", HEAD_PT, side.label_w - 1.6)
        for number, line in enumerate(lines):
            y = rect.bottom - 1.4 - (len(lines) - 1 - number) * HEAD_LINE_MM
            sketch.ink(Text(rect.x + 0.8, y, line, HEAD_PT, "bold"))
    for column in side.columns:
        x = rect.x + column.x
        if column.x > 0:
            top = rect.y + (group_h if column.spec.group else 0)
            sketch.ink(Line(x, top, x, rect.bottom, HAIRLINE_PT * 2, HAIRLINE_GRAY))
        if rotated and too_narrow(column.heading, column.w):
            lines = _rotated_lines(column)
            start = x + column.w / 2 - (len(lines) - 1) * HEAD_LINE_MM / 2 + 1.0
            for number, line in enumerate(lines):
                sketch.ink(Text(start + number * HEAD_LINE_MM, rect.bottom - 1.0, line, HEAD_PT, "bold", rotate_deg=90))
            if len(lines) * HEAD_LINE_MM > column.w + 1.0:
                sketch.notes.append(f"{column.id}: the heading “{column.heading}” does not fit {column.w:.1f} mm")
            continue
        shown = _head_lines(column)
        for number, (line, face) in enumerate(shown):
            y = rect.bottom - 1.4 - (len(shown) - 1 - number) * HEAD_LINE_MM
            sketch.ink(Text(x + column.w / 2, y, line, HEAD_PT, face, "center"))
    return sketch.done()


def _draw_groups(sketch: Sketch, side: Side, rect: Rect, group_h: float) -> None:
    start = 0
    columns = side.columns
    for index in range(1, len(columns) + 1):
        if index < len(columns) and columns[index].spec.group == columns[start].spec.group:
            continue
        name = columns[start].spec.group
        if name:
            x, right = rect.x + columns[start].x, rect.x + columns[index - 1].x + columns[index - 1].w
            sketch.ink(Line(x, rect.y + group_h, right, rect.y + group_h, HAIRLINE_PT * 2, HAIRLINE_GRAY))
            if start:
                sketch.ink(Line(x, rect.y, x, rect.bottom, STRUCTURE_PT, 0))
            if width_mm(name, HEAD_PT, "bold") > right - x - 1:
                sketch.notes.append(f"{columns[start].id}: the group heading “{name}” does not fit {right - x:.1f} mm")
            sketch.ink(Text((x + right) / 2, rect.y + group_h - 1.3, name, HEAD_PT, "bold", "center"))
        start = index

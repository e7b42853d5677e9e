"""Grids: rows × columns of fields. A row never breaks across pages; the heading is printed again on each page."""

from __future__ import annotations

from dataclasses import dataclass

from downtime.library.schema import ColumnSpec, GridSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.cells import CELL_LABEL_PT, HEAD_LINE_MM, draw_cell, heading_text
from downtime.paper.fields import (
    OPTION_PT,
    width_mm,
)
from downtime.paper.ink import (
    HAIRLINE_GRAY,
    HAIRLINE_PT,
    STRUCTURE_PT,
    TINT,
    Box,
    Face,
    Line,
    Text,
)
from downtime.paper.pieces import Drawn, Piece, Sketch, page_break
from downtime.paper.textflow import wrap

HEAD_PT = 8.0
MAX_ROTATED_MM = 26.0


@dataclass(frozen=True, slots=True)
class _Column:
    """One printed column: its spec, id, heading, and left edge and width in mm from the grid's left edge."""

    spec: ColumnSpec
    id: str
    heading: str
    x: float
    w: float


@dataclass(frozen=True, slots=True)
class _Side:
    """The columns that stand together on one page, and the suffix of the ids that stand there a second time."""

    columns: tuple[_Column, ...]
    suffix: str
    label_w: float


def grid_pieces(grid: GridSpec, prefix: str, width: float, row_labels: tuple[str, ...]) -> list[Piece]:
    """The pieces of a grid `width` mm wide: for each side a heading and its rows; page breaks between sides."""
    pieces: list[Piece] = []
    for number, side in enumerate(_sides(grid, width, row_labels)):
        if number:
            pieces.append(page_break())
        pieces += _side_pieces(grid, prefix + grid.id, side, row_labels, f"{prefix}{grid.id}/{number}")
    return pieces


def row_labels_of(grid: GridSpec) -> tuple[str, ...]:
    """What stands at the head of each row; empty texts where rows have no label."""
    rows = grid.rows
    count = rows.count or len(rows.labels) or rows.at_least
    labels = rows.labels or (("",) * count)
    if rows.numbered and not rows.labels:
        labels = tuple(str(number) for number in range(1, count + 1))
    return labels


def _sides(grid: GridSpec, width: float, row_labels: tuple[str, ...]) -> list[_Side]:
    chunked = next((c for c in grid.columns if c.per_side and c.repeat and c.repeat > c.per_side), None)
    chunks = 1 if chunked is None else -(-(chunked.repeat or 1) // (chunked.per_side or 1))
    label_w = _label_width(grid, row_labels, width)
    result = []
    for chunk in range(chunks):
        wanted: list[tuple[ColumnSpec, str, str]] = []
        for spec in grid.columns:
            if not spec.repeat:
                wanted.append((spec, spec.id, heading_text(spec)))
                continue
            per = spec.per_side or spec.repeat
            first = chunk * per if spec is chunked else 0
            for index in range(first, min(first + per, spec.repeat)):
                heading = spec.repeat_labels[index] if spec.repeat_labels else f"{spec.label}{index + 1}"
                wanted.append((spec, f"{spec.id}{index + 1}", heading))
        total = sum(spec.width for spec, _, _ in wanted)
        columns, x = [], label_w
        for spec, column_id, heading in wanted:
            w = (width - label_w) * spec.width / total
            columns.append(_Column(spec, column_id, heading, x, w))
            x += w
        result.append(_Side(tuple(columns), f"@{chunk + 1}" if chunk else "", label_w))
    return result


def _label_width(grid: GridSpec, row_labels: tuple[str, ...], width: float) -> float:
    if not any(row_labels) and not _labels_by_hand(grid):
        return 0.0
    if grid.rows.label_width:
        return width * grid.rows.label_width / 100
    longest = max(width_mm(label, OPTION_PT, "bold") for label in (*row_labels, grid.rows.heading))
    return min(max(longest + 3.0, 7.0), width * 0.42)


def _side_pieces(grid: GridSpec, grid_id: str, side: _Side, row_labels: tuple[str, ...], group: str) -> list[Piece]:
    rotated = any(_too_narrow(column.heading, column.w) for column in side.columns)
    head = _head_piece(grid, side, rotated, group)
    shared_h = [_label_height(grid, index, label, side.label_w) for index, label in enumerate(row_labels)]

    def row_piece(index: int) -> Piece:
        label = row_labels[index] if index < len(row_labels) else (str(index + 1) if grid.rows.numbered else "")
        height = max(grid.row_mm, shared_h[index] if index < len(shared_h) else 0)
        heavy = bool(grid.heavy_every) and (index + 1) % grid.heavy_every == 0
        return Piece(
            height,
            lambda rect: _draw_row(grid, grid_id, side, index, label, heavy, rect),
            group=group,
            head=head,
            stretch=grid.fill,
            more=row_piece if grid.fill and grid.rows.count and not grid.rows.labels else None,
        )

    rows = [row_piece(index) for index in range(len(row_labels))]
    return [head, *rows] if head else rows


def _labels_by_hand(grid: GridSpec) -> bool:
    """Whether rows that come from data keep room for a label, to be written where the data has none."""
    return bool(grid.rows.data and grid.rows.heading)


def _detail_lines(grid: GridSpec, index: int, label_w: float) -> list[str]:
    details = grid.rows.details
    text = details[index] if index < len(details) else ""
    return wrap(text, "regular", CELL_LABEL_PT, label_w - 2.4) if text else []


def _label_height(grid: GridSpec, index: int, label: str, label_w: float) -> float:
    if not label:
        return 0.0
    details = len(_detail_lines(grid, index, label_w))
    return len(wrap(label, "bold", OPTION_PT, label_w - 2.4)) * 3.9 + details * 3.3 + 1.8


def _too_narrow(heading: str, width: float) -> bool:
    return any(width_mm(word, HEAD_PT, "bold") > width - 0.8 for word in heading.replace("/", "/ ").split())


def _head_piece(grid: GridSpec, side: _Side, rotated: bool, group: str) -> Piece | None:
    """The heading; a grid without any heading (a strip of fields in a frame) has none."""
    if not grid.rows.heading and not any(c.heading or c.spec.hint or c.spec.group for c in side.columns):
        return None
    groups = any(column.spec.group for column in side.columns)
    group_h = 4.6 if groups else 0.0
    needed = 0.0
    for column in side.columns:
        if rotated and _too_narrow(column.heading, column.w):
            longest = max(width_mm(line, HEAD_PT, "bold") for line in _rotated_lines(column))
            needed = max(needed, min(longest + 2.4, MAX_ROTATED_MM))
        else:
            needed = max(needed, len(_head_lines(column)) * HEAD_LINE_MM + 1.6)
    if side.label_w:
        needed = max(needed, len(wrap(grid.rows.heading, "bold", HEAD_PT, side.label_w - 1.6)) * HEAD_LINE_MM + 1.6)
    height = group_h + max(needed, 5.0)
    return Piece(height, lambda rect: _draw_head(grid, side, rotated, group_h, rect), group=group, keep_with_next=True)


def _head_lines(column: _Column) -> list[tuple[str, Face]]:
    lines: list[tuple[str, Face]] = [(line, "bold") for line in wrap(column.heading, "bold", HEAD_PT, column.w - 0.8)]
    if column.spec.hint:
        lines += [(line, "italic") for line in wrap(column.spec.hint, "italic", HEAD_PT, column.w - 0.8)]
    return lines


def _rotated_lines(column: _Column) -> list[str]:
    room = max(1, int((column.w - 1.0) / HEAD_LINE_MM))
    heading = column.heading + (f" {column.spec.hint}" if column.spec.hint else "")
    for limit in (14.0, 18.0, 22.0, MAX_ROTATED_MM - 2.4):
        lines = wrap(heading, "bold", HEAD_PT, limit)
        if len(lines) <= room:
            return lines
    return wrap(heading, "bold", HEAD_PT, MAX_ROTATED_MM - 2.4)


def _draw_head(grid: GridSpec, side: _Side, rotated: bool, group_h: float, rect: Rect) -> Drawn:
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
        if rotated and _too_narrow(column.heading, column.w):
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


def _draw_groups(sketch: Sketch, side: _Side, rect: Rect, group_h: float) -> None:
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


def _draw_row(grid: GridSpec, grid_id: str, side: _Side, index: int, label: str, heavy: bool, rect: Rect) -> Drawn:
    sketch = Sketch()
    row_id = f"{grid_id}.{index + 1}"
    if side.label_w and not label and _labels_by_hand(grid):
        place = Rect(rect.x, rect.y, side.label_w, rect.h).inset(0.4)
        sketch.fields.append(FieldBox(id=f"{row_id}.label", kind="text", at=box(place)))
    elif side.label_w:
        lines = wrap(label, "bold", OPTION_PT, side.label_w - 2.4)
        details = _detail_lines(grid, index, side.label_w)
        y = rect.y + rect.h / 2 + 1.2 - (len(lines) - 1) * 1.95 - len(details) * 1.65
        for number, line in enumerate(lines):
            sketch.ink(Text(rect.x + 1.2, y + number * 3.9, line, OPTION_PT, "bold"))
        y += (len(lines) - 1) * 3.9
        for number, line in enumerate(details, start=1):
            sketch.ink(Text(rect.x + 1.2, y + number * 3.3, line, CELL_LABEL_PT))
    for column in side.columns:
        x = rect.x + column.x
        if column.x > 0:
            group_edge = column.spec.group and column is next(
                c for c in side.columns if c.spec.group == column.spec.group
            )
            wide = STRUCTURE_PT if group_edge else HAIRLINE_PT * 2
            sketch.ink(Line(x, rect.y, x, rect.bottom, wide, 0 if group_edge else HAIRLINE_GRAY))
        suffix = "" if column.spec.repeat else side.suffix
        draw_cell(sketch, column.spec, f"{row_id}.{column.id}", Rect(x, rect.y, column.w, rect.h), suffix)
    if not heavy:
        sketch.ink(Line(rect.x, rect.bottom, rect.right, rect.bottom, HAIRLINE_PT * 2, HAIRLINE_GRAY))
    else:
        sketch.ink(Line(rect.x, rect.bottom, rect.right, rect.bottom, STRUCTURE_PT, 0))
    if index == 0:
        sketch.ink(Line(rect.x, rect.y, rect.right, rect.y, STRUCTURE_PT, 0))
    sketch.ink(Line(rect.x, rect.y, rect.x, rect.bottom, STRUCTURE_PT, 0))
    sketch.ink(Line(rect.right, rect.y, rect.right, rect.bottom, STRUCTURE_PT, 0))
    return sketch.done()

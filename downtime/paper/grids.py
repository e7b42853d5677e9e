"""Grids: rows × columns of fields. A row never breaks across pages; the heading is printed again on each page."""

from __future__ import annotations

from downtime.library.data_names import BEDS
from downtime.library.schema import ColumnSpec, GridSpec
from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, box
from downtime.paper.cells import CELL_LABEL_PT, draw_cell, heading_text
from downtime.paper.fields import OPTION_PT, width_mm
from downtime.paper.grid_heads import HEAD_PT, Column, Side, head_piece, too_narrow
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, STRUCTURE_PT, Line, Text
from downtime.paper.pieces import Drawn, Piece, Sketch, page_break
from downtime.paper.textflow import wrap


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


def _sides(grid: GridSpec, width: float, row_labels: tuple[str, ...]) -> list[Side]:
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
            columns.append(Column(spec, column_id, heading, x, w))
            x += w
        result.append(Side(tuple(columns), f"@{chunk + 1}" if chunk else "", label_w))
    return result


def _label_width(grid: GridSpec, row_labels: tuple[str, ...], width: float) -> float:
    if not any(row_labels) and not _labels_by_hand(grid) and not _marked(grid):
        return 0.0
    if grid.rows.label_width:
        return width * grid.rows.label_width / 100
    longest = max(width_mm(label, OPTION_PT, "bold") for label in (*row_labels, grid.rows.heading))
    return min(max(longest + 3.0, 7.0), width * 0.42)


def _side_pieces(grid: GridSpec, grid_id: str, side: Side, row_labels: tuple[str, ...], group: str) -> list[Piece]:
    rotated = any(too_narrow(column.heading, column.w) for column in side.columns)
    head = head_piece(grid, side, rotated, group)
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
    """Whether rows that come from the beds keep room for a label, to be written where a bed has no name."""
    return grid.rows.data == BEDS and bool(grid.rows.heading)


def _marked(grid: GridSpec) -> bool:
    """Whether the head of a row takes a mark in print: rows of orders, and of other things from data."""
    return grid.rows.data not in ("", BEDS) and bool(grid.rows.label_width)


def _detail_lines(grid: GridSpec, index: int, label_w: float) -> list[str]:
    details = grid.rows.details
    text = details[index] if index < len(details) else ""
    return wrap(text, "regular", CELL_LABEL_PT, label_w - 2.4) if text else []


def _label_height(grid: GridSpec, index: int, label: str, label_w: float) -> float:
    if not label:
        return 0.0
    details = len(_detail_lines(grid, index, label_w))
    return len(wrap(label, "bold", OPTION_PT, label_w - 2.4)) * 3.9 + details * 3.3 + 1.8


def _draw_row(grid: GridSpec, grid_id: str, side: Side, index: int, label: str, heavy: bool, rect: Rect) -> Drawn:
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
        if _marked(grid):
            mark = Rect(rect.x, rect.y, side.label_w, rect.h).inset(0.4)
            sketch.fields.append(FieldBox(id=f"{row_id}.mark{side.suffix}", kind="print", at=box(mark)))
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


__all__ = ["HEAD_PT", "grid_pieces", "row_labels_of"]

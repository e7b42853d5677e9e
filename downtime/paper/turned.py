"""Turned grids: time runs from left to right. Each row of the grid is printed as a column, each column as a line.

A flowsheet reads best this way, and one hour of it needs only a digit or two of width. Field ids are those of the grid
as it is defined (`obs.3.rr` is the third row's column `rr`), so reading, keying and exporting know nothing of the turn.
"""

from __future__ import annotations

from dataclasses import dataclass

from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, GridSpec
from downtime.page.geometry import Rect
from downtime.paper.cells import CELL_LABEL_PT, draw_cell, heading_text
from downtime.paper.fields import OPTION_PT, label_text, width_mm
from downtime.paper.grids import HEAD_PT, row_labels_of
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, TINT, Box, Line, Text
from downtime.paper.pieces import Drawn, Piece, Sketch, page_break
from downtime.paper.textflow import wrap

LABEL_SHARE = 0.19
TAB_MM = 5.0
HEAD_MM = 5.0
LABEL_LINE_MM = 3.7
HINT_LINE_MM = 3.2


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of the grid that stand on one page: what ids they have, what stands over them, how wide all is."""

    rows: tuple[tuple[str, str], ...]
    label_w: float
    tab_w: float
    column_w: float

    def x(self, index: int) -> float:
        """The left edge of column `index`, from the grid's left edge."""
        return self.tab_w + self.label_w + index * self.column_w


def turned_pieces(grid: GridSpec, prefix: str, width: float) -> list[Piece]:
    """The pieces of a turned grid: for each part of its rows a heading and a line for each column."""
    pieces: list[Piece] = []
    for number, part in enumerate(_parts(grid, width)):
        if number:
            pieces.append(page_break())
        group = f"{prefix}{grid.id}/{number}"
        head = _head(grid, part, group)
        if head:
            pieces.append(head)
        for run in _runs(grid):
            pieces.append(_run_piece(grid, prefix + grid.id, run, part, group, head))
    return pieces


def _parts(grid: GridSpec, width: float) -> list[_Part]:
    labels = row_labels_of(grid)
    per_page = grid.per_page or len(labels)
    tab_w = TAB_MM if any(column.group for column in grid.columns) else 0.0
    label_w = width * (grid.rows.label_width / 100 if grid.rows.label_width else LABEL_SHARE)
    parts = []
    for first in range(0, len(labels), per_page):
        rows = [(str(first + n + 1), label) for n, label in enumerate(labels[first : first + per_page])]
        if grid.rows.total:
            rows.append((f"total{first // per_page + 1}", grid.rows.total))
        columns = per_page + bool(grid.rows.total)
        parts.append(_Part(tuple(rows), label_w, tab_w, (width - tab_w - label_w) / columns))
    return parts


def _runs(grid: GridSpec) -> list[tuple[ColumnSpec, ...]]:
    """Lines that stay together: those of one group; each line without a group by itself."""
    runs: list[list[ColumnSpec]] = []
    for column in grid.columns:
        if runs and column.group and runs[-1][0].group == column.group:
            runs[-1].append(column)
        else:
            runs.append([column])
    return [tuple(run) for run in runs]


def _head(grid: GridSpec, part: _Part, group: str) -> Piece | None:
    if not any(label for _, label in part.rows) and not grid.rows.heading:
        return None
    lines = {row: wrap(label, "bold", HEAD_PT, part.column_w - 0.8) for row, label in part.rows}
    left = wrap(grid.rows.heading, "bold", HEAD_PT, part.label_w + part.tab_w - 2.0) if grid.rows.heading else []
    height = max(HEAD_MM, max(len(left), *(len(found) for found in lines.values())) * 3.3 + 1.7)

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        sketch.ink(Box(rect, STRUCTURE_PT, fill=TINT))
        for number, line in enumerate(left):
            y = rect.bottom - 1.5 - (len(left) - 1 - number) * 3.3
            sketch.ink(Text(rect.x + 1.0, y, line, HEAD_PT, "bold"))
        for index, (row, _) in enumerate(part.rows):
            x = rect.x + part.x(index)
            _upright(sketch, grid, part, index, x, rect)
            for number, line in enumerate(lines[row]):
                y = rect.bottom - 1.5 - (len(lines[row]) - 1 - number) * 3.3
                sketch.ink(Text(x + part.column_w / 2, y, line, HEAD_PT, "bold", "center"))
        return sketch.done()

    return Piece(height, draw, group=group, keep_with_next=True)


def _upright(sketch: Sketch, grid: GridSpec, part: _Part, index: int, x: float, rect: Rect) -> None:
    """The line on the left of a column: strong at the labels, before the total, and every few columns."""
    row = part.rows[index][0]
    strong = index == 0 or row.startswith("total") or bool(grid.heavy_every and index % grid.heavy_every == 0)
    weight, gray = (STRUCTURE_PT, 0.0) if strong else (HAIRLINE_PT * 2, HAIRLINE_GRAY)
    sketch.ink(Line(x, rect.y, x, rect.bottom, weight, gray))


def _line_height(grid: GridSpec, column: ColumnSpec, part: _Part) -> float:
    needed = len(_label_lines(column, part)) * LABEL_LINE_MM + len(_hint_lines(column, part)) * HINT_LINE_MM + 1.4
    return max(column.height_mm or grid.row_mm, needed)


def _run_piece(
    grid: GridSpec, grid_id: str, run: tuple[ColumnSpec, ...], part: _Part, group: str, head: Piece | None
) -> Piece:
    heights = [_line_height(grid, column, part) for column in run]
    name = run[0].group

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        y, factor = rect.y, rect.h / sum(heights)
        for column, height in zip(run, heights, strict=True):
            line = Rect(rect.x, y, rect.w, height * factor)
            _draw_line(sketch, grid, grid_id, column, part, line)
            y = line.bottom
            last = column is run[-1]
            weight, gray = (STRUCTURE_PT, 0.0) if last and name else (HAIRLINE_PT * 2, HAIRLINE_GRAY)
            left = rect.x + (part.tab_w if name and not last else 0)
            sketch.ink(Line(left, y, rect.right, y, weight, gray))
        if part.tab_w and name:
            _draw_tab(sketch, name, Rect(rect.x, rect.y, part.tab_w, rect.h))
        for x in (rect.x, rect.right):
            sketch.ink(Line(x, rect.y, x, rect.bottom, STRUCTURE_PT, 0))
        if head is None:
            sketch.ink(Line(rect.x, rect.y, rect.right, rect.y, HAIRLINE_PT * 2, HAIRLINE_GRAY))
        if run[-1] is grid.columns[-1]:
            sketch.ink(Line(rect.x, rect.bottom, rect.right, rect.bottom, STRUCTURE_PT, 0))
        return sketch.done()

    return Piece(sum(heights), draw, group=group, head=head, stretch=grid.fill)


def _draw_tab(sketch: Sketch, name: str, tab: Rect) -> None:
    sketch.ink(Box(tab, STRUCTURE_PT, fill=TINT))
    wide = width_mm(name, HEAD_PT, "bold")
    if wide > tab.h - 1:
        sketch.notes.append(f"the group heading “{name}” does not fit {tab.h:.1f} mm")
    sketch.ink(Text(tab.x + tab.w / 2 + 1.0, tab.y + tab.h / 2 + wide / 2, name, HEAD_PT, "bold", rotate_deg=90))


def _sub_labels(column: ColumnSpec) -> list[str]:
    """The labels of a cell's lines, where a line holds one field: they stand beside the line, not in each cell."""
    return [label_text(line[0]) if len(line) == 1 else "" for line in column.cell]


def _whole_room(column: ColumnSpec, part: _Part) -> float:
    return (part.label_w if column.group or not part.tab_w else part.label_w + part.tab_w) - 2.0


def _label_room(column: ColumnSpec, part: _Part) -> float:
    subs = [width_mm(label, CELL_LABEL_PT) for label in _sub_labels(column) if label]
    return _whole_room(column, part) - (max(subs) + 1.5 if subs else 0.0)


def _label_lines(column: ColumnSpec, part: _Part) -> list[str]:
    return wrap(heading_text(column), "bold", OPTION_PT, _label_room(column, part)) if column.label else []


def _hint_lines(column: ColumnSpec, part: _Part) -> list[str]:
    """The lines of the hint; the first of several stands above a label that only the cell's last line has."""
    if not column.hint:
        return []
    room = _label_room(column, part)
    lines = wrap(column.hint, "regular", CELL_LABEL_PT, room)
    subs = _sub_labels(column)
    if len(lines) < 2 or len(subs) < 2 or any(subs[:-1]):
        return lines
    first = wrap(column.hint, "regular", CELL_LABEL_PT, _whole_room(column, part))[0]
    rest = column.hint.removeprefix(first).lstrip(" ")
    # One line alone would stand in the middle, where it could meet the label.
    return [first, *wrap(rest, "regular", CELL_LABEL_PT, room)] if rest else lines


def _draw_line(sketch: Sketch, grid: GridSpec, grid_id: str, column: ColumnSpec, part: _Part, rect: Rect) -> None:
    left = rect.x + (part.tab_w if column.group else 0) + 1.0
    labels, hints = _label_lines(column, part), _hint_lines(column, part)
    y = rect.y + rect.h / 2 - (len(labels) * LABEL_LINE_MM + len(hints) * HINT_LINE_MM) / 2 + 2.9
    for line in labels:
        sketch.ink(Text(left, y, line, OPTION_PT, "bold"))
        y += LABEL_LINE_MM
    for line in hints:
        sketch.ink(Text(left, y - 0.3, line, CELL_LABEL_PT, gray=LABEL_GRAY))
        y += HINT_LINE_MM
    start = rect.x + part.x(0)
    top = rect.y
    weights = [max(field.height_mm or 7.0 for field in line) for line in column.cell]
    for label, weight in zip(_sub_labels(column), weights, strict=True):
        step = rect.h * weight / sum(weights)
        if label:
            sketch.ink(Text(start - 1.0, top + step / 2 + 1.0, label, CELL_LABEL_PT, align="right", gray=LABEL_GRAY))
        top += step
    bare = column.model_copy(update={"cell": tuple(_without_label(line) for line in column.cell)})
    for index, (row, _) in enumerate(part.rows):
        cell = Rect(rect.x + part.x(index), rect.y, part.column_w, rect.h)
        if row.startswith("total") and not _adds_up(column):
            sketch.ink(Box(cell, None, fill=TINT))
        else:
            draw_cell(sketch, bare, f"{grid_id}.{row}.{column.id}", cell)
        _upright(sketch, grid, part, index, cell.x, rect)


def _adds_up(column: ColumnSpec) -> bool:
    return column.type is FieldType.NUMBER and not column.cell


def _without_label(line: tuple[FieldSpec, ...]) -> tuple[FieldSpec, ...]:
    """The fields of a cell's line without what stands beside the line already: the only label, and units."""
    bare = {"label": "", "unit": ""} if len(line) == 1 else {"unit": ""}
    return tuple(field.model_copy(update=bare) for field in line)

"""The rows of a procedure card: acts to tick, text, tables, and the bar above them.

A row is ink at the left edge of its frame, with its height; rows are never cut in two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from downtime.page.geometry import Rect
from downtime.paper.ink import HAIRLINE_GRAY, LABEL_GRAY, STRUCTURE_PT, TINT, Box, Ink, Line, Text
from downtime.paper.richtext import Block, Heading, Item, Paragraph, Table
from downtime.paper.textflow import Run, baseline_mm, fitted, line_mm, paragraph, set_line, width_mm, wrap_runs

HEAD_MM = 7.4
PAD_MM = 2.5
TICK_MM = 4.5
TICK_GAP_MM = 2.2
TIME_MM = 16.0
TIME_GAP_MM = 3.0
MARKER_MM = 6.0
INDENT_MM = 6.0
BADGE_MM = 11.0
CELL_PAD_MM = 1.4
TABLE_LEAST_PT = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """Ink that stays together, from (0, 0) of its frame's left edge; `leads`: not to be parted from the next row.

    `rule` is the line under it, left off where the frame ends.
    """

    height_mm: float
    inks: tuple[Ink, ...]
    task: bool = False
    leads: bool = False
    rule: Line | None = None


def head_inks(badge: str, heading: str, frame: Rect, timed: bool, size_pt: float) -> list[Ink]:
    """The bar of a section: its badge in white on black, its heading, and “time” above the lines for it."""
    bar = Rect(frame.x, frame.y, frame.w, HEAD_MM)
    inks: list[Ink] = [Box(bar, fill=TINT)]
    x = frame.x + PAD_MM
    middle = frame.y + HEAD_MM / 2
    if badge:
        inks.append(Box(Rect(frame.x, frame.y, BADGE_MM, HEAD_MM), fill=0.0))
        inks.append(Text(frame.x + BADGE_MM / 2, middle + 1.65, badge, 14, "bold", "center", gray=1.0))
        x = frame.x + BADGE_MM + PAD_MM
    room = frame.right - PAD_MM - x - (TIME_MM + TIME_GAP_MM if timed else 0)
    lines, heading_pt = fitted(heading, "bold", size_pt + 1.5, room, least_pt=size_pt)
    inks.append(Text(x, middle + heading_pt * 0.118, lines[0], heading_pt, "bold"))
    if timed:
        inks.append(
            Text(frame.right - PAD_MM - TIME_MM / 2, middle + 1.1, "time (24 h)", 8, "regular", "center", LABEL_GRAY)
        )
    return inks


def rows_of(block: Block, width: float, size_pt: float) -> list[Row]:
    """The rows that one block of Markdown makes in a frame of that width."""
    match block:
        case Heading():
            inks, height = paragraph(PAD_MM, 1.2, width - 2 * PAD_MM, [(block.text, "bold")], size_pt)
            return [Row(height + 1.6, tuple(inks), leads=True)]
        case Paragraph():
            inks, height = paragraph(PAD_MM, 1.2, width - 2 * PAD_MM, block.runs, size_pt)
            return [Row(height + 1.8, tuple(inks))]
        case Item(task=True):
            return [_act(block, width, size_pt)]
        case Item():
            x = PAD_MM + block.depth * INDENT_MM
            inks, height = paragraph(x + MARKER_MM - 2, 0.6, width - x - MARKER_MM + 2 - PAD_MM, block.runs, size_pt)
            mark = Text(x, 0.6 + baseline_mm(size_pt), block.marker, size_pt)
            return [Row(height + 1.0, (mark, *inks) if block.marker else tuple(inks))]
        case Table():
            return _table_rows(block, width, size_pt)


def _act(item: Item, width: float, size_pt: float) -> Row:
    """An act: number if it has one, box to tick, what to do, a line for the time, and a hairline to lead the eye."""
    x = PAD_MM + item.depth * INDENT_MM
    number: list[Ink] = []
    if item.marker:
        number = [Text(x, 0.0, item.marker, size_pt + 3, "bold")]
        x += MARKER_MM
    text_x = x + TICK_MM + TICK_GAP_MM
    time_x = width - PAD_MM - TIME_MM
    lines = wrap_runs(item.runs, size_pt, time_x - TIME_GAP_MM - text_x)
    height = max(len(lines) * line_mm(size_pt) + 1.9, TICK_MM + TICK_GAP_MM)
    top = (height - len(lines) * line_mm(size_pt)) / 2
    first = top + baseline_mm(size_pt)
    # The box stands beside the first line, its middle at the middle of the capitals.
    tick_y = max(first - size_pt * 0.118 - TICK_MM / 2, TICK_GAP_MM / 2)
    last = top + (len(lines) - 1) * line_mm(size_pt) + baseline_mm(size_pt)
    inks: list[Ink] = [Text(mark.x, first + 0.5, mark.text, mark.size_pt, mark.face) for mark in number
                       if isinstance(mark, Text)]  # fmt: skip
    inks.append(Box(Rect(x, tick_y, TICK_MM, TICK_MM), stroke_pt=1.0))
    for count, line in enumerate(lines):
        at = top + count * line_mm(size_pt) + baseline_mm(size_pt)
        inks += set_line(text_x, at, time_x - TIME_GAP_MM - text_x, line, size_pt)
    inks.append(Line(time_x, last + 0.6, width - PAD_MM, last + 0.6, STRUCTURE_PT, 0.0))
    rule = Line(text_x, height, time_x - TIME_GAP_MM, height, gray=HAIRLINE_GRAY)
    return Row(height, tuple(inks), task=True, rule=rule)


def _table_rows(table: Table, width: float, size_pt: float) -> list[Row]:
    # A number to dial is never broken: smaller type, as far as type may go, before a word is cut.
    size = max(size_pt, TABLE_LEAST_PT)
    while size > TABLE_LEAST_PT and sum(_needs(table.rows, width, size)) > width:
        size = max(size - 0.5, TABLE_LEAST_PT)
    widths = _column_widths(table.rows, width, size)
    return [_table_row(row, table.right, widths, size, number == 0) for number, row in enumerate(table.rows)]


def _table_row(
    cells: Sequence[Sequence[Run]], right: Sequence[bool], widths: Sequence[float], size_pt: float, heading: bool
) -> Row:
    wrapped = []
    for runs, width in zip(cells, widths, strict=True):
        shown = [(text, "bold") for text, _ in runs] if heading else list(runs)
        wrapped.append(wrap_runs(shown, size_pt, width - 2 * CELL_PAD_MM))  # type: ignore[arg-type]
    height = max(len(lines) for lines in wrapped) * line_mm(size_pt) + 1.4
    inks: list[Ink] = []
    x = 0.0
    for lines, width, is_right in zip(wrapped, widths, right, strict=True):
        for count, line in enumerate(lines):
            y = 0.7 + count * line_mm(size_pt) + baseline_mm(size_pt)
            align = "right" if is_right else "left"
            inks += set_line(x + CELL_PAD_MM, y, width - 2 * CELL_PAD_MM, line, size_pt, align=align)  # type: ignore[arg-type]
        x += width
        if x < sum(widths) - 0.01:
            inks.append(Line(x, 0, x, height, gray=HAIRLINE_GRAY))
    weight = STRUCTURE_PT if heading else 0.25
    rule = Line(0, height, sum(widths), height, weight, 0.0 if heading else HAIRLINE_GRAY)
    return Row(height, tuple(inks), leads=heading, rule=rule)


def _needs(rows: Sequence[Sequence[Sequence[Run]]], width: float, size_pt: float) -> list[float]:
    """What each column needs at least: its longest word."""
    needs = [0.0] * len(rows[0])
    for number, row in enumerate(rows):
        for column, runs in enumerate(row):
            words = [(word, "bold" if number == 0 else face) for text, face in runs for word in text.split(" ")]
            needs[column] = max([needs[column], *(width_mm(word, face, size_pt) for word, face in words)])
    return [min(need + 2 * CELL_PAD_MM + 0.1, width * 0.6) for need in needs]


def _column_widths(rows: Sequence[Sequence[Sequence[Run]]], width: float, size_pt: float) -> list[float]:
    """Share a width between columns: what each would like if there is room, at least its longest word if there is."""
    count = len(rows[0])
    likes = [0.0] * count
    for number, row in enumerate(rows):
        for column, runs in enumerate(row):
            face = [(text, "bold" if number == 0 else face) for text, face in runs]
            likes[column] = max(likes[column], sum(width_mm(t, f, size_pt) for t, f in face))
    likes = [like + 2 * CELL_PAD_MM + 0.1 for like in likes]
    needs = _needs(rows, width, size_pt)
    if sum(likes) <= width:
        spare = (width - sum(likes)) / count
        return [like + spare for like in likes]
    if sum(needs) >= width:
        return [need * width / sum(needs) for need in needs]
    wish = sum(likes) - sum(needs) or 1.0
    return [need + (like - need) * (width - sum(needs)) / wish for need, like in zip(needs, likes, strict=True)]

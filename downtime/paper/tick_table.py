"""Tables to tick off, as pieces for as many pages as they need: a box, a number, a name and further columns.

The cover's contents and the storekeeper's pull list are both made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from downtime.page.geometry import Rect
from downtime.paper.ink import (
    HAIRLINE_GRAY,
    HAIRLINE_PT,
    LABEL_GRAY,
    STRUCTURE_PT,
    TINT,
    Align,
    Box,
    Face,
    Ink,
    Line,
    Text,
)
from downtime.paper.pieces import Drawn, Piece, stacked
from downtime.paper.textflow import ellipsized, fitted, wrap

LINE_MM = 6.2
TWO_LINES_MM = 8.4
BAR_MM = 6.0
HEADS_MM = 4.8
TITLE_MM = 7.0
WORDS_MM = 4.9
TICK_MM = 4.2
SIGNING_MM = 15.0
PAD_MM = 1.5
TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; `width_mm` 0 takes what the others leave."""

    head: str
    width_mm: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how many, of what, and each further column; an empty one is a line to write on.

    `under` stands in small type under the title; a table without it has lower rows.
    """

    number: str
    title: str
    under: str
    rest: tuple[str, ...]


def table_pieces(
    columns: Sequence[Column],
    groups: Sequence[tuple[str, Sequence[Row]]],
    width_mm: float,
    *,
    title: str = "",
    name: str = "table",
) -> list[Piece]:
    """A table whose rows stand in groups, each under a bar with its name; the heads are repeated on every page.

    The first three columns are the box to tick, the number and the title. `name` tells the table from others on the
    same pages.
    """
    spare = width_mm - sum(column.width_mm for column in columns)
    widths = [column.width_mm or spare for column in columns]
    row_mm = TWO_LINES_MM if any(row.under for _, rows in groups for row in rows) else LINE_MM
    head_mm = HEADS_MM + (TITLE_MM if title else 0.0)
    head = Piece(head_mm, partial(_draw_heads, columns, widths, title), group=name, keep_with_next=True)
    pieces = [head]
    for group, rows in groups:
        if group:
            pieces.append(Piece(BAR_MM, partial(_draw_bar, group), group=name, head=head, keep_with_next=True))
        pieces += [Piece(row_mm, partial(_draw_row, columns, widths, row), group=name, head=head) for row in rows]
    return pieces


def item_pieces(title: str, items: Sequence[tuple[str, int]], *, name: str = "items") -> list[Piece]:
    """Things with their number, in two columns that are read downwards.

    They stay together where they are few; the title stands on every page of many.
    """
    if not items:
        return []
    head = Piece(TITLE_MM, lambda at: Drawn((_title(title, at),)), group=name, keep_with_next=True)
    rows = -(-len(items) // 2)
    pairs = [items[row : row + rows + 1 : rows] for row in range(rows)]
    pieces = [head, *(Piece(LINE_MM, partial(_draw_items, pair), group=name, head=head) for pair in pairs)]
    return [stacked(pieces)] if rows <= TOGETHER else pieces


def word_pieces(text: str, width_mm: float, size_pt: float = 10, *, bold: bool = False) -> list[Piece]:
    """A paragraph, a piece a line."""
    face: Face = "bold" if bold else "regular"
    return [
        Piece(WORDS_MM, partial(lambda line, at: Drawn((Text(at.x, at.y + 3.8, line, size_pt, face),)), line))
        for line in wrap(text, face, size_pt, width_mm)
    ]


def signing_piece(labels: Sequence[tuple[str, float]]) -> Piece:
    """Boxes to sign in, each under its label and with its share of the width."""

    def draw(at: Rect) -> Drawn:
        inks: list[Ink] = []
        x = at.x
        for label, share in labels:
            width = at.w * share
            inks.append(Text(x + 0.5, at.y + 3.2, label, 8.5, gray=LABEL_GRAY))
            inks.append(Box(Rect(x, at.y + 4, width - 2, 9), STRUCTURE_PT))
            x += width
        return Drawn(tuple(inks))

    return Piece(SIGNING_MM, draw)


def _title(title: str, at: Rect) -> Text:
    return Text(at.x, at.y + 4.4, title, 12, "bold")


def _tick(at: Rect) -> Box:
    return Box(Rect(at.x + 1.2, at.y + (at.h - TICK_MM) / 2, TICK_MM, TICK_MM), STRUCTURE_PT)


def _draw_heads(columns: Sequence[Column], widths: Sequence[float], title: str, at: Rect) -> Drawn:
    inks: list[Ink] = [_title(title, at)] if title else []
    x = at.x
    for column, width in zip(columns, widths, strict=True):
        edge = x + width - PAD_MM if column.align == "right" else x + PAD_MM
        inks.append(Text(edge, at.bottom - 1.4, column.head, 8.5, "bold", column.align, gray=LABEL_GRAY))
        x += width
    return Drawn((*inks, Line(at.x, at.bottom, at.right, at.bottom, STRUCTURE_PT, 0)))


def _draw_bar(name: str, at: Rect) -> Drawn:
    shown = ellipsized(name, "bold", 10, at.w - 2 * PAD_MM)
    return Drawn((Box(at, None, fill=TINT), Text(at.x + PAD_MM, at.y + 4.3, shown, 10, "bold")))


def _draw_row(columns: Sequence[Column], widths: Sequence[float], row: Row, at: Rect) -> Drawn:
    base = at.y + at.h / 2 + 1.2
    x = at.x + widths[0]
    inks: list[Ink] = [_tick(at), Text(x + widths[1] - PAD_MM, base, row.number, 11, "bold", "right")]
    x += widths[1]
    lines, size = fitted(row.title, "regular", 10, widths[2] - 2 * PAD_MM, least_pt=8.5)
    if row.under:
        under = ellipsized(row.under, "regular", 8, widths[2] - 2 * PAD_MM)
        inks += [Text(x + PAD_MM, at.y + 3.9, lines[0], size), Text(x + PAD_MM, at.y + 7.1, under, 8, gray=LABEL_GRAY)]
    else:
        inks.append(Text(x + PAD_MM, base, lines[0], size))
    x += widths[2]
    for column, width, text in zip(columns[3:], widths[3:], row.rest, strict=True):
        if not text:
            low = at.bottom - 1.6
            inks.append(Line(x + PAD_MM, low, x + width - PAD_MM, low, HAIRLINE_PT))
        elif column.align == "right":
            inks.append(Text(x + width - PAD_MM, base, text, 10, "regular", "right"))
        else:
            most = 2 if at.h >= TWO_LINES_MM else 1
            noted, small = fitted(text, "regular", 9, width - 2 * PAD_MM, most_lines=most)
            first = base if len(noted) == 1 else at.y + 3.6
            inks += [Text(x + PAD_MM, first + number * 3.5, line, small) for number, line in enumerate(noted)]
        x += width
    return Drawn((*inks, Line(at.x, at.bottom, at.right, at.bottom, HAIRLINE_PT, HAIRLINE_GRAY)))


def _draw_items(pair: Sequence[tuple[str, int]], at: Rect) -> Drawn:
    half = (at.w - 6) / 2
    inks: list[Ink] = []
    for column, (item, quantity) in enumerate(pair):
        x = at.x + column * (half + 6)
        lines, size = fitted(item, "regular", 10, half - 23, most_lines=2)
        first = at.y + (4.4 if len(lines) == 1 else 2.9)
        inks += [
            _tick(Rect(x, at.y, half, at.h)),
            Text(x + 18.5, at.y + 4.4, f"{quantity:,}", 11, "bold", "right"),
            *(Text(x + 21, first + number * 3.1, line, size) for number, line in enumerate(lines)),
            Line(x, at.bottom, x + half, at.bottom, HAIRLINE_PT, HAIRLINE_GRAY),
        ]
    return Drawn(tuple(inks))

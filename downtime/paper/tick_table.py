"""Tables to tick off, on as many pages as they need: lines with a box, a number, a name and further columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from downtime.page.geometry import Rect
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, TINT, Align, Box, Ink, Line, Text
from downtime.paper.textflow import ellipsized, fitted, wrap

ROW_MM = 8.4
BAR_MM = 6.0
ITEM_MM = 7.4
TICK_MM = 4.2
SIGNING_MM = 16.0
PAD_MM = 1.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; `width_mm` 0 takes what the others leave."""

    head: str
    width_mm: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how many, of what, and each further column; an empty one is a line to write on."""

    number: str
    title: str
    under: str
    rest: tuple[str, ...]


class TickPages:
    """Pages that fill from top to bottom; a table's head is repeated where it goes on.

    The first three columns of a table are the box to tick, the number and the title.
    """

    def __init__(self, body: Rect) -> None:
        """`body` is where the content of every page goes."""
        self.body = body
        self.pages: list[list[Ink]] = [[]]
        self.y = body.y

    def ink(self, *inks: Ink) -> None:
        """Put ink on the page in hand."""
        self.pages[-1].extend(inks)

    def room(self, height_mm: float, again: Callable[[], None] | None = None) -> None:
        """Start a new page where less than this is left; `again` repeats a heading there."""
        if self.y + height_mm > self.body.bottom and self.pages[-1]:
            self.pages.append([])
            self.y = self.body.y
            if again:
                again()

    def words(self, text: str, size_pt: float = 10, *, bold: bool = False) -> None:
        """A paragraph."""
        for line in wrap(text, "bold" if bold else "regular", size_pt, self.body.w):
            self.room(5)
            self.ink(Text(self.body.x, self.y + 3.8, line, size_pt, "bold" if bold else "regular"))
            self.y += 4.9

    def table(self, columns: Sequence[Column], groups: Sequence[tuple[str, Sequence[Row]]]) -> None:
        """A table whose rows stand in groups, each under a bar with its name."""
        spare = self.body.w - sum(column.width_mm for column in columns)
        widths = [column.width_mm or spare for column in columns]

        def heads() -> None:
            x = self.body.x
            for column, width in zip(columns, widths, strict=True):
                at = x + width - PAD_MM if column.align == "right" else x + PAD_MM
                self.ink(Text(at, self.y + 3.4, column.head, 8.5, "bold", column.align, gray=LABEL_GRAY))
                x += width
            self.y += 4.8
            self.ink(Line(self.body.x, self.y, self.body.right, self.y, STRUCTURE_PT, 0))

        self.room(4.8 + BAR_MM + ROW_MM)
        heads()
        for name, rows in groups:
            self.room(BAR_MM + ROW_MM, heads)
            if name:
                self.ink(Box(Rect(self.body.x, self.y, self.body.w, BAR_MM), None, fill=TINT))
                shown = ellipsized(name, "bold", 10, self.body.w - 3)
                self.ink(Text(self.body.x + 1.5, self.y + 4.3, shown, 10, "bold"))
                self.y += BAR_MM
            for row in rows:
                self.room(ROW_MM, heads)
                self._row(columns, widths, row)

    def _row(self, columns: Sequence[Column], widths: Sequence[float], row: Row) -> None:
        base, x = self.y + 5.4, self.body.x
        self.ink(Box(Rect(x + 1.0, self.y + (ROW_MM - TICK_MM) / 2, TICK_MM, TICK_MM), STRUCTURE_PT))
        x += widths[0]
        self.ink(Text(x + widths[1] - PAD_MM, base, row.number, 11, "bold", "right"))
        x += widths[1]
        room = widths[2] - PAD_MM - 2
        lines, size = fitted(row.title, "regular", 10, room, least_pt=8.5)
        self.ink(Text(x + PAD_MM, self.y + 3.9, lines[0], size))
        self.ink(Text(x + PAD_MM, self.y + 7.1, ellipsized(row.under, "regular", 8, room), 8, gray=LABEL_GRAY))
        x += widths[2]
        for column, width, text in zip(columns[3:], widths[3:], row.rest, strict=True):
            if not text:
                low = self.y + ROW_MM - 1.6
                self.ink(Line(x + PAD_MM, low, x + width - PAD_MM, low, HAIRLINE_PT))
            elif column.align == "right":
                self.ink(Text(x + width - PAD_MM, base, text, 10, "regular", "right"))
            else:
                noted, small = fitted(text, "regular", 9, width - 2 * PAD_MM, most_lines=2)
                first = base if len(noted) == 1 else self.y + 3.6
                self.ink(*(Text(x + PAD_MM, first + at * 3.5, line, small) for at, line in enumerate(noted)))
            x += width
        self.y += ROW_MM
        self.ink(Line(self.body.x, self.y, self.body.right, self.y, HAIRLINE_PT, HAIRLINE_GRAY))

    def signing(self, first: str, second: str) -> None:
        """Boxes for two people to sign in, with date and time."""
        self.y += 1
        x = self.body.x
        for label, share in ((first, 0.3), ("Date, time", 0.2), (second, 0.3), ("Date, time", 0.2)):
            width = self.body.w * share
            self.ink(Text(x + 0.5, self.y + 3.2, label, 8.5, gray=LABEL_GRAY))
            self.ink(Box(Rect(x, self.y + 4, width - 2, 9), STRUCTURE_PT))
            x += width
        self.y += SIGNING_MM

    def items(self, heading: str, items: Sequence[tuple[str, int]]) -> None:
        """Things with their number, in two columns; together on one page where a page can hold them."""
        if not items:
            return
        self.room(min(7 + ITEM_MM * -(-len(items) // 2), self.body.h))
        self.words(heading, 12, bold=True)
        self.y += 1
        half = (self.body.w - 6) / 2
        for row in range(0, len(items), 2):
            self.room(ITEM_MM)
            for column, (item, quantity) in enumerate(items[row : row + 2]):
                x, low = self.body.x + column * (half + 6), self.y + ITEM_MM
                lines, size = fitted(item, "regular", 10, half - 21, most_lines=2)
                first = self.y + (5.2 if len(lines) == 1 else 3.4)
                self.ink(
                    Box(Rect(x + 1.0, self.y + 1.6, TICK_MM, TICK_MM), STRUCTURE_PT),
                    Text(x + 18.5, self.y + 5.2, f"{quantity:,}", 11, "bold", "right"),
                    *(Text(x + 20, first + at * 3.4, line, size) for at, line in enumerate(lines)),
                    Line(x, low, x + half, low, HAIRLINE_PT, HAIRLINE_GRAY),
                )
            self.y += ITEM_MM

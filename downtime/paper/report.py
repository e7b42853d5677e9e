"""Pages to read: headings, paragraphs and tables that flow over as many pages as they need, and cut nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from downtime.page.geometry import Rect
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, STRUCTURE_PT, TINT, Box, Face, Ink, Line, Text, moved
from downtime.paper.textflow import wrap

HEADING_PT, HEADING_MM = 12.0, 9.0
TEXT_PT, TEXT_MM = 9.5, 4.2
CELL_PT, CELL_MM = 8.5, 3.8
HEAD_MM = 5.0
BAR_PT, BAR_LINE_MM = 11.0, 5.2
PAD_MM = 1.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; it stays with what follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; `loud` ones are white on black, for what nobody may overlook."""

    text: str
    loud: bool = False
    face: Face = "regular"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: headings, shares of the width, and rows of texts, the first column in bold."""

    heads: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Words | Table


@dataclass(frozen=True, slots=True)
class _Strip:
    """Something that stands on one page as a whole: ink from its own top, its height, and what heads it again."""

    inks: tuple[Ink, ...]
    height: float
    head: _Strip | None = None
    keeps: bool = False


def report_pages(blocks: Sequence[Block], body: Rect) -> list[tuple[Ink, ...]]:
    """The ink of each page, in millimetres of the page; at least one page."""
    pages: list[list[Ink]] = [[]]
    y = body.y
    waiting: list[_Strip] = []
    for strip in (strip for block in blocks for strip in _strips(block, body)):
        waiting.append(strip)
        if strip.keeps:
            continue
        needed = sum(part.height for part in waiting)
        if y + needed > body.bottom and pages[-1]:
            pages.append([])
            y = body.y
            # A table goes on under its heading, unless the heading itself has just moved over.
            if strip.head is not None and strip.head not in waiting:
                waiting.insert(0, strip.head)
        for part in waiting:
            pages[-1] += moved(part.inks, body.x, y)
            y += part.height
        waiting = []
    for part in waiting:
        pages[-1] += moved(part.inks, body.x, y)
        y += part.height
    return [tuple(page) for page in pages]


def _strips(block: Block, body: Rect) -> Iterator[_Strip]:
    match block:
        case Heading():
            yield _Strip((Text(0, HEADING_MM - 3.0, block.text, HEADING_PT, "bold"),), HEADING_MM, keeps=True)
        case Words():
            yield from _paragraph(block, body.w)
        case Table():
            yield from _table(block, body.w)


def _paragraph(words: Words, width: float) -> Iterator[_Strip]:
    size, step = (BAR_PT, BAR_LINE_MM) if words.loud else (TEXT_PT, TEXT_MM)
    face: Face = "bold" if words.loud else words.face
    room = width - (2 * PAD_MM + 2 if words.loud else 0)
    lines = wrap(words.text, face, size, room)
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        inks: list[Ink] = []
        if words.loud:
            inks.append(Box(Rect(0, 0, width, step + 0.1), None, fill=0.0))
        x = PAD_MM + 1 if words.loud else 0.0
        inks.append(Text(x, step * 0.76, line, size, face, gray=1.0 if words.loud else 0.0))
        yield _Strip(tuple(inks), step + (1.8 if last else 0.0))


def _table(table: Table, width: float) -> Iterator[_Strip]:
    total = sum(table.shares)
    widths = [width * share / total for share in table.shares]
    head = _head(table, widths)
    yield head
    for row in table.rows:
        cells = [
            wrap(text, "regular" if column else "bold", CELL_PT, wide - 2 * PAD_MM)
            for column, (text, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines = max(len(cell) for cell in cells)
        # A row of many lines may part over two pages; each line carries what the others need to be read.
        for number in range(lines):
            yield _row_line(cells, widths, number, lines, head)
    yield _Strip((), 2.0)


def _head(table: Table, widths: Sequence[float]) -> _Strip:
    inks: list[Ink] = [Box(Rect(0, 0, sum(widths), HEAD_MM), STRUCTURE_PT, fill=TINT)]
    x = 0.0
    for name, wide in zip(table.heads, widths, strict=True):
        inks.append(Text(x + PAD_MM, HEAD_MM - 1.5, name, CELL_PT, "bold"))
        x += wide
    return _Strip(tuple(inks), HEAD_MM, keeps=True)


def _row_line(cells: Sequence[Sequence[str]], widths: Sequence[float], number: int, lines: int, head: _Strip) -> _Strip:
    last = number == lines - 1
    height = CELL_MM + (0.8 if number == 0 else 0) + (0.8 if last else 0)
    baseline = height - (0.8 if last else 0) - 1.0
    inks: list[Ink] = []
    x = 0.0
    for column, (cell, wide) in enumerate(zip(cells, widths, strict=True)):
        if number < len(cell) and cell[number]:
            inks.append(Text(x + PAD_MM, baseline, cell[number], CELL_PT, "regular" if column else "bold"))
        x += wide
    if last:
        inks.append(Line(0, height, x, height, HAIRLINE_PT * 2, HAIRLINE_GRAY))
    return _Strip(tuple(inks), height, head=head)

"""From the sections of a composed form to pieces: headings, flows of fields, text, cards, and sections side by side."""

from __future__ import annotations

from downtime.library.schema import FieldSpec, RepeatSpec, SectionSpec
from downtime.page.geometry import Rect
from downtime.paper.fields import LABEL_LINE_MM, draw_field, field_height, width_mm
from downtime.paper.grids import grid_pieces, row_labels_of
from downtime.paper.ink import LABEL_GRAY, STRUCTURE_PT, TINT, Box, Line, Text
from downtime.paper.pieces import Drawn, Piece, Sketch, gap, page_break, side_by_side, stacked
from downtime.paper.printed_text import GUTTER_MM, text_piece
from downtime.paper.textflow import wrap
from downtime.paper.turned import turned_pieces

ROW_GAP_MM = 1.8
SECTION_GAP_MM = 2.4
HEADING_PT = 10.5
HEADING_MM = 5.6
NOTE_PT = 8.5
CARD_TAB_MM = 8.0


def section_pieces(section: SectionSpec, width: float, prefix: str = "") -> list[Piece]:
    """The pieces of one section `width` mm wide; `prefix` goes before each field id."""
    if section.page_break:
        return [page_break()]
    pieces = _heading(section, width)
    if section.fields:
        rows = flow_pieces(section.fields, width, prefix)
        pieces += [stacked(rows)] if section.keep and len(rows) <= 6 else rows
    elif section.grid:
        if section.grid.turned:
            pieces += turned_pieces(section.grid, prefix, width)
        else:
            pieces += grid_pieces(section.grid, prefix, width, row_labels_of(section.grid))
    elif section.text:
        pieces.append(text_piece(section.text, section.size_pt, width, section.text_columns))
    elif section.repeat:
        pieces += _cards(section.repeat, width, prefix)
    elif section.beside:
        columns = []
        total = sum(part.width for part in section.beside)
        room = width - GUTTER_MM * (len(section.beside) - 1)
        for part in section.beside:
            # Without the gap that ends every section: the row of sections has one of its own.
            inner = section_pieces(part, room * part.width / total, prefix)[:-1]
            columns.append((float(part.width), stacked(inner)))
        pieces.append(side_by_side(columns, GUTTER_MM))
    elif section.stack:
        for part in section.stack:
            pieces += section_pieces(part, width, prefix)
        pieces.pop()
    pieces.append(gap(SECTION_GAP_MM))
    return pieces


def _heading(section: SectionSpec, width: float) -> list[Piece]:
    pieces: list[Piece] = []
    if section.heading:
        alert = section.high_alert

        def draw(rect: Rect) -> Drawn:
            sketch = Sketch()
            x = rect.x
            if alert:
                words = "HIGH ALERT"
                wide = width_mm(words, 8.5, "bold") + 3
                sketch.ink(Box(Rect(x, rect.y + 0.2, wide, 4.6), None, fill=0.0))
                sketch.ink(Text(x + 1.5, rect.y + 3.6, words, 8.5, "bold", gray=1.0))
                x += wide + 2
            sketch.ink(Text(x, rect.y + 3.9, section.heading, HEADING_PT, "bold"))
            if x + width_mm(section.heading, HEADING_PT, "bold") > rect.right + 0.5:
                sketch.notes.append(f"the heading “{section.heading}” is wider than its section")
            return sketch.done()

        pieces.append(Piece(HEADING_MM, draw, keep_with_next=True))
    if section.note:
        lines = wrap(section.note, "italic", NOTE_PT, width)

        def draw_note(rect: Rect) -> Drawn:
            return Drawn(
                tuple(
                    Text(rect.x, rect.y + 2.9 + number * 3.6, line, NOTE_PT, "italic", gray=LABEL_GRAY)
                    for number, line in enumerate(lines)
                )
            )

        pieces.append(Piece(len(lines) * 3.6 + 0.9, draw_note, keep_with_next=True))
    return pieces


def flow_pieces(fields: tuple[FieldSpec, ...], width: float, prefix: str) -> list[Piece]:
    """Fields on the 12-column grid, as many in a row as fit; one piece a row."""
    rows: list[list[FieldSpec]] = []
    used = 13.0
    for field in fields:
        if used + field.width > 12.001:
            rows.append([])
            used = 0.0
        rows[-1].append(field)
        used += field.width
    return [_flow_row(row, width, prefix) for row in rows]


def _flow_row(fields: list[FieldSpec], width: float, prefix: str) -> Piece:
    column = (width + GUTTER_MM) / 12
    widths = [field.width * column - GUTTER_MM for field in fields]
    height = max(field_height(field, w) for field, w in zip(fields, widths, strict=True))

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        x = rect.x
        for field, w in zip(fields, widths, strict=True):
            own = field_height(field, w)
            # Fields of different label height stand on one line at the bottom, where the writing is.
            sketch.add(draw_field(field, Rect(x, rect.y + height - own, w, own), prefix))
            x += w + GUTTER_MM
        return sketch.done()

    return Piece(height + ROW_GAP_MM, draw)


def _cards(repeat: RepeatSpec, width: float, prefix: str) -> list[Piece]:
    room = (width - GUTTER_MM * (repeat.across - 1)) / repeat.across
    inner_w = room - CARD_TAB_MM - 2.0
    cards = []
    for number in range(1, repeat.count + 1):
        rows = flow_pieces(repeat.fields, inner_w, f"{prefix}{repeat.id}.{number}.")
        cards.append(_card(stacked(rows), repeat.label.replace("{n}", str(number))))
    lines = [cards[start : start + repeat.across] for start in range(0, len(cards), repeat.across)]
    result = []
    for line in lines:
        columns = [(1.0, card) for card in line]
        while len(columns) < repeat.across:
            columns.append((1.0, gap(line[0].height)))
        piece = side_by_side(columns, GUTTER_MM)
        result.append(Piece(piece.height + 1.4, piece.draw))
    return result


def _card(inner: Piece, label: str) -> Piece:
    height = inner.height + 1.6

    def draw(rect: Rect) -> Drawn:
        sketch = Sketch()
        frame = Rect(rect.x, rect.y, rect.w, height)
        sketch.ink(Box(Rect(frame.x, frame.y, CARD_TAB_MM - 1.0, height), None, fill=TINT))
        sketch.ink(Box(frame, STRUCTURE_PT))
        sketch.ink(
            Line(frame.x + CARD_TAB_MM - 1.0, frame.y, frame.x + CARD_TAB_MM - 1.0, frame.bottom, STRUCTURE_PT, 0)
        )
        if width_mm(label, 12, "bold") <= CARD_TAB_MM - 2:
            sketch.ink(Text(frame.x + (CARD_TAB_MM - 1) / 2, frame.y + 6, label, 12, "bold", "center"))
        else:
            x, y = frame.x + (CARD_TAB_MM - 1) / 2 + 1.4, frame.y + height / 2 + width_mm(label, 10, "bold") / 2
            sketch.ink(Text(x, y, label, 10, "bold", rotate_deg=90))
        sketch.add(
            inner.draw(Rect(frame.x + CARD_TAB_MM + 0.6, frame.y + 0.8, rect.w - CARD_TAB_MM - 2.0, inner.height))
        )
        return sketch.done()

    return Piece(height, draw)


__all__ = ["LABEL_LINE_MM", "flow_pieces", "section_pieces"]

"""Printed text of a form as a piece: paragraphs, list items, lists of terms, in one column or several."""

from __future__ import annotations

from downtime.page.geometry import Rect
from downtime.paper.field_basics import width_mm
from downtime.paper.ink import Face, Text
from downtime.paper.pieces import Drawn, Piece, side_by_side
from downtime.paper.textflow import wrap

GUTTER_MM = 3.0


def text_piece(text: str, size_pt: float, width: float, columns: int = 1) -> Piece:
    """Printed text: paragraphs; lines that start with `- ` are list items, `## ` a small heading.

    Lines `= term | words` are a list of terms with their words beside them. Several columns are filled one after the
    other, as many lines in each.
    """
    if columns > 1:
        room = (width - GUTTER_MM * (columns - 1)) / columns
        return side_by_side(
            [(1.0, text_piece(part, size_pt, room)) for part in _in_columns(text, columns, size_pt, room)], GUTTER_MM
        )
    if any(row.lstrip().startswith("= ") for row in text.splitlines()):
        return _terms_piece(text, size_pt, width)
    laid: list[tuple[float, str, Face]] = []
    for raw in text.strip("\n").split("\n"):
        row = raw.strip()
        if row.startswith("## "):
            laid.append((0.0, row[3:], "bold"))
        elif row.startswith("- "):
            for number, line in enumerate(wrap(row[2:], "regular", size_pt, width - 4)):
                laid.append((4.0, ("•\u00a0" if number == 0 else "") + line, "regular"))
        elif row:
            laid += [(0.0, line, "regular") for line in wrap(row, "regular", size_pt, width)]
        else:
            laid.append((0.0, "", "regular"))
    step = size_pt * 0.44

    def draw(rect: Rect) -> Drawn:
        inks = []
        for number, (indent, line, face) in enumerate(laid):
            y = rect.y + step * 0.8 + number * step
            if line.startswith("•\u00a0"):
                inks.append(Text(rect.x + indent - 2.6, y, "•", size_pt, face))
                line = line[2:]
            if line:
                inks.append(Text(rect.x + indent, y, line, size_pt, face))
        return Drawn(tuple(inks))

    return Piece(len(laid) * step + 0.8, draw)


def _term_w(rows: list[str], size_pt: float, width: float) -> float:
    terms = [row[2:].partition(" | ")[0] for row in rows if row.startswith("= ")]
    longest = max((width_mm(term, size_pt, "bold") for term in terms), default=0.0)
    return min(longest, width * 0.45) + 1.8 if longest else 0.0


def _in_columns(text: str, columns: int, size_pt: float, width: float) -> list[str]:
    """The rows of a text in columns of about the same number of printed lines, in reading order."""
    rows = [row.strip() for row in text.strip("\n").split("\n") if row.strip()]
    left = _term_w(rows, size_pt, width)

    def lines(row: str) -> int:
        words = row.partition(" | ")[2] if row.startswith("= ") else row
        return len(wrap(words, "regular", size_pt, width - left))

    counts = [lines(row) for row in rows]
    # The shortest column height in which all rows fit: a row is never torn apart.
    for height in range(max(counts, default=1), sum(counts) + 1):
        parts: list[list[str]] = [[]]
        used = 0
        for row, count in zip(rows, counts, strict=True):
            if parts[-1] and used + count > height:
                parts.append([])
                used = 0
            parts[-1].append(row)
            used += count
        if len(parts) <= columns:
            return ["\n".join(part) for part in parts] + [" "] * (columns - len(parts))
    return [text]


def _terms_piece(text: str, size_pt: float, width: float) -> Piece:
    """A list of terms: each in bold at the left, its words beside it, further lines under the words."""
    rows = [row.strip() for row in text.strip("\n").split("\n") if row.strip()]
    left = _term_w(rows, size_pt, width)
    laid: list[tuple[str, str]] = []
    notes = []
    for row in rows:
        term, _, words = row[2:].partition(" | ") if row.startswith("= ") else ("", "", row)
        for number, line in enumerate(wrap(words, "regular", size_pt, width - left)):
            laid.append((term if number == 0 else "", line))
        if width_mm(term, size_pt, "bold") > left:
            notes.append(f"the term “{term}” is wider than its column")
    step = size_pt * 0.43

    def draw(rect: Rect) -> Drawn:
        inks = []
        for number, (term, line) in enumerate(laid):
            y = rect.y + step * 0.8 + number * step
            if term:
                inks.append(Text(rect.x, y, term, size_pt, "bold"))
            inks.append(Text(rect.x + left, y, line, size_pt))
        return Drawn(tuple(inks), notes=tuple(notes))

    return Piece(len(laid) * step + 0.8, draw)

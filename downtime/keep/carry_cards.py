"""A sheet of cards to cut out, as large as a bank card (ISO/IEC 7810 ID-1), for badge holders: what to do first."""

from __future__ import annotations

import io
from collections.abc import Sequence

from downtime.page.geometry import PT_PER_MM, PaperSize, Rect, page_mm
from downtime.paper.fonts import FontBook, canvas_font_name
from downtime.paper.ink import HAIRLINE_GRAY, Box, Ink, Text, moved
from downtime.paper.strokes import content_stream
from downtime.paper.textflow import fitted, line_mm, paragraph

CARD_W_MM, CARD_H_MM = 85.6, 53.98
COLUMNS, ROWS = 2, 4
BAR_MM = 7.5
PAD_MM = 3.0
NUMBER_MM = 5.0
SIZES_PT = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
"""From the largest down: a card is read at arm's length in bad light, and nothing on paper is under 8 points."""


def card_sheet(paper: PaperSize, title: str, steps: Sequence[str], foot: str) -> bytes:
    """One page with eight equal cards: a black bar with the title, the numbered steps, and a line below."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    width_mm, height_mm = page_mm(paper, False)
    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(width_mm * PT_PER_MM, height_mm * PT_PER_MM), pageCompression=1, invariant=1,
        initialFontName=canvas_font_name(),
    )  # fmt: skip
    canvas.setTitle(title)
    canvas.setAuthor("Downtime")
    card = card_inks(title, steps, foot)
    left, top = (width_mm - COLUMNS * CARD_W_MM) / 2, (height_mm - ROWS * CARD_H_MM) / 2
    inks: list[Ink] = []
    for place in range(COLUMNS * ROWS):
        row, column = divmod(place, COLUMNS)
        inks += moved(card, left + column * CARD_W_MM, top + row * CARD_H_MM)
    book = FontBook(canvas)
    canvas._code.append(content_stream(inks, height_mm, book))
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def card_inks(title: str, steps: Sequence[str], foot: str) -> list[Ink]:
    """The ink of one card at (0, 0); text that is too long is set smaller, then cut with “…”."""
    inner = CARD_W_MM - 2 * PAD_MM
    heading, heading_pt = fitted(title, "bold", 12, inner, least_pt=9)
    inks: list[Ink] = [
        Box(Rect(0, 0, CARD_W_MM, CARD_H_MM), 0.5, HAIRLINE_GRAY),
        Box(Rect(0, 0, CARD_W_MM, BAR_MM), None, fill=0.0),
        Text(PAD_MM, BAR_MM / 2 + heading_pt * 0.118, heading[0], heading_pt, "bold", gray=1.0),
    ]
    foot_lines, foot_pt = fitted(foot, "regular", 8, inner, least_pt=8)
    foot_y = CARD_H_MM - 2.6
    inks.append(Text(PAD_MM, foot_y, foot_lines[0], foot_pt, gray=0.25))
    room = foot_y - line_mm(foot_pt) - BAR_MM - 1.5
    for size_pt in SIZES_PT:
        body, height = _steps(steps, inner, size_pt)
        if height <= room:
            break
    inks += moved([ink for ink in body if not isinstance(ink, Text) or ink.y <= room], PAD_MM, BAR_MM + 1.2)
    return inks


def _steps(steps: Sequence[str], width_mm: float, size_pt: float) -> tuple[list[Ink], float]:
    inks: list[Ink] = []
    y = 0.0
    for number, step in enumerate(steps, start=1):
        mark, _ = paragraph(0, y, NUMBER_MM, [(f"{number}", "bold")], size_pt)
        text, height = paragraph(NUMBER_MM, y, width_mm - NUMBER_MM, step, size_pt)
        inks += [*mark, *text]
        y += height + 0.8
    return inks, y

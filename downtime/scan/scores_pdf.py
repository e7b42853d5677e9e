"""The gallery of marks by score as a PDF: their distribution on the first page, then tile by tile, least ink first."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from downtime.scan.crop import MM_PER_INCH, STRAIGHT_DPI
from downtime.scan.model import GreyImage, Mark
from downtime.scan.scores import TILE_MM, TILE_PX, ScoredMark
from downtime.scan.thresholds import Thresholds

SCORES = "scores.pdf"
_PLAIN, _BOLD = "Scores", "ScoresBold"
_PAPER_MM = (210.0, 279.4)
"""As wide as A4 and as high as Letter, so that it prints on both."""
_LEFT_MM, _TOP_MM, _HEAD_MM = 15.0, 15.0, 8.0
_COLUMN_MM, _ROW_MM = 11.2, 15.0
_COLUMNS = int((_PAPER_MM[0] - 2 * _LEFT_MM) / _COLUMN_MM)
_ROWS = int((_PAPER_MM[1] - 2 * _TOP_MM - _HEAD_MM) / _ROW_MM)
_SIGNS = {Mark.BLANK: "", Mark.UNSURE: " ?", Mark.MARKED: " x"}
_BAR_MM, _MOST_BAR_MM, _BIN, _BINS = 2.8, 60.0, 0.01, 60


def scores_pdf(
    marks: Sequence[ScoredMark], tiles: Iterable[GreyImage], counted: Mapping[Mark, Sequence[float]], limits: Thresholds
) -> bytes:
    """Draw the marks in the given order, one tile each; `counted` are the scores of all marks, shown or not."""
    from reportlab.pdfgen.canvas import Canvas

    _register_fonts()
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(_pt(_PAPER_MM[0]), _pt(_PAPER_MM[1])), pageCompression=1, invariant=1, initialFontName=_PLAIN
    )
    canvas.setTitle("Marks by their score")
    _draw_distribution(canvas, len(marks), counted, limits)
    canvas.showPage()
    a_page, source = _COLUMNS * _ROWS, iter(tiles)
    for start in range(0, len(marks), a_page):
        before = marks[start - 1].score if start else -1.0
        _draw_tiles(canvas, marks[start : start + a_page], source, limits, before)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _register_fonts() -> None:
    """The project's own text face, so that the page looks alike on every computer."""
    from importlib.resources import files

    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    folder = files("fontpkg_atkinson_hyperlegible") / "files"
    for name, style in ((_PLAIN, "Regular"), (_BOLD, "Bold")):
        registerFont(TTFont(name, io.BytesIO((folder / f"AtkinsonHyperlegible-{style}.ttf").read_bytes())))


def _pt(mm: float) -> float:
    return mm / MM_PER_INCH * 72


def _y(mm: float) -> float:
    """Points from the bottom for millimetres from the top."""
    return _pt(_PAPER_MM[1] - mm)


def _px(mm: float) -> int:
    return round(mm / MM_PER_INCH * STRAIGHT_DPI)


def _draw_tiles(
    canvas: Any, marks: Sequence[ScoredMark], tiles: Iterator[GreyImage], limits: Thresholds, before: float
) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    # One picture a page: a thousand small ones would be slower to open than to read.
    sheet = np.full((_px(_ROWS * _ROW_MM) + TILE_PX, _px(_COLUMNS * _COLUMN_MM) + TILE_PX), 255, np.uint8)
    for at, (_, tile) in enumerate(zip(marks, tiles, strict=False)):
        row, column = divmod(at, _COLUMNS)
        y, x = _px(row * _ROW_MM), _px(column * _COLUMN_MM)
        sheet[y : y + TILE_PX, x : x + TILE_PX] = tile
    wide, high = (side / STRAIGHT_DPI * MM_PER_INCH for side in sheet.shape[::-1])
    top = _TOP_MM + _HEAD_MM
    canvas.drawImage(ImageReader(Image.fromarray(sheet)), _pt(_LEFT_MM), _y(top + high), _pt(wide), _pt(high))
    canvas.setFont(_BOLD, 11)
    canvas.drawString(_pt(_LEFT_MM), _y(_TOP_MM + 3), f"Score {marks[0].score:.3f} to {marks[-1].score:.3f}")
    for at, mark in enumerate(marks):
        row, column = divmod(at, _COLUMNS)
        x_mm, y_mm = _LEFT_MM + column * _COLUMN_MM, top + row * _ROW_MM
        canvas.setFont(_BOLD if mark.verdict is Mark.UNSURE else _PLAIN, 7)
        canvas.drawString(_pt(x_mm), _y(y_mm + TILE_MM + 3), f"{mark.score:.3f}{_SIGNS[mark.verdict]}")
        if any(before < limit <= mark.score for limit in (limits.box_marginal, limits.box_definite)):
            canvas.setLineWidth(2)
            canvas.line(_pt(x_mm - 0.6), _y(y_mm), _pt(x_mm - 0.6), _y(y_mm + TILE_MM + 3))
        before = mark.score


def _draw_distribution(canvas: Any, shown: int, counted: Mapping[Mark, Sequence[float]], limits: Thresholds) -> None:
    """How many marks have which score, and where the two thresholds cut them."""
    every = [score for scores in counted.values() for score in scores]
    canvas.setFont(_BOLD, 16)
    canvas.drawString(_pt(_LEFT_MM), _y(_TOP_MM + 5), "Marks by their score")
    lines = [
        f"{len(every):,} tick boxes were read, {shown:,} of them are shown, least ink first: "
        + ", ".join(f"{len(scores):,} {mark.value}" for mark, scores in counted.items()),
        "A score is the share of ink inside a box, set right by the page's own crossed box.",
        f"From box_marginal: {limits.box_marginal:g} on a box is in doubt (?), from box_definite: "
        f"{limits.box_definite:g} on it is marked (x); thick lines show where.",
        "Move box_marginal below the faintest mark that somebody meant, and box_definite above the strongest that",
        "nobody meant, in the site's scan.yaml under thresholds. Nothing need be scanned again.",
    ]
    canvas.setFont(_PLAIN, 10)
    for number, line in enumerate(lines):
        canvas.drawString(_pt(_LEFT_MM), _y(_TOP_MM + 13 + number * 5.5), line)
    base = _TOP_MM + 13 + len(lines) * 5.5 + _MOST_BAR_MM + 8
    count, _ = np.histogram(every, bins=_BINS, range=(0, _BIN * _BINS))
    most = max(int(count.max(initial=1)), 1)
    canvas.setFillGray(0.35)
    for at, number in enumerate(count.tolist()):
        # By the logarithm: marks are a hundredth of the boxes, and would not be seen.
        high = _MOST_BAR_MM * float(np.log1p(number) / np.log1p(most))
        canvas.rect(_pt(_LEFT_MM + at * _BAR_MM), _y(base), _pt(_BAR_MM * 0.85), _pt(high), stroke=0, fill=1)
    canvas.setFillGray(0)
    canvas.setLineWidth(0.75)
    canvas.line(_pt(_LEFT_MM), _y(base), _pt(_LEFT_MM + _BINS * _BAR_MM), _y(base))
    canvas.setFont(_PLAIN, 8)
    for at in range(0, _BINS + 1, 10):
        canvas.drawCentredString(_pt(_LEFT_MM + at * _BAR_MM), _y(base + 4), f"{at * _BIN:.1f}")
    canvas.drawString(
        _pt(_LEFT_MM), _y(base + 9), "Score; the height of a bar is the logarithm of how many boxes have it."
    )
    for limit, name in ((limits.box_marginal, "in doubt from"), (limits.box_definite, "marked from")):
        x = _LEFT_MM + limit / _BIN * _BAR_MM
        canvas.setLineWidth(1.5)
        canvas.line(_pt(x), _y(base), _pt(x), _y(base - _MOST_BAR_MM - 4))
        canvas.drawString(_pt(x + 1), _y(base - _MOST_BAR_MM - (2 if "marked" in name else 5)), f"{name} {limit:g}")

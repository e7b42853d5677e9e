"""Ink as PDF operators: the display list of a page becomes one content-stream text, fonts through the font book."""

from __future__ import annotations

import math
from collections.abc import Iterable

from downtime.page.geometry import PT_PER_MM, Rect
from downtime.page.marks import mark_rects
from downtime.paper.fonts import FontBook, text_width_pt
from downtime.paper.ink import Box, Ink, Line, Polygon, Text

K = PT_PER_MM


def content_stream(inks: Iterable[Ink], height_mm: float, book: FontBook) -> str:
    """The operators that draw `inks` on a page `height_mm` high; text grouped by face, size and grey."""
    parts: list[str] = []
    texts: dict[tuple[str, float, float], list[tuple[str, float, float]]] = {}
    lines: dict[tuple[float, float, tuple[float, float] | None], list[str]] = {}
    late: list[str] = []
    for ink in inks:
        match ink:
            case Text():
                if ink.rotate_deg or ink.gray > 0.8:
                    # White text on a black bar and rotated text keep their place in the order of drawing.
                    (parts if ink.gray > 0.8 and ink.rotate_deg else late).append(_turned(ink, height_mm, book))
                    continue
                x = ink.x * K
                if ink.align != "left":
                    wide = text_width_pt(ink.text, ink.face, ink.size_pt)
                    x -= wide if ink.align == "right" else wide / 2
                texts.setdefault((ink.face, ink.size_pt, ink.gray), []).append((ink.text, x, (height_mm - ink.y) * K))
            case Line():
                lines.setdefault((ink.width_pt, ink.gray, ink.dash), []).append(
                    f"{ink.x1 * K:.2f} {(height_mm - ink.y1) * K:.2f} m "
                    f"{ink.x2 * K:.2f} {(height_mm - ink.y2) * K:.2f} l"
                )
            case Box():
                r = ink.rect
                path = f"{r.x * K:.2f} {(height_mm - r.bottom) * K:.2f} {r.w * K:.2f} {r.h * K:.2f} re"
                if ink.fill is not None:
                    parts.append(f"{ink.fill:g} g {path} f")
                if ink.stroke_pt is not None:
                    lines.setdefault((ink.stroke_pt, ink.gray, ink.dash), []).append(path)
            case Polygon():
                points = [f"{x * K:.2f} {(height_mm - y) * K:.2f}" for x, y in ink.points]
                late.append(f"{ink.fill:g} g {points[0]} m " + " ".join(f"{point} l" for point in points[1:]) + " h f")
    for (width, gray, dash), paths in lines.items():
        pattern = f"[{dash[0]:g} {dash[1]:g}] 0 d" if dash else "[] 0 d"
        parts.append(f"{gray:g} G {width:g} w {pattern} " + " ".join(paths) + " S")
    for (face, size, gray), items in texts.items():
        parts.append(book.block_ops(items, face, size, gray))
    return "\n".join(parts + late)


def _turned(ink: Text, height_mm: float, book: FontBook) -> str:
    """Text at an angle, or text that must be drawn after what lies under it."""
    wide = text_width_pt(ink.text, ink.face, ink.size_pt)
    shift = {"left": 0.0, "center": -wide / 2, "right": -wide}[ink.align]
    turn = math.radians(ink.rotate_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = ink.x * K, (height_mm - ink.y) * K
    shown = book.text_ops(ink.text, ink.face, ink.size_pt, shift, 0, ink.gray)
    return f"q {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f} cm {shown} Q"


def mark_stream(marks: Iterable[Rect], height_mm: float) -> str:
    """The four registration marks: black squares with their white cells on top."""
    parts = []
    for number, place in enumerate(marks):
        black, whites = mark_rects(number, place.x, place.y, place.w)
        parts.append(
            f"0 g {_path(black, height_mm)} f 1 g " + " ".join(_path(cell, height_mm) for cell in whites) + " f"
        )
    return "\n".join(parts)


def _path(rect: tuple[float, float, float, float], height_mm: float) -> str:
    x, y, w, h = rect
    return f"{x * K:.3f} {(height_mm - y - h) * K:.3f} {w * K:.3f} {h * K:.3f} re"


def code_start(place: Rect, height_mm: float) -> str:
    """The beginning of a page code: an inline one-bit image mask of 33 × 33 modules, drawn without smoothing.

    What follows is the bitmap in hexadecimal (five bytes a row, the last seven bits of which are outside the image)
    and ``> EI Q``. A code costs a third of a kilobyte before compression.
    """
    x, y, size = place.x * K, (height_mm - place.bottom) * K, place.w * K
    return f"q 0 g {size:.3f} 0 0 {size:.3f} {x:.3f} {y:.3f} cm\nBI /W 33 /H 33 /IM true /BPC 1 /D [1 0] /F /AHx ID "

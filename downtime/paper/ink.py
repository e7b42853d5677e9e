"""The display list: what stands on a page, in millimetres from the top-left, independent of any PDF library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from downtime.page.geometry import Rect

Face = Literal["regular", "bold", "italic", "bolditalic"]
Align = Literal["left", "center", "right"]

# The look (design): hairlines 0.25 pt in grey of at least 50 %, structure lines 0.75 pt black, fills at most 12 %.
HAIRLINE_PT = 0.25
STRUCTURE_PT = 0.75
HEAVY_PT = 1.5
HAIRLINE_GRAY = 0.45
LABEL_GRAY = 0.25
TINT = 0.90


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; x, y is the baseline point that `align` refers to. `gray` 0 is black, 1 is white."""

    x: float
    y: float
    text: str
    size_pt: float = 9
    face: Face = "regular"
    align: Align = "left"
    gray: float = 0.0
    rotate_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; `dash` is (on, off) in points."""

    x1: float
    y1: float
    x2: float
    y2: float
    width_pt: float = HAIRLINE_PT
    gray: float = HAIRLINE_GRAY
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, stroked and/or filled."""

    rect: Rect
    stroke_pt: float | None = STRUCTURE_PT
    gray: float = 0.0
    fill: float | None = None
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon (an arrow head)."""

    points: tuple[tuple[float, float], ...]
    fill: float = 0.0


Ink = Text | Line | Box | Polygon


def moved(inks: Iterable[Ink], dx: float, dy: float) -> list[Ink]:
    """The same ink, shifted by dx, dy millimetres."""
    result: list[Ink] = []
    for ink in inks:
        match ink:
            case Text():
                result.append(replace(ink, x=ink.x + dx, y=ink.y + dy))
            case Line():
                result.append(replace(ink, x1=ink.x1 + dx, y1=ink.y1 + dy, x2=ink.x2 + dx, y2=ink.y2 + dy))
            case Box():
                r = ink.rect
                result.append(replace(ink, rect=Rect(r.x + dx, r.y + dy, r.w, r.h)))
            case Polygon():
                result.append(replace(ink, points=tuple((x + dx, y + dy) for x, y in ink.points)))
    return result


def bottom_of(inks: Iterable[Ink]) -> float:
    """How far down the page the ink reaches, in mm from the top; 0 for none. Text counts by its baseline."""
    lowest = 0.0
    for ink in inks:
        match ink:
            case Text():
                lowest = max(lowest, ink.y)
            case Line():
                lowest = max(lowest, ink.y1, ink.y2)
            case Box():
                lowest = max(lowest, ink.rect.bottom)
            case Polygon():
                lowest = max(lowest, *(y for _, y in ink.points))
    return lowest

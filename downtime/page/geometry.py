"""Millimetres from the top-left corner, and the one function that turns them into PDF points.

PDF counts from the bottom-left in points (1/72 inch); everything else here counts from the top-left in millimetres,
as a person with a ruler does. Only `pdf_xy` and `pt` know of the difference.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

PT_PER_MM = 72 / 25.4


class PaperSize(StrEnum):
    """The papers that every form prints on."""

    LETTER = "letter"
    A4 = "a4"


# ISO 216 and ANSI/ASME Y14.1, portrait, in millimetres.
PAPER_MM: dict[PaperSize, tuple[float, float]] = {
    PaperSize.LETTER: (215.9, 279.4),
    PaperSize.A4: (210.0, 297.0),
}


class Rect(NamedTuple):
    """A rectangle in millimetres; x and y are its top-left corner, counted from the page's top-left corner.

    A named tuple, because a packet makes tens of thousands: a frozen dataclass takes twice as long to make.
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.h

    def inset(self, mm: float) -> Rect:
        """The rectangle smaller by `mm` on every side."""
        return Rect(self.x + mm, self.y + mm, self.w - 2 * mm, self.h - 2 * mm)

    def overlaps(self, other: Rect, tolerance_mm: float = 0.01) -> bool:
        """Whether the two share more than a line of `tolerance_mm`."""
        return (
            self.x + tolerance_mm < other.right
            and other.x + tolerance_mm < self.right
            and self.y + tolerance_mm < other.bottom
            and other.y + tolerance_mm < self.bottom
        )

    def within(self, other: Rect, tolerance_mm: float = 0.01) -> bool:
        """Whether this rectangle lies wholly inside `other`."""
        return (
            self.x >= other.x - tolerance_mm
            and self.y >= other.y - tolerance_mm
            and self.right <= other.right + tolerance_mm
            and self.bottom <= other.bottom + tolerance_mm
        )


def page_mm(paper: PaperSize, landscape: bool) -> tuple[float, float]:
    """Width and height of the page in millimetres."""
    width, height = PAPER_MM[paper]
    return (height, width) if landscape else (width, height)


def pt(mm: float) -> float:
    """Millimetres to PDF points."""
    return mm * PT_PER_MM


def pdf_xy(x_mm: float, y_mm: float, page_height_mm: float) -> tuple[float, float]:
    """A point in millimetres from the top-left as PDF points from the bottom-left."""
    return x_mm * PT_PER_MM, (page_height_mm - y_mm) * PT_PER_MM

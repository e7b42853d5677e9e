"""The four corner marks that a scan is straightened by, and the states of the reference boxes.

The marks are the first four ArUco markers of OpenCV's dictionary DICT_4X4_50 (Garrido-Jurado et al., "Automatic
generation and detection of highly reliable fiducial markers under occlusion", Pattern Recognition 2014). They are
constants here because the paper wing must run without OpenCV; a test compares them with it.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

Box = tuple[float, float, float, float]
"""x, y, width and height in millimetres, from the top-left corner."""

MARK_CELLS = 6

MARK_BITS: dict[int, tuple[str, ...]] = {
    0: ("111111", "101001", "110101", "111001", "111011", "111111"),
    1: ("111111", "111111", "100001", "101101", "101011", "111111"),
    2: ("111111", "111001", "111001", "111011", "100101", "111111"),
    3: ("111111", "101101", "101101", "110111", "110011", "111111"),
}
"""Rows of each mark from the top, with its black border: 1 is dark, 0 is white."""

REFERENCE_STATES = ("empty", "crossed", "filled", "pale")
"""How the reference boxes of every page are printed, in order: they tell a reader what ink looks like on this page.

The pale one is crossed in the grey of a light pen: a scan in which it is lost has lost such pens as well.
"""


class MarkCorner(IntEnum):
    """Which mark stands in which corner of an upright page: clockwise from the top-left."""

    TOP_LEFT = 0
    TOP_RIGHT = 1
    BOTTOM_RIGHT = 2
    BOTTOM_LEFT = 3


def mark_rects(mark: int, x_mm: float, y_mm: float, size_mm: float) -> tuple[Box, list[Box]]:
    """Return a mark as one black square and the white rectangles to draw on top of it, all in millimetres.

    Drawn so, no two dark cells meet in an edge that a renderer could leave a light hairline in. The white rectangles
    are the largest there are, and overlap: any two white cells that touch lie together in one of them.
    """
    cell_mm = size_mm / MARK_CELLS
    whites = [
        (x_mm + column * cell_mm, y_mm + row * cell_mm, columns * cell_mm, rows * cell_mm)
        for column, row, columns, rows in _white_cells(mark)
    ]
    return (x_mm, y_mm, size_mm, size_mm), whites


@lru_cache(maxsize=len(MARK_BITS))
def _white_cells(mark: int) -> tuple[tuple[int, int, int, int], ...]:
    """Return the maximal white rectangles of a mark, in cells: column, row, columns, rows."""
    bits = MARK_BITS[mark]
    inner = range(1, MARK_CELLS)
    white = [
        (left, top, right - left, bottom - top)
        for top in inner
        for bottom in range(top + 1, MARK_CELLS)
        for left in inner
        for right in range(left + 1, MARK_CELLS)
        if all("1" not in row[left:right] for row in bits[top:bottom])
    ]
    return tuple(one for one in white if not any(one != other and _inside(one, other) for other in white))


def _inside(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return (
        one[0] >= other[0]
        and one[1] >= other[1]
        and one[0] + one[2] <= other[0] + other[2]
        and one[1] + one[3] <= other[1] + other[3]
    )

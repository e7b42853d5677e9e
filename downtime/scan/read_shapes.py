"""The shape of the ink in a tick box: a tick and a cross are one plain stroke or two, what blacks them out is not.

Strokes part the white of a box: a tick leaves two or three areas, a cross four, and all of them reach the outline.
Scribbling and hatching leave many, or some that are shut in, or none; and where their strokes run together the ink is
thicker than any pen.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.model import GreyImage
from downtime.scan.page_map import FINE

# Less ink than this has no shape: a speck, the end of a neighbour's stroke.
LEAST_INK = 0.03
# White areas of fewer pixels are notches in the edge of a stroke.
_LEAST_GAP_PX = 4
# Ink that leaves the inner part goes on there; without it, thickness would be measured at a cut.
_ROOM_PX = 5

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Shapes(NamedTuple):
    """Of n boxes: white areas that reach the edge of the inner part, and such that do not; the thickest ink in mm.

    `bend_mm` is how far the ink spreads across its own direction, as wide as an even band of the same spread: for a
    straight stroke its width. Boxes without ink have the shape of an empty one: one gap, and zeros.
    """

    gaps: Ints
    holes: Ints
    thick_mm: Floats
    bend_mm: Floats


def ink_shapes(fine: GreyImage, inner: Ints, ink: Floats) -> Shapes:
    """Measure the ink in these rectangles of the fine raster (left, top, right, bottom); `ink` is each one's share."""
    count = len(inner)
    shapes = Shapes(np.ones(count, np.int64), np.zeros(count, np.int64), np.zeros(count), np.zeros(count))
    for number in np.flatnonzero(ink >= LEAST_INK):
        left, top, right, bottom = inner[number]
        x, y = max(left - _ROOM_PX, 0), max(top - _ROOM_PX, 0)
        window = fine[y : bottom + _ROOM_PX, x : right + _ROOM_PX]
        part = window[top - y : bottom - y, left - x : right - x]
        if not part.size:
            continue
        shapes.gaps[number], shapes.holes[number] = _white(part)
        reach = cv2.distanceTransform(window, cv2.DIST_L2, 3)[top - y : bottom - y, left - x : right - x]
        # A line one pixel wide has a distance of 1.
        shapes.thick_mm[number] = max(2 * float(reach.max()) - 1, 0.0) / FINE
        shapes.bend_mm[number] = _bend(part) / FINE
    return shapes


def _white(part: GreyImage) -> tuple[int, int]:
    """How many white areas reach the edge, and how many do not."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(1 - part, connectivity=4)
    x, y, wide, high, area = stats[1:].T
    rows, columns = part.shape
    inside = (x > 0) & (y > 0) & (x + wide < columns) & (y + high < rows)
    counted = area >= _LEAST_GAP_PX
    return int((counted & ~inside).sum()), int((counted & inside).sum())


def _bend(part: GreyImage) -> float:
    """The width in pixels of an even band that spreads as far across its direction as the ink does."""
    found = cv2.moments(part, binaryImage=True)
    if not found["m00"]:
        return 0.0
    along, across, both = (found[name] / found["m00"] for name in ("mu20", "mu02", "mu11"))
    least = (along + across) / 2 - float(np.hypot((along - across) / 2, both))
    return float(np.sqrt(12 * max(least, 0.0)))

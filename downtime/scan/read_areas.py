"""Scoring write-in areas, and ink that stands outside of all fields: what was written beyond what was printed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.page_map import COARSE, PageMap
from downtime.scan.picture import shrunk

MM2_PX = 1.0 / COARSE**2
CELL_PX = 4
# A blob smaller than this is dust, dither or the rest of a printed line.
LEAST_BLOB_MM2 = 0.5
SOLID_SHARE = 0.7

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AreaScores:
    """Ink in n areas: share of what is free of print, and the largest blob; then what stands outside of all fields.

    `pale_mm2` are the largest blobs with pale ink counted in.
    """

    ink: Floats
    blob_mm2: Floats
    pale_mm2: Floats
    loose_mm2: float
    specks: int


def score_areas(ink: Mask, pale: Mask, where: PageMap) -> AreaScores:
    """Score the write-in areas of a page and sum up loose ink; both masks leave out what is printed.

    A blob is what hangs together in cells of 1.3 mm: the dots of a dry pen are one stroke, the letters of
    a word one blob, and dust stays alone.
    """
    columns = pale.shape[1]
    cells = shrunk(pale.view(np.uint8) * np.uint8(CELL_PX**2), CELL_PX)
    count, found, sizes_px, _ = cv2.connectedComponentsWithStats(cells, connectivity=8, ltype=cv2.CV_32S)
    stats: NDArray[np.int32] = np.asarray(sizes_px, np.int32)
    at = np.flatnonzero(pale)
    full = ink.ravel()[at]
    fields = where.field_at.ravel()[at]
    rows, low = at // columns // CELL_PX, at % columns // CELL_PX
    # What is left over at the far edges of the page belongs to the last whole cells.
    blobs = found[np.minimum(rows, cells.shape[0] - 1), np.minimum(low, cells.shape[1] - 1)]
    number = len(where.areas) + 1
    # A blob counts in each field by the part of it that lies there.
    both = blobs.astype(np.int64) * number + fields
    parts = np.bincount(both[full], minlength=count * number).reshape(count, number)
    pale_parts = np.bincount(both, minlength=count * number).reshape(count, number)
    share = parts.sum(axis=0) / np.maximum(where.field_px, 1)
    area = parts.sum(axis=1)
    return AreaScores(
        ink=np.minimum(share[1:], 1.0),
        blob_mm2=np.asarray(parts.max(axis=0)[1:] * MM2_PX, np.float64),
        pale_mm2=np.asarray(pale_parts.max(axis=0)[1:] * MM2_PX, np.float64),
        loose_mm2=_loose(stats, area, parts[:, 0]),
        specks=int((area[1:] <= 2).sum()),
    )


def _loose(stats: NDArray[np.int32], area: Ints, outside_px: Ints) -> float:
    """The area in mm² of blobs that lie mostly where there is no field, no print and no mark."""
    wide, high = CELL_PX * stats[:, cv2.CC_STAT_WIDTH], CELL_PX * stats[:, cv2.CC_STAT_HEIGHT]
    longest, shortest = np.maximum(wide, high), np.maximum(np.minimum(wide, high), 1)
    # Solid all over: the scanner's lid beside the paper, a shadow. Writing leaves half of its cells white.
    full = area / (CELL_PX**2 * np.maximum(stats[:, cv2.CC_STAT_AREA], 1))
    solid = full > SOLID_SHARE
    # A punched hole (ISO 838: 6 mm; three in a row: 8 mm) is round, and as solid as its edge cells let it be.
    solid |= (full > 0.45) & (shortest >= 4 * COARSE) & (longest <= 11 * COARSE) & (longest < 1.4 * shortest)
    # A crease, or the edge of the paper: straight, long and thin.
    crease = (longest > 30 * COARSE) & (shortest <= 3 * COARSE)
    counted = (outside_px > 0.6 * area) & (area * MM2_PX >= LEAST_BLOB_MM2) & ~solid & ~crease
    counted[0] = False
    return float(area[counted].sum() * MM2_PX)

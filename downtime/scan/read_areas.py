"""Scoring write-in areas, and ink that stands outside of all fields: what was written beyond what was printed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.page_map import COARSE, PageMap
from downtime.scan.picture import shrunk

MM2_PX = 1.0 / COARSE**2
# A blob smaller than this is dust, dither or the rest of a printed line.
LEAST_BLOB_MM2 = 0.5

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

    A blob is what hangs together when looked at twice as coarsely: the dots of a dry pen are one stroke.
    """
    columns = pale.shape[1]
    seen = shrunk(pale.view(np.uint8) * np.uint8(4), 2)
    count, found, sizes_px, _ = cv2.connectedComponentsWithStats(seen, connectivity=8, ltype=cv2.CV_32S)
    stats: NDArray[np.int32] = np.asarray(sizes_px, np.int32)
    at = np.flatnonzero(pale)
    full = ink.ravel()[at]
    fields = where.field_at.ravel()[at]
    blobs = found.ravel()[at // columns // 2 * (columns // 2) + np.minimum(at % columns // 2, columns // 2 - 1)]
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
    wide, high = 2 * stats[:, cv2.CC_STAT_WIDTH], 2 * stats[:, cv2.CC_STAT_HEIGHT]
    longest, shortest = np.maximum(wide, high), np.maximum(np.minimum(wide, high), 1)
    full = area / np.maximum(wide * high, 1)
    # A punched hole: round, solid, 5 to 9 mm wide (ISO 838: 6 mm). A crease: straight, long and thin.
    hole = (longest <= 9 * COARSE) & (shortest >= 4 * COARSE) & (full > 0.68) & (longest < 1.35 * shortest)
    crease = (longest > 40 * COARSE) & (shortest <= 3 * COARSE)
    counted = (outside_px > 0.6 * area) & (area * MM2_PX >= LEAST_BLOB_MM2) & ~hole & ~crease
    counted[0] = False
    return float(area[counted].sum() * MM2_PX)

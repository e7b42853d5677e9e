"""Scoring write-in areas, and ink that stands outside of all fields: what was written beyond what was printed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.ink import InkPage
from downtime.scan.page_map import COARSE, PageMap

MM2_PX = 1.0 / COARSE**2
# A blob smaller than this is dust, dither or the rest of a printed line.
LEAST_BLOB_MM2 = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AreaScores:
    """Ink in n areas: share of what is free of print, and the largest blob; then what stands outside of all fields."""

    ink: Floats
    blob_mm2: Floats
    loose_mm2: float
    specks: int


def score_areas(page: InkPage, where: PageMap) -> AreaScores:
    """Score the write-in areas of a page and sum up loose ink."""
    new = page.coarse & where.free
    count, found, sizes_px, _ = cv2.connectedComponentsWithStats(new.astype(np.uint8), connectivity=8)
    labels: NDArray[np.int32] = np.asarray(found, np.int32)
    stats: NDArray[np.int32] = np.asarray(sizes_px, np.int32)
    rows, columns = np.nonzero(new)
    fields, blobs = where.field_at[rows, columns], labels[rows, columns]
    number = len(where.areas) + 1
    ink = np.bincount(fields, minlength=number)
    # A blob counts in each field by the part of it that lies there.
    pairs, sizes = np.unique(blobs.astype(np.int64) * number + fields, return_counts=True)
    largest = np.zeros(number, np.int64)
    np.maximum.at(largest, pairs % number, sizes)
    share = ink / np.maximum(where.field_px, 1)
    loose = _loose(where, stats, labels, rows, columns, count)
    specks = int((stats[1:, cv2.CC_STAT_AREA] <= 2).sum())
    return AreaScores(
        np.asarray(np.clip(share[1:], 0, 1), np.float64), np.asarray(largest[1:] * MM2_PX, np.float64), loose, specks
    )


def _loose(
    where: PageMap, stats: NDArray[np.int32], labels: NDArray[np.int32], rows: NDArray[np.int64],
    columns: NDArray[np.int64], count: int,
) -> float:  # fmt: skip
    """The area in mm² of blobs that lie mostly where there is no field, no print and no mark."""
    outside = where.loose[rows, columns]
    inside_px = np.bincount(labels[rows, columns][outside], minlength=count)
    area, wide, high = (stats[:, at] for at in (cv2.CC_STAT_AREA, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    longest, shortest = np.maximum(wide, high), np.maximum(np.minimum(wide, high), 1)
    full = area / np.maximum(wide * high, 1)
    # A punched hole: round, solid, 5 to 8 mm wide (ISO 838: 6 mm); a streak or fold: straight, long and thin.
    hole = (longest <= 9 * COARSE) & (shortest >= 4 * COARSE) & (full > 0.68) & (longest < 1.35 * shortest)
    streak = (longest > 40 * COARSE) & (shortest <= 3 * COARSE)
    counted = (inside_px > 0.6 * area) & (area * MM2_PX >= LEAST_BLOB_MM2) & ~hole & ~streak
    counted[0] = False
    return float(area[counted].sum() * MM2_PX)

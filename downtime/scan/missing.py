"""Where a page's own print is missing: torn off, folded over, covered. A field there must not pass for an empty one."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.page_map import CELL_MM, COARSE, PageMap, rect_sums, running_sums

# A piece of print shows as ink on this share of its place at least: letters cover about a fifth of theirs.
LEAST_SEEN = 0.04
LEAST_EXPECTED = 2
Mask = NDArray[np.bool_]


def missing_cells(ink_sums: NDArray[np.int32], where: PageMap) -> Mask:
    """Cells of 10 mm of a page, rows × columns, that are missing: none of their print is seen, nor any around them.

    `ink_sums` are the running sums of the page's ink on the coarse raster.
    """
    pieces = where.print_pieces
    shape = -(-where.free.shape[0] // (CELL_MM * COARSE)), -(-where.free.shape[1] // (CELL_MM * COARSE))
    if not len(pieces):
        return np.zeros(shape, bool)
    area = (pieces[:, 2] - pieces[:, 0]) * (pieces[:, 3] - pieces[:, 1])
    seen = rect_sums(ink_sums, pieces) >= LEAST_SEEN * area
    cell = where.piece_cells[:, 0] * shape[1] + where.piece_cells[:, 1]
    expected = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    present = np.bincount(cell, weights=seen, minlength=shape[0] * shape[1]).reshape(shape)
    # Faint print shows here and there; where the paper is gone, a cell and all around it show nothing.
    core = (expected > 0) & (_around(present) == 0) & (_around(expected) >= LEAST_EXPECTED)
    gone: Mask = (_around(core.astype(np.float64)) > 0) & (present == 0)
    return gone


def on_missing(cells: Mask, boxes_mm: NDArray[np.float64]) -> Mask:
    """Of n boxes (x, y, w, h in mm), which touch a missing cell."""
    if not len(boxes_mm) or not cells.any():
        return np.zeros(len(boxes_mm), bool)
    left, top = np.floor(boxes_mm[:, 0] / CELL_MM), np.floor(boxes_mm[:, 1] / CELL_MM)
    right = np.floor((boxes_mm[:, 0] + boxes_mm[:, 2]) / CELL_MM) + 1
    bottom = np.floor((boxes_mm[:, 1] + boxes_mm[:, 3]) / CELL_MM) + 1
    edges = np.stack([left, top, right, bottom], axis=1).astype(np.int64)
    return np.asarray(rect_sums(running_sums(cells), edges) > 0)


def _around(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum over each cell and its eight neighbours."""
    return np.asarray(cv2.boxFilter(cells, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT), np.float64)

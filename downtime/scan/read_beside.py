"""A mark that missed its box and stands in the field at its left: one piece of ink, as large as a mark, and alone.

Writing in a field is not looked at for boxes, as its last letters would pass for marks. A cross that stands alone at a
field's right edge, next to an empty box, is no word.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.ink import InkPage
from downtime.scan.page_map import COARSE, FINE, PageMap

# How far at the left of a box a mark may begin; what is written further left in the field makes it a word.
_REACH_MM, _ALONE_MM = 7.0, 14.0
# A mark is about as large as its box of 4.2 mm; a figure is narrower.
_LEAST_MM, _MOST_MM = 2.6, 7.5
_NEAR_MM = 3.0
_LEAST_INK_PX = 12

Floats = NDArray[np.float64]


def mark_in_field(page: InkPage, where: PageMap, edges: Floats) -> int:
    """The ink in coarse pixels of a lone mark at the left of a box (its edges in fine pixels), 0 if there is none."""
    left, top, _, bottom = (int(edge) for edge in np.round(edges / (FINE / COARSE)))
    reach, alone, room = round(_REACH_MM * COARSE), round(_ALONE_MM * COARSE), 2 * COARSE
    y, x = max(top - room, 0), max(left - alone, 0)
    window = page.ink[y : bottom + room, x:left] & where.free[y : bottom + room, x:left]
    count = int(window.sum())
    if count < _LEAST_INK_PX or window[:, : max(alone - reach, 0)].any():
        return 0
    at = where.field_at[y : bottom + room, x:left]
    pieces, _, stats, _ = cv2.connectedComponentsWithStats(window.astype(np.uint8), connectivity=8)
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()) if pieces > 1 else 0
    begin, high, wide, tall, area = (int(value) for value in stats[largest])
    # Loose ink counts for a box anyway; what is left beside the largest piece would make it a word.
    in_field = (at[high : high + tall, begin : begin + wide] > 0).mean() > 0.5
    is_mark = min(wide, tall) >= _LEAST_MM * COARSE and max(wide, tall) <= _MOST_MM * COARSE
    is_near = left - x - (begin + wide) <= _NEAR_MM * COARSE
    middle = y + high + tall / 2
    level = top - COARSE <= middle <= bottom + COARSE
    return area if in_field and is_mark and is_near and level and area >= 0.85 * count else 0

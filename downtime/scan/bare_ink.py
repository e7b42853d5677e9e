"""How much stands on a side that carries no code: an empty back, or an order that somebody wrote on one.

Calling a written side empty would lose it, so a single word is enough not to. What does not count: the words that we
print on empty backs ourselves, print that shines through from the other side, edges, punched holes, and specks.
"""

from __future__ import annotations

import cv2
import numpy as np

from downtime.scan.model import GreyImage

MM_PER_INCH = 25.4
# Shorter side of a page whose density is not known: between A4 and Letter.
_USUAL_WIDTH_MM = 212.0
_PX_MM = 4.0
_EDGE_MM = 9.0
# "Back left empty on purpose: do not write here", in the middle of the side, whichever way it lies.
_WORDS_MM = (90.0, 9.0)
# Darker than the paper by so many greys: pencil has 80 and more, what shines through 15 to 50.
_DARKER = 60
_LEAST_BLOB_MM2 = 0.4


def bare_ink(image: GreyImage, dpi: float | None) -> float:
    """The share of a side's area that is ink, without what is on every empty back; 0 to 1."""
    per_mm = dpi / MM_PER_INCH if dpi else min(image.shape) / _USUAL_WIDTH_MM
    size = max(1, round(image.shape[1] / per_mm * _PX_MM)), max(1, round(image.shape[0] / per_mm * _PX_MM))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    reach = np.ones((41, 41), np.uint8)
    paper = cv2.blur(cv2.dilate(small, reach), (41, 41))
    ink = np.where(cv2.subtract(paper, small) > _DARKER, 255, 0).astype(np.uint8)
    edge = round(_EDGE_MM * _PX_MM)
    ink[:edge] = ink[-edge:] = 0
    ink[:, :edge] = ink[:, -edge:] = 0
    middle_y, middle_x = ink.shape[0] // 2, ink.shape[1] // 2
    for wide_mm, high_mm in (_WORDS_MM, _WORDS_MM[::-1]):
        half_x, half_y = round(wide_mm / 2 * _PX_MM), round(high_mm / 2 * _PX_MM)
        ink[max(middle_y - half_y, 0) : middle_y + half_y, max(middle_x - half_x, 0) : middle_x + half_x] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return float(sizes[sizes >= _LEAST_BLOB_MM2 * _PX_MM**2].sum()) / ink.size

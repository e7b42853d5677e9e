"""Whether two straightened pictures of the same printed page show the same ink.

Print is on both and cancels out; whatever one has and the other lacks is writing, a correction, or dirt. Dirt and
writing cannot be told apart here, so both count as different: a person then compares, which costs a look. The other
error, taking an added word for the same, would lose it.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.crop import MM_PER_INCH, STRAIGHT_DPI
from downtime.scan.model import GreyImage

PER_MM = STRAIGHT_DPI / MM_PER_INCH
# Two registrations of one page differ by up to half a millimetre each, and strokes by their thickness.
REACH_MM = 0.7
LEAST_BLOB_MM2 = 1.0
"""From this on a blob that only one of them has is a difference: 2.5 mm of a 0.4 mm pen."""
_INK_PART = 0.42
_PAPER_CELL = 8
_PAPER_REACH = 9
_EDGE_MM = 5.0


def same_ink(one: GreyImage, other: GreyImage) -> bool:
    """Compare two upright pages of one size at the density of kept pages; other sizes are never the same."""
    if one.shape != other.shape:
        return False
    first, second = _ink(one), _ink(other)
    return max(_only_in(first, second), _only_in(second, first)) < LEAST_BLOB_MM2


def read_picture(path: Path) -> GreyImage | None:
    """A kept page picture, or None where it is not there or is none."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    return None if image is None else np.asarray(image, np.uint8)


def _ink(page: GreyImage) -> NDArray[np.uint8]:
    """Where the page is darker than the paper around it, as 0 and 255; edges, where scans differ most, are left out."""
    high, wide = page.shape
    cells = cv2.resize(page, (wide // _PAPER_CELL, high // _PAPER_CELL), interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(cells, np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8)), (_PAPER_REACH, _PAPER_REACH))
    white, black = float(np.median(paper)), float(np.percentile(page, 1))
    part = _INK_PART * max(white - black, 1.0) / max(white, 1.0)
    limit = cv2.resize((paper.astype(np.float32) * (1 - part)).astype(np.uint8), (wide, high))
    ink = np.asarray(cv2.compare(page, limit, cv2.CMP_LT), np.uint8)
    edge = round(_EDGE_MM * PER_MM)
    ink[:edge] = ink[-edge:] = 0
    ink[:, :edge] = ink[:, -edge:] = 0
    return ink


def _only_in(ink: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """The largest blob of ink in mm² that has nothing of the other near it."""
    reach = 2 * round(REACH_MM * PER_MM) + 1
    near = cv2.dilate(other, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    alone = cv2.bitwise_and(ink, cv2.bitwise_not(near))
    _, _, stats, _ = cv2.connectedComponentsWithStats(alone, connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return float(sizes.max()) / PER_MM**2 if sizes.size else 0.0

"""Whether two straightened pictures of the same printed page show the same ink.

Print is on both and cancels out; whatever one has and the other lacks is writing, a correction, or dirt. Dirt and
writing cannot be told apart here, so both count as different: a person then compares, which costs a look. The other
error, taking an added word for the same, would lose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.crop import MM_PER_INCH, STRAIGHT_DPI
from downtime.scan.model import GreyImage

PER_MM = STRAIGHT_DPI / MM_PER_INCH
# How far two registrations of one page may lie apart, and strokes differ in thickness.
REACH_MM = 0.6
LEAST_BLOB_MM2 = 0.3
"""From this on a blob that only one of them has is a difference: a decimal point of 0.7 mm has 0.37.

Measured on pages scanned twice in a drill: at most 0.11 between clean, coarse, blurred, skewed, faxed, dithered and
salted pictures of one paper; 2 to 7 against a photocopy, which loses pale ink and adds dirt: that goes to a person.
"""
# A stroke is clear ink, this much of the way from paper to print; where there is a trace of it on the other picture, it
# is there. A hairline that one scanner shows black and another pale is on both.
_CLEAR_PART, _TRACE_PART = 0.4, 0.16
# The four corner marks alone are darker than this part of every page.
_PRINT_PERCENTILE = 0.2
_PAPER_CELL = 8
_PAPER_REACH = 9
_EDGE_MM = 5.0

Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Ink:
    """Where a page is clearly darker than the paper around it, and where at all; 0 and 255."""

    clear: Mask
    trace: Mask


def same_ink(one: GreyImage, other: GreyImage) -> bool:
    """Compare two upright pages of one size at the density of kept pages; other sizes are never the same."""
    return one.shape == other.shape and difference_mm2(one, other) < LEAST_BLOB_MM2


def difference_mm2(one: GreyImage, other: GreyImage) -> float:
    """The largest blob of clear ink in mm² that one of two pictures of one size has, and the other no trace of."""
    first, second = _ink(one), _ink(other)
    return max(_only_in(first.clear, second.trace), _only_in(second.clear, first.trace))


def read_picture(path: Path) -> GreyImage | None:
    """A kept page picture, or None where it is not there or is none."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    return None if image is None else np.asarray(image, np.uint8)


def _ink(page: GreyImage) -> _Ink:
    """Edges, where scans differ most, are left out."""
    high, wide = page.shape
    cells = cv2.resize(page, (wide // _PAPER_CELL, high // _PAPER_CELL), interpolation=cv2.INTER_AREA)
    paper = cv2.blur(cv2.dilate(cells, np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8)), (_PAPER_REACH, _PAPER_REACH))
    white, black = float(np.median(paper)), float(np.percentile(page, _PRINT_PERCENTILE))
    darkest = max(white - black, 1.0) / max(white, 1.0)
    masks = []
    for part in (_CLEAR_PART, _TRACE_PART):
        limit = cv2.resize((paper.astype(np.float32) * (1 - part * darkest)).astype(np.uint8), (wide, high))
        ink = np.asarray(cv2.compare(page, limit, cv2.CMP_LT), np.uint8)
        edge = round(_EDGE_MM * PER_MM)
        ink[:edge] = ink[-edge:] = 0
        ink[:, :edge] = ink[:, -edge:] = 0
        masks.append(ink)
    return _Ink(*masks)


def _only_in(ink: Mask, other: Mask) -> float:
    """The largest blob of ink in mm² that has nothing of the other near it."""
    reach = 2 * round(REACH_MM * PER_MM) + 1
    near = cv2.dilate(other, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    alone = cv2.bitwise_and(ink, cv2.bitwise_not(near))
    _, _, stats, _ = cv2.connectedComponentsWithStats(alone, connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    return float(sizes.max()) / PER_MM**2 if sizes.size else 0.0

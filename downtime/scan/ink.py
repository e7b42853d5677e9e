"""What is ink on a page: straightened into the raster of its layout, then held against the paper around it.

The raster has 6 pixels a millimetre: a pen stroke is two or three wide. Each pixel is the mean of several of a 300 dpi
scan, which takes dither and salt noise out before anything is decided.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.page.layout import PageLayout
from downtime.scan.model import GreyImage, Registration
from downtime.scan.page_map import COARSE, FINE, PageMap
from downtime.scan.picture import Picture
from downtime.scan.transform import Array, apply, as_array, corners, inverse, raster

# Ink is what is darker than the paper by this part of the way to print. Measured best on two-value scores: 0.42 (D of
# the measurements); lower lets a pale pen count, higher keeps stains out.
INK_PART = 0.42
_PAPER_CELL = 8
_PAPER_REACH = 9


@dataclass(frozen=True, slots=True)
class InkPage:
    """An upright page: its greys, its ink at 6 pixels a mm (0 or 255) with running sums, and at 3 pixels a mm.

    `paper` and `print` are greys, `inside` says of each coarse pixel whether the image has it.
    """

    grey: GreyImage
    ink: GreyImage
    sums: NDArray[np.int32]
    coarse: NDArray[np.bool_]
    paper: float
    print: float


def straighten(picture: Picture, registration: Registration, width: int, height: int, per_mm: float) -> GreyImage:
    """The page upright, `per_mm` pixels a millimetre; what lies outside the image is white."""
    to_small = picture.to_small @ as_array(registration.matrix) @ inverse(raster(per_mm))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if abs(to_small[2, 0]) * width + abs(to_small[2, 1]) * height < 1e-4:
        flat = cv2.warpAffine(picture.small, to_small[:2], (width, height), flags=flags, borderValue=255.0)
        return np.asarray(flat, np.uint8)
    return np.asarray(
        cv2.warpPerspective(picture.small, to_small, (width, height), flags=flags, borderValue=255.0), np.uint8
    )


def ink_page(picture: Picture, registration: Registration, page: PageLayout, where: PageMap) -> InkPage:
    """Straighten a page and separate its ink from its paper."""
    grey = straighten(picture, registration, where.width, where.height, FINE)
    cells = cv2.resize(grey, (where.width // _PAPER_CELL, where.height // _PAPER_CELL), interpolation=cv2.INTER_AREA)
    # The lightest cell within 6 mm is paper there; blurred, so that no step runs through a stroke.
    reach = np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8)
    paper = cv2.blur(cv2.dilate(cells, reach), (_PAPER_REACH, _PAPER_REACH))
    paper_grey, print_grey = float(np.median(paper)), _print_grey(grey, page)
    part = INK_PART * max(paper_grey - print_grey, 1.0) / max(paper_grey, 1.0)
    # In shadow print and pen get darker with the paper, so the threshold is a share of it.
    threshold = cv2.resize(
        (paper.astype(np.float32) * (1 - part)).astype(np.uint8),
        (where.width, where.height),
        interpolation=cv2.INTER_LINEAR,
    )
    ink = np.asarray(cv2.compare(grey, threshold, cv2.CMP_LT), np.uint8)
    high, wide = where.coarse_shape
    coarse = cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA) >= 127
    sums = np.asarray(cv2.integral(ink & 1), np.int32)
    return InkPage(grey, ink, sums, np.asarray(coarse), paper_grey, print_grey)


def _print_grey(grey: GreyImage, page: PageLayout) -> float:
    """How dark this page's print is: the darker half of its marks."""
    greys = [
        float(np.percentile(grey[int(y * FINE) : int((y + h) * FINE), int(x * FINE) : int((x + w) * FINE)], 30))
        for x, y, w, h in page.marks
    ]
    # A mark that is torn off or under a stain is lighter or darker than the others.
    return float(np.median(greys)) if greys else 0.0


def off_image(registration: Registration, boxes_mm: Array, width_px: int, height_px: int) -> NDArray[np.bool_]:
    """Of n boxes (x, y, w, h in mm), which lie in part outside of the image."""
    if not len(boxes_mm):
        return np.zeros(0, bool)
    quads = np.concatenate([corners(*box) for box in boxes_mm])
    points = apply(as_array(registration.matrix), quads).reshape(-1, 4, 2)
    low = (points < -1.0).any(axis=(1, 2))
    over = (points[..., 0] > width_px).any(axis=1) | (points[..., 1] > height_px).any(axis=1)
    return np.asarray(low | over, dtype=bool)


__all__ = ["COARSE", "FINE", "InkPage", "ink_page", "off_image", "straighten"]

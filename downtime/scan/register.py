"""Where the page lies in the image: fitted to its marks, held to limits that get tighter the less there is to go by.

Four marks give a homography, so a photograph will do. Three give an affine transform; a code beside a lost mark stands
in for it. Two corners give a similarity, and one of them may be a code. The fewer corners, the less may be wrong:
what was not measured must be small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from downtime.page.code import Corner
from downtime.page.layout import Box, Layout, PageLayout
from downtime.page.states import PageReason
from downtime.scan.find_marks import FoundMark
from downtime.scan.model import Registration
from downtime.scan.read_codes import FoundCode
from downtime.scan.transform import Array, apply, as_matrix, corners, fit_affine, fit_homography, fit_similarity

MM_PER_INCH = 25.4


class Limits(NamedTuple):
    """What a registration may be off by: millimetres at the marks, rotation, stretch, and scale where it is known."""

    residual_mm: float
    rotation_deg: float
    stretch: float


# Residual: boxes are 4.2 mm wide and searched within 1 mm, so 1 mm at the marks is the end. A page with all marks may
# lie askew as it likes up to 15°; where a corner was not seen, vxsuite allows 2° and 1° of skew (its PR #5015).
FOUR, THREE, TWO = Limits(1.0, 15.0, 0.10), Limits(0.5, 8.0, 0.05), Limits(0.3, 6.0, 0.02)
LEAST_SCALE, MOST_SCALE = 0.88, 1.08
LEAST_BELIEVED, MOST_BELIEVED = 0.6, 1.5
# How far the two views of a photograph's far and near edge may differ.
MOST_PERSPECTIVE = 0.45

_CODE_CORNER = {Corner.TOP_RIGHT: 1, Corner.BOTTOM_LEFT: 3}


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Points of one corner of the page, on paper and in the image."""

    page_mm: Array
    pixels: Array
    is_code: bool = False


def register(
    marks: Sequence[FoundMark],
    codes: dict[Corner, FoundCode],
    layout: Layout,
    page: PageLayout,
    dpi: float | None = None,
) -> Registration | PageReason:
    """Fit the page of a layout to the marks and codes that were found, or say why it does not fit."""
    anchors = {
        mark.id: _Anchor(_corners(page.marks[mark.id]), mark.corners) for mark in marks if mark.id < len(page.marks)
    }
    seen = tuple(sorted(anchors))
    if len(anchors) == 4:
        return _checked(_fit(list(anchors.values()), 4), layout, FOUR, seen, 0, dpi)
    codes_used = 0
    for corner, code in codes.items():
        place = _CODE_CORNER[corner]
        codes_used += place not in anchors
        anchors.setdefault(place, _Anchor(_corners(page.codes[corner]), code.corners, True))
    points = list(anchors.values())
    if len(anchors) < 2 or not seen or (len(anchors) == 2 and not codes):
        return PageReason.TOO_FEW_MARKS
    limits = {4: FOUR, 3: THREE, 2: TWO}[len(anchors)]
    if len(anchors) == 2:
        # The code beside a mark that was found adds its own corners: the longer the base, the surer the fit.
        points += [_Anchor(_corners(page.codes[corner]), code.corners, True) for corner, code in codes.items()]
    return _checked(_fit(points, len(anchors)), layout, limits, seen, codes_used, dpi)


def _corners(box: Box) -> Array:
    return corners(*box)


def _fit(anchors: Sequence[_Anchor], places: int) -> tuple[Array, float]:
    """The transform, and how far in mm the points are off (root mean square)."""
    page_mm = np.concatenate([anchor.page_mm for anchor in anchors])
    pixels = np.concatenate([anchor.pixels for anchor in anchors])
    fit = {4: fit_homography, 3: fit_affine, 2: fit_similarity}[places]
    matrix = fit(page_mm, pixels)
    off = np.linalg.norm(apply(matrix, page_mm) - pixels, axis=1)
    px_mm = float(np.linalg.norm(pixels[0] - pixels[-1])) / float(np.linalg.norm(page_mm[0] - page_mm[-1]))
    return matrix, float(np.sqrt((off**2).mean()) / px_mm)


def _checked(
    fitted: tuple[Array, float], layout: Layout, limits: Limits, marks: tuple[int, ...], codes: int, dpi: float | None
) -> Registration | PageReason:
    matrix, residual_mm = fitted
    page = corners(0, 0, layout.width_mm, layout.height_mm)
    top, right, bottom, left = _sides(apply(matrix, page))
    # Seen in a mirror, or folded over itself.
    if _cross(top, right) <= 0 or _cross(bottom, left) <= 0:
        return PageReason.DOES_NOT_FIT
    wide = (np.linalg.norm(top) + np.linalg.norm(bottom)) / 2 / layout.width_mm
    high = (np.linalg.norm(right) + np.linalg.norm(left)) / 2 / layout.height_mm
    turn = float(np.degrees(np.arctan2(*(top - bottom)[::-1])))
    askew = (turn + 45.0) % 90.0 - 45.0
    stretch = float(wide / high)
    perspective = max(_ratio(top, bottom), _ratio(left, right))
    if residual_mm > limits.residual_mm or abs(askew) > limits.rotation_deg or perspective > MOST_PERSPECTIVE:
        return PageReason.DOES_NOT_FIT
    if abs(stretch - 1) > limits.stretch:
        return PageReason.DOES_NOT_FIT
    scale_x, scale_y = _scales(float(wide), float(high), dpi)
    if not (LEAST_SCALE <= scale_x <= MOST_SCALE and LEAST_SCALE <= scale_y <= MOST_SCALE):
        return PageReason.SCALE_TOO_FAR_OFF
    return Registration(
        matrix=as_matrix(matrix), marks=marks, codes_used=codes, residual_mm=round(residual_mm, 4),
        rotation_deg=round(turn, 3), scale_x=round(scale_x, 5), scale_y=round(scale_y, 5), stretch=round(stretch, 5),
    )  # fmt: skip


def _scales(wide_px_mm: float, high_px_mm: float, dpi: float | None) -> tuple[float, float]:
    """The page's size against its layout; 1 where the density is not known, or plainly not that of the picture.

    Cameras write 72 dots an inch into every photograph.
    """
    if not dpi:
        return 1.0, 1.0
    scales = wide_px_mm * MM_PER_INCH / dpi, high_px_mm * MM_PER_INCH / dpi
    return scales if all(LEAST_BELIEVED <= scale <= MOST_BELIEVED for scale in scales) else (1.0, 1.0)


def _cross(one: Array, other: Array) -> float:
    return float(one[0] * other[1] - one[1] * other[0])


def _sides(quad: Array) -> tuple[Array, Array, Array, Array]:
    """The four sides of a page as vectors: top, right, bottom, left, going round."""
    top, right, bottom, left = np.roll(quad, -1, axis=0) - quad
    return top, right, bottom, left


def _ratio(one: Array, other: Array) -> float:
    a, b = float(np.linalg.norm(one)), float(np.linalg.norm(other))
    return max(a, b) / max(min(a, b), 1e-6) - 1

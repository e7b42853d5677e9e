"""Where the page lies in the image: fitted to its marks, held to limits that get tighter the less there is to go by.

Four marks give a homography, so a photograph will do. Three give an affine transform; a code beside a lost mark stands
in for it. Two corners give a similarity, and one of them may be a code. The fewer corners, the less may be wrong:
what was not measured must be small.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from downtime.page.code import Corner
from downtime.page.layout import Layout, PageLayout
from downtime.page.states import PageReason
from downtime.scan.anchors import anchor_points
from downtime.scan.find_marks import FoundMark
from downtime.scan.fit import Fit, fit_points
from downtime.scan.model import Registration
from downtime.scan.read_codes import FoundCode
from downtime.scan.transform import Array, apply, as_matrix, corners

MM_PER_INCH = 25.4


class Limits(NamedTuple):
    """What a registration may be off by: millimetres at the marks, degrees of rotation, and stretch."""

    residual_mm: float
    rotation_deg: float
    stretch: float


# Residual: boxes are 4.2 mm wide and searched within 1 mm, so 1 mm at the marks is the end. A page with all marks may
# lie askew as it likes up to 15°; where a corner was not seen, vxsuite allows 2° and 1° of skew (its PR #5015).
LIMITS = {4: Limits(1.0, 15.0, 0.10), 3: Limits(0.5, 10.0, 0.05), 2: Limits(0.3, 6.0, 0.02)}
LEAST_SCALE, MOST_SCALE = 0.88, 1.08
LEAST_BELIEVED, MOST_BELIEVED = 0.6, 1.5
# How far the two views of a photograph's far and near edge may differ.
MOST_PERSPECTIVE = 0.45


def register(
    marks: Sequence[FoundMark],
    codes: dict[Corner, FoundCode],
    layout: Layout,
    page: PageLayout,
    dpi: float | None = None,
) -> Registration | PageReason:
    """Fit the page of a layout to the marks and codes that were found, or say why it does not fit."""
    by_id = {mark.id: mark for mark in marks}
    corner_mm, corner_px = anchor_points(by_id, codes, page)
    # Two marks alone are too little: a code must say where the page is as well.
    if len(corner_px) < 2 or not by_id or (len(corner_px) == 2 and not codes):
        return PageReason.TOO_FEW_MARKS
    used = len(corner_px) - sum(mark in by_id for mark in corner_px)
    fit = fit_points(corner_mm, corner_px)
    return _checked(fit, layout, LIMITS[len(corner_px)], tuple(sorted(by_id)), used, dpi)


def _checked(
    fit: Fit, layout: Layout, limits: Limits, marks: tuple[int, ...], codes: int, dpi: float | None
) -> Registration | PageReason:
    page = corners(0, 0, layout.width_mm, layout.height_mm)
    top, right, bottom, left = _sides(apply(fit.matrix, page))
    # Seen in a mirror, or folded over itself.
    if _cross(top, right) <= 0 or _cross(bottom, left) <= 0:
        return PageReason.DOES_NOT_FIT
    wide = (_length(top) + _length(bottom)) / 2 / layout.width_mm
    high = (_length(right) + _length(left)) / 2 / layout.height_mm
    turn = float(np.degrees(np.arctan2(*(top - bottom)[::-1])))
    askew = (turn + 45.0) % 90.0 - 45.0
    perspective = max(_unlike(top, bottom), _unlike(left, right))
    if fit.off_mm > limits.residual_mm or abs(askew) > limits.rotation_deg or perspective > MOST_PERSPECTIVE:
        return PageReason.DOES_NOT_FIT
    if abs(wide / high - 1) > limits.stretch:
        return PageReason.DOES_NOT_FIT
    scale_x, scale_y = _scales(wide, high, dpi)
    if not (LEAST_SCALE <= scale_x <= MOST_SCALE and LEAST_SCALE <= scale_y <= MOST_SCALE):
        return PageReason.SCALE_TOO_FAR_OFF
    return Registration(
        matrix=as_matrix(fit.matrix), marks=marks, codes_used=codes, residual_mm=round(fit.off_mm, 4),
        rotation_deg=round(turn, 3), scale_x=round(scale_x, 5), scale_y=round(scale_y, 5),
        stretch=round(wide / high, 5),
    )  # fmt: skip


def _scales(wide_px_mm: float, high_px_mm: float, dpi: float | None) -> tuple[float, float]:
    """The page's size against its layout; 1 where the density is not known, or plainly not that of the picture.

    Cameras write 72 dots an inch into every photograph.
    """
    if not dpi:
        return 1.0, 1.0
    scales = wide_px_mm * MM_PER_INCH / dpi, high_px_mm * MM_PER_INCH / dpi
    return scales if all(LEAST_BELIEVED <= scale <= MOST_BELIEVED for scale in scales) else (1.0, 1.0)


def _sides(quad: Array) -> tuple[Array, Array, Array, Array]:
    """The four sides of a page as vectors: top, right, bottom, left, going round."""
    top, right, bottom, left = np.roll(quad, -1, axis=0) - quad
    return top, right, bottom, left


def _cross(one: Array, other: Array) -> float:
    return float(one[0] * other[1] - one[1] * other[0])


def _length(side: Array) -> float:
    return float(np.hypot(*side))


def _unlike(one: Array, other: Array) -> float:
    a, b = _length(one), _length(other)
    return max(a, b) / max(min(a, b), 1e-6) - 1

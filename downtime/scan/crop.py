"""Cutting pictures for people out of a page: one field with some room around it, or the whole page upright."""

from __future__ import annotations

import cv2
import numpy as np

from downtime.page.layout import Box, Layout
from downtime.scan.model import GreyImage, Registration
from downtime.scan.transform import as_array, inverse, raster

MM_PER_INCH = 25.4
STRAIGHT_DPI = 150


def crop(
    image: GreyImage, registration: Registration, rect_mm: Box, margin_mm: float = 2.0, dpi: float = 200
) -> GreyImage:
    """Cut a rectangle (x, y, w, h in mm on the page) and a margin out of an image, upright; white outside of it."""
    x, y, w, h = rect_mm
    return _cut(image, registration, (x - margin_mm, y - margin_mm, w + 2 * margin_mm, h + 2 * margin_mm), dpi)


def straightened(image: GreyImage, registration: Registration, layout: Layout, dpi: float = STRAIGHT_DPI) -> GreyImage:
    """The whole page upright, in the size of its layout."""
    return _cut(image, registration, (0.0, 0.0, layout.width_mm, layout.height_mm), dpi)


def _cut(image: GreyImage, registration: Registration, rect_mm: Box, dpi: float) -> GreyImage:
    x, y, w, h = rect_mm
    per_mm = dpi / MM_PER_INCH
    to_px = as_array(registration.matrix)
    # Pixels are averaged before they get fewer: thin strokes would break up otherwise.
    fewer = max(1, round(float(np.sqrt(abs(np.linalg.det(to_px[:2, :2])))) / per_mm))
    shift = np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
    to_image = to_px @ shift @ inverse(raster(per_mm * fewer))
    size = max(1, round(w * per_mm)), max(1, round(h * per_mm))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    wide = cv2.warpPerspective(
        np.ascontiguousarray(image), to_image, (size[0] * fewer, size[1] * fewer), flags=flags, borderValue=255.0
    )
    return np.asarray(cv2.resize(wide, size, interpolation=cv2.INTER_AREA) if fewer > 1 else wide, np.uint8)

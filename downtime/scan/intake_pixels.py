"""What all ways of taking a page in share: sizes that are refused, densities, and pixels made square."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from downtime.page.states import PageReason
from downtime.scan.limits import Limits
from downtime.scan.model import GreyImage

MM_PER_INCH = 25.4
# A camera writes 72, a screen 96; the coarsest fax has 98 lines an inch, but then 204 dots. A PNG counts dots a metre,
# which makes 100 dpi a little less.
_LEAST_DPI = 99.9
_MOST_DPI = 4800.0
# A standard fax has 204 × 98, a fine one 204 × 196; less than this is the roundness of a page's size in a PDF.
_SQUARE_WITHIN = 0.02
# More than 300 dpi tells a reader nothing new, and costs time by the square.
_HALF_FROM_DPI = 500.0
_ENOUGH_PIXELS = 6000


@dataclass(frozen=True, slots=True)
class Density:
    """Pixels an inch across and down, as the file says; not known where they cannot be a scanner's."""

    x_dpi: float
    y_dpi: float

    @property
    def known(self) -> bool:
        """Whether the two can be true."""
        low, high = sorted((self.x_dpi, self.y_dpi))
        return low >= _LEAST_DPI / 2 and _LEAST_DPI <= high <= _MOST_DPI

    def scaled(self, share: float) -> Density:
        """The density after the picture was made smaller."""
        return self if share == 1 else Density(self.x_dpi * share, self.y_dpi * share)

    def turned(self) -> Density:
        """The density after a quarter turn."""
        return Density(self.y_dpi, self.x_dpi)


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One page in square grey pixels, its density where known, and what was noticed on the way."""

    image: GreyImage
    dpi: float | None
    notes: tuple[PageReason, ...] = ()


def too_large(width: int, height: int, limits: Limits) -> PageReason | None:
    """Why a picture of so many pixels is not decoded, if it is not."""
    if width * height > limits.pixels:
        return PageReason.TOO_MANY_PIXELS
    if min(width, height) < 1:
        return PageReason.DAMAGED
    return None


def wrong_size(width_mm: float, height_mm: float, limits: Limits) -> PageReason | None:
    """Why a page of this size is none of ours, if it is not."""
    short, long = sorted((width_mm, height_mm))
    if short < limits.smallest_mm or long > limits.largest_mm or long > limits.longest_shape * short:
        return PageReason.PAPER_SIZE
    return None


def fit_density(
    grey: GreyImage, density: Density, limits: Limits, notes: tuple[PageReason, ...] = ()
) -> DecodedPage | PageReason:
    """Make pixels square and no finer than needed, and refuse what has the shape or size of no page."""
    height, width = grey.shape
    x_dpi, y_dpi = (density.x_dpi, density.y_dpi) if density.known else (1.0, 1.0)
    dpi = max(x_dpi, y_dpi)
    if density.known:
        refused = wrong_size(width / x_dpi * MM_PER_INCH, height / y_dpi * MM_PER_INCH, limits)
    else:
        short, long = sorted((width, height))
        refused = PageReason.PAPER_SIZE if long > limits.longest_shape * short else None
    if refused or min(width, height) < limits.smallest_pixels:
        return refused or PageReason.PAPER_SIZE
    if abs(x_dpi - y_dpi) > _SQUARE_WITHIN * dpi:
        size = round(width * dpi / x_dpi), round(height * dpi / y_dpi)
        if too := too_large(*size, limits):
            return too
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    else:
        dpi = (x_dpi + y_dpi) / 2
    if (density.known and dpi >= _HALF_FROM_DPI) or (not density.known and max(grey.shape) > _ENOUGH_PIXELS):
        step = round(dpi / 300) if density.known else 2
        size = grey.shape[1] // step, grey.shape[0] // step
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        dpi /= step
    return DecodedPage(grey, dpi if density.known else None, notes)

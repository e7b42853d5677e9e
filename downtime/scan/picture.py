"""The working copy of an incoming page: about 150 dots an inch, which is what marks and boxes need, and no more."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from downtime.scan.model import GreyImage
from downtime.scan.transform import Array, reduced

# One thread a process: the batch is spread over processes, and two pools of threads would fight for the same cores.
cv2.setNumThreads(1)

WORKING_PX_MM = 6.0
# The shorter side of Letter and A4 differs by 3 %; between them any page's density is known well enough.
SHORT_SIDE_MM = 213.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An image, and the same `factor` times smaller; `to_small` maps pixels of the one to those of the other."""

    full: GreyImage
    small: GreyImage
    factor: int

    @property
    def to_small(self) -> Array:
        """Pixels of the full image to pixels of the small one."""
        return reduced(self.factor)

    @property
    def px_mm(self) -> float:
        """About how many pixels of the small image a millimetre has, if the image shows a page and little else."""
        return float(min(self.small.shape)) / SHORT_SIDE_MM


def working_copy(image: GreyImage) -> Picture:
    """Make the working copy; averaging takes noise and dither out. An image that is small already is used as it is."""
    factor = max(1, round(min(image.shape) / SHORT_SIDE_MM / WORKING_PX_MM))
    image = np.ascontiguousarray(image)
    if factor == 1:
        return Picture(image, image, 1)
    return Picture(image, shrunk(image, factor), factor)


def shrunk(image: GreyImage, factor: int) -> GreyImage:
    """The image so many times smaller, each pixel the mean of a square; what is left over at its far edges is cut.

    Whole squares only: OpenCV takes thirty times as long for a size that does not divide.
    """
    height, width = image.shape[0] // factor, image.shape[1] // factor
    cut = image[: height * factor, : width * factor]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

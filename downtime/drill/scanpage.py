"""A sheet of paper on its way through copier and scanner: its pixels, and where its millimetres have gone."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.drill.chance import noise
from downtime.drill.paper import GreyImage, IssuedPage
from downtime.drill.truth import Degradation, Matrix
from downtime.page.geometry import Rect
from downtime.page.layout import Box, box

Homography = NDArray[np.float64]
"""3 × 3; OpenCV's pixels, in which the middle of the top-left one is 0, 0."""

Turn = Literal[0, 90, 180, 270]

_TILE_PX, _TILE_ROOM_PX = 4096, 512
_NOISE_SPREAD = 32.0


@dataclass(frozen=True)
class ScanPage:
    """One side of a sheet as an image; every stage gives a new one and leaves the old one alone.

    `to_pixels` leads from millimetres to pixels, `off_mm` is how far it may be wrong. `codes` and `marks` are where the
    printed ones lie, in mm; `hidden` what cannot be seen any more. `back` is what is printed on the other side.
    """

    image: GreyImage
    width_mm: float
    height_mm: float
    to_pixels: Homography
    dpi: tuple[float, float] | None
    codes: tuple[Box, ...] = ()
    back: GreyImage | None = None
    bilevel: bool = False
    rotation: Turn = 0
    off_mm: float = 0.0
    hidden: tuple[Box, ...] = ()
    degradations: tuple[Degradation, ...] = ()

    @property
    def px_mm(self) -> float:
        """Pixels a millimetre, as an average of both directions at the page's middle."""
        jacobian = self.local()
        return float(np.sqrt(abs(np.linalg.det(jacobian))))

    def local(self) -> NDArray[np.float64]:
        """How a millimetre to the right and one down lie in pixels, at the page's middle: 2 × 2."""
        x, y = self.width_mm / 2, self.height_mm / 2
        ends = self.pixels([(x, y), (x + 1, y), (x, y + 1)])
        return np.stack((ends[1] - ends[0], ends[2] - ends[0]), axis=1)

    def pixels(self, points_mm: Iterable[tuple[float, float]]) -> NDArray[np.float64]:
        """Points of the page in millimetres as pixels of the image."""
        points = np.asarray(list(points_mm), np.float64).reshape(-1, 1, 2)
        return np.asarray(cv2.perspectiveTransform(points, self.to_pixels), np.float64).reshape(-1, 2)

    def matrix(self) -> Matrix:
        """`to_pixels` as the truth writes it."""
        scaled = self.to_pixels / self.to_pixels[2, 2]
        values = [float(f"{value:.9g}") for value in scaled.ravel()]
        return (
            values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]
        )  # fmt: skip

    def noted(self, kind: str, parameters: Mapping[str, float | str] | None = None, **changes: Any) -> ScanPage:
        """The page after a degradation, which is noted with its parameters."""
        rounded = {
            name: value if isinstance(value, str) else round(float(value), 4)
            for name, value in (parameters or {}).items()
        }
        return replace(self, degradations=(*self.degradations, Degradation(kind=kind, parameters=rounded)), **changes)

    def hiding(self, *rects: Rect) -> tuple[Box, ...]:
        """What is hidden, with these rectangles added."""
        return (*self.hidden, *(box(rect) for rect in rects))


def scan_page(image: GreyImage, page: IssuedPage | None, width_mm: float, height_mm: float) -> ScanPage:
    """A page as it lies before the scanner, written on or not."""
    px_mm_x, px_mm_y = image.shape[1] / width_mm, image.shape[0] / height_mm
    to_pixels = np.array([[px_mm_x, 0, -0.5], [0, px_mm_y, -0.5], [0, 0, 1]], np.float64)
    codes = page.places.codes if page is not None else ()
    return ScanPage(image, width_mm, height_mm, to_pixels, (px_mm_x * 25.4, px_mm_y * 25.4), codes)


def warped(
    page: ScanPage, moved: Homography, size: tuple[int, int], background: int, *, smooth: bool = True
) -> ScanPage:
    """The page with its pixels moved by `moved` into an image of `size` (width, height)."""
    flags = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    if np.allclose(moved[2], (0, 0, 1)):
        image = cv2.warpAffine(page.image, moved[:2], size, flags=flags, borderValue=background)
    else:
        image = cv2.warpPerspective(page.image, moved, size, flags=flags, borderValue=background)
    return replace(page, image=image, to_pixels=moved @ page.to_pixels)


def noisy(image: GreyImage, spread: float, stream: random.Random) -> GreyImage:
    """The image with the noise of a sensor: `spread` is its standard deviation in greys."""
    rows, columns = image.shape
    tile = _noise_tile()
    if max(rows, columns) > _TILE_PX - _TILE_ROOM_PX:
        tile = np.tile(tile, (rows // _TILE_PX + 2, columns // _TILE_PX + 2))
    y, x = stream.randrange(_TILE_ROOM_PX), stream.randrange(_TILE_ROOM_PX)
    share = spread / _NOISE_SPREAD
    return cv2.addWeighted(image, 1.0, tile[y : y + rows, x : x + columns], share, -128 * share)


@cache
def _noise_tile() -> GreyImage:
    """Noise around 128, large enough for a page at 300 dpi wherever it begins."""
    source = np.random.Generator(np.random.PCG64(5))
    spread = _NOISE_SPREAD * source.standard_normal((_TILE_PX, _TILE_PX), dtype=np.float32)
    tile: GreyImage = np.clip(128 + spread, 0, 255).astype(np.uint8)
    return tile


def clouds(shape: tuple[int, ...], cells: int, stream: random.Random) -> NDArray[np.float32]:
    """A smooth field of chance between 0 and 1, `cells` patches across, as large as `shape`."""
    rows, columns = shape[:2]
    down = max(2, round(cells * rows / columns))
    small = noise(stream).random((down + 2, cells + 2), dtype=np.float32)
    return np.clip(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC), 0, 1)


def levels(image: GreyImage, curve: NDArray[np.float64]) -> GreyImage:
    """The image through a table of 256 greys."""
    return cv2.LUT(image, np.clip(np.round(curve), 0, 255).astype(np.uint8))

"""Ink on paper: strokes and glyphs, given in millimetres, darken the pixels of a page where they lie.

Ink never lightens what is under it. Every stroke works on the few pixels around it, so a page full of writing costs no
more than the writing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.drill.paper import GreyImage
from downtime.page.geometry import Rect

Points = NDArray[np.float64]
"""n × 2 coordinates in millimetres from the page's top-left corner."""

_SUBPIXEL_BITS = 4
_TEXTURE_PX = 512
# Texture of paper under a pen: how much of its ink a stroke leaves in the worst places.
_TEXTURE_LEAST = {"ball": 0.72, "gel": 0.95, "felt": 0.97, "pencil": 0.45, "dry": 0.2}


@dataclass(frozen=True, slots=True)
class Pen:
    """What somebody writes with: `grey` is the ink on white paper as a grey scanner sees it (0 is black)."""

    kind: str
    grey: int
    width_mm: float


class Surface:
    """A page being written on: its pixels, and how many of them a millimetre has each way."""

    def __init__(self, image: GreyImage, width_mm: float, height_mm: float) -> None:
        """`image` is written on in place."""
        self.image = image
        self.width_mm, self.height_mm = width_mm, height_mm
        self.px_mm_x, self.px_mm_y = image.shape[1] / width_mm, image.shape[0] / height_mm

    def pixels(self, points: Points) -> Points:
        """Millimetres to pixels, as OpenCV counts them: the middle of the first pixel is 0."""
        scaled: Points = points * (self.px_mm_x, self.px_mm_y) - 0.5
        return scaled

    def stroke(self, curves: Sequence[Points], pen: Pen, stream: random.Random, *, closed_fill: bool = False) -> Rect:
        """Draw curves with a pen, or fill them; returns the rectangle in mm that they touched."""
        drawn = [self.pixels(curve) for curve in curves]
        wide = pen.width_mm * self.px_mm_x
        whole = np.concatenate(drawn)
        left, top = np.floor(whole.min(axis=0) - wide - 2).astype(int)
        right, bottom = np.ceil(whole.max(axis=0) + wide + 3).astype(int)
        if right <= left or bottom <= top:
            return Rect(0, 0, 0, 0)
        mask = np.zeros((bottom - top, right - left), np.uint8)
        paths: Any = [
            np.round((points - (left, top)) * (1 << _SUBPIXEL_BITS)).astype(np.int32).reshape(-1, 1, 2)
            for points in drawn
        ]
        if closed_fill:
            cv2.fillPoly(mask, paths, 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        else:
            # A stroke is a whole number of pixels wide: which one is left to chance, so that on average it is right.
            thickness = max(1, int(wide + stream.random()))
            cv2.polylines(mask, paths, False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
        self.press(mask, left, top, pen, stream)
        return self._millimetres(left, top, right, bottom)

    def press(self, mask: GreyImage, left: int, top: int, pen: Pen, stream: random.Random) -> None:
        """Put a mask of ink (255 is full) on the page with its top-left pixel at `left`, `top`."""
        height, width = self.image.shape[:2]
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + mask.shape[1], width), min(top + mask.shape[0], height)
        if x1 <= x0 or y1 <= y0:
            return
        part = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        texture = _texture(pen.kind, part.shape[0], part.shape[1], stream)
        ink = cv2.multiply(part, texture, scale=(255 - pen.grey) / 255 / 255)
        region = self.image[y0:y1, x0:x1]
        cv2.multiply(region, cv2.bitwise_not(ink), region, 1 / 255)

    def cover(self, mask: GreyImage, colour: GreyImage, left: int, top: int) -> None:
        """Lay something opaque on the page, as a sticky label: where the mask is 255 only its colour is seen."""
        height, width = self.image.shape[:2]
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + mask.shape[1], width), min(top + mask.shape[0], height)
        if x1 <= x0 or y1 <= y0:
            return
        cut = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
        share = mask[cut].astype(np.float32) / 255
        region = self.image[y0:y1, x0:x1]
        region[:] = np.round(region * (1 - share) + colour[cut] * share).astype(np.uint8)

    def dark_share(self, before: GreyImage, rect: Rect, darker_by: int = 40) -> float:
        """The share of a rectangle's pixels that are darker than `before` by `darker_by` greys at least."""
        x0, x1 = round(rect.x * self.px_mm_x), round(rect.right * self.px_mm_x)
        y0, y1 = round(rect.y * self.px_mm_y), round(rect.bottom * self.px_mm_y)
        now, then = self.image[y0:y1, x0:x1], before[y0:y1, x0:x1]
        if not now.size:
            return 0.0
        return float(np.count_nonzero(cv2.subtract(then, now) >= darker_by)) / now.size

    def _millimetres(self, left: int, top: int, right: int, bottom: int) -> Rect:
        x, y = left / self.px_mm_x, top / self.px_mm_y
        return Rect(x, y, right / self.px_mm_x - x, bottom / self.px_mm_y - y)


@cache
def _texture_tile(kind: str) -> GreyImage:
    """How well a kind of pen marks each spot of paper, 255 is fully; the same tile in every run."""
    least = _TEXTURE_LEAST[kind]
    source = np.random.Generator(np.random.PCG64(len(kind)))
    fine = source.random((_TEXTURE_PX, _TEXTURE_PX), dtype=np.float32)
    soft = cv2.GaussianBlur(fine, (0, 0), 1.3, borderType=cv2.BORDER_REFLECT)
    spread = (soft - soft.min()) / (soft.max() - soft.min())
    tile = np.clip(least + (1 - least) * spread * 1.6, 0, 1)
    bytes_: GreyImage = np.round(tile * 255).astype(np.uint8)
    return bytes_


def _texture(kind: str, height: int, width: int, stream: random.Random) -> GreyImage:
    tile = _texture_tile(kind)
    y, x = stream.randrange(_TEXTURE_PX), stream.randrange(_TEXTURE_PX)
    if y + height <= _TEXTURE_PX and x + width <= _TEXTURE_PX:
        return tile[y : y + height, x : x + width]
    rows = np.arange(y, y + height) % _TEXTURE_PX
    columns = np.arange(x, x + width) % _TEXTURE_PX
    return tile[np.ix_(rows, columns)]

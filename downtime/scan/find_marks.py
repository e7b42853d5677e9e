"""Finding the four corner marks: ArUco in the corners of the working copy, then more thoroughly where one lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from downtime.page.marks import MARK_BITS
from downtime.scan.model import GreyImage
from downtime.scan.picture import Picture, shrunk
from downtime.scan.transform import Array, apply, inverse, reduced

# Of each side; a page that lies askew by 5° has its marks up to 34 mm from the edge of the picture.
CORNER_SHARE = 0.23
# A mark's side may differ by so much from 10 mm: half the size on a page photographed with much table round it.
LEAST_SIDE, MOST_SIDE = 0.45, 1.6
MARK_MM = 10.0
# From few corners of a page, another one is known to so many millimetres.
NEAR_MM = 6.0


@dataclass(frozen=True, slots=True)
class FoundMark:
    """One corner mark: its id and its corners in pixels of the full image, clockwise from its own top-left."""

    id: int
    corners: Array

    @property
    def middle(self) -> Array:
        """The middle of the mark, in pixels."""
        return np.asarray(self.corners.mean(axis=0))

    @property
    def side_px(self) -> float:
        """The mean length of its sides, in pixels."""
        return float(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1).mean())


def find_marks(picture: Picture) -> tuple[FoundMark, ...]:
    """Find the marks of a page, by id; each is told once, and one that stands in two places is not told at all.

    A flat scan shows them in its corners at 75 dots an inch. If it does not, they are looked for at twice that, then
    all over the page.
    """
    small = picture.small
    half = shrunk(small, 2)
    back = inverse(picture.to_small)
    found: dict[int, list[Array]] = {}
    for image, factor, whole in ((half, 2, False), (small, 1, False), (small, 1, True)):
        for cut in _cuts(image, whole):
            _detect(image, cut, picture.px_mm / factor, whole, inverse(reduced(factor)), found)
        if len(found) == len(MARK_BITS):
            break
    return tuple(
        FoundMark(mark, apply(back, _refined(small, places[0])))
        for mark, places in sorted(found.items())
        if len(places) == 1
    )


def find_mark_near(picture: Picture, mark: int, expected: Array) -> FoundMark | None:
    """Look for one mark where it must be (its corners in pixels), by all means; None where it is not to be seen."""
    small = picture.small
    place = apply(picture.to_small, expected)
    room = NEAR_MM * picture.px_mm
    (left, top), (right, bottom) = place.min(axis=0) - room, place.max(axis=0) + room
    left, top = max(int(left), 0), max(int(top), 0)
    wide, high = min(int(right), small.shape[1]) - left, min(int(bottom), small.shape[0]) - top
    side = float(np.linalg.norm(place[0] - place[1]))
    if min(wide, high) < side:
        return None
    found: dict[int, list[Array]] = {}
    _detect(small, (left, top, wide, high), side / MARK_MM, True, np.eye(3), found)
    for corners in found.get(mark, []):
        # Where it is expected and as large: what else looks like it is not it.
        if np.linalg.norm(corners - place, axis=1).max() < room:
            return FoundMark(mark, apply(inverse(picture.to_small), _refined(small, corners)))
    return None


def _cuts(image: GreyImage, whole: bool) -> list[tuple[int, int, int, int]]:
    """The corners of an image, or all of it: left, top, width, height."""
    height, width = image.shape
    if whole:
        return [(0, 0, width, height)]
    high, wide = int(height * CORNER_SHARE), int(width * CORNER_SHARE)
    return [(left, top, wide, high) for top in (0, height - high) for left in (0, width - wide)]


def _detect(
    image: GreyImage,
    cut: tuple[int, int, int, int],
    px_mm: float,
    thorough: bool,
    to_small: Array,
    found: dict[int, list[Array]],
) -> None:
    left, top, wide, high = cut
    side = MARK_MM * px_mm
    detector = _detector(round(4 * LEAST_SIDE * side), round(4 * MOST_SIDE * side), max(wide, high), thorough)
    quads, ids, _ = detector.detectMarkers(np.ascontiguousarray(image[top : top + high, left : left + wide]))
    for quad, mark in zip(quads, [] if ids is None else ids.ravel(), strict=True):
        corners = apply(to_small, quad.reshape(4, 2).astype(np.float64) + np.array([left, top]))
        known = found.setdefault(int(mark), [])
        if all(np.linalg.norm(corners.mean(axis=0) - place.mean(axis=0)) > side for place in known):
            known.append(corners)


@lru_cache(maxsize=64)
def _detector(least_px: int, most_px: int, longest_px: int, thorough: bool) -> Any:
    """A detector of our four marks alone; perimeters are given relative to the longer side of the image."""
    whole = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    ours = cv2.aruco.Dictionary(whole.bytesList[: len(MARK_BITS)], 4, 1)
    settings = cv2.aruco.DetectorParameters()
    # One window as wide as a cell of the mark is what a flat scan needs; three find marks in shadow, stains and noise.
    window = max(least_px // 8 * 2 + 1, 5)
    settings.adaptiveThreshWinSizeMin = 13 if thorough else window
    settings.adaptiveThreshWinSizeMax = 53 if thorough else window
    settings.adaptiveThreshWinSizeStep = 20
    settings.minMarkerPerimeterRate = least_px / longest_px
    settings.maxMarkerPerimeterRate = most_px / longest_px
    settings.polygonalApproxAccuracyRate = 0.05 if thorough else 0.03
    settings.minOtsuStdDev = 4.0
    settings.errorCorrectionRate = 1.0
    return cv2.aruco.ArucoDetector(ours, settings)


def _refined(small: GreyImage, corners: Array) -> Array:
    """Corners to a tenth of a pixel."""
    side = float(np.linalg.norm(corners[0] - corners[1]))
    window = max(2, min(5, int(side / 12)))
    points = corners.astype(np.float32).reshape(-1, 1, 2)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.02)
    sharp = cv2.cornerSubPix(small, points.copy(), (window, window), (-1, -1), stop).reshape(4, 2)
    moved = np.linalg.norm(sharp - corners, axis=1)
    # A corner that ran away followed a stain or a stroke: the outline's own corner is better.
    return np.where((moved < window)[:, None], sharp, corners).astype(np.float64)

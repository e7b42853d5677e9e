"""Straight lines right across a page: dirt on the scanner's or copier's glass, and folds.

A printed line never reaches from edge to edge, a streak does. It may lie askew by as much as the page does, and a
copier's streak by anything up to that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from downtime.scan.page_map import COARSE

# The page in so many bands; a streak is seen in nearly all, the first and the last included.
BANDS = 20
LEAST_BANDS = 17
LEAST_COVER = 0.55
MEAN_COVER = 0.7
WIDEST_MM = 3.0
STEEPEST = 0.11
ROOM_MM = 0.5
_MOST_RUNS = 24

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Streak:
    """A line from edge to edge: where it begins and ends across the page in mm, and its half width with some room.

    An upright one runs from top to bottom, and `begin_mm` and `end_mm` are x; a level one from left to right.
    """

    upright: bool
    begin_mm: float
    end_mm: float
    half_mm: float

    def touches(self, x: float, y: float, w: float, h: float, width_mm: float, height_mm: float) -> bool:
        """Whether the line runs over a rectangle in mm, on a page of that size."""
        low, high, length, first, last = (
            (x, x + w, height_mm, y, y + h) if self.upright else (y, y + h, width_mm, x, x + w)
        )
        slope = (self.end_mm - self.begin_mm) / length
        at = sorted((self.begin_mm + slope * first, self.begin_mm + slope * last))
        return at[0] - self.half_mm < high and low < at[1] + self.half_mm


def find_streaks(ink: Mask) -> tuple[Streak, ...]:
    """Find the streaks of a page on its coarse raster, print and all."""
    page = ink.view(np.uint8)
    return (*_upright(page, True), *_upright(page.T, False))


def erase(mask: Mask, streaks: tuple[Streak, ...]) -> None:
    """Take the streaks out of a mask, in place."""
    rows, columns = mask.shape
    for streak in streaks:
        view = mask if streak.upright else mask.T
        length = rows if streak.upright else columns
        along = np.arange(length)
        middle = (streak.begin_mm + (streak.end_mm - streak.begin_mm) * along / length) * COARSE
        half = streak.half_mm * COARSE
        for step in range(-int(half) - 1, int(half) + 2):
            at = np.clip(np.round(middle + step).astype(np.int64), 0, view.shape[1] - 1)
            view[along, at] &= np.abs(at + 0.5 - middle) > half


def _upright(page: NDArray[np.uint8], upright: bool) -> list[Streak]:
    rows, columns = page.shape
    high = rows // BANDS
    # Most pages have no streak, and their first and last band tell it.
    tops, bottoms = (
        _runs(_cover(band)[0] >= LEAST_COVER) for band in (page[:high], page[high * (BANDS - 1) : high * BANDS])
    )
    if not tops or not bottoms or len(tops) > _MOST_RUNS or len(bottoms) > _MOST_RUNS:
        return []
    cover = _cover(page[: high * BANDS].reshape(BANDS, high, columns))
    found: list[tuple[float, Streak]] = []
    bands = np.arange(BANDS)
    for top, top_wide in tops:
        for bottom, bottom_wide in bottoms:
            if abs(top - bottom) > STEEPEST * rows:
                continue
            at = np.round(top + (bottom - top) * bands / (BANDS - 1)).astype(np.int64)
            seen = np.maximum(cover[bands, at], cover[bands, np.maximum(at - 1, 0)])
            if (seen >= LEAST_COVER).sum() >= LEAST_BANDS and seen.mean() >= MEAN_COVER:
                slope = (bottom - top) / (BANDS - 1)
                begin, end = top - slope / 2, bottom + slope / 2
                half = max(top_wide, bottom_wide) / 2 / COARSE + ROOM_MM
                found.append((float(seen.mean()), Streak(upright, (begin + 0.5) / COARSE, (end + 0.5) / COARSE, half)))
    return _apart(found)


def _cover(bands: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of each column of each band that is ink there or in the next column, as lines stand a little askew."""
    dark = bands.reshape(-1, *bands.shape[-2:])
    dark = dark | np.concatenate([dark[..., 1:], dark[..., -1:]], axis=-1)
    return np.asarray(dark.mean(axis=1), dtype=np.float64)


def _runs(line: Mask) -> list[tuple[float, int]]:
    """Middle and width of each run of pixels, wide ones left out: those are the edge of the paper."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], line.view(np.int8), [0]))))
    return [
        ((start + end - 1) / 2, int(end - start))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start <= WIDEST_MM * COARSE
    ]


def _apart(found: list[tuple[float, Streak]]) -> list[Streak]:
    """Each line once: two that share an end are one, and the better seen is it."""
    kept: list[Streak] = []
    for _, streak in sorted(found, key=lambda one: -one[0]):
        near = [abs(streak.begin_mm - other.begin_mm) < 1 or abs(streak.end_mm - other.end_mm) < 1 for other in kept]
        if not any(near):
            kept.append(streak)
    return kept

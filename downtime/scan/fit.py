"""Fitting a page to what was found of it: the fewer corners of it were seen, the stiffer the transform.

Four corners give a homography, so that a photograph will do; three an affine transform; two a similarity; and a single
mark still tells scale and direction, enough to look for a code at the other end of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from downtime.page.layout import Box, PageLayout
from downtime.scan.find_marks import FoundMark
from downtime.scan.transform import Array, apply, corners, fit_affine, fit_homography, fit_similarity, inverse


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Where the four marks and the two codes of a page lie in mm: the same on every page of a size and orientation."""

    marks: tuple[Box, ...]
    codes: tuple[Box, Box]

    @classmethod
    def of(cls, page: PageLayout) -> PageFrame:
        """The frame of one page."""
        return cls(page.marks, page.codes)


@dataclass(frozen=True, slots=True)
class Fit:
    """A transform from mm to pixels, and how far in mm the points are off that it rests on (root mean square)."""

    matrix: Array
    off_mm: float


def fit_points(corner_mm: Mapping[int, Array], corner_px: Mapping[int, Array]) -> Fit:
    """Fit the points of one to four corners of a page, by the number of the corner."""
    page_mm = np.concatenate([corner_mm[corner] for corner in corner_px])
    pixels = np.concatenate(list(corner_px.values()))
    solve = {4: fit_homography, 3: fit_affine, 2: fit_similarity, 1: fit_affine}[len(corner_px)]
    matrix = solve(page_mm, pixels)
    back = apply(inverse(matrix), pixels)
    return Fit(matrix, float(np.sqrt(((back - page_mm) ** 2).sum(axis=1).mean())))


def fit_marks(marks: Sequence[FoundMark], frame: PageFrame) -> Fit:
    """Fit a frame to the marks that were found, one at least."""
    return fit_points(
        {mark: corners(*frame.marks[mark]) for mark in range(len(frame.marks))},
        {mark.id: mark.corners for mark in marks},
    )


def likely_fits(marks: Sequence[FoundMark], frames: Sequence[PageFrame]) -> list[tuple[PageFrame, Fit]]:
    """The frames that fit the marks, best first: one where three marks or four tell the paper, all where one cannot."""
    if not marks:
        return []
    fits = [(frame, fit_marks(marks, frame)) for frame in frames if len(frame.marks) == 4]
    fits.sort(key=lambda found: found[1].off_mm)
    return fits if len(marks) < 3 else fits[:1]

"""Plane transforms between page millimetres and image pixels, as 3 × 3 matrices.

Pixels are counted by their centres: the first pixel of a row lies at 0, its left edge at -0.5. Millimetres are counted
from the page's top-left corner. A page that is scanned flat needs six of the nine numbers, a photograph eight.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.model import Matrix

Array = NDArray[np.float64]


def as_array(matrix: Matrix) -> Array:
    """A record's matrix as a 3 × 3 array."""
    return np.array(matrix, dtype=np.float64).reshape(3, 3)


def as_matrix(array: Array) -> Matrix:
    """A 3 × 3 array as a record keeps it, scaled so that its last number is 1."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in (array / array[2, 2]).ravel())
    return (a, b, c, d, e, f, g, h, i)


def apply(array: Array, points: Array) -> Array:
    """Map n × 2 points."""
    mapped = points @ array[:, :2].T + array[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:], dtype=np.float64)


def inverse(array: Array) -> Array:
    """The transform back."""
    return np.asarray(np.linalg.inv(array), dtype=np.float64)


def raster(per_mm: float) -> Array:
    """Page millimetres to the pixels of an upright raster with `per_mm` pixels a millimetre."""
    return np.array([[per_mm, 0.0, -0.5], [0.0, per_mm, -0.5], [0.0, 0.0, 1.0]])


def reduced(factor: int) -> Array:
    """Pixels of an image to those of the same image made `factor` times smaller."""
    shift = (1.0 - factor) / (2.0 * factor)
    return np.array([[1.0 / factor, 0.0, shift], [0.0, 1.0 / factor, shift], [0.0, 0.0, 1.0]])


def corners(x: float, y: float, w: float, h: float) -> Array:
    """The four corners of a rectangle, clockwise from the top-left."""
    return np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def fit_homography(page_mm: Array, pixels: Array) -> Array:
    """The homography that maps the page points to the pixels with the least squared error (four points at least).

    Without rejection of outliers: what is no mark was left out before.
    """
    found, _ = cv2.findHomography(page_mm, pixels, 0)
    return np.asarray(found, dtype=np.float64)


def fit_affine(page_mm: Array, pixels: Array) -> Array:
    """The affine transform with the least squared error: scale, stretch, rotation, shear and shift."""
    design = np.column_stack([page_mm, np.ones(len(page_mm))])
    solution = np.linalg.lstsq(design, pixels, rcond=None)[0]
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def fit_similarity(page_mm: Array, pixels: Array) -> Array:
    """The transform of one scale, a rotation and a shift with the least squared error."""
    x, y = page_mm[:, 0], page_mm[:, 1]
    one, zero = np.ones_like(x), np.zeros_like(x)
    design = np.concatenate([np.stack([x, -y, one, zero], axis=1), np.stack([y, x, zero, one], axis=1)])
    a, b, c, d = np.linalg.lstsq(design, np.concatenate([pixels[:, 0], pixels[:, 1]]), rcond=None)[0]
    return np.array([[a, -b, c], [b, a, d], [0.0, 0.0, 1.0]])

"""Repairing a page code: the modules that are the same in every code are painted over the picture, then it is read.

A scribble over a finder pattern keeps every decoder from finding the code, though error correction could bear the
loss. Version, level, mask and length of our codes are fixed, so that more than a quarter of the modules are known.
What is read is still held to Reed-Solomon and to the code's own seal: repair can help a code, never invent one.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.page.qr import MODULES, qr_constant
from downtime.scan.model import GreyImage

PATCH_QUIET = 4
PATCH_MODULE_PX = 6
PATCH_PX = (MODULES + 2 * PATCH_QUIET) * PATCH_MODULE_PX
# A code that stands where it should be agrees with the known modules far better than anything else does.
LEAST_AGREEMENT = 0.45
_REACH_PX = 10
_STEP_PX = 2


def repaired(patch: GreyImage) -> tuple[GreyImage, float]:
    """Return the code of a patch redrawn, its known modules put right, and how well those agreed before (-1 to 1).

    The patch is `PATCH_PX` square and holds the code in the middle, upright, give or take a module and a half.
    """
    known, dark = _known()
    means = np.asarray(cv2.blur(patch, (3, 3)), np.float32)
    shift, agreement = _aligned(means, known, dark)
    modules = _sampled(means, *shift)
    light = modules < _threshold(modules, known, dark)
    light[known] = dark[known]
    whole = np.full((MODULES + 2 * PATCH_QUIET,) * 2, 255, np.uint8)
    whole[PATCH_QUIET:-PATCH_QUIET, PATCH_QUIET:-PATCH_QUIET][light] = 0
    return np.asarray(np.kron(whole, np.ones((4, 4), np.uint8)), np.uint8), agreement


def agreement(patch: GreyImage) -> float:
    """How well a patch agrees with the known modules of a page code: 1 is a clean code, 0 anything else."""
    known, dark = _known()
    return _aligned(np.asarray(cv2.blur(patch, (3, 3)), np.float32), known, dark)[1]


@lru_cache(maxsize=1)
def _known() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    modules = qr_constant()
    known = np.array([[module is not None for module in row] for row in modules])
    return known, np.array([[bool(module) for module in row] for row in modules])


def _aligned(
    means: NDArray[np.float32], known: NDArray[np.bool_], dark: NDArray[np.bool_]
) -> tuple[tuple[int, int], float]:
    """The shift at which the patch agrees best with the known modules, and the correlation there."""
    rows, columns = np.nonzero(known)
    y0 = (rows + PATCH_QUIET) * PATCH_MODULE_PX + PATCH_MODULE_PX // 2
    x0 = (columns + PATCH_QUIET) * PATCH_MODULE_PX + PATCH_MODULE_PX // 2
    shifts = [
        (dy, dx)
        for dy in range(-_REACH_PX, _REACH_PX + 1, _STEP_PX)
        for dx in range(-_REACH_PX, _REACH_PX + 1, _STEP_PX)
    ]
    dys, dxs = np.array(shifts).T
    seen = means[y0[None, :] + dys[:, None], x0[None, :] + dxs[:, None]]
    expected = np.where(dark[rows, columns], -1.0, 1.0)
    expected -= expected.mean()
    centred = seen - seen.mean(axis=1, keepdims=True)
    strength = np.sqrt((centred**2).sum(axis=1) * (expected**2).sum()) + 1e-6
    correlation = centred @ expected / strength
    best = int(correlation.argmax())
    return shifts[best], float(correlation[best])


def _sampled(means: NDArray[np.float32], dy: int, dx: int) -> NDArray[np.float32]:
    at = (np.arange(MODULES) + PATCH_QUIET) * PATCH_MODULE_PX + PATCH_MODULE_PX // 2
    return means[np.ix_(at + dy, at + dx)]


def _threshold(modules: NDArray[np.float32], known: NDArray[np.bool_], dark: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The grey between dark and light, module by module, as light falls off in a photograph."""
    low, high = np.median(modules[known & dark]), np.median(modules[known & ~dark])
    middle = np.float32((low + high) / 2)
    around = np.asarray(cv2.blur(modules, (9, 9)), np.float32)
    # Half of a page code's modules are dark, so the mean of many is the middle; not where a stain lies over all.
    return np.asarray(0.5 * middle + 0.5 * around, np.float32)

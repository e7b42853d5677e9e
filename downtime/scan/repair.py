"""Repairing a page code: the modules that are the same in every code are painted over the picture, then it is read.

A scribble over a finder pattern keeps every decoder from finding the code, though error correction could bear the
loss. Version, level, mask and length of our codes are fixed, so that more than a quarter of the modules are known.
What is read is still held to Reed-Solomon and to the code's own seal: repair can help a code, never invent one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

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
# Of the codes of faded copies, more are read with 0.8 than with any other part from 0.35 to 0.8.
FADING_PART = 0.8
_REACH_PX = 10
_STEP_PX = 2


class Repaired(NamedTuple):
    """A code redrawn, how well its known modules agreed before (-1 to 1), and how far it was off its place (x, y).

    `images` are drawn from different ideas of what is dark: for even light, and for print that fades away.
    """

    images: tuple[GreyImage, ...]
    agreement: float
    shift_px: tuple[int, int]


def repaired(patch: GreyImage) -> Repaired:
    """Redraw the code of a patch with its known modules put right.

    The patch is `PATCH_PX` square and holds the code in the middle, upright, give or take a module and a half.
    """
    known, dark = _known()
    means = np.asarray(cv2.blur(patch, (3, 3)), np.float32)
    (dy, dx), agreement = _aligned(means, known, dark)
    modules = _sampled(means, dy, dx)
    images = tuple(_drawn(modules < limit, known, dark) for limit in (_even(modules, known, dark), _fading(modules)))
    return Repaired(images, agreement, (dx, dy))


def _drawn(is_dark: NDArray[np.bool_], known: NDArray[np.bool_], dark: NDArray[np.bool_]) -> GreyImage:
    whole = np.full((MODULES + 2 * PATCH_QUIET,) * 2, 255, np.uint8)
    whole[PATCH_QUIET:-PATCH_QUIET, PATCH_QUIET:-PATCH_QUIET][np.where(known, dark, is_dark)] = 0
    return np.asarray(np.kron(whole, np.ones((4, 4), np.uint8)), np.uint8)


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


def _even(modules: NDArray[np.float32], known: NDArray[np.bool_], dark: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The grey between dark and light, half of it by what lies around, as light falls off in a photograph."""
    low, high = np.median(modules[known & dark]), np.median(modules[known & ~dark])
    # Half of a page code's modules are dark, so the mean of many is the middle; not where a stain lies over all.
    around = np.asarray(cv2.blur(modules, (9, 9)), np.float32)
    return np.asarray(0.5 * np.float32((low + high) / 2) + 0.5 * around, np.float32)


def _fading(modules: NDArray[np.float32]) -> NDArray[np.float32]:
    """A little under the lightest module near each: where print fades, whatever is not white was once dark."""
    near = np.ones((7, 7), np.uint8)
    darkest, lightest = cv2.erode(modules, near), cv2.dilate(modules, near)
    return np.asarray(darkest + FADING_PART * (lightest - darkest), np.float32)

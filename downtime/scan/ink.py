"""What is ink on a page: straightened into the raster of its layout, then held against the paper around it.

The raster has 6 pixels a millimetre: a pen stroke is two or three wide. Each pixel is the mean of several of a 300 dpi
scan, which takes dither and salt noise out before anything is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.page.layout import PageLayout
from downtime.scan.model import GreyImage, Registration
from downtime.scan.page_map import FINE, PageMap, running_sums
from downtime.scan.picture import Picture, shrunk
from downtime.scan.transform import Array, apply, as_array, inverse, raster

# Ink is what is darker than the paper by this part of the way to print. 0.42 was best on boxes (16,200 measured).
INK_PART = 0.42
# What a pen that hardly writes leaves is a quarter of the way; so is what shows through from the back.
PALE_PART = 0.25
# Out of focus, thin strokes are pale: ink and pale are then parts of what the thin printed lines of the page show.
INK_OF_LINE, PALE_OF_LINE = 0.65, 0.33
_LEAST_PART = 0.14
_PAPER_CELL = 8
_PAPER_REACH = 9
# With less difference between paper and print than this, noise would pass for ink.
_LEAST_CONTRAST = 30.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class InkPage:
    """An upright page: running sums of its ink at 6 pixels a mm, and masks at 3: `ink`, and `pale`, which takes it in.

    `pale_sums` are the running sums of `pale`.

    `paper` and `print` are greys, `line` is how dark thin lines are: 0 as paper, 1 as print. `grey` is the page as it
    was seen, at 6 pixels a mm; pale ink has less than `pale_share` of the grey of its paper.
    """

    grey: GreyImage
    fine: GreyImage
    sums: NDArray[np.int32]
    ink: Mask
    pale: Mask
    paper: float
    print: float
    line: float
    pale_share: float
    pale_sums: NDArray[np.int32]


class _Workspace:
    """The large arrays of one size of page: fresh memory for each page would cost as much again as the work in it."""

    def __init__(self, rows: int, columns: int) -> None:
        self.grey: GreyImage = np.empty((rows, columns), np.uint8)
        self.limit: GreyImage = np.empty((rows, columns), np.uint8)
        self.fine: GreyImage = np.empty((rows, columns), np.uint8)
        self.pale: GreyImage = np.empty((rows, columns), np.uint8)
        self.sums: NDArray[np.int32] = np.empty((rows + 1, columns + 1), np.int32)

    def darker(self, paper: GreyImage, share: float, out: GreyImage) -> GreyImage:
        """Put 1 into `out` where the page is darker than this share of its paper, 0 elsewhere."""
        limits = np.repeat(cv2.convertScaleAbs(paper, alpha=share), _PAPER_CELL, axis=1)
        self.limit.reshape(len(limits), _PAPER_CELL, -1)[...] = limits[:, None, :]
        np.less(self.grey, self.limit, out=out.view(np.bool_))
        return out


@lru_cache(maxsize=4)
def _workspace(rows: int, columns: int) -> _Workspace:
    return _Workspace(rows, columns)


def _straighten(picture: Picture, registration: Registration, out: GreyImage) -> None:
    """Lay the page upright into `out`, 6 pixels a millimetre; what lies outside the image is white."""
    to_small = picture.to_small @ as_array(registration.matrix) @ inverse(raster(FINE))
    # The working copy of a 300 dpi scan is as fine as the raster, so that its nearest pixel will do.
    near = 0.9 * FINE <= picture.px_mm <= 1.05 * FINE
    flags = (cv2.INTER_NEAREST if near else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    rows, columns = out.shape
    if abs(to_small[2, 0]) * columns + abs(to_small[2, 1]) * rows < 1e-4:
        cv2.warpAffine(picture.small, to_small[:2], (columns, rows), dst=out, flags=flags, borderValue=255.0)
    else:
        cv2.warpPerspective(picture.small, to_small, (columns, rows), dst=out, flags=flags, borderValue=255.0)


def ink_page(picture: Picture, registration: Registration, page: PageLayout, where: PageMap) -> InkPage:
    """Straighten a page and separate its ink from its paper.

    `grey`, `fine` and `sums` are lent: the next page of the same size, in this process, writes over them.
    """
    work = _workspace(where.height, where.width)
    _straighten(picture, registration, work.grey)
    cells = shrunk(shrunk(shrunk(work.grey, 2), 2), 2)
    # The lightest cell within 6 mm is paper there; blurred, so that no step runs through a stroke.
    reach = np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8)
    paper = np.asarray(cv2.blur(cv2.dilate(cells, reach), (_PAPER_REACH, _PAPER_REACH)), np.uint8)
    paper_grey, print_grey = float(np.median(paper)), _print_grey(work.grey, page)
    # In shadow print and pen get darker with the paper, so a threshold is a share of it.
    contrast = max(paper_grey - print_grey, _LEAST_CONTRAST)
    line = (paper_grey - _line_grey(work.grey, page, paper_grey)) / contrast
    ink_part, pale_part = min(INK_PART, INK_OF_LINE * line), min(PALE_PART, PALE_OF_LINE * line)
    contrast /= max(paper_grey, 1.0)
    fine = work.darker(paper, 1 - max(ink_part, _LEAST_PART) * contrast, work.fine)
    pale_share = 1 - max(pale_part, _LEAST_PART) * contrast
    pale = work.darker(paper, pale_share, work.pale)
    cv2.integral(fine, work.sums)
    coarse_ink, coarse_pale = _halved(fine), _halved(pale)
    return InkPage(
        grey=work.grey, fine=fine, sums=work.sums, ink=coarse_ink, pale=coarse_pale, paper=paper_grey,
        print=print_grey, line=line, pale_share=pale_share, pale_sums=running_sums(coarse_pale),
    )  # fmt: skip


def _halved(fine: GreyImage) -> Mask:
    """Half as fine: ink where two of four pixels are."""
    # The mean of four zeros and ones is rounded up from a half.
    return shrunk(fine, 2).view(np.bool_)


def _print_grey(grey: GreyImage, page: PageLayout) -> float:
    """How dark this page's print is: the darker half of its marks."""
    greys = []
    for x, y, w, h in page.marks:
        mark = grey[int(y * FINE) : int((y + h) * FINE) : 2, int(x * FINE) : int((x + w) * FINE) : 2].ravel()
        greys.append(float(np.partition(mark, mark.size // 3)[mark.size // 3]) if mark.size else 0.0)
    # A mark that is torn off or under a stain is lighter or darker than the others.
    return float(np.median(greys)) if greys else 0.0


def _line_grey(grey: GreyImage, page: PageLayout, paper: float) -> float:
    """How dark the thin printed lines of this page are: the edges of its empty and its crossed reference box."""
    lines = []
    for x, y, w, h in page.references[:2]:
        left, top, right, bottom = (round(mm * FINE) for mm in (x, y, x + w, y + h))
        upright = grey[top + 4 : bottom - 4, max(left - FINE, 0) : right + FINE].mean(axis=0)
        level = grey[max(top - FINE, 0) : bottom + FINE, left + 4 : right - 4].mean(axis=1)
        for profile in (upright, level):
            half = profile.size // 2
            lines += [float(profile[:half].min()), float(profile[half:].min())] if half else []
    # The stroke of the cross is no edge, but as thin; where the boxes are torn off, lines are as they should be.
    found = float(np.median(lines)) if lines else 0.0
    return found if found < 0.85 * paper else 0.0


def off_image(registration: Registration, boxes_mm: Array, width_px: int, height_px: int) -> Mask:
    """Of n boxes (x, y, w, h in mm), which lie in part outside of the image."""
    if not len(boxes_mm):
        return np.zeros(0, bool)
    x, y, w, h = boxes_mm.T
    quads = np.stack([x, y, x + w, y, x + w, y + h, x, y + h], axis=1).reshape(-1, 2)
    points = apply(as_array(registration.matrix), quads).reshape(-1, 4, 2)
    low = (points < -1.0).any(axis=(1, 2))
    over = (points[..., 0] > width_px).any(axis=1) | (points[..., 1] > height_px).any(axis=1)
    return np.asarray(low | over, dtype=bool)

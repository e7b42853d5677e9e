"""Scoring tick boxes: the printed outline is found within a millimetre, then ink is counted inside and around it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.scan.ink import InkPage
from downtime.scan.model import GreyImage
from downtime.scan.page_map import COARSE, FINE, PageMap, rect_sums, running_sums
from downtime.scan.read_beside import mark_in_field

# ± 1 mm: vxsuite searches 0.9 mm.
SEARCH_PX = FINE
# Neighbouring boxes shift together, as paper bends and rollers slip smoothly; an outline that a pen stroke imitates
# does not.
NEIGHBOURS = 9
APART_PX = 2
INNER_PART = 0.8
# Out of focus, the pale rim of the outline reaches further in.
PALE_INNER_PART = 0.6
# As far around a box its own paper is looked at; boxes with less pale ink than this are blank anyway.
SHADOW_MM, LEAST_PALE = 1.6, 0.05
# With less ink around it a box is blank anyway; marks of others reach it from boxes with at least so much in them.
LEAST_AROUND, LEAST_MARK = 0.04, 0.1
NEAR_PX, LEAVING_PX = 3 * COARSE, COARSE
_OUTLINE_MM = 0.35
STROKE_LINE_MM = 0.6
# The short arm of a tick ends before this; a line over the page goes on.
FAR_MM, FAR_ROOM_MM = 2.2, 1.6

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class TickScores(NamedTuple):
    """What stands in n tick boxes: shares of ink, how much of the outline was found, and its shift in fine pixels.

    `strokes` counts on each side (left, top, right, bottom) the strokes that leave the box there, `far` how many of
    these sides have strokes further out as well; `span` is the part of
    the inner width and height over which there is ink, `pale` the share of pale and full ink in the innermost part.
    """

    inner: Floats
    whole: Floats
    outline: Floats
    shift: Ints
    strokes: Ints
    far: Ints
    span: Floats
    pale: Floats


def score_ticks(page: InkPage, edges: Floats) -> TickScores:
    """Score boxes at these edges (left, top, right, bottom in fine pixels)."""
    if not len(edges):
        none, shift, strokes = np.zeros(0), np.zeros((0, 2), np.int64), np.zeros((0, 4), np.int64)
        return TickScores(none, none, none, shift, strokes, np.zeros(0, np.int64), np.zeros((0, 2)), none)
    across, down = _profiles(page.sums, edges, 0), _profiles(page.sums, edges, 1)
    sizes = np.round(edges[:, 2:] - edges[:, :2]).astype(np.int64)
    shift_x, found_x = _best_shift(across, sizes[:, 0], edges)
    shift_y, found_y = _best_shift(down, sizes[:, 1], edges)
    shift = np.stack([shift_x, shift_y], axis=1)
    moved = edges + np.tile(shift, 2)
    strokes = _leaving(page.fine, moved)
    inner = _share(page.sums, _shrunk(moved, np.asarray((1 - INNER_PART) / 2 * sizes, np.float64)))
    return TickScores(
        inner=inner,
        whole=_share(page.sums, _shrunk(moved, _OUTLINE_MM * FINE)),
        outline=(found_x + found_y) / 2,
        shift=shift,
        strokes=strokes,
        far=_far(page.fine, moved, strokes),
        span=_span(page.sums, moved),
        pale=_pale(page, moved, inner),
    )


def inner_parts(edges: Floats, shift: Ints) -> Ints:
    """The inner parts of boxes where their outlines were found."""
    return _shrunk(edges + np.tile(shift, 2), (1 - INNER_PART) / 2 * (edges[:, 2:] - edges[:, :2]))


def _profiles(sums: NDArray[np.int32], edges: Floats, axis: int) -> Floats:
    """For each box the share of ink in each line of pixels along `axis`: 0 for columns, 1 for rows.

    The lines reach from `SEARCH_PX` + 2 before the box to as far behind it, and leave out the box's other two edges.
    """
    reach = SEARCH_PX + 2
    sizes = np.round(edges[:, 2:] - edges[:, :2]).astype(np.int64)
    count = int(sizes[:, axis].max()) + 2 * reach + 1
    start = np.round(edges[:, axis]).astype(np.int64) - reach
    lines = np.clip(start[:, None] + np.arange(count + 1)[None, :], 0, sums.shape[1 - axis] - 1)
    low = np.clip(np.round(edges[:, 1 - axis]).astype(np.int64) + 2, 0, sums.shape[axis] - 1)[:, None]
    high = np.clip(np.round(edges[:, 3 - axis]).astype(np.int64) - 2, 0, sums.shape[axis] - 1)[:, None]
    running = (sums[high, lines] - sums[low, lines]) if axis == 0 else (sums[lines, high] - sums[lines, low])
    return np.asarray(np.diff(running, axis=1) / np.maximum(high - low, 1), dtype=np.float64)


def _best_shift(profiles: Floats, sizes: Ints, edges: Floats) -> tuple[Ints, Floats]:
    """The shift of each box at which both of its edges are darkest, and the share of the two edges that is there."""
    # An edge is a pixel and a half wide: the darker of two neighbouring lines is it.
    line = np.maximum(profiles[:, :-1], profiles[:, 1:])
    shifts = np.arange(-SEARCH_PX, SEARCH_PX + 1)
    first = SEARCH_PX + 1 + shifts
    near = line[:, first]
    far = np.take_along_axis(line, first[None, :] + sizes[:, None], axis=1)
    # Both edges must be there: a stroke makes one of them, hardly two at the right distance.
    fit = np.minimum(near, far) + 0.2 * (near + far)
    alone = shifts[np.argmax(fit - 0.01 * np.abs(shifts), axis=1)]
    together = _agreed(alone, fit.max(axis=1), edges)
    allowed = np.abs(shifts[None, :] - together[:, None]) <= APART_PX
    best = np.argmax(np.where(allowed, fit, -1.0) - 0.01 * np.abs(shifts[None, :] - together[:, None]), axis=1)
    rows = np.arange(len(profiles))
    return shifts[best].astype(np.int64), (near[rows, best] + far[rows, best]) / 2


def _agreed(alone: Ints, fit: Floats, edges: Floats) -> Ints:
    """For each box the middle shift of its neighbours with well-seen outlines."""
    count = min(NEIGHBOURS, len(edges))
    middle = (edges[:, :2] + edges[:, 2:]) / 2
    apart = ((middle[:, None, :] - middle[None, :, :]) ** 2).sum(axis=2)
    apart += np.where(fit < 0.7, 1e9, 0.0)[None, :]
    nearest = np.argpartition(apart, count - 1, axis=1)[:, :count]
    return np.asarray(np.median(alone[nearest], axis=1).round(), dtype=np.int64)


def _shrunk(edges: Floats, by: Floats | float) -> Ints:
    by = np.broadcast_to(np.asarray(by, dtype=np.float64), (len(edges), 2))
    return np.round(np.concatenate([edges[:, :2] + by, edges[:, 2:] - by], axis=1)).astype(np.int64)


def _share(sums: NDArray[np.int32], edges: Ints) -> Floats:
    area = np.maximum((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1]), 1)
    return np.asarray(np.clip(rect_sums(sums, edges) / area, 0.0, 1.0), dtype=np.float64)


def _span(sums: NDArray[np.int32], edges: Floats) -> Floats:
    """From the first to the last column, and row, with ink in each box's inner part, as shares of it."""
    inner = _shrunk(edges, (1 - INNER_PART) / 2 * (edges[:, 2:] - edges[:, :2]))
    spans = []
    for axis in (0, 1):
        count = int((inner[:, 2 + axis] - inner[:, axis]).min())
        lines = np.clip(inner[:, axis : axis + 1] + np.arange(count + 1), 0, sums.shape[1 - axis] - 1)
        low = np.clip(inner[:, 1 - axis : 2 - axis], 0, sums.shape[axis] - 1)
        high = np.clip(inner[:, 3 - axis : 4 - axis], 0, sums.shape[axis] - 1)
        running = (sums[high, lines] - sums[low, lines]) if axis == 0 else (sums[lines, high] - sums[lines, low])
        dark = np.diff(running, axis=1) > 0
        first, last = dark.argmax(axis=1), count - dark[:, ::-1].argmax(axis=1)
        spans.append(np.where(dark.any(axis=1), (last - first) / max(count, 1), 0.0))
    return np.stack(spans, axis=1)


def _leaving(fine: GreyImage, edges: Floats, off_mm: float = STROKE_LINE_MM, room_mm: float = 0.0) -> Ints:
    """How many strokes cross a line just outside each side of each box: left, top, right, bottom.

    The lines are `off_mm` outside and longer than the sides by `room_mm` at both ends.
    """
    off, room = round(off_mm * FINE), round(room_mm * FINE)
    box = np.round(edges).astype(np.int64)
    count = int((box[:, 2:] - box[:, :2]).max()) + 1 + 2 * room
    along = np.arange(count) - room
    rows, columns = fine.shape
    x = np.clip(box[:, :1] + along, 0, columns - 1)
    y = np.clip(box[:, 1:2] + along, 0, rows - 1)
    left, right = np.clip(box[:, :1] - off, 0, columns - 1), np.clip(box[:, 2:3] + off, 0, columns - 1)
    top, bottom = np.clip(box[:, 1:2] - off, 0, rows - 1), np.clip(box[:, 3:] + off, 0, rows - 1)
    lines = np.stack([fine[y, left], fine[top, x], fine[y, right], fine[bottom, x]], axis=1).astype(np.int8)
    # A line that is dark all along is a printed one, or the edge of a stain: no stroke crosses it.
    full = lines.mean(axis=2) > 0.8
    begun = (np.diff(lines, axis=2, prepend=0) > 0).sum(axis=2)
    return np.asarray(np.where(full, 0, begun), dtype=np.int64)


def _far(fine: GreyImage, edges: Floats, strokes: Ints) -> Ints:
    """On how many of the sides that strokes leave by they, or others, are still there further out."""
    found = np.zeros(len(edges), np.int64)
    leaving = np.flatnonzero((strokes > 0).sum(axis=1) >= 2)
    if len(leaving):
        out = _leaving(fine, edges[leaving], FAR_MM, FAR_ROOM_MM)
        found[leaving] = ((out > 0) & (strokes[leaving] > 0)).sum(axis=1)
    return found


def surroundings(page: InkPage, where: PageMap, inner: Floats) -> Floats:
    """The share of ink around each tick box of a page, where there is no print.

    `inner` is the share of ink in each box: what reaches an empty box from the mark of another belongs to that one.
    """
    ink = page.ink & where.rings_free
    found = rect_sums(running_sums(ink), where.rings).astype(np.float64)
    marked = np.flatnonzero(inner >= LEAST_MARK)
    for number in np.flatnonzero((found >= LEAST_AROUND * where.ring_px) & (inner < LEAST_MARK)):
        found[number] -= _of_others(ink, where, int(number), marked)
    for number in np.flatnonzero(inner < LEAST_AROUND):
        found[number] += mark_in_field(page, where, where.ticks[number])
    return np.asarray(np.clip(found / np.maximum(where.ring_px, 1), 0.0, 1.0), dtype=np.float64)


def _of_others(ink: NDArray[np.bool_], where: PageMap, number: int, marked: Ints) -> int:
    """Of the ink around an empty box, in pixels, what hangs together with the mark in another box near it."""
    left, top, right, bottom = np.maximum(where.rings[number], 0)
    high, low = max(top - NEAR_PX, 0), max(left - NEAR_PX, 0)
    window = ink[high : bottom + NEAR_PX, low : right + NEAR_PX]
    others = np.round(where.ticks[marked] / (FINE / COARSE)).astype(np.int64) - (low, high, low, high)
    rows, columns = window.shape
    near = (others[:, 2] > 0) & (others[:, 3] > 0) & (others[:, 0] < columns) & (others[:, 1] < rows)
    if not near.any():
        return 0
    _, blobs = cv2.connectedComponents(np.ascontiguousarray(window).view(np.uint8), connectivity=8)
    own = blobs[top - high : bottom - high, left - low : right - low]
    leaving: set[int] = set()
    for x0, y0, x1, y1 in others[near]:
        beside = blobs[max(y0 - LEAVING_PX, 0) : y1 + LEAVING_PX, max(x0 - LEAVING_PX, 0) : x1 + LEAVING_PX]
        leaving |= set(np.unique(beside).tolist())
    return int(np.isin(own, sorted(leaving - {0})).sum())


def _pale(page: InkPage, edges: Floats, ink: Floats) -> Floats:
    """The share of pale and full ink in the innermost part of each box.

    Where all around a box is as dark, what lies there is a shadow, a fold or a stain: what is pale is then measured
    against the box's own surroundings, in which a stroke still stands out. `ink` is the share of ink in each box.
    """
    coarse = edges / (FINE / COARSE)
    by = (1 - PALE_INNER_PART) / 2
    shares = _share(page.pale_sums, _shrunk(coarse, by * (coarse[:, 2:] - coarse[:, :2])))
    around, inner = _shrunk(edges, -SHADOW_MM * FINE), _shrunk(edges, by * (edges[:, 2:] - edges[:, :2]))
    for number in np.flatnonzero((shares >= LEAST_PALE) & (ink < LEAST_MARK)):
        (left, top, right, bottom), (x0, y0, x1, y1) = np.maximum(around[number], 0), inner[number]
        paper = float(np.median(page.grey[top:bottom, left:right])) if right > left and bottom > top else 0.0
        part = page.grey[y0:y1, x0:x1]
        if part.size:
            shares[number] = min(float((part < page.pale_share * paper).mean()), float(shares[number]))
    return shares

"""Where to look on an upright page: a layout's fields and print as pixel indices, worked out once and kept.

A page is looked at on a raster of 6 pixels a millimetre, its writing on one of 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from downtime.page.layout import Box, FieldBox, Layout

FINE = 6
COARSE = 3
TICKS = ("option", "checkbox")
# Room that is left round print: printers and scanners draw lines thicker, and paper gives a little.
PRINT_ROOM_MM = 0.45
TICK_ROOM_MM = 0.6
# How far around a box a mark may reach that was meant for it: gaps between boxes are 2 mm at least.
RING_MM = 1.6
# Words stand at the right of a box; whoever misses it makes the mark at its left.
RING_LEFT_MM = 4.5
# Writing strays: what is so near to a field belongs to it.
FIELD_ROOM_MM = 2.0
WRITING_ROOM_MM = 0.8
CODE_ROOM_MM = 2.6
# Print is expected, and missed, in cells of so many millimetres.
CELL_MM = 10
WORDS_MM = 1.5
# The edge of the paper shows in many scans, and a fax has a line of its own there.
EDGE_MM = 3.0
# Staples, their shadows and creases; forms have nothing there that stands only once.
STAPLE_MM = 24.0

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PageMap:
    """One page of a layout on the rasters: tick boxes as fine pixels, write-in fields and loose places as coarse masks.

    `ticks` and `references` are the boxes' left, top, right, bottom edges (n × 4, fine pixels, not rounded). `field_at`
    is the number of the write-in field at each coarse pixel, 0 for none; `field_px` how many pixels each has that are
    free of print. `rings`, `rings_free` and `ring_px` are the surroundings of the boxes: outer edges in coarse pixels,
    where there is neither print nor a field near, and how many such pixels each has. `free` is where the form has no
    print, `wanted` the part of it that is looked at: fields and loose places, the latter (`loose`) where there is
    neither print nor any field near. `print_pieces` is print in pieces of a cell at most, `piece_cells` the row and
    column of the cell that each lies in.
    """

    width: int
    height: int
    tick_ids: tuple[str, ...]
    ticks: NDArray[np.float64]
    references: NDArray[np.float64]
    areas: tuple[FieldBox, ...]
    rings: Ints
    rings_free: Mask
    ring_px: Ints
    field_at: NDArray[np.int16]
    field_px: Ints
    free: Mask
    loose: Mask
    wanted: Mask
    print_pieces: Ints
    piece_cells: Ints

    @property
    def coarse_shape(self) -> tuple[int, int]:
        """Rows and columns of the coarse raster."""
        return self.free.shape[0], self.free.shape[1]


@dataclass(frozen=True, slots=True)
class PageKey:
    """Names a page by its layout's id and its place in it, so that no layout need be compared field by field."""

    layout_id: str
    index: int
    layout: Layout = field(compare=False, repr=False)


@lru_cache(maxsize=256)
def page_map(key: PageKey) -> PageMap:
    """The map of one page of a layout; the same page is worked out once a process."""
    page = key.layout.pages[key.index]
    # Whole cells of 8 pixels: scaling by whole numbers is what is fast.
    width, height = (-(-round(mm * FINE) // 8) * 8 for mm in (key.layout.width_mm, key.layout.height_mm))
    shape = height * COARSE // FINE, width * COARSE // FINE
    ticks = [place for place in page.fields if place.kind in TICKS]
    areas = tuple(place for place in page.fields if place.kind not in TICKS)
    printed = np.zeros(shape, bool)
    _paint(printed, page.static_ink, PRINT_ROOM_MM)
    _paint(printed, (tick.at for tick in ticks), TICK_ROOM_MM)
    field_at = np.zeros(shape, np.int16)
    for number, area in enumerate(areas, start=1):
        field_at[_slices(area.at, 0.0)] = number
    field_at[printed] = 0
    taken = printed.copy()
    _paint(taken, (place.at for place in page.fields), FIELD_ROOM_MM)
    _paint(taken, (*page.changing_ink, *page.site_codes, *page.references, *page.labels), 1.0)
    _paint(taken, (*page.marks, *page.codes), CODE_ROOM_MM)
    edge = round(EDGE_MM * COARSE)
    inside = np.zeros(shape, bool)
    inside[edge:-edge, edge:-edge] = True
    inside[: round(STAPLE_MM * COARSE), : round(STAPLE_MM * COARSE)] = False
    loose = ~taken & inside
    # Words only: hairlines are grey, and many a scan or copy loses them all.
    pieces, cells = _pieces((at for at in page.static_ink if min(at[2:]) >= WORDS_MM), shape)
    edges_mm = _edges_mm(tick.at for tick in ticks)
    room = np.array([-RING_LEFT_MM, -RING_MM, RING_MM, RING_MM])
    # Writing in a field beside a box reaches over the field's edge; it is no mark that missed the box.
    rings_free = ~printed
    _paint(rings_free, (area.at for area in areas), WRITING_ROOM_MM, False)
    rings = np.round((edges_mm + room) * COARSE).astype(np.int64)
    return PageMap(
        width=width,
        height=height,
        tick_ids=tuple(tick.id for tick in ticks),
        ticks=edges_mm * FINE,
        references=_edges_mm(page.references) * FINE,
        areas=areas,
        rings=rings,
        rings_free=rings_free,
        ring_px=rect_sums(running_sums(rings_free), rings),
        field_at=field_at,
        field_px=np.bincount(field_at.ravel(), minlength=len(areas) + 1),
        free=~printed,
        loose=loose,
        wanted=loose | (field_at > 0),
        print_pieces=pieces,
        piece_cells=cells,
    )


def running_sums(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The sums of all pixels above and to the left, with a row and a column of zeros before."""
    return np.asarray(cv2.integral(mask.view(np.uint8)), np.int32)


def rect_sums(sums: NDArray[np.int32], edges: Ints) -> Ints:
    """The sum in n rectangles (left, top, right, bottom in pixels), from running sums."""
    high, wide = sums.shape[0] - 1, sums.shape[1] - 1
    left, top, right, bottom = np.minimum(np.maximum(edges, 0), (wide, high, wide, high)).T
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return np.asarray(total, dtype=np.int64)


def _edges_mm(boxes: Iterable[Box]) -> NDArray[np.float64]:
    """Left, top, right and bottom of boxes."""
    return np.array([(x, y, x + w, y + h) for x, y, w, h in boxes], dtype=np.float64).reshape(-1, 4)


def _slices(box: Box, room_mm: float) -> tuple[slice, slice]:
    x, y, w, h = box
    left, top = round((x - room_mm) * COARSE), round((y - room_mm) * COARSE)
    right, bottom = round((x + w + room_mm) * COARSE), round((y + h + room_mm) * COARSE)
    return slice(max(top, 0), max(bottom, 0)), slice(max(left, 0), max(right, 0))


def _paint(mask: Mask, boxes: Iterable[Box], room_mm: float, value: bool = True) -> None:
    for box in boxes:
        mask[_slices(box, room_mm)] = value


def _pieces(boxes: Iterable[Box], shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """Print cut at the borders of cells: left, top, right, bottom in coarse pixels, and each piece's row and column."""
    side = CELL_MM * COARSE
    pieces, cells = [], []
    for x, y, w, h in boxes:
        left, top = min(max(int(x * COARSE), 0), shape[1] - 1), min(max(int(y * COARSE), 0), shape[0] - 1)
        right, bottom = min(int((x + w) * COARSE) + 1, shape[1]), min(int((y + h) * COARSE) + 1, shape[0])
        for row in range(top // side, (bottom - 1) // side + 1):
            for column in range(left // side, (right - 1) // side + 1):
                piece = (
                    max(left, column * side), max(top, row * side),
                    min(right, (column + 1) * side), min(bottom, (row + 1) * side),
                )  # fmt: skip
                # The end of a line that reaches a pixel into the next cell proves nothing.
                if max(piece[2] - piece[0], piece[3] - piece[1]) >= COARSE:
                    pieces.append(piece)
                    cells.append((row, column))
    return np.array(pieces, dtype=np.int64).reshape(-1, 4), np.array(cells, dtype=np.int64).reshape(-1, 2)

"""Corner marks: the bits are OpenCV's, and what is drawn from them is found where it was put."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from downtime.page.geometry import PT_PER_MM, pdf_xy
from downtime.page.marks import MARK_BITS, MARK_CELLS, REFERENCE_STATES, MarkCorner, mark_rects

DICTIONARY = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
PAGE_MM = (215.9, 279.4)
SIZE_MM = 10.0
PLACES_MM = {
    MarkCorner.TOP_LEFT: (9.0, 9.0),
    MarkCorner.TOP_RIGHT: (196.9, 9.0),
    MarkCorner.BOTTOM_RIGHT: (196.9, 260.4),
    MarkCorner.BOTTOM_LEFT: (9.0, 260.4),
}


def cells(mark: int) -> np.ndarray:
    return np.array([[bit == "1" for bit in row] for row in MARK_BITS[mark]])


@pytest.mark.parametrize("mark", list(MARK_BITS))
def test_bits_are_opencvs(mark: int) -> None:
    drawn = cv2.aruco.generateImageMarker(DICTIONARY, mark, MARK_CELLS) < 128
    assert np.array_equal(cells(mark), drawn)


@pytest.mark.parametrize("mark", list(MARK_BITS))
def test_rectangles_draw_the_bits_without_seams(mark: int) -> None:
    black, whites = mark_rects(mark, 0, 0, MARK_CELLS)
    assert black == (0, 0, MARK_CELLS, MARK_CELLS)
    # Ten pixels a cell: a seam between cells would show as well.
    image = np.ones((60, 60), bool)
    shared = np.zeros((59, 60), bool), np.zeros((60, 59), bool)
    for x, y, w, h in whites:
        top, bottom, left, right = (round(10 * edge) for edge in (y, y + h, x, x + w))
        image[top:bottom, left:right] = False
        shared[0][top : bottom - 1, left:right] = True
        shared[1][top:bottom, left : right - 1] = True
    assert np.array_equal(image, np.kron(cells(mark), np.ones((10, 10))).astype(bool))
    # Any two white pixels that touch lie together in one rectangle.
    assert (shared[0] | image[:-1] | image[1:]).all()
    assert (shared[1] | image[:, :-1] | image[:, 1:]).all()


def test_rectangles_are_where_and_as_large_as_asked() -> None:
    (x, y, w, h), whites = mark_rects(2, 12.5, 30.0, 9.0)
    assert (x, y, w, h) == (12.5, 30.0, 9.0, 9.0)
    for white_x, white_y, white_w, white_h in whites:
        # The border stays: one cell of 1.5 mm on every side.
        assert white_x >= 14.0 and white_y >= 31.5
        assert white_x + white_w <= 20.0 + 1e-9 and white_y + white_h <= 37.5 + 1e-9


def rendered(dpi: int) -> np.ndarray:
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(PAGE_MM[0] * PT_PER_MM, PAGE_MM[1] * PT_PER_MM))
    for corner, (x_mm, y_mm) in PLACES_MM.items():
        black, whites = mark_rects(corner, x_mm, y_mm, SIZE_MM)
        for grey, (x, y, w, h) in [(0, black), *((1, white) for white in whites)]:
            left, bottom = pdf_xy(x, y + h, PAGE_MM[1])
            canvas.setFillGray(grey)
            canvas.rect(left, bottom, w * PT_PER_MM, h * PT_PER_MM, stroke=0, fill=1)
    canvas.save()
    document = pypdfium2.PdfDocument(page.getvalue())
    try:
        return document[0].render(scale=dpi / 72, grayscale=True).to_numpy().copy()
    finally:
        document.close()


@pytest.mark.parametrize("dpi", [100, 150, 200, 300])
def test_rendered_marks_are_found_in_their_corners(dpi: int) -> None:
    found, ids, _ = cv2.aruco.ArucoDetector(DICTIONARY).detectMarkers(rendered(dpi))
    assert sorted(int(mark) for mark in ids.ravel()) == [0, 1, 2, 3]
    for mark, corners in zip(ids.ravel(), found, strict=True):
        top_left_mm = corners[0][0] / dpi * 25.4  # the first corner is the mark's own top-left
        assert np.abs(top_left_mm - PLACES_MM[MarkCorner(int(mark))]).max() < 0.4


def test_reference_states() -> None:
    assert REFERENCE_STATES == ("empty", "crossed", "filled", "pale")

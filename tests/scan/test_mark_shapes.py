"""Marks as people make them on one printed page: what each is read as, and that more ink never makes a mark vanish."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest
import qrcode
from example_packets import ExamplePacket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page_images import Image, open_pdf, rendered

from downtime.page.layout import FieldBox
from downtime.page.states import PageReason
from downtime.page.typed_code import parse_kit
from downtime.scan.decide import decide
from downtime.scan.identify import identify
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, Mark, PageReading, PageSource
from downtime.scan.picture import working_copy
from downtime.scan.read_codes import CodesSeen, whole_page
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds

DPI = 200
PX_MM = DPI / 25.4
FORM = "ord-general"
Stroke = Sequence[tuple[float, float]]
TICK: list[Stroke] = [[(0.15, 0.5), (0.4, 0.85), (1.0, 0.0)]]
CROSS: list[Stroke] = [[(0.1, 0.1), (0.9, 0.9)], [(0.9, 0.1), (0.1, 0.9)]]
STRUCK: list[Stroke] = [[(-0.45, y), (1.5, y + 0.03)] for y in (0.28, 0.5, 0.72)]
SCRIBBLE: list[Stroke] = [[(0.1 + 0.8 * (n % 2), 0.05 + 0.06 * n) for n in range(16)]]


class Page:
    """The first page of a form with tick boxes, to be written on."""

    def __init__(self, icu: ExamplePacket) -> None:
        found = next(page for page in icu.distinct_pages() if page.sheet.form == FORM)
        self.number, self.places = found.number, found.places
        self.kit = parse_kit(icu.manifest.kit)
        self.known = KnownPages.of([icu.manifest], icu.manifest.facility.id)
        self.boxes = [field for field in found.places.fields if field.kind == "checkbox"]
        with open_pdf(icu.path) as document:
            self.image = rendered(document[found.number - 1], DPI)

    def read(self, image: Image) -> PageReading:
        return read_page(IncomingPage(PageSource(file="a", sha256="0" * 64, index=0), image, DPI), self.known)

    def marks(self, image: Image) -> dict[str, Mark]:
        return decide(self.read(image), self.places, Thresholds()).marks


@cache
def _page(icu: ExamplePacket) -> Page:
    return Page(icu)


@pytest.fixture
def page(icu: ExamplePacket) -> Page:
    return _page(icu)


def drawn(image: Image, box: FieldBox, strokes: Sequence[Stroke], wide_mm: float = 0.5) -> Image:
    """The strokes, in parts of the box, on a copy of the page."""
    x, y, w, h = box.at
    out = image.copy()
    for stroke in strokes:
        points = [((x + across * w) * PX_MM * 8, (y + down * h) * PX_MM * 8) for across, down in stroke]
        line = np.round(points).astype(np.int32)
        cv2.polylines(out, [line], False, 50, max(round(wide_mm * PX_MM), 1), cv2.LINE_AA, 3)
    return out


@pytest.mark.parametrize(
    ("strokes", "wide_mm", "expected"),
    [
        (TICK, 0.4, {Mark.MARKED}),
        (TICK, 0.9, {Mark.MARKED}),
        (CROSS, 0.3, {Mark.MARKED}),
        (CROSS, 0.9, {Mark.MARKED}),
        ([[(0.1, 0.5), (0.9, 0.5)]], 0.5, {Mark.MARKED}),
        ([*TICK, *STRUCK], 0.5, {Mark.UNSURE}),
        ([*CROSS, *STRUCK], 0.5, {Mark.UNSURE}),
        ([*TICK, *SCRIBBLE], 0.5, {Mark.UNSURE}),
        (SCRIBBLE, 0.7, {Mark.UNSURE}),
        # A slip over a corner, a line over the page, a cross that missed the box.
        ([[(-0.3, -0.3), (0.15, 0.15), (0.2, 0.4)]], 0.5, {Mark.BLANK, Mark.UNSURE}),
        ([[(-3.0, -1.0), (4.0, 2.0)]], 0.4, {Mark.UNSURE}),
        ([[(x - 1.1, y) for x, y in stroke] for stroke in CROSS], 0.5, {Mark.UNSURE}),
    ],
    ids=[
        "tick", "thick tick", "thin cross", "thick cross", "dash", "tick struck out", "cross struck out",
        "tick blacked out", "black among none", "slip", "line over the page", "cross beside",
    ],
)  # fmt: skip
def test_a_mark_is_read_as_what_it_is(page: Page, strokes: list[Stroke], wide_mm: float, expected: set[Mark]) -> None:
    box = page.boxes[2]
    marks = page.marks(drawn(page.image, box, strokes, wide_mm))
    assert marks[box.id] in expected
    assert {mark for name, mark in marks.items() if name != box.id} <= {Mark.BLANK, Mark.UNSURE}


def test_black_boxes_are_marks_where_all_are_black_and_in_doubt_among_crosses(page: Page) -> None:
    first, second, third = page.boxes[1:4]
    filled = drawn(drawn(page.image, first, SCRIBBLE, 0.7), second, SCRIBBLE, 0.7)
    marks = page.marks(filled)
    assert marks[first.id] is marks[second.id] is Mark.MARKED
    crossed = drawn(drawn(page.image, first, CROSS), second, CROSS)
    marks = page.marks(drawn(crossed, third, SCRIBBLE, 0.7))
    assert (marks[first.id], marks[third.id]) == (Mark.MARKED, Mark.UNSURE)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_more_ink_never_makes_a_mark_vanish(page: Page, data: st.DataObject) -> None:
    """A box that is marked or in doubt does not read as blank with a further stroke, whatever the strokes are."""
    points = st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
    strokes = data.draw(st.lists(st.lists(points, min_size=2, max_size=4), min_size=2, max_size=5))
    wide_mm = data.draw(st.floats(0.3, 0.9))
    box = page.boxes[2]
    fewer, more = (page.marks(drawn(page.image, box, part, wide_mm))[box.id] for part in (strokes[:-1], strokes))
    assert fewer is Mark.BLANK or more is not Mark.BLANK


def test_codes_that_others_stick_on_the_page_do_not_change_what_page_it_is(page: Page) -> None:
    image = page.image.copy()
    for number, text in enumerate(("PT4711", "https://example.org/a", "DT1:NOTACODE", "12345678901234567890")):
        code = np.where(np.array(_code(text)), 0, 255)
        side = round(18 * PX_MM)
        tile = cv2.resize(code.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST)
        y, x = round((70 + 45 * number) * PX_MM), round((30 + 30 * number) * PX_MM)
        image[y : y + side, x : x + side] = tile
    reading = page.read(image)
    assert reading.identity is not None and reading.failure is None
    assert (parse_kit(reading.identity.kit), reading.identity.page) == (page.kit, page.number)
    # Nor where the whole page has to be searched.
    seen = CodesSeen(tuple(whole_page(working_copy(image))), False)
    found = identify(seen, page.known)
    assert len(seen.codes) > 2
    assert found.identity is not None and found.issued is not None
    assert (parse_kit(found.identity.kit), found.identity.page) == (page.kit, page.number)


def _code(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make()
    return [[bool(module) for module in row] for row in code.get_matrix()]


def test_nothing_on_a_page_that_is_too_poor_is_sure(page: Page) -> None:
    """A mark is seen there, but not what strikes it out."""
    image = drawn(page.image, page.boxes[2], CROSS)
    faded = (255 - (255 - image.astype(np.float64)) * 0.2).astype(np.uint8)
    reading = page.read(faded)
    verdict = decide(reading, page.places, Thresholds())
    assert PageReason.LOW_QUALITY in verdict.reasons
    assert set(verdict.marks.values()) == {Mark.UNSURE}

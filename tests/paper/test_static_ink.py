"""The layout record tells a reader all that is printed: no print is left over that could be taken for handwriting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from example_packets import ExamplePacket, PrintedPage
from page_images import Image, code_cut, open_pdf, rendered

from downtime.page.geometry import Rect
from downtime.page.layout import PageLayout, choice_of
from downtime.paper.static_ink import words_asked

DPI = 100
MM = DPI / 25.4
ROOM_MM = 0.4
DARK = 150


@pytest.fixture(scope="module")
def pages(example_packets: Sequence[ExamplePacket]) -> list[tuple[ExamplePacket, PrintedPage]]:
    """Every page of every form of the two examples, Letter and A4, once."""
    return [
        (packet, page)
        for packet in example_packets
        if packet.name in ("riverside-icu", "hillview-consulting")
        for page in packet.distinct_pages()
        if page.places.fields
    ]


def known_print(places: PageLayout) -> list[Rect]:
    """Where the record says that a page is printed."""
    ticks = [field.rect for field in places.fields if field.kind in ("option", "checkbox")]
    rects = [Rect(*at) for at in (*places.static_ink, *places.changing_ink, *places.site_codes, *places.marks)]
    return [*rects, *ticks, *(code_cut(code) for code in places.codes), *(Rect(*at) for at in places.references)]


def dark_left(image: Image, known: list[Rect]) -> Image:
    dark = image < DARK
    for rect in known:
        room = rect.inset(-ROOM_MM)
        top, bottom = int(np.floor(room.y * MM)), int(np.ceil(room.bottom * MM))
        left, right = int(np.floor(room.x * MM)), int(np.ceil(room.right * MM))
        dark[max(top, 0) : bottom, max(left, 0) : right] = False
    return dark


def test_nothing_is_printed_that_the_layout_does_not_tell(pages: list[tuple[ExamplePacket, PrintedPage]]) -> None:
    faults = []
    for packet, page in pages:
        with open_pdf(packet.path) as document:
            left = dark_left(rendered(document[page.number - 1], DPI), known_print(page.places))
        # The numbers that the log of downtime numbers has in its fields are values, not the form.
        for field in page.places.fields:
            if page.sheet.form == "reg-downtime-number-log" and field.kind in ("text", "print"):
                at = field.rect
                left[int(at.y * MM) : int(at.bottom * MM) + 1, int(at.x * MM) : int(at.right * MM) + 1] = False
        if left.any():
            y, x = (axis[0] / MM for axis in np.nonzero(left))
            faults.append(f"{packet.name} page {page.number}: print at {x:.1f}, {y:.1f} mm is in no record")
    assert not faults, "\n".join(faults)


def test_what_is_told_is_printed(pages: list[tuple[ExamplePacket, PrintedPage]]) -> None:
    """A place that is called print and is none would hide what somebody writes there."""
    for packet, page in pages:
        with open_pdf(packet.path) as document:
            image = rendered(document[page.number - 1], DPI)
        for at in page.places.static_ink:
            x, y, w, h = (side * MM for side in at)
            part = image[max(int(y) - 1, 0) : int(y + h) + 2, max(int(x) - 1, 0) : int(x + w) + 2]
            assert part.min() < 200, f"{packet.name} page {page.number}: nothing is printed at {at}"


def test_choices_of_several_and_boxes_that_ask_for_words(icu: ExamplePacket) -> None:
    by_form = {page.sheet.form: page.places for page in icu.distinct_pages() if page.index == 0}
    assert set(by_form["ord-lab-req"].multiple) == {"reentry", "sample_notes", "tests"}
    assert "reentry" in by_form["mar-prn"].multiple and "allergies" not in by_form["mar-prn"].multiple
    assert ("allergies#listed", "allergies.text") in by_form["mar-prn"].asks
    assert ("priority#timed-at", "priority.timed-at.text") in by_form["ord-lab-req"].asks


def test_the_option_of_an_id_is_left_out_and_its_page_kept() -> None:
    assert choice_of("dose.2.route#iv@2") == "dose.2.route@2"
    assert choice_of("reentry#entered") == "reentry"
    assert words_asked(()) == ()

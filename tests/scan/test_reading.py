"""Pages as printed, read back: each is the page that it is, turned or not, and nothing is read into empty fields."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from example_packets import ExamplePacket, PrintedPage
from page_images import Image, open_pdf, rendered

from downtime.page.states import PageReason, PageState
from downtime.page.typed_code import parse_kit
from downtime.scan.decide import decide
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, Mark, PageReading, PageSource
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds

SOURCE = PageSource(file="scan.pdf", sha256="0" * 64, index=0)
DPI = 200


@pytest.fixture(scope="module")
def known(icu: ExamplePacket) -> KnownPages:
    return KnownPages.of([icu.manifest], icu.manifest.facility.id)


@pytest.fixture(scope="module")
def images(icu: ExamplePacket) -> list[tuple[PrintedPage, Image]]:
    """Every fifth page, of one form after the other, at 200 dots an inch; the log of numbers has values in it."""
    pages = [page for page in icu.distinct_pages() if page.places.fields and not page.sheet.form.endswith("-log")]
    with open_pdf(icu.path) as document:
        return [(page, rendered(document[page.number - 1], DPI)) for page in pages[::5]]


def read(image: Image, known: KnownPages) -> PageReading:
    return read_page(IncomingPage(SOURCE, image, DPI), known)


@pytest.mark.parametrize("turn", [None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_an_empty_form_reads_as_what_it_is(
    icu: ExamplePacket, images: list[tuple[PrintedPage, Image]], known: KnownPages, turn: int | None
) -> None:
    for page, image in images:
        reading = read(image if turn is None else np.asarray(cv2.rotate(image, turn), np.uint8), known)
        assert reading.failure is None and reading.identity is not None and reading.registration is not None
        assert (parse_kit(reading.identity.kit), reading.identity.page) == (parse_kit(icu.manifest.kit), page.number)
        assert reading.registration.residual_mm < 0.1
        verdict = decide(reading, page.places, Thresholds())
        # The examples are printed without a key.
        assert (verdict.state, verdict.reasons) == (PageState.NEEDS_REVIEW, (PageReason.UNSIGNED,))
        assert set(verdict.marks.values()) <= {Mark.BLANK} and not verdict.written and not verdict.unsure_fields

"""The truth lists every value that was printed, so that print, handwriting and empty fields can be told apart."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from drill_help import RIVERSIDE, drill_paper

from downtime.cli.app import run
from downtime.drill.paper import IssuedPage, IssuedPaper
from downtime.drill.pen import BOXES, Pen
from downtime.drill.profiles import PROFILES
from downtime.scan.decide import decide
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, Mark, PageReading, PageSource
from downtime.scan.reading import read_page
from downtime.scan.thresholds import Thresholds

DPI = 150
SOURCE = PageSource(file="scan.pdf", sha256="0" * 64, index=0)
# A figure alone, as a dose of 5 or a bed, is no less.
LEAST_PRINT_MM2 = 0.3


@cache
def known(paper: IssuedPaper) -> KnownPages:
    return KnownPages.of([paper.manifest], paper.manifest.facility.id)


def one_of_each_form(paper: IssuedPaper) -> Iterator[IssuedPage]:
    """The pages of the first copy of every form."""
    seen: set[str] = set()
    for sheet in paper.manifest.sheets:
        if sheet.form not in seen:
            seen.add(sheet.form)
            yield from (page for page in paper.sheet_pages(sheet) if page.places.fields)


def as_printed(paper: IssuedPaper, page: IssuedPage) -> PageReading:
    """A page as it left the printer, read."""
    reading = read_page(IncomingPage(SOURCE, np.asarray(paper.image(page.number, DPI)), DPI), known(paper))
    assert reading.failure is None, (page.sheet.form, reading.failure)
    return reading


def nobody_wrote(paper: IssuedPaper, page: IssuedPage) -> set[str]:
    """Reads a page that no pen touched, and finds nothing of a person's on it; returns the fields with print."""
    reading = as_printed(paper, page)
    verdict = decide(reading, page.places, Thresholds(), rehearsal=True)
    where = page.sheet.form, page.number
    assert not verdict.written and not verdict.unsure_fields, where
    marked = {name for name, mark in verdict.marks.items() if mark is not Mark.BLANK}
    assert all(page.sheet.printed_in(name) for name in marked), where
    told = {field.id for field in page.places.fields if page.sheet.printed_in(field.id)}
    for area in reading.areas:
        # A thin letter between two lines may leave little that is free of print; what holds much must be told.
        assert area.id in told or area.pale_mm2 < LEAST_PRINT_MM2, (*where, area)
    return told


def test_a_packets_print_is_told_and_never_taken_for_handwriting():
    paper = drill_paper()
    told = {field for page in one_of_each_form(paper) for field in nobody_wrote(paper, page)}
    assert {"first_number", "last_number", "site_code"} <= told
    assert {f"log.{row}.number" for row in range(1, 26)} <= told


def test_a_kits_print_is_told_and_never_taken_for_handwriting(tmp_path):
    census = RIVERSIDE / "census" / "icu.csv"
    assert run(["-q", "kit", str(RIVERSIDE), "-d", "icu", "--census", str(census), "--drill", "-o", str(tmp_path),
                "--made-at", "2026-11-18T0900"]) in (0, 1)  # fmt: skip
    paper = IssuedPaper.open(next(tmp_path.glob("*.pdf")))
    told = {field for page in one_of_each_form(paper) for field in nobody_wrote(paper, page)}
    assert {"patient.surname", "patient.mrn", "patient.birth_date", "allergies#listed"} <= told
    paper.close()


def test_the_pen_writes_where_nothing_is_printed_and_the_truth_says_which_is_which():
    paper = drill_paper()
    pen = Pen(paper, 5, PROFILES["tired"], dpi=75)
    for page in one_of_each_form(paper):
        truth = pen.write(page)[1]
        boxes = {field.id for field in page.places.fields if field.kind in BOXES}
        printed = {field.id for field in page.places.fields if page.sheet.printed_in(field.id)}
        assert set(truth.printed) == printed - boxes
        assert {box.field for box in truth.boxes} == boxes
        assert {box.field for box in truth.boxes if box.printed} == printed & boxes
        assert not set(truth.printed) & {one.field for one in truth.writings}


def test_words_that_go_with_an_option_are_written_too():
    """A line printed under a short field is no print in it."""
    paper = drill_paper()
    missing = {"type.ancillary-system.text", "outcome.died-at.text", "priority.timed-at.text"}
    pages = [page for page in one_of_each_form(paper) if missing & {field.id for field in page.places.fields}]
    for page in pages:
        for seed in range(20):
            wanted = missing & {field.id for field in page.places.fields}
            if wanted:
                pen = Pen(paper, seed, PROFILES["hostile"], dpi=75)
                missing -= {one.field for one in pen.write(page)[1].writings}
    assert not missing

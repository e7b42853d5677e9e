"""Every shipped form on Letter and on A4: what is printed can be written on, read back, and opened anywhere."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pytest
from example_packets import LIVE
from layout_rules import layout_faults
from page_images import fonts_not_embedded, open_pdf
from pypdf import PdfReader

from downtime.library.schema import FormSpec
from downtime.library.shelf import Shelf
from downtime.page.geometry import PAPER_MM, PT_PER_MM, PaperSize, page_mm
from downtime.page.layout import Layout
from downtime.paper.footer import draw_footer
from downtime.paper.frame import frame_for
from downtime.paper.header import Imprint
from downtime.paper.ink import Text
from downtime.paper.issuing import issued_form
from downtime.paper.sheet import PrintedForm
from downtime.paper.specimen import neutral_department, neutral_site, specimen_pdf
from downtime.paper.surroundings import surroundings

MADE_AT = datetime(2026, 11, 23, 9, 30)
PATIENT = ("patient.surname", "patient.given", "patient.birth_date", "patient.mrn")
ON_EVERY_FORM = pytest.mark.parametrize("form_id", Shelf().ids)
ON_BOTH_PAPERS = pytest.mark.parametrize("paper", list(PaperSize))


def printed(form_id: str, paper: PaperSize, imprint: Imprint = LIVE) -> tuple[FormSpec, PrintedForm]:
    """The form as it prints for nobody in particular, from files read anew."""
    library = Shelf().form(form_id)
    site, department = neutral_site(paper), neutral_department(library.spec)
    return issued_form(site, department, library, surroundings(site, department), imprint, paper)


def test_the_library_is_there() -> None:
    assert len(Shelf().ids) >= 21


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_a_form_fits_its_pages(form_id: str, paper: PaperSize) -> None:
    """Nothing is remarked while drawing, nothing lies over anything, and every place is large enough."""
    spec, form = printed(form_id, paper)
    assert form.notes == ()
    assert layout_faults(form.layout) == []
    assert form.layout.paper is paper and form.layout.form == form_id and form.layout.revision == spec.revision
    landscape = spec.paper.orientation == "landscape"
    assert (form.layout.width_mm, form.layout.height_mm) == page_mm(paper, landscape)
    if not spec.labels:
        assert all(len(page.marks) == 4 and len(page.references) == 4 for page in form.layout.pages)


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_every_page_says_whose_it_is_and_takes_a_label(form_id: str, paper: PaperSize) -> None:
    """A page that was torn from its sheet still has room for name, birth date and number, or for a label."""
    spec, form = printed(form_id, paper)
    if spec.scope.value != "patient" or spec.labels:
        return
    for number, page in enumerate(form.layout.pages, start=1):
        suffix = "" if number == 1 else f"@p{number}"
        ids = {place.id for place in page.fields}
        assert {name + suffix for name in (*PATIENT, "patient.label")} <= ids, number
        ((_, _, wide, high),) = page.labels
        assert wide >= 70 and high >= (28 if paper is PaperSize.LETTER else 38.1)


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_the_layout_does_not_depend_on_what_stands_round_the_form(form_id: str, paper: PaperSize) -> None:
    """Drill or live, approved or not, signed or not, any kit, time and names: one layout, or pages cannot be read."""
    layout = printed(form_id, paper)[1].layout
    others = [
        replace(LIVE, drill=True),
        replace(LIVE, approved=False, approval="Not approved: the form has no approver in approvals.yaml " * 3),
        replace(LIVE, signed=False, kit="7ZZZZ-ZZZZZ", made_at="01 JAN 2030 0000", expires=""),
        replace(LIVE, data_as_of="23 NOV 2026 0915", kind="Kit"),
        replace(LIVE, facility="W" * 200, department="W" * 200),
        LIVE,
    ]
    assert {printed(form_id, paper, imprint)[1].layout.id for imprint in others} == {layout.id}


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_the_layout_record_says_the_same_read_back(form_id: str, paper: PaperSize) -> None:
    layout = printed(form_id, paper)[1].layout
    assert Layout.model_validate_json(layout.canonical_json()) == layout
    assert Layout.model_validate_json(layout.canonical_json()).id == layout.id


@ON_EVERY_FORM
def test_both_papers_have_the_same_places(form_id: str) -> None:
    """What is keyed or exported must not depend on the printer's paper; the rows that fill a page may."""
    ids = [
        {place.id.split("@")[0] for page in printed(form_id, paper)[1].layout.pages for place in page.fields}
        for paper in PaperSize
    ]
    different = {name for name in ids[0] ^ ids[1] if not any(part.isdigit() for part in name.split("."))}
    assert different == set()


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_a_specimen_opens_everywhere(form_id: str, paper: PaperSize) -> None:
    """pypdf and PDFium open it, its pages have the paper's size, its fonts are inside."""
    pages, pdf = specimen_pdf(form_id, None, None, paper.value, MADE_AT)
    wide, high = (side * PT_PER_MM for side in PAPER_MM[paper])
    read = PdfReader(io.BytesIO(pdf), strict=True)
    document = open_pdf(pdf)
    assert len(read.pages) == len(document) == pages >= 1
    for number, page in enumerate(read.pages):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert sorted(size) == pytest.approx(sorted((wide, high)), abs=0.02)
        assert document.get_page_size(number) == pytest.approx(size, abs=0.02)
        assert form_id in document[number].get_textpage().get_text_bounded()
    assert fonts_not_embedded(pdf) == []


def test_a_font_that_is_not_embedded_would_be_found() -> None:
    """The walk over fonts is worth nothing if it passes reportlab's own Helvetica."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.beginForm("inner")
    canvas.setFont("Times-Roman", 12)
    canvas.drawString(72, 72, "not embedded")
    canvas.endForm()
    canvas.doForm("inner")
    canvas.save()
    assert any("Times-Roman" in name for name in fonts_not_embedded(out.getvalue()))


@ON_EVERY_FORM
@ON_BOTH_PAPERS
def test_every_page_can_be_voided_and_not_by_a_slip(form_id: str, paper: PaperSize) -> None:
    """The box that voids a page stands on each, as far from other boxes that a hurried tick does not reach it."""
    spec, form = printed(form_id, paper)
    if spec.labels:
        return
    for number, (page, sheet) in enumerate(zip(form.layout.pages, form.pages, strict=True), start=1):
        suffix = "" if number == 1 else f"@p{number}"
        (void,) = (place for place in page.fields if place.id == f"reentry#void{suffix}")
        assert void.kind == "option" and min(void.rect.w, void.rect.h) >= 4
        others = [place.rect for place in page.fields if place.kind in ("option", "checkbox") and place is not void]
        assert not any(void.rect.inset(-4).overlaps(other) for other in others)
        assert any(isinstance(ink, Text) and ink.text == "VOID" for ink in sheet.inks)


@ON_BOTH_PAPERS
@pytest.mark.parametrize("landscape", [False, True])
def test_a_barcode_of_the_site_leaves_room_to_write_in_the_strip(paper: PaperSize, landscape: bool) -> None:
    forms = [Shelf().form(name).spec for name in Shelf().ids if not Shelf().form(name).spec.labels]
    form = next(form for form in forms if (form.paper.orientation == "landscape") is landscape)
    frame = frame_for(form, paper, 0, ("header", "footer"))
    drawn = draw_footer(form, frame, LIVE, 1, 1)
    strip = [place for place in drawn.fields if place.id.startswith("reentry")]
    assert len(strip) == 7
    assert all(place.rect.bottom < frame.site_codes[1].y for place in strip)
    assert all(place.rect.h >= 4.2 for place in strip)


@ON_BOTH_PAPERS
@pytest.mark.parametrize("landscape", [False, True])
def test_the_approval_keeps_its_date(paper: PaperSize, landscape: bool) -> None:
    approval = "Approved: R. Castellano, PharmD, pharmacy manager, 09 NOV 2026; unit: G. Whitfield, RN, 16 NOV 2026"
    forms = [Shelf().form(name).spec for name in Shelf().ids if not Shelf().form(name).spec.labels]
    form = next(form for form in forms if (form.paper.orientation == "landscape") is landscape)
    drawn = draw_footer(form, frame_for(form, paper, 0), replace(LIVE, approval=approval), 1, 1)
    words = " ".join(ink.text for ink in drawn.inks if isinstance(ink, Text))
    assert approval in words

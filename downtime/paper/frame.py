"""The page frame: marks, page codes, reference boxes, binding edge, and the zones that header, body and footer take.

Measures, in millimetres: marks 10, at least 9 from the edge (design: four ArUco markers registered 379 of 380 simulated
scans); page codes 20 with a quiet zone of four modules (0.61 each); binding edge 19, other margins 10; nothing that
stands only once within 15 of the top-left corner, where the staple goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from downtime.library.schema import FormSpec, Scope
from downtime.page.geometry import PaperSize, Rect, page_mm
from downtime.page.marks import REFERENCE_STATES

CodePosition = Literal["header", "footer"]

MARK_MM = 10.0
MARK_EDGE_MM = 9.0
CODE_MM = 20.0
CODE_QUIET_MM = 2.6
MARGIN_MM = 10.0
BINDING_MM = 19.0
REFERENCE_MM = 4.2
HEADER_TOP_MM = MARK_EDGE_MM
FOOTER_MM = 24.0
SITE_CODE_MM = (50.0, 7.4)
LABEL_W_MM = 70.0
# A label area takes one label of the sheet that fits the paper: Avery 5160 is 25.4 mm high, L7160 is 38.1 mm.
LABEL_H_MM = {PaperSize.LETTER: 28.0, PaperSize.A4: 39.0}
UNIT_BODY_TOP_MM = 38.2


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything but the form itself lies on one page; all rectangles in mm from the top-left."""

    paper: PaperSize
    width_mm: float
    height_mm: float
    landscape: bool
    mirrored: bool
    body: Rect
    title: Rect
    patient: Rect | None
    label: Rect | None
    band: Rect | None
    footer: Rect
    codes: tuple[Rect, Rect]
    marks: tuple[Rect, ...]
    references: tuple[Rect, ...]
    site_codes: tuple[Rect, ...]
    code_text_beside: bool = False


def mark_places(width: float, height: float) -> tuple[Rect, Rect, Rect, Rect]:
    """The four marks, clockwise from the top-left (ids 0 to 3)."""
    far_x, far_y = width - MARK_EDGE_MM - MARK_MM, height - MARK_EDGE_MM - MARK_MM
    near = MARK_EDGE_MM
    return (
        Rect(near, near, MARK_MM, MARK_MM),
        Rect(far_x, near, MARK_MM, MARK_MM),
        Rect(far_x, far_y, MARK_MM, MARK_MM),
        Rect(near, far_y, MARK_MM, MARK_MM),
    )


def frame_for(form: FormSpec, paper: PaperSize, page_index: int, site_codes: tuple[CodePosition, ...] = ()) -> Frame:
    """The frame of page `page_index` (0-based) of a form, with room for the site's own codes at `site_codes`.

    A document is printed with one setting, flip on the long edge. A portrait sheet then turns like a book, and its
    back is bound at the right; a landscape sheet turns up like a notepad, and its back is bound at the left again.
    """
    landscape = form.paper.orientation == "landscape"
    mirrored = form.paper.sides == "duplex" and not landscape and page_index % 2 == 1
    return build_frame(
        paper,
        landscape,
        mirrored,
        patient=form.scope is Scope.PATIENT,
        band_mm=band_height(form),
        site_codes=site_codes,
    )


def band_height(form: FormSpec) -> float:
    """The height of the allergy and weight lines under the patient block, in mm."""
    if form.scope is not Scope.PATIENT:
        return 0.0
    if not form.header.allergies:
        return 8.0 if form.header.weight else 0.0
    one_line = form.paper.orientation == "landscape"
    return 8.0 if one_line or not form.header.weight else 16.0


@lru_cache(maxsize=256)
def build_frame(
    paper: PaperSize,
    landscape: bool,
    mirrored: bool = False,
    *,
    patient: bool = False,
    band_mm: float = 0.0,
    site_codes: tuple[CodePosition, ...] = (),
) -> Frame:
    """Compute the zones of one page; the same page is asked for again and again while its form is laid out."""
    width, height = page_mm(paper, landscape)
    left = MARGIN_MM if mirrored else BINDING_MM
    right = width - (BINDING_MM if mirrored else MARGIN_MM)
    marks = mark_places(width, height)
    code_x = marks[1].x - CODE_QUIET_MM - 0.4 - CODE_MM
    top_code = Rect(code_x, MARK_EDGE_MM, CODE_MM, CODE_MM)
    low_code = Rect(marks[3].right + CODE_QUIET_MM + 0.4, height - MARK_EDGE_MM - CODE_MM, CODE_MM, CODE_MM)
    title_x = marks[0].right + 3.0
    title_right = code_x - CODE_QUIET_MM - 1.0
    block_top = 22.0
    block = label = band = None
    body_top = UNIT_BODY_TOP_MM
    if patient:
        # The high label area of A4 would take the height of a landscape page: it begins beside the title there.
        beside_title = landscape and paper is PaperSize.A4
        label_top = HEADER_TOP_MM if beside_title else block_top
        label = Rect(title_right - LABEL_W_MM, label_top, LABEL_W_MM, LABEL_H_MM[paper])
        block = Rect(left, block_top, label.x - 2.0 - left, label.bottom - block_top)
        title_right = label.x - 2.0 if beside_title else title_right
        body_top = label.bottom + 2.0
        if band_mm:
            band = Rect(left, label.bottom + 1.2, right - left, band_mm)
            body_top = band.bottom + 1.8
    footer = Rect(low_code.right + 3.0, height - MARK_EDGE_MM - FOOTER_MM + 1, 0, FOOTER_MM - 1)
    footer = Rect(footer.x, footer.y, marks[2].x - 3.0 - footer.x, footer.h)
    reference_y = height - MARK_EDGE_MM - REFERENCE_MM
    code_w, code_h = SITE_CODE_MM
    code_places = {
        "header": Rect(title_right - code_w, HEADER_TOP_MM, code_w, code_h),
        "footer": Rect(footer.right - code_w, height - MARK_EDGE_MM - code_h, code_w, code_h),
    }
    references = tuple(
        Rect(footer.x + 22.0 + index * (REFERENCE_MM + 2.2), reference_y, REFERENCE_MM, REFERENCE_MM)
        for index in range(len(REFERENCE_STATES))
    )
    return Frame(
        paper=paper,
        width_mm=width,
        height_mm=height,
        landscape=landscape,
        mirrored=mirrored,
        body=Rect(left, body_top, right - left, footer.y - 1.5 - body_top),
        title=Rect(title_x, HEADER_TOP_MM, title_right - title_x, 12.0),
        patient=block,
        label=label,
        band=band,
        footer=footer,
        codes=(top_code, low_code),
        marks=marks,
        references=references,
        site_codes=tuple(code_places[position] for position in site_codes),
    )

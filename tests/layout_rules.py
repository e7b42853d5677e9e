"""What every layout record must keep to, measured on the record alone: its own reading of the design, not lint's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from downtime.page.geometry import Rect
from downtime.page.layout import FieldBox, Layout, PageLayout

QUIET_MODULES = 4
CODE_MODULES = 33
LEAST_CODE_MM = 18.0
MARK_MM = 10.0
MARK_EDGE_MM = 9.0
TICK_MM = 4.0
TICK_GAP_MM = 2.0
# Cells are drawn 0.4 inside their lines on either side: 9 wide for initials is 8.2 to write in.
INITIALS_MM = 8.2
# A MAR's stacked lines are the lowest places to write, 5 with their lines, and so is the re-entry strip over a barcode
# of the site; lower is only a score that is one figure. Who the patient is, and what became of the page, has more.
STACKED_MM = 4.2
LOW_MM = 3.6
PEN_MM = 5.3
HEAD_AND_FOOT = ("patient.", "reentry.")
SIGNATURE_MM = 6.0
LEAST_WIDTH_MM = 4.5
LABEL_AREA_MM = (70.0, 28.0)
TOLERANCE_MM = 0.02

TICKS = ("checkbox", "option")
WRITTEN = ("text", "lines", "number", "date", "time", "datetime", "initials", "signature", "comb")


def layout_faults(layout: Layout) -> list[str]:
    """Everything in a layout that a reader or a writer would stumble over."""
    faults = [f"page {number}: {fault}" for number, page in enumerate(layout.pages, 1) for fault in _page(layout, page)]
    ids = [place.id for page in layout.pages for place in page.fields]
    faults += [f"{name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    return faults


def _page(layout: Layout, page: PageLayout) -> Iterator[str]:
    whole = Rect(0, 0, layout.width_mm, layout.height_mm)
    codes = [Rect(*code) for code in page.codes]
    quiet = [code.inset(-QUIET_MODULES * code.w / CODE_MODULES) for code in codes]
    marks = [Rect(*mark) for mark in page.marks]
    references = [Rect(*place) for place in page.references]
    own_codes = [Rect(*place) for place in page.site_codes]
    for code, clear in zip(codes, quiet, strict=True):
        if min(code.w, code.h) < LEAST_CODE_MM:
            yield f"a code of {code.w} mm"
        if not clear.within(whole):
            yield "a code without white around it"
        if any(clear.overlaps(other) for other in (*marks, *references, *own_codes)):
            yield "something lies in the white around a code"
    for mark in marks:
        if (mark.w, mark.h) != (MARK_MM, MARK_MM) or not mark.within(whole.inset(MARK_EDGE_MM)):
            yield f"a mark of {mark.w} × {mark.h} mm at {mark.x}, {mark.y}"
    kept = [*quiet, *marks, *references, *own_codes]
    for place in page.fields:
        if not place.rect.within(whole):
            yield f"{place.id} leaves the page"
        if any(place.rect.overlaps(other, TOLERANCE_MM) for other in kept):
            yield f"{place.id} lies over a mark, a code or an ink reference"
        yield from _size(place, place.id.startswith("reentry") and any(at.y > place.rect.bottom for at in own_codes))
    for one, other in combinations(page.fields, 2):
        if one.rect.overlaps(other.rect, TOLERANCE_MM):
            yield f"{one.id} lies over {other.id}"
        elif one.kind in TICKS and other.kind in TICKS:
            gap = TICK_GAP_MM / 2 - TOLERANCE_MM
            if one.rect.inset(-gap).overlaps(other.rect.inset(-gap), 0):
                yield f"{one.id} is nearer than {TICK_GAP_MM} mm to {other.id}"
    for area in page.labels:
        if area[2] < LABEL_AREA_MM[0] or area[3] < LABEL_AREA_MM[1]:
            yield f"a label area of {area[2]} × {area[3]} mm"


def _size(place: FieldBox, over_a_code: bool) -> Iterator[str]:
    wide, high = place.rect.w, place.rect.h
    least_w, least_h = 0.0, 0.0
    if place.kind in TICKS:
        least_w = least_h = TICK_MM
    elif place.kind == "initials":
        least_w, least_h = INITIALS_MM, STACKED_MM
    elif place.kind == "signature":
        least_w, least_h = 20.0, SIGNATURE_MM
    elif place.kind in WRITTEN:
        head_or_foot = place.id.startswith(HEAD_AND_FOOT) and not over_a_code
        least_w, least_h = LEAST_WIDTH_MM, PEN_MM if head_or_foot else LOW_MM if place.kind == "number" else STACKED_MM
    elif place.kind == "label":
        least_w, least_h = LABEL_AREA_MM[0], 26.0
    if wide < least_w or high < least_h:
        yield f"{place.id} ({place.kind}) is {wide} × {high} mm"

"""From scores to a verdict, under a site's thresholds: every box blank, unsure or marked, every page in one state."""

from __future__ import annotations

from collections.abc import Iterable

from downtime.page.layout import PageLayout
from downtime.page.states import PageReason, PageState
from downtime.scan.decide_boxes import box_marks, conflicting
from downtime.scan.model import AreaScore, Mark, PageReading, PageVerdict, Quality
from downtime.scan.thresholds import Thresholds

VOID = "reentry#void"
# The share of a side without a code that may be dark where it still is an empty back: 1.2 mm², less than any word.
BLANK_INK = 0.00002

_STATE_OF: dict[PageReason, PageState] = {
    PageReason.NO_CODE: PageState.UNIDENTIFIED,
    PageReason.CODE_UNREADABLE: PageState.UNIDENTIFIED,
    PageReason.CODE_REFUSED: PageState.UNIDENTIFIED,
    PageReason.CODES_DISAGREE: PageState.UNIDENTIFIED,
    PageReason.NO_MANIFEST: PageState.UNKNOWN_LAYOUT,
    PageReason.NOT_IN_MANIFEST: PageState.UNKNOWN_LAYOUT,
    PageReason.LAYOUT_DIFFERS: PageState.UNKNOWN_LAYOUT,
    PageReason.OTHER_FACILITY: PageState.FOREIGN,
    PageReason.TOO_FEW_MARKS: PageState.UNREGISTERED,
    PageReason.DOES_NOT_FIT: PageState.UNREGISTERED,
    PageReason.SCALE_TOO_FAR_OFF: PageState.UNREGISTERED,
}


def decide(
    reading: PageReading, page: PageLayout | None, thresholds: Thresholds, *, rehearsal: bool = False
) -> PageVerdict:
    """Say what the scores of a page mean; `page` is its layout, None where it is not known.

    In a rehearsal drill pages are read like live ones; otherwise they are set apart, whatever stands on them.
    """
    notes = set(reading.notes)
    is_drill = reading.identity is not None and reading.identity.drill and not rehearsal
    if reading.failure is not None:
        if reading.failure is PageReason.NO_CODE and reading.ink < BLANK_INK:
            return PageVerdict(state=PageState.BLANK, reasons=_sorted(notes))
        state = PageState.DRILL_PAGE if is_drill else _STATE_OF[reading.failure]
        return PageVerdict(state=state, reasons=_sorted(notes | {reading.failure}))
    if is_drill:
        return PageVerdict(state=PageState.DRILL_PAGE, reasons=_sorted(notes))
    reasons = notes | _page_reasons(reading, thresholds)
    marks = box_marks(reading.boxes, reading.quality, thresholds)
    if PageReason.LOW_QUALITY in reasons:
        # What the picture may have lost is not blank, and the lines through a mark may be lost as well.
        marks = dict.fromkeys(marks, Mark.UNSURE)
    written, unsure_fields = _written(reading.areas, thresholds)
    conflicts = conflicting(marks, page.multiple if page else ())
    reasons |= _mark_reasons(marks, written, unsure_fields, page)
    if conflicts:
        reasons.add(PageReason.CONFLICTING_MARKS)
    return PageVerdict(
        state=PageState.NEEDS_REVIEW if reasons else PageState.READ,
        reasons=_sorted(reasons),
        marks=marks,
        written=written,
        unsure_fields=unsure_fields,
        conflicts=conflicts,
    )


def _sorted(reasons: Iterable[PageReason]) -> tuple[PageReason, ...]:
    return tuple(sorted(reasons))


def _written(areas: tuple[AreaScore, ...], limits: Thresholds) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that hold writing, and those that perhaps do; what a kit printed into a field is neither."""
    written, unsure = [], []
    for area in areas:
        if area.printed and not area.off_page:
            continue
        if area.blob_mm2 >= limits.written_definite_mm2 or area.pale_mm2 >= limits.written_pale_mm2:
            written.append(area.id)
        elif area.pale_mm2 >= limits.written_marginal_mm2 or area.off_page:
            unsure.append(area.id)
    return tuple(written), tuple(unsure)


def _mark_reasons(
    marks: dict[str, Mark], written: tuple[str, ...], unsure: tuple[str, ...], page: PageLayout | None
) -> set[PageReason]:
    """What is in doubt about the boxes of a page, and about words that go with them."""
    reasons = set()
    if Mark.UNSURE in marks.values():
        reasons.add(PageReason.UNSURE_MARK)
    for asking, words in page.asks if page else ():
        has_words, marked = words in written, marks.get(asking, Mark.BLANK)
        if has_words and marked is Mark.BLANK:
            reasons.add(PageReason.INK_WITHOUT_MARK)
        if marked is Mark.MARKED and not has_words and words not in unsure:
            reasons.add(PageReason.MARK_WITHOUT_INK)
    if any(mark is not Mark.BLANK for name, mark in marks.items() if name.partition("@")[0] == VOID):
        reasons.add(PageReason.VOIDED)
    return reasons


def _page_reasons(reading: PageReading, limits: Thresholds) -> set[PageReason]:
    """What is in doubt about the page as a whole."""
    reasons = set()
    place, quality, identity = reading.registration, reading.quality, reading.identity
    if identity is not None:
        if not identity.signed:
            reasons.add(PageReason.UNSIGNED)
        if identity.copy_master:
            reasons.add(PageReason.COPY)
    if place is not None:
        if max(abs(place.scale_x - 1), abs(place.scale_y - 1)) > limits.scale:
            reasons.add(PageReason.SCALED)
        if abs(place.stretch - 1) > limits.stretch:
            reasons.add(PageReason.STRETCHED)
    if place is not None and place.residual_mm > limits.residual_mm:
        reasons.add(PageReason.LOW_QUALITY)
    if quality is not None and _too_poor(quality, limits):
        reasons.add(PageReason.LOW_QUALITY)
    if any(box.streak for box in reading.boxes) or any(area.streak for area in reading.areas):
        reasons.add(PageReason.STREAK)
    if any(box.off_page for box in reading.boxes) or any(area.off_page for area in reading.areas):
        reasons.add(PageReason.PARTLY_MISSING)
    if reading.loose_ink_mm2 >= limits.loose_mm2:
        reasons.add(PageReason.INK_OUTSIDE_FIELDS)
    return reasons


def _too_poor(quality: Quality, limits: Thresholds) -> bool:
    """Whether the picture shows too little to be sure: flat, full of specks, or light pens are lost in it."""
    if quality.paper - quality.print < limits.contrast or quality.noise > limits.noise:
        return True
    return quality.light_pen < limits.light_pen

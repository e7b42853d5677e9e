"""From scores to a verdict, under a site's thresholds: every box blank, unsure or marked, every page in one state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from downtime.page.layout import PageLayout, choice_of
from downtime.page.states import PageReason, PageState
from downtime.scan.model import AreaScore, BoxScore, Mark, PageReading, PageVerdict, Quality
from downtime.scan.thresholds import Thresholds

VOID = "reentry#void"
# What the crossed reference box scores on a clean page: two strokes of 1 pt across 3.36 mm.
CROSSED_CLEAN = 0.28
# A page whose print came out thin or thick moves the thresholds with it, but not without bounds.
_LEAST_GAIN, _MOST_GAIN = 0.7, 1.5

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
# Where too little is printed to know a page by, and nothing is written: mm² of ink of a whole page.
BLANK_INK = 0.0004


def decide(
    reading: PageReading, page: PageLayout | None, thresholds: Thresholds, *, rehearsal: bool = False
) -> PageVerdict:
    """Say what the scores of a page mean; `page` is its layout, None where it is not known.

    In a rehearsal drill pages are read like live ones; otherwise they are set apart, whatever stands on them.
    """
    notes = set(reading.notes)
    if reading.failure is not None:
        state = _STATE_OF[reading.failure]
        if state is PageState.UNIDENTIFIED and reading.ink < BLANK_INK and reading.failure is PageReason.NO_CODE:
            return PageVerdict(state=PageState.BLANK, reasons=_sorted(notes))
        if reading.identity is not None and reading.identity.drill and not rehearsal:
            state = PageState.DRILL_PAGE
        return PageVerdict(state=state, reasons=_sorted(notes | {reading.failure}))
    if reading.identity is not None and reading.identity.drill and not rehearsal:
        return PageVerdict(state=PageState.DRILL_PAGE, reasons=_sorted(notes))
    marks = {box.id: _mark(box, reading.quality, thresholds) for box in reading.boxes}
    written, unsure_fields = _written(reading.areas, thresholds)
    conflicts = _conflicts(marks, page)
    reasons = notes | _page_reasons(reading, thresholds)
    if Mark.UNSURE in marks.values():
        reasons.add(PageReason.UNSURE_MARK)
    if conflicts:
        reasons.add(PageReason.CONFLICTING_MARKS)
    for asking, words in page.asks if page else ():
        has_words, marked = words in written, marks.get(asking, Mark.BLANK)
        if has_words and marked is Mark.BLANK:
            reasons.add(PageReason.INK_WITHOUT_MARK)
        if marked is Mark.MARKED and not has_words and words not in unsure_fields:
            reasons.add(PageReason.MARK_WITHOUT_INK)
    if any(mark is not Mark.BLANK for name, mark in marks.items() if name.partition("@")[0] == VOID):
        reasons.add(PageReason.VOIDED)
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


def calibrated(box: BoxScore, quality: Quality | None) -> float:
    """The share of ink inside a box as it would be on a clean page: what the thresholds are held against."""
    empty, gain = _calibration(quality)
    return max(box.inner - empty, 0.0) / gain


def _mark(box: BoxScore, quality: Quality | None, limits: Thresholds) -> Mark:
    empty, _ = _calibration(quality)
    inner = calibrated(box, quality)
    if box.off_page or box.streak or (box.outline < limits.outline_least and inner < 0.5):
        return Mark.UNSURE
    if inner >= limits.box_definite:
        return Mark.MARKED
    if inner >= limits.box_marginal or box.around - empty >= limits.around_marginal:
        return Mark.UNSURE
    return Mark.BLANK


def _calibration(quality: Quality | None) -> tuple[float, float]:
    """What an empty box scores on this page, and how much thicker its strokes are than they were drawn."""
    if quality is None or len(quality.references) < 2:
        return 0.0, 1.0
    empty, crossed = quality.references[:2]
    return min(empty, 0.1), min(max((crossed - empty) / CROSSED_CLEAN, _LEAST_GAIN), _MOST_GAIN)


def _written(areas: tuple[AreaScore, ...], limits: Thresholds) -> tuple[tuple[str, ...], tuple[str, ...]]:
    written, unsure = [], []
    for area in areas:
        if area.blob_mm2 >= limits.written_definite_mm2:
            written.append(area.id)
        elif area.blob_mm2 >= limits.written_marginal_mm2 or area.ink >= limits.written_share or area.off_page:
            unsure.append(area.id)
    return tuple(written), tuple(unsure)


def _conflicts(marks: dict[str, Mark], page: PageLayout | None) -> tuple[str, ...]:
    """The choices of one answer that have two marks."""
    several = set(page.multiple) if page else set()
    count: dict[str, int] = defaultdict(int)
    for name, mark in marks.items():
        if "#" in name and mark is Mark.MARKED:
            count[choice_of(name)] += 1
    return tuple(sorted(choice for choice, marked in count.items() if marked > 1 and choice not in several))


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
        if place.residual_mm > limits.residual_mm:
            reasons.add(PageReason.LOW_QUALITY)
    if quality is not None:
        if quality.paper - quality.print < limits.contrast or quality.noise > limits.noise:
            reasons.add(PageReason.LOW_QUALITY)
        if quality.streaks_mm:
            reasons.add(PageReason.STREAK)
    if any(box.off_page for box in reading.boxes) or any(area.off_page for area in reading.areas):
        reasons.add(PageReason.PARTLY_MISSING)
    if reading.loose_ink_mm2 >= limits.loose_mm2:
        reasons.add(PageReason.INK_OUTSIDE_FIELDS)
    return reasons

"""The verdict on tick boxes: blank, unsure or marked, each by its own ink and against the page's other marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from statistics import median

from downtime.page.layout import choice_of
from downtime.scan.model import BoxScore, Mark, Quality
from downtime.scan.thresholds import Thresholds

# What the crossed reference box scores on a clean page: two strokes of 1 pt across 3.36 mm.
CROSSED_CLEAN = 0.28
# A page whose print came out thin or thick moves the thresholds with it, but not without bounds.
LEAST_GAIN, MOST_GAIN = 0.7, 1.5
MOST_EMPTY = 0.1
# The white that a cross leaves is in four areas; lines through a mark part it further.
MOST_GAPS = 4
THICKER = 1.35
# The two arms of a tick spread by more than the width of their stroke; slips of the pen by 1.25 of it at most.
BENT, LEAST_BEND_MM, SMALL_BEND_MM = 1.3, 0.8, 1.25
# A thin pen's mark reaches over most of the box; what a slip leaves in its corner over 0.7 of it at most.
THIN_SPAN, DASH_SPAN, LEAST_STROKE_MM, MOST_PALE = 0.75, 0.15, 0.25, 0.6


def box_marks(boxes: Iterable[BoxScore], quality: Quality | None, limits: Thresholds) -> dict[str, Mark]:
    """The verdict on each box of a page, by id."""
    scores = {box.id: box for box in boxes}
    marks = {name: _mark(box, calibrated(box, quality), limits) for name, box in scores.items()}
    marked = [name for name, mark in marks.items() if mark is Mark.MARKED]
    # Out of focus every stroke is thick.
    usual_mm = median(scores[name].thick_mm for name in marked) if len(marked) > 1 else 0.0
    black = [name for name in marked if is_black(scores[name], limits, usual_mm)]
    for name in black:
        others = [scores[other].inner for other in marked if other != name]
        # A box that is black was marked and then taken back, or it is meant: whose marks are all black means it.
        habit = len(black) > 1 and len(black) - 1 >= limits.black_habit * len(others)
        if not habit or median(others) < limits.black_ratio * scores[name].inner:
            marks[name] = Mark.UNSURE
    return marks


def is_black(box: BoxScore, limits: Thresholds, usual_mm: float = 0.0) -> bool:
    """Whether the ink in a box is more than a tick or a cross: filled, scribbled over, or blacked out.

    `usual_mm` is how thick the ink of the page's marks is.
    """
    plain = not box.holes and 1 <= box.gaps <= MOST_GAPS
    return not plain or box.thick_mm > max(limits.black_mm, THICKER * usual_mm) or box.inner > limits.black


def conflicting(marks: dict[str, Mark], several: Iterable[str]) -> tuple[str, ...]:
    """The choices of one answer that have two marks; `several` are those that may have more."""
    count: dict[str, int] = defaultdict(int)
    for name, mark in marks.items():
        if "#" in name and mark is Mark.MARKED:
            count[choice_of(name)] += 1
    return tuple(sorted(choice for choice, marked in count.items() if marked > 1 and choice not in set(several)))


def calibrated(box: BoxScore, quality: Quality | None) -> float:
    """The share of ink inside a box as it would be on a clean page: what the thresholds are held against."""
    empty, gain = _calibration(quality)
    return max(box.inner - empty, 0.0) / gain


def _calibration(quality: Quality | None) -> tuple[float, float]:
    """What an empty box scores on this page, and how much thicker its strokes are than they were drawn."""
    if quality is None or len(quality.references) < 2:
        return 0.0, 1.0
    empty, crossed = quality.references[:2]
    gain = (crossed - empty) / CROSSED_CLEAN
    return min(empty, MOST_EMPTY), min(max(gain, LEAST_GAIN), MOST_GAIN)


def _mark(box: BoxScore, inner: float, limits: Thresholds) -> Mark:
    if box.off_page or box.streak or box.outline < limits.outline_least:
        return Mark.UNSURE
    if inner >= limits.box_definite or (inner >= limits.box_thin and _is_thin_mark(box)):
        return Mark.UNSURE if _doubtful(box, inner, limits) else Mark.MARKED
    if inner >= limits.box_marginal or box.pale >= limits.pale_marginal or box.around >= limits.around_marginal:
        return Mark.UNSURE
    return Mark.BLANK


def _is_bent(box: BoxScore, least_mm: float) -> bool:
    """Whether the ink in a box changes direction: a tick and a cross do, a slip of the pen over its edge hardly."""
    return box.bend_mm >= max(BENT * box.thick_mm, least_mm)


def _is_thin_mark(box: BoxScore) -> bool:
    """Whether what little ink there is in a box is a thin pen's mark: whole strokes right over it, bent or a dash."""
    if max(box.span) < THIN_SPAN or box.thick_mm < LEAST_STROKE_MM or box.pale > MOST_PALE or sum(box.strokes) > 2:
        return False
    return _is_bent(box, LEAST_BEND_MM) or (min(box.span) >= DASH_SPAN and sum(side > 0 for side in box.strokes) < 2)


def _doubtful(box: BoxScore, inner: float, limits: Thresholds) -> bool:
    """Whether the ink in a box may be no mark: struck out, a stamp, a line that runs through it, a slip of the pen."""
    left, top, right, bottom = box.strokes
    if (left and right and left + right >= 3) or sum(box.strokes) > limits.strokes_most:
        return True
    # Two strokes by each of two sides that meet in a corner: letters of a stamp, or of a word beside.
    if min(max(left, right), max(top, bottom)) >= 2:
        return True
    if box.around >= limits.around_most:
        return True
    if inner < limits.small and max(box.span) < limits.small_span and not _is_bent(box, SMALL_BEND_MM):
        return True
    # In at one side and out at another without a bend, and on: a line over the page runs through the box.
    return box.far >= 2 and box.bend_mm < limits.straight_mm

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
LINE_MOST = 0.25


def box_marks(boxes: Iterable[BoxScore], quality: Quality | None, limits: Thresholds) -> dict[str, Mark]:
    """The verdict on each box of a page, by id."""
    scores = {box.id: box for box in boxes}
    marks = {name: _mark(box, calibrated(box, quality), limits) for name, box in scores.items()}
    marked = [name for name, mark in marks.items() if mark is Mark.MARKED]
    for name in marked:
        others = [scores[other].inner for other in marked if other != name]
        # One box black among crosses was crossed first and then taken back, or it is meant: a person sees which.
        if others and scores[name].inner >= limits.heavy and median(others) < limits.heavy_ratio * scores[name].inner:
            marks[name] = Mark.UNSURE
    return marks


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
    if inner >= limits.box_definite:
        return Mark.UNSURE if _doubtful(box, inner, limits) else Mark.MARKED
    if inner >= limits.box_marginal or box.pale >= limits.pale_marginal or box.around >= limits.around_marginal:
        return Mark.UNSURE
    return Mark.BLANK


def _doubtful(box: BoxScore, inner: float, limits: Thresholds) -> bool:
    """Whether the ink in a box may be no mark: struck out, a stamp, a line that runs through it, a slip of the pen."""
    left, _, right, _ = box.strokes
    if (left and right and left + right >= 3) or sum(box.strokes) > limits.strokes_most:
        return True
    if box.around >= limits.around_most:
        return True
    if inner >= limits.heavy and (sum(box.strokes) >= 3 or box.corner < limits.heavy_corner):
        return True
    if inner < limits.small and max(box.span) < limits.small_span:
        return True
    # In at one side and out at another, and little else: a line over the page runs through the box.
    return sum(side > 0 for side in box.strokes) >= 2 and inner < LINE_MOST

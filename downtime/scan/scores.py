"""All marks of a batch by their score, to set a site's thresholds by.

Where do blanks end and marks begin? Boxes in doubt are all shown; of the many that are clearly blank or clearly marked
an even sample, least ink first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from downtime.scan.crop import MM_PER_INCH, STRAIGHT_DPI
from downtime.scan.decide import decide
from downtime.scan.decide_boxes import calibrated
from downtime.scan.known import IssuedPage
from downtime.scan.model import GreyImage, Mark, PageReading
from downtime.scan.thresholds import Thresholds

MOST_OF_A_KIND = 1200
"""The most marks shown of blank ones, and of marked ones: four pages of each are enough to see where they end."""

TILE_MM = 10.0
TILE_PX = round(TILE_MM / MM_PER_INCH * STRAIGHT_DPI)
EMPTY_TILE = np.full((TILE_PX, TILE_PX), 255, np.uint8)
_MARGIN_MM = 1.6


@dataclass(frozen=True, slots=True)
class ScoredMark:
    """One tick box of one page: its score on a clean page, its verdict, and where to find it."""

    score: float
    verdict: Mark
    page: str
    box: str
    at: tuple[float, float, float, float]


def scored_marks(page: str, reading: PageReading, issued: IssuedPage, thresholds: Thresholds) -> Iterator[ScoredMark]:
    """The tick boxes of one page with their scores and what the thresholds make of them."""
    places = {field.id: field.at for field in issued.page_layout.fields}
    marks = decide(reading, issued.page_layout, thresholds, rehearsal=True).marks
    for box in reading.boxes:
        yield ScoredMark(calibrated(box, reading.quality), marks[box.id], page, box.id, places[box.id])


def shown_marks(marks: Iterable[ScoredMark]) -> list[ScoredMark]:
    """What is shown of them, by score: all in doubt, and an even sample of the others."""
    every = sorted(marks, key=lambda mark: (mark.score, mark.page, mark.box))
    shown: list[ScoredMark] = []
    for kind in Mark:
        own = [mark for mark in every if mark.verdict is kind]
        if kind is not Mark.UNSURE and len(own) > MOST_OF_A_KIND:
            own = [own[round(at)] for at in np.linspace(0, len(own) - 1, MOST_OF_A_KIND)]
        shown += own
    return sorted(shown, key=lambda mark: (mark.score, mark.page, mark.box))


def mark_tile(page_picture: GreyImage, mark: ScoredMark) -> GreyImage:
    """The cut of one box with a little around it, from the straightened picture of its page."""
    x, y, w, h = mark.at
    per_mm = STRAIGHT_DPI / MM_PER_INCH
    left, top = round((x - _MARGIN_MM) * per_mm), round((y - _MARGIN_MM) * per_mm)
    wide, high = round((w + 2 * _MARGIN_MM) * per_mm), round((h + 2 * _MARGIN_MM) * per_mm)
    cut = page_picture[max(top, 0) : max(top + high, 0), max(left, 0) : max(left + wide, 0)]
    tile = np.full((TILE_PX, TILE_PX), 255, np.uint8)
    cut = cut[:TILE_PX, :TILE_PX]
    tile[: cut.shape[0], : cut.shape[1]] = cut
    return tile

"""What a known page can still be held by where corner marks are missing: its marks looked for again, and its codes.

Once it is known which page it is, it is also known where each mark and code must be. A code that says the same page is
as good a hold as the mark beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from downtime.page.code import Corner, PageCode, decode
from downtime.page.layout import PageLayout
from downtime.scan.find_marks import FoundMark, find_mark_near
from downtime.scan.fit import Fit, fit_points
from downtime.scan.identify import Identified
from downtime.scan.known import KnownPages
from downtime.scan.picture import Picture
from downtime.scan.read_codes import FoundCode, read_square, whole_page
from downtime.scan.transform import Array, apply, corners

# The mark that each code stands beside.
BESIDE = {Corner.TOP_RIGHT: 1, Corner.BOTTOM_LEFT: 3}


def more_anchors(
    picture: Picture, marks: Sequence[FoundMark], page: Identified, layout: PageLayout, known: KnownPages
) -> tuple[tuple[FoundMark, ...], dict[Corner, FoundCode]]:
    """Look again for the marks and codes of an identified page that were not found at first."""
    found = {mark.id: mark for mark in marks}
    codes = dict(page.corners)
    for corner in Corner:
        fit = _fit(found, codes, layout)
        if corner not in codes and fit is not None:
            square = apply(fit.matrix, corners(*layout.codes[corner]))
            _take(
                read_square(picture.full, square, False)[0] or read_square(picture.full, square, True)[0],
                page,
                known,
                codes,
            )
    if len(codes) < len(Corner):
        _take(whole_page(picture), page, known, codes)
    for mark in range(len(layout.marks)):
        fit = _fit(found, codes, layout)
        if mark not in found and fit is not None:
            again = find_mark_near(picture, mark, apply(fit.matrix, corners(*layout.marks[mark])))
            if again is not None:
                found[mark] = again
    return tuple(found[mark] for mark in sorted(found)), codes


def anchor_points(
    marks: dict[int, FoundMark], codes: dict[Corner, FoundCode], layout: PageLayout
) -> tuple[dict[int, Array], dict[int, Array]]:
    """The points by which each corner of a page is held, in mm and in pixels: those of its mark, else of its code."""
    corner_mm = {mark: corners(*layout.marks[mark]) for mark in marks if mark < len(layout.marks)}
    corner_px = {mark: marks[mark].corners for mark in corner_mm}
    for corner, code in codes.items():
        if BESIDE[corner] not in corner_mm:
            corner_mm[BESIDE[corner]] = corners(*layout.codes[corner])
            corner_px[BESIDE[corner]] = code.corners
    return corner_mm, corner_px


def _fit(found: dict[int, FoundMark], codes: dict[Corner, FoundCode], layout: PageLayout) -> Fit | None:
    corner_mm, corner_px = anchor_points(found, codes, layout)
    return fit_points(corner_mm, corner_px) if corner_px else None


def _take(read: Sequence[FoundCode], page: Identified, known: KnownPages, codes: dict[Corner, FoundCode]) -> None:
    """Keep the codes that name this very page."""
    for code in read:
        said = decode(code.text, known.key, facility=known.facility)
        if isinstance(said, PageCode) and page.is_named_by(said):
            codes.setdefault(said.corner, code)

"""Reading one page: identify, register, score. Gives scores, never a verdict; what cannot be read says why."""

from __future__ import annotations

from downtime.page.states import PageReason
from downtime.page.typed_code import ShortCode
from downtime.scan.anchors import more_anchors
from downtime.scan.find_marks import find_marks
from downtime.scan.identify import identify, is_page_code
from downtime.scan.known import KnownPages
from downtime.scan.model import IncomingPage, PageReading
from downtime.scan.picture import working_copy
from downtime.scan.read_codes import read_codes
from downtime.scan.register import register
from downtime.scan.scoring import scored


def read_page(incoming: IncomingPage, known: KnownPages, typed: ShortCode | None = None) -> PageReading:
    """Read one incoming page against the known manifests; `typed` is the page code that a person typed for it.

    Never raises for what a picture shows: the reading names what failed.
    """
    picture = working_copy(incoming.image)
    marks = find_marks(picture)
    seen = read_codes(picture, marks, known.frames, lambda text: is_page_code(text, known))
    page = identify(seen, known, typed)
    reading = PageReading(
        source=incoming.source,
        width_px=incoming.image.shape[1],
        height_px=incoming.image.shape[0],
        identity=page.identity,
        failure=page.failure,
        code_failure=page.code_failure,
        notes=incoming.notes,
    )
    issued = page.issued
    if issued is None or not issued.page_layout.marks:
        return reading
    codes = page.corners
    if len(marks) < len(issued.page_layout.marks):
        marks, codes = more_anchors(picture, marks, page, issued.page_layout, known)
    place = register(marks, codes, issued.layout, issued.page_layout, incoming.dpi)
    if isinstance(place, PageReason):
        return reading.model_copy(update={"failure": place})
    return scored(reading, picture, issued, place)

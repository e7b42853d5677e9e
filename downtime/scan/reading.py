"""Reading one page: identify, register, score. Gives scores, never a verdict; what cannot be read says why."""

from __future__ import annotations

import numpy as np

from downtime.page.code_failure import CodeReason
from downtime.page.states import PageReason
from downtime.page.typed_code import ShortCode
from downtime.scan.find_marks import find_marks
from downtime.scan.identify import Identified, identify, is_page_code
from downtime.scan.ink import ink_page, off_image
from downtime.scan.known import KnownPages
from downtime.scan.model import AreaScore, BoxScore, IncomingPage, PageReading, Quality, Registration
from downtime.scan.page_map import FINE, PageKey, page_map
from downtime.scan.picture import Picture, working_copy
from downtime.scan.read_areas import score_areas
from downtime.scan.read_boxes import score_ticks, surroundings
from downtime.scan.read_codes import read_codes
from downtime.scan.register import register


def read_page(incoming: IncomingPage, known: KnownPages, typed: ShortCode | None = None) -> PageReading:
    """Read one incoming page against the known manifests; `typed` is the page code that a person typed for it.

    Never raises for what a picture shows: the reading names what failed.
    """
    picture = working_copy(incoming.image)
    marks = find_marks(picture)
    seen = read_codes(picture, marks, known.code_places, lambda text: is_page_code(text, known))
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
    place = register(marks, page.corners, issued.layout, issued.page_layout, incoming.dpi)
    if isinstance(place, PageReason):
        return reading.model_copy(update={"failure": place})
    return _scored(reading, picture, page, place)


def _scored(reading: PageReading, picture: Picture, page: Identified, place: Registration) -> PageReading:
    issued = page.issued
    if issued is None:
        return reading
    layout = issued.page_layout
    where = page_map(PageKey(issued.sheet.layout, issued.index, issued.layout))
    ink = ink_page(picture, place, layout, where)
    references = np.array([(x, y, x + w, y + h) for x, y, w, h in layout.references]).reshape(-1, 4) * FINE
    reference = score_ticks(ink, where, references)
    ticks = score_ticks(ink, where)
    around = surroundings(ink, where)
    areas = score_areas(ink, where)
    size = reading.width_px, reading.height_px
    off_ticks = off_image(place, np.array([f.at for f in layout.fields if f.id in set(where.tick_ids)]), *size)
    off_areas = off_image(place, np.array([f.at for f in where.areas]), *size)
    boxes = tuple(
        BoxScore(
            id=name,
            inner=float(inner),
            whole=float(whole),
            around=float(ring),
            outline=float(outline),
            off_page=bool(off),
        )
        for name, inner, whole, ring, outline, off in zip(
            where.tick_ids, ticks.inner, ticks.whole, around, ticks.outline, off_ticks, strict=True
        )
    )
    written = tuple(
        AreaScore(id=field.id, ink=float(share), blob_mm2=float(blob), off_page=bool(off))
        for field, share, blob, off in zip(where.areas, areas.ink, areas.blob_mm2, off_areas, strict=True)
    )
    quality = Quality(
        paper=ink.paper, print=ink.print, noise=areas.specks / ink.coarse.size,
        references=tuple(float(share) for share in reference.inner),
    )  # fmt: skip
    return reading.model_copy(
        update={
            "registration": place, "boxes": boxes, "areas": written, "quality": quality,
            "loose_ink_mm2": areas.loose_mm2, "ink": float(ink.coarse.mean()),
        }
    )  # fmt: skip


__all__ = ["CodeReason", "read_page"]

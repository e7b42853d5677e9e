"""All scores of a page that was identified and registered: boxes, areas, reference boxes, streaks, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from downtime.page.layout import FieldBox
from downtime.page.marks import REFERENCE_STATES
from downtime.scan.ink import InkPage, ink_page, off_image
from downtime.scan.known import IssuedPage
from downtime.scan.missing import missing_cells, on_missing
from downtime.scan.model import AreaScore, BoxScore, PageReading, Quality, Registration
from downtime.scan.page_map import TICKS, Mask, PageKey, PageMap, page_map
from downtime.scan.picture import Picture
from downtime.scan.read_areas import AreaScores, score_areas
from downtime.scan.read_boxes import TickScores, inner_parts, score_ticks, surroundings
from downtime.scan.read_shapes import ink_shapes
from downtime.scan.streaks import Streak, erase, find_streaks
from downtime.scan.transform import Array


def scored(reading: PageReading, picture: Picture, issued: IssuedPage, place: Registration) -> PageReading:
    """The reading with every score of the page."""
    where = page_map(PageKey(issued.sheet.layout, issued.index, issued.layout))
    page = ink_page(picture, place, issued.page_layout, where)
    streaks = find_streaks(page.pale)
    gone = missing_cells(page.pale_sums, where)
    new, pale = page.ink & where.wanted, page.pale & where.wanted
    erase(new, streaks)
    erase(pale, streaks)
    if streaks:
        erase(page.ink, streaks)
    areas = score_areas(new, pale, where)

    def outside(fields: Sequence[FieldBox]) -> Mask:
        return off_image(place, _places(fields), reading.width_px, reading.height_px)

    # A tick box has an outline of its own to be missed by.
    lost = outside(where.areas) | on_missing(gone, _places(where.areas))
    scores = score_ticks(page, np.concatenate([where.ticks, where.references]))
    ticks = [field for field in issued.page_layout.fields if field.kind in TICKS]
    size_mm = issued.layout.width_mm, issued.layout.height_mm
    return reading.model_copy(
        update={
            "registration": place,
            "boxes": _boxes(page, where, scores, outside(ticks), _crossed(ticks, streaks, size_mm)),
            "areas": _areas(issued, where, areas, lost, streaks),
            "quality": Quality(
                paper=page.paper,
                print=page.print,
                line=round(page.line, 3),
                noise=areas.specks / page.ink.size,
                references=tuple(scores.inner[len(where.ticks) :].tolist()),
                light_pen=float(scores.pale[-1]) if len(where.references) == len(REFERENCE_STATES) else 1.0,
                streaks_mm=tuple(round(streak.begin_mm, 1) for streak in streaks),
            ),
            "loose_ink_mm2": areas.loose_mm2,
            "ink": float(page.ink.mean()),
        }
    )


def _boxes(page: InkPage, where: PageMap, scores: TickScores, lost: Mask, crossed: list[bool]) -> tuple[BoxScore, ...]:
    """Boxes as records; the scores of the reference boxes stand behind those of the page's own."""
    count = len(where.ticks)
    inner, shift = scores.inner[:count], scores.shift[:count]
    shapes = ink_shapes(page.fine, inner_parts(where.ticks, shift), inner)
    columns = {
        "id": where.tick_ids,
        "inner": inner.tolist(),
        "whole": scores.whole[:count].tolist(),
        "around": surroundings(page, where, inner).tolist(),
        "pale": scores.pale[:count].tolist(),
        "outline": scores.outline[:count].tolist(),
        "strokes": map(tuple, scores.strokes[:count].tolist()),
        "far": scores.far[:count].tolist(),
        "span": map(tuple, scores.span[:count].tolist()),
        "gaps": shapes.gaps.tolist(),
        "holes": shapes.holes.tolist(),
        "thick_mm": shapes.thick_mm.round(2).tolist(),
        "bend_mm": shapes.bend_mm.round(2).tolist(),
        "streak": crossed,
        "off_page": lost.tolist(),
    }
    return tuple(BoxScore(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))


def _areas(
    issued: IssuedPage, where: PageMap, scores: AreaScores, lost: Mask, streaks: tuple[Streak, ...]
) -> tuple[AreaScore, ...]:
    size_mm = issued.layout.width_mm, issued.layout.height_mm
    columns = (scores.ink, scores.blob_mm2, scores.pale_mm2)
    printed = issued.sheet.printed_in if issued.sheet.printed else lambda _: ""
    return tuple(
        AreaScore(
            id=field.id, ink=share, blob_mm2=round(blob, 3), pale_mm2=round(faint, 3),
            printed=bool(printed(field.id)), streak=streak, off_page=off,
        )
        for field, share, blob, faint, streak, off in zip(
            where.areas, *(column.tolist() for column in columns), _crossed(where.areas, streaks, size_mm),
            lost.tolist(), strict=True,
        )
    )  # fmt: skip


def _places(fields: Sequence[FieldBox]) -> Array:
    return np.array([field.at for field in fields], dtype=np.float64).reshape(-1, 4)


def _crossed(fields: Sequence[FieldBox], streaks: tuple[Streak, ...], size_mm: tuple[float, float]) -> list[bool]:
    if not streaks:
        return [False] * len(fields)
    return [any(streak.touches(*field.at, *size_mm) for streak in streaks) for field in fields]

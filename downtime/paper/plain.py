"""Pages that are read, not filled in: cover, contents, dividers, procedure cards, phone trees.

They carry the same marks and page codes as forms, so that a scan of one is known for what it is; their layout record
has no fields.
"""

from __future__ import annotations

from collections.abc import Sequence

from downtime.page.geometry import PaperSize, Rect
from downtime.page.layout import Layout, PageLayout, box
from downtime.paper.footer import draw_references, kit_line, printed_words, sheet_number_at
from downtime.paper.frame import Frame, build_frame
from downtime.paper.imprint import (
    DRILL,
    Imprint,
    draw_bar,
    draw_drill,
    draw_not_approved,
    fitted_text,
    fitted_title,
    names_line,
)
from downtime.paper.ink import LABEL_GRAY, Ink, Text
from downtime.paper.pieces import Sketch
from downtime.paper.sheet import PrintedForm, SheetPage

BODY_TOP_MM = 37.0


def plain_frame(paper: PaperSize, landscape: bool) -> Frame:
    """The frame of a page that is read."""
    return build_frame(paper, landscape)


def plain_body(paper: PaperSize, landscape: bool) -> Rect:
    """Where the content of a page that is read goes."""
    return plain_frame(paper, landscape).body


def plain_form(
    form_id: str,
    title: str,
    revision: str,
    paper: PaperSize,
    landscape: bool,
    bodies: Sequence[tuple[Ink, ...]],
    imprint: Imprint,
    subtitles: Sequence[str] = (),
    *,
    duplex: bool = False,
) -> PrintedForm:
    """Put a frame round pages of ink; `subtitles` adds words to the title of single pages."""
    frame = plain_frame(paper, landscape)
    pages, layouts = [], []
    for index, body in enumerate(bodies):
        subtitle = subtitles[index] if index < len(subtitles) else ""
        sketch = Sketch()
        _draw_head(sketch, title, subtitle, frame, imprint)
        _draw_foot(sketch, form_id, revision, frame, imprint, index + 1, len(bodies))
        pages.append(SheetPage(frame, (*sketch.inks, *body), (), sheet_number_at(frame, imprint)))
        layouts.append(
            PageLayout(
                fields=(),
                marks=tuple(box(mark) for mark in frame.marks),
                codes=(box(frame.codes[0]), box(frame.codes[1])),
                references=tuple(box(place) for place in frame.references),
            )
        )
    layout = Layout(
        form=form_id,
        revision=revision,
        paper=paper,
        landscape=landscape,
        width_mm=round(frame.width_mm, 2),
        height_mm=round(frame.height_mm, 2),
        pages=tuple(layouts),
    )
    return PrintedForm(form_id, title, revision, duplex, tuple(pages), layout)


def _draw_head(sketch: Sketch, title: str, subtitle: str, frame: Frame, imprint: Imprint) -> None:
    place = frame.title
    whole = f"{title}: {subtitle}" if subtitle else title
    shown, size = fitted_title(whole, place.w, 10)
    sketch.ink(Text(place.x, place.y + 5.4, shown, size, "bold"))
    under, size = names_line(imprint, place.w)
    sketch.ink(Text(place.x, place.y + 10.8, under, size, gray=LABEL_GRAY))
    if not imprint.approved:
        draw_not_approved(sketch, frame)
    draw_bar(sketch, frame, imprint)
    if imprint.drill:
        draw_drill(sketch, frame)


def _draw_foot(
    sketch: Sketch, form_id: str, revision: str, frame: Frame, imprint: Imprint, page: int, pages: int
) -> None:
    foot = frame.footer
    lines = [
        (f"{form_id}  ·  revision {revision}  ·  page {page} of {pages}", "bold"),
        (kit_line(imprint), "bold"),
        (printed_words(imprint) + ("" if imprint.signed else "  ·  UNSIGNED"), "regular"),
        (imprint.approval, "regular"),
    ]
    if imprint.data_as_of:
        lines.insert(2, (f"DATA AS OF {imprint.data_as_of}", "bold"))
    if imprint.drill:
        lines.append((DRILL, "bold"))
    for number, (text, face) in enumerate(lines):
        shown, size = fitted_text(text, "bold" if face == "bold" else "regular", 8, foot.w)
        sketch.ink(Text(foot.x, foot.y + 3.0 + number * 3.35, shown, size, "bold" if face == "bold" else "regular"))
    draw_references(sketch, frame)

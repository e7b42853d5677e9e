"""A form on paper: its pages as ink that is the same on every copy, and the layout record that reading needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from downtime.library.schema import FormSpec
from downtime.page.geometry import PaperSize, Rect
from downtime.page.layout import FieldBox, Layout, PageLayout, box
from downtime.paper.footer import draw_footer, sheet_number_at
from downtime.paper.frame import CodePosition, Frame, frame_for
from downtime.paper.header import Imprint, draw_header
from downtime.paper.ink import Box, Ink
from downtime.paper.lint_walk import FieldIndex
from downtime.paper.paginate import paginate
from downtime.paper.pieces import Drawn, Piece
from downtime.paper.sections import section_pieces
from downtime.paper.site_codes import site_code_inks
from downtime.paper.static_ink import changing_ink, several_allowed, static_ink, words_asked

# What the layout record may know of header and footer: nothing that another document has otherwise.
_BARE = Imprint(
    facility="", department="", made_at="", expires="", approval="", kit="", software="", approved=True, signed=True
)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page of a sheet: frame, static ink, and the fields in it."""

    frame: Frame
    inks: tuple[Ink, ...]
    fields: tuple[FieldBox, ...]
    sheet_at: tuple[float, float] | None = None


@dataclass(frozen=True)
class PrintedForm:
    """All pages of one form in one document, ready to be drawn as often as needed."""

    id: str
    title: str
    revision: str
    duplex: bool
    pages: tuple[SheetPage, ...]
    layout: Layout
    notes: tuple[str, ...] = ()


def build_form(
    form: FormSpec,
    paper: PaperSize,
    imprint: Imprint,
    site_codes: tuple[CodePosition, ...] = (),
    site_code_texts: tuple[tuple[str, str] | None, ...] = (),
) -> PrintedForm:
    """Lay a composed form out on one paper size; raises ConfigError when a part is larger than a page.

    `site_code_texts` are kind and text of the site's own codes at `site_codes`, None where the page has none yet.
    """
    frames, drawn = _laid_out(_Content(form.model_dump_json(), form), paper, site_codes)
    pages, layouts, notes = [], [], []
    index_of_fields = FieldIndex(form)
    for index, content in enumerate(drawn):
        here = frames[index]
        head = draw_header(form, here, imprint, index + 1, len(drawn))
        foot = draw_footer(form, here, imprint, index + 1, len(drawn))
        notes += [f"page {index + 1}: {note}" for part in (head, content, foot) for note in part.notes]
        fields = (*head.fields, *content.fields, *foot.fields)
        own = _site_codes(here, site_code_texts)
        pages.append(
            SheetPage(here, (*head.inks, *content.inks, *foot.inks, *own), fields, sheet_number_at(here, imprint))
        )
        bare = (
            draw_header(form, here, _BARE, index + 1, len(drawn)),
            draw_footer(form, here, _BARE, index + 1, len(drawn)),
        )
        layouts.append(page_layout(index_of_fields, pages[-1], (*bare[0].inks, *content.inks, *bare[1].inks)))
    layout = Layout(
        form=form.form,
        revision=form.revision,
        paper=paper,
        landscape=form.paper.orientation == "landscape",
        width_mm=round(frames[0].width_mm, 2),
        height_mm=round(frames[0].height_mm, 2),
        pages=tuple(layouts),
    )
    return PrintedForm(
        id=form.form,
        title=form.title,
        revision=form.revision,
        duplex=form.paper.sides == "duplex",
        pages=tuple(pages),
        layout=layout,
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Content:
    """A composed form, known by its content: departments for which it says the same share its layout."""

    json: str
    form: FormSpec = field(compare=False)


@lru_cache(maxsize=128)
def _laid_out(
    content: _Content, paper: PaperSize, site_codes: tuple[CodePosition, ...]
) -> tuple[tuple[Frame, ...], tuple[Drawn, ...]]:
    """Frames and bodies of all pages: what takes the time, and does not depend on department or approval."""
    form = content.form

    def body(index: int) -> Rect:
        return frame_for(form, paper, index, site_codes).body

    width = body(0).w
    pieces: list[Piece] = []
    for section in form.sections:
        pieces += section_pieces(section, width)
    drawn = paginate(pieces, body, f"form “{form.form}”")
    return tuple(frame_for(form, paper, index, site_codes) for index in range(len(drawn))), tuple(drawn)


def _site_codes(frame: Frame, texts: tuple[tuple[str, str] | None, ...]) -> list[Ink]:
    inks: list[Ink] = []
    for place, code in zip(frame.site_codes, texts, strict=False):
        if code is None:
            inks.append(Box(place, 0.5, 0.5, dash=(2, 2)))
        else:
            inks += site_code_inks("datamatrix" if code[0] == "datamatrix" else "code128", code[1], place)
    return inks


def page_layout(form: FieldIndex, page: SheetPage, inks: tuple[Ink, ...]) -> PageLayout:
    """The layout record of one page of `form`; `inks` are those that are the same in every document."""
    frame = page.frame
    changing = changing_ink(frame, page.fields)
    return PageLayout(
        fields=page.fields,
        marks=tuple(box(mark) for mark in frame.marks),
        codes=(box(frame.codes[0]), box(frame.codes[1])),
        references=tuple(box(place) for place in frame.references),
        labels=(box(frame.label),) if frame.label else (),
        site_codes=tuple(box(place) for place in frame.site_codes),
        static_ink=static_ink(inks, page.fields, changing),
        changing_ink=changing,
        multiple=several_allowed(form, page.fields),
        asks=words_asked(page.fields),
    )

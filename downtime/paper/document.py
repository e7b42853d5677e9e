"""One PDF document: forms drawn once as Form XObjects, pages that add only what differs, page codes on every page."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from downtime.page.code import PageCoder, short_text
from downtime.page.geometry import PT_PER_MM
from downtime.page.qr import qr_bitmap
from downtime.paper.fonts import FontBook, canvas_font_name, text_width_pt
from downtime.paper.frame import Frame
from downtime.paper.ink import Ink
from downtime.paper.sheet import PrintedForm
from downtime.paper.strokes import code_start, content_stream, mark_stream

CODE_TEXT_PT = 8.0


@dataclass(frozen=True, slots=True)
class _Static:
    """A static page that stands in the document as a Form XObject."""

    name: str
    frame: Frame
    layout48: int
    begin: str
    codes: tuple[str, str]
    words: tuple[str, str]


class Document:
    """A PDF under construction; pages are numbered from 1 in the order in which they are added."""

    def __init__(self, coder: PageCoder, kit: int, *, drill: bool, title: str, made_at_text: str) -> None:
        """Start an empty document whose pages carry the codes of one kit."""
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        # Binary streams: ASCII85 would cost a fifth of speed and size and helps nobody.
        rl_config.useA85 = 0
        rl_config.invariant = 1
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, invariant=1, pageCompression=1, initialFontName=canvas_font_name())
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Downtime")
        self._canvas.setSubject(made_at_text)
        self._canvas.setCreator("Downtime")
        self._book = FontBook(self._canvas)
        self._code_font = self._book.resource_name("bold")
        self._coder = coder
        self._kit = kit
        self._drill = drill
        self._statics: dict[tuple[str, int], _Static] = {}
        self.page_count = 0

    @property
    def book(self) -> FontBook:
        """The fonts of this document; tells what could not be drawn."""
        return self._book

    def define(self, name: str, page_index: int, frame: Frame, inks: tuple[Ink, ...], layout48: int) -> None:
        """Draw a static page once; `place` puts it on as many pages as needed."""
        form_name = f"S{len(self._statics)}"
        width_pt, height_pt = frame.width_mm * PT_PER_MM, frame.height_mm * PT_PER_MM
        canvas: Any = self._canvas
        canvas.beginForm(form_name, 0, 0, width_pt, height_pt)
        canvas._code.append(content_stream(inks, frame.height_mm, self._book))
        canvas._code.append(mark_stream(frame.marks, frame.height_mm))
        canvas.endForm()
        first, second = _code_text_places(frame)
        self._statics[name, page_index] = _Static(
            form_name,
            frame,
            layout48,
            f"/{canvas._doc.getXObjectName(form_name)} Do",
            (code_start(frame.codes[0], frame.height_mm), code_start(frame.codes[1], frame.height_mm)),
            (f"1 0 0 1 {first[0]:.2f} {first[1]:.2f} Tm (", f"1 0 0 1 {second[0]:.2f} {second[1]:.2f} Tm ("),
        )

    def define_form(self, name: str, printed: PrintedForm) -> None:
        """Define every page of a form under `name`, once."""
        if (name, 0) not in self._statics:
            for index, page in enumerate(printed.pages):
                self.define(name, index, page.frame, page.inks, printed.layout.id48)

    def empty_back(self, printed: PrintedForm) -> None:
        """Add the back of a sheet that is printed on one side; it carries no code, only the words that it is empty."""
        self.page_count += 1
        frame = printed.pages[0].frame
        width_pt, height_pt = frame.width_mm * PT_PER_MM, frame.height_mm * PT_PER_MM
        canvas: Any = self._canvas
        canvas._pagesize = (width_pt, height_pt)
        words = "Back left empty on purpose: do not write here"
        x = width_pt / 2 - text_width_pt(words, "italic", 10) / 2
        canvas._code.append(self._book.text_ops(words, "italic", 10, x, height_pt / 2, 0.6))
        canvas.showPage()

    def place(self, name: str, page_index: int, extra: str = "", inks: tuple[Ink, ...] = ()) -> int:
        """Add a page: a static page, its codes, and what differs; returns the page's number in the document."""
        static = self._statics[name, page_index]
        frame = static.frame
        self.page_count += 1
        number = self.page_count
        top, low = self._coder.codes(number, static.layout48)
        canvas: Any = self._canvas
        canvas._pagesize = (frame.width_mm * PT_PER_MM, frame.height_mm * PT_PER_MM)
        code: list[str] = canvas._code
        words = short_text(self._kit, number, self._drill)
        code += (
            static.begin,
            f"{static.codes[0]}{qr_bitmap(top).hex()}> EI Q",
            f"{static.codes[1]}{qr_bitmap(low).hex()}> EI Q",
            f"BT 0 g {self._code_font} {CODE_TEXT_PT:g} Tf {static.words[0]}{words[:9]}) Tj {static.words[1]}{words[10:]}) Tj ET",
        )
        if inks:
            code.append(content_stream(inks, frame.height_mm, self._book))
        if extra:
            code.append(extra)
        canvas._formsinuse.append(static.name)
        canvas.showPage()
        return number

    def save(self) -> bytes:
        """The finished PDF."""
        self._canvas.save()
        return self._out.getvalue()



def _code_text_places(frame: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the page code for people stands, in points: two lines under the top code, or beside it on label stock."""
    code = frame.codes[0]
    x, y = (code.right + 3, code.y + 4) if frame.code_text_beside else (code.x, code.bottom + 4.4)
    x_pt, y_pt = x * PT_PER_MM, (frame.height_mm - y) * PT_PER_MM
    return (x_pt, y_pt), (x_pt, y_pt - 9.0)

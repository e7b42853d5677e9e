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
from downtime.paper.strokes import code_stream, content_stream, mark_stream

CODE_TEXT_PT = 8.0


@dataclass(frozen=True, slots=True)
class _Static:
    """A static page that stands in the document as a Form XObject."""

    name: str
    frame: Frame
    layout48: int


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
        self._statics[name, page_index] = _Static(form_name, frame, layout48)

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
        canvas.doForm(static.name)
        code.append(code_stream(qr_bitmap(top), frame.codes[0], frame.height_mm))
        code.append(code_stream(qr_bitmap(low), frame.codes[1], frame.height_mm))
        code.append(self._code_text(frame, number))
        if inks:
            code.append(content_stream(inks, frame.height_mm, self._book))
        if extra:
            code.append(extra)
        canvas.showPage()
        return number

    def _code_text(self, frame: Frame, number: int) -> str:
        """The page code for people: under the top code, in two lines of eight and six characters."""
        words = short_text(self._kit, number, self._drill)
        if frame.code_text_beside:
            x = (frame.codes[0].right + 3) * PT_PER_MM
            y = (frame.height_mm - frame.codes[0].y - 4) * PT_PER_MM
            return self._book.text_ops(words, "bold", CODE_TEXT_PT, x, y)
        centre = (frame.codes[0].x + frame.codes[0].w / 2) * PT_PER_MM
        y = (frame.height_mm - frame.codes[0].bottom - 4.4) * PT_PER_MM
        items = []
        for row, part in enumerate((words[:9].strip(), words[9:].strip())):
            items.append((part, centre - text_width_pt(part, "bold", CODE_TEXT_PT) / 2, y - row * 9.0))
        return self._book.block_ops(items, "bold", CODE_TEXT_PT)

    def save(self) -> bytes:
        """The finished PDF."""
        self._canvas.save()
        return self._out.getvalue()


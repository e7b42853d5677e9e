"""One PDF document: forms drawn once as Form XObjects, pages that add only what differs, page codes on every page."""

from __future__ import annotations

import io
from dataclasses import dataclass

from downtime.page.code import PageCoder, short_text
from downtime.page.geometry import PT_PER_MM, pdf_xy
from downtime.page.qr import qr_bitmap
from downtime.paper.fonts import FontBook, canvas_font_name, text_width_pt
from downtime.paper.frame import Frame
from downtime.paper.ink import Ink
from downtime.paper.sheet import PrintedForm, SheetPage
from downtime.paper.strokes import code_start, content_stream, mark_stream

CODE_TEXT_PT = 8.0


@dataclass(frozen=True, slots=True)
class _Static:
    """A static page that stands in the document as a Form XObject."""

    name: str
    content: str
    frame: Frame
    layout48: int
    begin: str
    codes: tuple[str, str]
    words: tuple[str, str]
    sheet: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Ink that stands several times on one page: drawn once, from (0, 0) of a `w_mm` × `h_mm` rectangle, and placed."""

    inks: tuple[Ink, ...]
    w_mm: float
    h_mm: float
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """What one copy of a page has beside the static page: ink, stamps, and ready-made operators."""

    inks: tuple[Ink, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    operators: str = ""


class Document:
    """A PDF under construction; pages are numbered from 1 in the order in which they are added."""

    def __init__(self, coder: PageCoder | None, kit: int, *, drill: bool, title: str, subject: str) -> None:
        """Start an empty document whose pages carry the codes of one kit.

        Where the number of pages is not known yet, `coder` is None until `number` says it.
        """
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        from downtime.paper.pdf_objects import PageObjects

        # Binary streams: ASCII85 would cost a fifth of speed and size and helps nobody.
        rl_config.useA85 = 0
        rl_config.invariant = 1
        self._out = io.BytesIO()
        self._canvas = Canvas(self._out, invariant=1, pageCompression=1, initialFontName=canvas_font_name())
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Downtime")
        self._canvas.setSubject(subject)
        self._canvas.setCreator("Downtime")
        self._objects = PageObjects(self._canvas._doc)
        self._book = FontBook(self._canvas)
        self._code_font = self._book.resource_name("bold")
        self._coder = coder
        self._kit = kit
        self._drill = drill
        self._stamps = 0
        self._forms: dict[str, str] = {}
        self._resources: dict[tuple[str, ...], int] = {}
        self._statics: dict[tuple[str, int], _Static] = {}
        self.page_count = 0

    def number(self, coder: PageCoder) -> None:
        """Say how the pages are coded; before the first page is placed."""
        self._coder = coder

    @property
    def book(self) -> FontBook:
        """The fonts of this document; tells what could not be drawn."""
        return self._book

    def define(self, name: str, page_index: int, page: SheetPage, layout48: int) -> None:
        """Draw a static page once; `place` puts it on as many pages as needed, and into the file with the first."""
        frame, sheet_at = page.frame, page.sheet_at
        form_name = f"S{len(self._statics)}"
        content = (
            f"{content_stream(page.inks, frame.height_mm, self._book)}\n{mark_stream(frame.marks, frame.height_mm)}"
        )
        first, second = _code_text_places(frame)
        self._statics[name, page_index] = _Static(
            form_name,
            content,
            frame,
            layout48,
            f"/{form_name} Do",
            (code_start(frame.codes[0], frame.height_mm), code_start(frame.codes[1], frame.height_mm)),
            (_move(first), _move(second)),
            _move(pdf_xy(*sheet_at, frame.height_mm)) if sheet_at else "",
        )

    def define_form(self, name: str, printed: PrintedForm) -> None:
        """Define every page of a form under `name`, once."""
        if (name, 0) not in self._statics:
            for index, page in enumerate(printed.pages):
                self.define(name, index, page, printed.layout.id48)

    def empty_back(self, printed: PrintedForm) -> None:
        """Add the back of a sheet that is printed on one side; it carries no code, only the words that it is empty."""
        frame = printed.pages[0].frame
        words = "Back left empty on purpose: do not write here"
        x = frame.width_mm * PT_PER_MM / 2 - text_width_pt(words, "italic", 10) / 2
        shown = self._book.text_ops(words, "italic", 10, x, frame.height_mm * PT_PER_MM / 2, 0.6)
        self._add_page([shown], frame, ())

    def place(self, name: str, page_index: int, *, sheet: int = 0, extras: Extras | None = None) -> int:
        """Add a page: a static page, its codes, the sheet's number, what differs; returns the page's number."""
        static = self._statics[name, page_index]
        number = self.page_count + 1
        if self._coder is None:
            raise ValueError("a page has no code before the pages are numbered")
        top, low = self._coder.codes(number, static.layout48)
        words = short_text(self._kit, number, self._drill)
        code = [
            static.begin,
            f"{static.codes[0]}{qr_bitmap(top).hex()}> EI Q",
            f"{static.codes[1]}{qr_bitmap(low).hex()}> EI Q",
            f"BT 0 g {self._code_font} {CODE_TEXT_PT:g} Tf "
            f"{static.words[0]}{words[:9]}) Tj {static.words[1]}{words[10:]}) Tj "
            + (f"{static.sheet}sheet {sheet}) Tj ET" if sheet and static.sheet else "ET"),
        ]
        forms: tuple[str, ...] = (
            self._form(static.name, static.content, static.frame.width_mm, static.frame.height_mm),
        )
        if extras is not None:
            forms += self._add_extras(code, extras, static.frame.height_mm)
        self._add_page(code, static.frame, forms)
        return number

    def _add_page(self, code: list[str], frame: Frame, forms: tuple[str, ...]) -> None:
        """Add a page to the document itself: the canvas would write fonts and forms into each page anew."""
        width_pt, height_pt = frame.width_mm * PT_PER_MM, frame.height_mm * PT_PER_MM
        self._objects.page("\n".join(code), width_pt, height_pt, self._resources_of(forms))
        self.page_count += 1

    def _resources_of(self, forms: tuple[str, ...]) -> int:
        """The object with what a page draws with: fonts and forms; pages that draw the same share it."""
        if forms not in self._resources:
            number = self._objects.resources(self._forms[name] for name in forms)
            if len(forms) > 1:
                return number
            self._resources[forms] = number
        return self._resources[forms]

    def _form(self, name: str, content: str, w_mm: float, h_mm: float) -> str:
        """Put a Form XObject into the file, unless it is there already; returns its name."""
        if name not in self._forms:
            self._forms[name] = self._objects.form(name, content, w_mm * PT_PER_MM, h_mm * PT_PER_MM)
        return name

    def _add_extras(self, code: list[str], extras: Extras, height_mm: float) -> tuple[str, ...]:
        """Add what one copy has beside the static page to its operators; returns the forms that it draws."""
        if extras.inks:
            code.append(content_stream(extras.inks, height_mm, self._book))
        if extras.operators:
            code.append(extras.operators)
        names = []
        for stamp in extras.stamps:
            self._stamps += 1
            name = self._form(
                f"T{self._stamps}", content_stream(stamp.inks, stamp.h_mm, self._book), stamp.w_mm, stamp.h_mm
            )
            for x, y in stamp.places:
                down = (height_mm - y - stamp.h_mm) * PT_PER_MM
                code.append(f"q 1 0 0 1 {x * PT_PER_MM:.2f} {down:.2f} cm /{name} Do Q")
            names.append(name)
        return tuple(names)

    def save(self) -> bytes:
        """The finished PDF."""
        self._canvas.save()
        return self._out.getvalue()


def _move(point: tuple[float, float]) -> str:
    """The beginning of a text at a point in PDF points; the text and ``) Tj`` follow."""
    return f"1 0 0 1 {point[0]:.2f} {point[1]:.2f} Tm ("


def _code_text_places(frame: Frame) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where the page code for people stands, in points: two lines under the top code, or beside it on label stock."""
    code = frame.codes[0]
    x, y = (code.right + 3, code.y + 4) if frame.code_text_beside else (code.x, code.bottom + 4.4)
    x_pt, y_pt = x * PT_PER_MM, (frame.height_mm - y) * PT_PER_MM
    return (x_pt, y_pt), (x_pt, y_pt - 9.0)

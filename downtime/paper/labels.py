"""Sheets of labels: every place of the stock printed to the label maker's own measures.

Two places, at opposite corners of the sheet, carry the page code instead of a label, so that a sheet that comes back
is known like any other page. Registration marks have no room on label stock and are not needed: nothing is read there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from downtime.errors import ConfigError
from downtime.library.schema import FormSpec, LabelLine, LabelSpec
from downtime.page.geometry import PaperSize, Rect, page_mm
from downtime.page.layout import Layout, PageLayout, box
from downtime.paper.document import Stamp
from downtime.paper.frame import Frame
from downtime.paper.header import NOT_APPROVED, Imprint, fitted_size, fitted_text
from downtime.paper.imprint import draw_bar
from downtime.paper.ink import LABEL_GRAY, Face, Ink, Text
from downtime.paper.pieces import Sketch
from downtime.paper.sheet import PrintedForm, SheetPage
from downtime.paper.site_codes import site_code_inks
from downtime.site.numbers import number_is_sound

PAD_MM = 3.0
CODE_MM = 19.0
BARCODE_MM = 5.6
# Lines beside the page code; more than four of them stand closer, so that they end on their own label.
LINES_MM, CLOSE_LINES_MM = 3.2, 2.6
LINE_MM = 4.9
HIGH_LABEL_MM = 30.0
# The room for the number on a low label, left of its barcode.
NUMBER_MM = 28.0
# The word DRILL at the end of a label's first line, and a gap before it.
DRILL_MM = 12.5


@dataclass(frozen=True, slots=True)
class LabelStock:
    """A sheet of labels as its maker cuts it; mm from the top-left of the page."""

    name: str
    paper: PaperSize
    columns: int
    rows: int
    label_w_mm: float
    label_h_mm: float
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float

    @property
    def labels_a_sheet(self) -> int:
        """How many labels a sheet gives: two places carry the page code."""
        return self.columns * self.rows - 2

    def place(self, index: int, x_offset_mm: float = 0, y_offset_mm: float = 0) -> Rect:
        """The rectangle of label `index`, counted from 0 along the rows."""
        row, column = divmod(index, self.columns)
        return Rect(
            self.left_mm + column * self.pitch_x_mm + x_offset_mm,
            self.top_mm + row * self.pitch_y_mm + y_offset_mm,
            self.label_w_mm,
            self.label_h_mm,
        )


# Avery 5160: 2 5/8 × 1 in, 3 × 10, as published. L7160: 63.5 × 38.1 mm, 3 × 7; publishers differ by a few tenths of a
# millimetre at the margins, so a site measures its own stock and sets `labels: x_offset_mm, y_offset_mm`.
STOCKS: dict[str, LabelStock] = {
    "avery-5160": LabelStock("Avery 5160", PaperSize.LETTER, 3, 10, 66.675, 25.4, 4.7625, 12.7, 69.85, 25.4),
    "l7160": LabelStock("Avery L7160", PaperSize.A4, 3, 7, 63.5, 38.1, 7.2, 15.15, 66.04, 38.1),
}
DEFAULT_STOCK = {PaperSize.LETTER: "avery-5160", PaperSize.A4: "l7160"}


def build_label_sheet(
    form: FormSpec, stock: LabelStock, imprint: Imprint, x_offset_mm: float = 0, y_offset_mm: float = 0
) -> PrintedForm:
    """The static part of a label sheet: all labels but the values of the patient."""
    width, height = page_mm(stock.paper, False)
    codes = _code_places(stock, x_offset_mm, y_offset_mm)
    inks: list[Ink] = []
    for index, kind in _assigned(form, stock):
        inks += _static_inks(kind, stock.place(index, x_offset_mm, y_offset_mm), imprint)
    for number, index in enumerate(_control_places(stock)):
        at = stock.place(index, x_offset_mm, y_offset_mm)
        x = at.x + PAD_MM + CODE_MM + 3
        room = at.right - x - 1.5
        issued_as = "drill" if imprint.drill else imprint.kind.lower()
        issued = f"{issued_as} {imprint.kit}" + ("" if imprint.signed else "  UNSIGNED")
        lines = [f"{form.form}  {form.revision}", issued, "not a label: leave on"]
        if imprint.is_filled:
            lines.insert(2, f"data {imprint.data_as_of.replace('before printing', 'old')}")
        if not imprint.approved:
            lines.append(NOT_APPROVED)
        step = LINES_MM if len(lines) <= 4 else CLOSE_LINES_MM
        for row, text in enumerate(lines):
            y = codes[number].y + (10.4 if number == 0 else 4.4) + row * step
            inks.append(Text(x, y, text, fitted_size(text, "regular", 8, room, 6)))
    frame = _frame(stock.paper, width, height, codes)
    if imprint.warning:
        # Above the first row and below the last one the stock has a margin of 12 mm and more.
        sketch = Sketch()
        draw_bar(sketch, frame, imprint)
        inks += sketch.inks
    page = SheetPage(frame, tuple(inks), ())
    layout = Layout(
        form=form.form,
        revision=form.revision,
        paper=stock.paper,
        landscape=False,
        width_mm=width,
        height_mm=height,
        pages=(PageLayout(fields=(), marks=(), codes=(box(codes[0]), box(codes[1])), references=()),),
    )
    return PrintedForm(form.form, form.title, form.revision, False, (page,), layout)


def label_stamps(
    form: FormSpec,
    stock: LabelStock,
    values: Mapping[str, str],
    x_offset_mm: float = 0,
    y_offset_mm: float = 0,
    *,
    filled: bool = False,
    drill: bool = False,
) -> tuple[Stamp, ...]:
    """What one patient's sheet adds to each label: values by their names in `data:`, and the number as a barcode.

    `filled` is for a sheet whose static part has left out the blanks to write on: they print where no value is known.
    `drill` keeps the first line clear of the word DRILL at its end.
    """
    places: dict[str, list[tuple[float, float]]] = {}
    kinds: dict[str, LabelSpec] = {}
    for index, kind in _assigned(form, stock):
        at = stock.place(index, x_offset_mm, y_offset_mm)
        places.setdefault(kind.id, []).append((at.x, at.y))
        kinds[kind.id] = kind
    size = Rect(0, 0, stock.label_w_mm, stock.label_h_mm)
    stamps = ((name, _value_inks(kind, size, values, filled, drill)) for name, kind in kinds.items())
    return tuple(Stamp(tuple(inks), size.w, size.h, tuple(places[name])) for name, inks in stamps if inks)


def _control_places(stock: LabelStock) -> tuple[int, int]:
    return stock.columns - 1, stock.columns * (stock.rows - 1)


def _code_places(stock: LabelStock, dx: float, dy: float) -> tuple[Rect, Rect]:
    places = []
    for index in _control_places(stock):
        at = stock.place(index, dx, dy)
        places.append(Rect(at.x + PAD_MM, at.y + (at.h - CODE_MM) / 2, CODE_MM, CODE_MM))
    return places[0], places[1]


def _assigned(form: FormSpec, stock: LabelStock) -> list[tuple[int, LabelSpec]]:
    """Which kind of label stands at which place: the rest first, the counted kinds at the end."""
    controls = set(_control_places(stock))
    free = [index for index in range(stock.columns * stock.rows) if index not in controls]
    counted = [label for label in form.labels if not label.takes_the_rest for _ in range(label.count)]
    rest = next(label for label in form.labels if label.takes_the_rest)
    kinds = [rest] * max(len(free) - len(counted), 0) + counted
    return list(zip(free, kinds, strict=False))


def _rows(kind: LabelSpec, at: Rect) -> Iterator[tuple[LabelLine, float]]:
    """The lines of a label with their baselines."""
    first = at.y + (5.4 if at.h < HIGH_LABEL_MM else 7.0)
    for number, line in enumerate(kind.lines):
        yield line, first + number * LINE_MM


def _static_inks(kind: LabelSpec, at: Rect, imprint: Imprint) -> list[Ink]:
    """What is the same on every sheet."""
    inks: list[Ink] = []
    for line, y in _rows(kind, at):
        if line.print and not (line.data and imprint.is_filled):
            face: Face = "bold" if line.bold and not line.data else "regular"
            shown, size = fitted_text(line.print, face, line.size_pt, at.w - 2 * PAD_MM, 7)
            inks.append(Text(at.x + PAD_MM, y, shown, size, face))
    if imprint.drill:
        # A label is peeled off and stands alone: a rehearsal's must never pass for a patient's.
        inks.append(Text(at.right - PAD_MM, next(_rows(kind, at))[1], "DRILL", 9, "bold", "right"))
    if at.h > HIGH_LABEL_MM:
        words, size = fitted_text(f"{imprint.facility} · {imprint.department}", "regular", 8, at.w - 2 * PAD_MM, 6)
        inks.append(Text(at.x + PAD_MM, at.bottom - 3, words, size, gray=LABEL_GRAY))
    return inks


def _value_inks(kind: LabelSpec, at: Rect, values: Mapping[str, str], filled: bool, drill: bool) -> list[Ink]:
    """The values where the label has lines for them, and the barcode beside or under the number."""
    inks: list[Ink] = []
    for number, (line, y) in enumerate(_rows(kind, at)):
        text = values.get(line.data, "") if line.data else ""
        if not text and not (filled and line.data and line.print):
            continue
        coded = bool(text) and line.data == kind.barcode
        beside = coded and at.h < HIGH_LABEL_MM
        room = NUMBER_MM if beside else at.w - 2 * PAD_MM - (DRILL_MM if drill and number == 0 else 0)
        face: Face = "bold" if line.bold and text else "regular"
        shown, size = fitted_text(text or line.print, face, line.size_pt, room, 6)
        inks.append(Text(at.x + PAD_MM, y, shown, size, face))
        if coded:
            # A downtime number needs 33 mm: beside it on a low label, in a row of its own on a high one.
            low = Rect(at.x + PAD_MM + NUMBER_MM, y - 2.6, at.w - PAD_MM - NUMBER_MM, BARCODE_MM)
            inks += _barcode(text, low if beside else Rect(at.x, y + LINE_MM - 2.5, at.w, BARCODE_MM))
    return inks


def _barcode(number: str, place: Rect) -> list[Ink]:
    """The number as a barcode; nothing where no barcode can carry it, or it is too long for the label."""
    try:
        return site_code_inks("code128", number.replace("-", "") if number_is_sound(number) else number, place)
    except ConfigError:
        return []


def _frame(paper: PaperSize, width: float, height: float, codes: tuple[Rect, Rect]) -> Frame:
    nothing = Rect(0, 0, 0, 0)
    whole = Rect(0, 0, width, height)
    return Frame(
        paper=paper, width_mm=width, height_mm=height, landscape=False, mirrored=False, body=whole, title=nothing,
        patient=None, label=None, band=None, footer=nothing, codes=codes, marks=(), references=(), site_codes=(),
        code_text_beside=True,
    )  # fmt: skip

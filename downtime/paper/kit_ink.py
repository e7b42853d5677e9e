"""From the content of a sheet to operators on its pages, and a record of what was printed and what had no room.

Values go through `fill`, which knows a place for machine print in every field. Here are added what is not text in a
field: crosses in boxes, due times as small marks above the boxes of their hour, the words across hours without any,
a tint over hours that the data say nothing of, and the alert at the head of a row.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from downtime.page.geometry import PT_PER_MM, Rect
from downtime.paper.document import Extras
from downtime.paper.fill import LEAST_PT, PageFill
from downtime.paper.fillable_words import FormWords
from downtime.paper.fonts import FontBook, text_width_pt
from downtime.paper.kit_content import SheetContent
from downtime.paper.kit_model import Shortened
from downtime.paper.kit_rows import CHECK, CHECK_ALSO
from downtime.paper.kit_values import Shorter, Value
from downtime.paper.prefill import BoundForm, Hours
from downtime.paper.textflow import ellipsized

TICKED = "X"
GOES_ON = "…"
DUE_PT = 8.5
DUE_GRAY = 0.88
CLOSED_GRAY = 0.9


@dataclass
class SheetInk:
    """One sheet, fitted: the ink of each page, what was printed by field id, and what had no room."""

    content: SheetContent
    pages: list[Extras]
    printed: dict[str, str] = field(default_factory=dict)
    shortened: list[Shortened] = field(default_factory=list)


class FormInk:
    """Fits contents into the pages of one form."""

    def __init__(self, form: BoundForm, book: FontBook) -> None:
        self.form = form
        self._book = book
        rows = [f"{row}.{cell.id}" for rows in form.rows for row in rows.ids for cell in rows.cells if cell.bold]
        ruled = {name: count for name, count in form.ruled.items() if count}
        bold = frozenset([*rows, *(cell.id for cell in form.fixed if cell.bold)])
        self._fills = [PageFill(page, bold, ruled) for page in form.printed.pages]
        # The list of all orders has these in full, so that nothing is said twice where one of them had no room.
        self._of_orders = frozenset(
            f"{row}.{cell.id}"
            for rows in form.rows
            for row in rows.ids
            for cell in rows.cells
            if cell.data.startswith("order.")
        )
        self._strips = frozenset(
            f"{row}.{cell.id}"
            for rows in form.rows
            for row in rows.ids
            for cell in rows.cells
            if cell.data == "order.words"
        )
        self._rects = [{field.id: field.rect for field in page.fields} for page in form.printed.pages]

    @cached_property
    def _words(self) -> FormWords:
        return FormWords(self.form.spec)

    def parts(self, name: str, text: str) -> list[str]:
        """A text in parts of which each has room in the field `name`, wherever it stands."""
        page, whole = self.form.places[name][0]
        return self._fills[page].parts(whole, text)

    def fitted(self, content: SheetContent) -> SheetInk:
        """Choose the texts that have room, and write the operators of every page."""
        values: list[dict[str, str]] = [{} for _ in self.form.printed.pages]
        ink = SheetInk(content, [], shortened=list(content.beyond))
        for name, value in content.values.items():
            if name not in self._strips:
                self._fit(name, value, values, ink)
        operators = [self._page(index, page) for index, page in enumerate(values)]
        self._marks(content, operators, ink)
        ink.pages = [Extras(operators="\n".join(part for part in parts if part)) for parts in operators]
        return ink

    def _fit(self, name: str, value: Value, values: list[dict[str, str]], ink: SheetInk) -> None:
        """Put one value in all places of its field; each place may have another width."""
        texts = (value,) if isinstance(value, str) else value
        shown = ""
        for page, whole in self.form.places.get(name, ()):
            fill = self._fills[page]
            text = next((text for text in texts if fill.fits(whole, text, self._book)), texts[-1])
            values[page][whole] = text
            fits = text != texts[-1] or fill.fits(whole, text, self._book)
            shown = shown or (text if fits else fill.shown(whole, text))
            if not fits or (isinstance(value, Shorter) and text != texts[0]):
                self._note(name, texts[0], ink)
        if shown:
            # A large kit says the same few hundred ids a hundred thousand times.
            ink.printed[sys.intern(name)] = shown

    def _note(self, name: str, text: str, ink: SheetInk) -> None:
        if name in self._of_orders:
            return
        where = next((self._label(name, whole) for _, whole in self.form.places.get(name, ())), name)
        entry = Shortened(f"{self.form.spec.title}: {where}", text)
        if entry not in ink.shortened:
            ink.shortened.append(entry)

    def _label(self, name: str, whole: str) -> str:
        box = next(field for page in self.form.printed.pages for field in page.fields if field.id == whole)
        return self._words.of(box).label or name

    def _page(self, index: int, values: dict[str, str]) -> list[str]:
        return [self._fills[index].operators(values, self._book)[0]] if values else []

    def _marks(self, content: SheetContent, operators: list[list[str]], ink: SheetInk) -> None:
        for name in content.closed:
            for page, whole in self.form.places.get(name, ()):
                operators[page].insert(0, self._box(page, self._rects[page][whole], CLOSED_GRAY))
        for name in content.ticks:
            for page, whole in self.form.places.get(name, ()):
                operators[page].append(self._cross(page, self._rects[page][whole]))
                ink.printed[name] = TICKED
        for name, text in content.dues.items():
            for page, whole in self.form.places.get(name, ()):
                cell = name.rpartition(".")[0] + "."
                below = [rect for other, rect in self._rects[page].items() if other.startswith(cell) and other != whole]
                operators[page] += self._due(page, self._rects[page][whole], text, below)
                ink.printed[name] = text
        for name, text in content.marks.items():
            for page, whole in self.form.places.get(name, ()):
                operators[page].append(self._alert(page, self._rects[page][whole], text))
                ink.printed[name] = text
        for row, hours, words in content.across:
            self._across(row, hours, words, content, operators, ink)
        for name in self._strips & content.values.keys():
            for page, whole in self.form.places.get(name, ()):
                text = _fitting(content.values[name], self._rects[page][whole].w)
                operators[page].append(self._strip(page, self._rects[page][whole], text))
                ink.printed[name] = text

    def _across(
        self, row: str, hours: Hours, words: Value, content: SheetContent, operators: list[list[str]], ink: SheetInk
    ) -> None:
        """Words over the hours of each side in which no dose is due: over the longest run of them."""
        names = [f"{row}.{hours.column}{column}.{hours.due}" for column in range(1, hours.count + 1)]
        for page, rects in enumerate(self._rects):
            there = [name for name in names if any(place[0] == page for place in self.form.places.get(name, ()))]
            free = _longest_run(there, content.dues)
            if not free:
                continue
            places = [rects[whole] for name in free for at, whole in self.form.places[name] if at == page]
            room = Rect(places[0].x, places[0].y, places[-1].right - places[0].x, places[0].h)
            text = _fitting(words, room.w)
            operators[page].append(self._strip(page, room, text))
            # Print is no handwriting in the cells that the words run through, either; beyond them a pen may be.
            reach = room.x + _strip_mm(text)
            ink.printed |= {name: GOES_ON for name, at in zip(free, places, strict=True) if at.x < reach}
            ink.printed[free[0]] = text

    def _height(self, page: int) -> float:
        return self.form.printed.pages[page].frame.height_mm

    def _box(self, page: int, rect: Rect, gray: float) -> str:
        y = (self._height(page) - rect.bottom) * PT_PER_MM
        return f"{gray:g} g {rect.x * PT_PER_MM:.2f} {y:.2f} {rect.w * PT_PER_MM:.2f} {rect.h * PT_PER_MM:.2f} re f"

    def _cross(self, page: int, rect: Rect) -> str:
        inner = rect.inset(0.7)
        top, low = ((self._height(page) - y) * PT_PER_MM for y in (inner.y, inner.bottom))
        left, right = inner.x * PT_PER_MM, inner.right * PT_PER_MM
        return (
            f"q 0 G 1.3 w 1 J {left:.2f} {top:.2f} m {right:.2f} {low:.2f} l "
            f"{left:.2f} {low:.2f} m {right:.2f} {top:.2f} l S Q"
        )

    def _text(
        self, page: int, text: str, x: float, y: float, size: float, gray: float = 0.0, face: str = "bold"
    ) -> str:
        return self._book.text_ops(text, face, size, x * PT_PER_MM, (self._height(page) - y) * PT_PER_MM, gray)

    def _due(self, page: int, rect: Rect, text: str, below: Sequence[Rect]) -> list[str]:
        """A due time: bold on a tint, in a strip of its own above the boxes to write in, and a frame round these."""
        wide = text_width_pt(text, "bold", 1.0)
        size = min(DUE_PT, rect.w * PT_PER_MM / wide)
        x = rect.x + (rect.w - wide * size / PT_PER_MM) / 2
        y = rect.y + rect.h / 2 + size * 0.12
        frame = Rect(rect.x, rect.y, rect.w, max((box.bottom for box in below), default=rect.bottom) - rect.y)
        return [self._box(page, rect, DUE_GRAY), self._frame(page, frame), self._text(page, text, x, y, size)]

    def _frame(self, page: int, rect: Rect) -> str:
        y = (self._height(page) - rect.bottom) * PT_PER_MM
        path = f"{rect.x * PT_PER_MM:.2f} {y:.2f} {rect.w * PT_PER_MM:.2f} {rect.h * PT_PER_MM:.2f} re"
        return f"0 G 1.2 w [] 0 d {path} S"

    def _strip(self, page: int, room: Rect, text: str) -> str:
        """Words over a row's hours; those that ask for a check begin white on black."""
        parts = []
        tag, rest = _tagged(text)
        x, y = room.x + 1.0, room.y + room.h / 2 + LEAST_PT * 0.12
        if tag:
            wide = text_width_pt(tag, "bold", LEAST_PT) / PT_PER_MM + 2.0
            parts.append(self._box(page, Rect(room.x, room.y, wide, room.h), 0.0))
            parts.append(self._text(page, tag, x, y, LEAST_PT, 1.0))
            x = room.x + wide + 1.0
        parts.append(
            self._text(page, ellipsized(rest, "regular", LEAST_PT, room.right - x), x, y, LEAST_PT, 0, "regular")
        )
        return "\n".join(parts)

    def _alert(self, page: int, rect: Rect, text: str) -> str:
        """The head of a row: its number, and an alert as a bar, white on black, that is read from below."""
        number, _, words = text.partition(" ")
        if not words:
            wide = text_width_pt(number, "bold", 10) / PT_PER_MM
            return self._text(page, number, rect.x + (rect.w - wide) / 2, rect.y + rect.h / 2 + 1.2, 10)
        size = min(9.0, (rect.h - 5.0) * PT_PER_MM / text_width_pt(words, "bold", 1.0))
        height = self._height(page)
        x = (rect.x + rect.w / 2) * PT_PER_MM + size * 0.34
        y = (height - rect.bottom + 4.6) * PT_PER_MM
        turned = f"q 0 1 -1 0 {x:.2f} {y:.2f} cm {self._book.text_ops(words, 'bold', size, 0, 0, 1.0)} Q"
        middle = rect.x + rect.w / 2 - text_width_pt(number, "bold", 9) / PT_PER_MM / 2
        return "\n".join(
            (self._box(page, rect, 0.0), turned, self._text(page, number, middle, rect.bottom - 1.2, 9, 1.0))
        )


def _tagged(text: str) -> tuple[str, str]:
    """The mark that words begin with, if they ask for a check, and the rest."""
    tag, colon, rest = text.partition(": ")
    return (tag, rest) if colon and tag in (CHECK, CHECK_ALSO) else ("", text)


def _fitting(words: Value, room_mm: float) -> str:
    """The first of several texts that fits one line of `room_mm` as words over a row, or the last."""
    texts = (words,) if isinstance(words, str) else words
    return next((text for text in texts if _strip_mm(text) <= room_mm), texts[-1])


def _strip_mm(text: str) -> float:
    """How much room words over a row take, with what is left free around them."""
    tag, rest = _tagged(text)
    wide = text_width_pt(rest, "regular", LEAST_PT) + (text_width_pt(tag, "bold", LEAST_PT) if tag else 0)
    return wide / PT_PER_MM + (4.0 if tag else 2.0)


def _longest_run(names: Sequence[str], taken: Mapping[str, str]) -> list[str]:
    """The longest run of names that are not taken; the first of several."""
    best: list[str] = []
    run: list[str] = []
    for name in names:
        run = [] if name in taken else [*run, name]
        if len(run) > len(best):
            best = list(run)
    return best

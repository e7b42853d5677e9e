"""Writing known values into the fields of a printed page: the patient's name, an order, a due time.

Each field has one place for machine print, worked out once a form; a page then costs a look-up, a width and a few
bytes for each value. What does not fit at its size shrinks to 8 pt, then wraps or is cut with a mark and reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import FittedText, FontBook, fit_text
from downtime.paper.ink import Face
from downtime.paper.sheet import SheetPage
from downtime.paper.textflow import wrap

LEAST_PT = 8.0
PAD_MM = 0.8
# How far below the middle of its field print stands, so that capitals are in the middle.
BASELINE_MM_PER_PT = 0.12
# How far above a ruled line print stands.
ABOVE_RULE_PT = 2.5
# From line to line, in parts of the size.
LINE = 1.15
MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value prints: left end and baseline in PDF points, the room it has, its face and size."""

    x_pt: float
    y_pt: float
    move: str
    room_pt: float
    height_pt: float
    face: Face
    size_pt: float
    rules: int = 0

    def fitted(self, text: str) -> FittedText:
        """The text on the lines that the place has, at a size that can be read; cut with “…” where they are too few."""
        return _fit(text, self.face, self.size_pt, self.room_pt, self.height_pt, self.rules)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The operators of one value: those that share a text object with others, by font; and text objects of its own."""

    groups: tuple[tuple[str, str], ...]
    loose: tuple[str, ...] = ()
    cut: bool = False
    special: bool = False


class PageFill:
    """The slots of one page of a form; makes the operators for the values of one copy."""

    def __init__(
        self, page: SheetPage, bold: frozenset[str] = frozenset(), ruled: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        """`bold` are field ids, or their last parts, whose values print large and bold (drug, dose, surname).

        `ruled` are fields with so many ruled lines: print stands on these.
        """
        height = page.frame.height_mm
        self._slots: dict[str, Slot] = {}
        self._book: FontBook | None = None
        self._made: dict[tuple[str, str], _Shown] = {}
        for field in page.fields:
            rect = field.rect
            name = field.id.partition("@")[0]
            strong = name in bold or name.rsplit(".", 1)[-1] in bold
            face: Face = "bold" if strong else "regular"
            size = min(11.0 if strong else 9.5, max(LEAST_PT, rect.h * PT_PER_MM * 0.8))
            baseline = rect.y + rect.h / 2 + size * BASELINE_MM_PER_PT
            x_pt, y_pt = (rect.x + PAD_MM) * PT_PER_MM, (height - baseline) * PT_PER_MM
            self._slots[field.id] = Slot(
                x_pt=x_pt,
                y_pt=y_pt,
                move=f"1 0 0 1 {x_pt:.2f} {y_pt:.2f} Tm (",
                room_pt=(rect.w - 2 * PAD_MM) * PT_PER_MM,
                height_pt=rect.h * PT_PER_MM,
                face=face,
                size_pt=size,
                rules=ruled.get(name, 0),
            )

    def fits(self, field_id: str, text: str, book: FontBook) -> bool:
        """Whether a text has room in a field, whole, at a size that can be read."""
        slot = self._slots[field_id]
        width, _ = book.measured(text, slot.face)
        return width * LEAST_PT <= slot.room_pt or not slot.fitted(text).truncated

    def shown(self, field_id: str, text: str) -> str:
        """A text as it prints in a field: whole, or cut with “…”."""
        fitted = self._slots[field_id].fitted(text)
        return " ".join(fitted.lines) if fitted.truncated else text

    def parts(self, field_id: str, text: str) -> list[str]:
        """A text in parts of which each has room in the field, for fields that follow one another."""
        slot = self._slots[field_id]
        lines = wrap(text, slot.face, LEAST_PT, slot.room_pt / PT_PER_MM)
        most = slot.rules or max(1, int(slot.height_pt // (LEAST_PT * LINE)))
        parts: list[str] = []
        while lines:
            count = most
            while count > 1 and slot.fitted(" ".join(lines[:count])).truncated:
                count -= 1
            parts.append(" ".join(lines[:count]))
            lines = lines[count:]
        return parts

    def slot(self, field_id: str) -> Slot:
        """The slot of one field; raises KeyError for a field that this page does not have."""
        return self._slots[field_id]

    def operators(self, values: Mapping[str, str], book: FontBook) -> tuple[str, tuple[str, ...]]:
        """The operators that print `values` (field id to text), and the ids of those that had to be cut."""
        if book is not self._book:  # another document: its fonts have other names
            self._book, self._made = book, {}
        made = self._made.get
        groups: defaultdict[str, list[str]] = defaultdict(list)
        loose: list[str] = []
        cut: list[str] = []
        for item in values.items():
            shown = made(item) or self._shown(item, book)
            for group, operators in shown.groups:
                groups[group].append(operators)
            if shown.special:
                loose += shown.loose
                if shown.cut:
                    cut.append(item[0])
        parts = ["BT 0 g"]
        for group, items in groups.items():
            parts.append(group)
            parts += items
        parts.append("ET")
        return "\n".join(parts + loose), tuple(cut)

    def _shown(self, item: tuple[str, str], book: FontBook) -> _Shown:
        """How one value prints in its field: worked out once for a text that comes again on page after page."""
        field_id, text = item
        slot = self._slots[field_id]
        width, plain = book.measured(text, slot.face)
        wide = width * slot.size_pt
        # One smaller size for all that nearly fits, so that the text of a page stays in few groups.
        size_pt = slot.size_pt if wide <= slot.room_pt else LEAST_PT
        if slot.rules or width * size_pt > slot.room_pt:
            shown = _fitted(text, slot, book)
        elif plain is None:
            shown = _Shown((), (book.block_ops([(text, slot.x_pt, slot.y_pt)], slot.face, size_pt),), special=True)
        else:
            shown = _Shown(((f"{book.resource_name(slot.face)} {size_pt:g} Tf", f"{slot.move}{plain}) Tj"),))
        if len(self._made) >= MOST_REMEMBERED:
            self._made.clear()
        self._made[item] = shown
        return shown


def _fitted(text: str, slot: Slot, book: FontBook) -> _Shown:
    """A text that is too long for one line of its field, or stands on the ruled lines of one."""
    fitted = slot.fitted(text)
    top, step = _lines_from(slot, fitted)
    group = f"{book.resource_name(slot.face)} {fitted.size_pt:g} Tf"
    groups: list[tuple[str, str]] = []
    loose: list[str] = []
    for number, line in enumerate(fitted.lines):
        y_pt = top - number * step
        plain = None if fitted.direction == "rtl" else book.measured(line, slot.face)[1]
        if plain is not None:
            groups.append((group, f"1 0 0 1 {slot.x_pt:.2f} {y_pt:.2f} Tm ({plain}) Tj"))
        else:
            # A line may begin with a Latin word: it is still read from the right.
            loose.append(book.text_ops(line, slot.face, fitted.size_pt, slot.x_pt, y_pt, 0, fitted.direction))
    return _Shown(tuple(groups), tuple(loose), fitted.truncated, special=True)


def _lines_from(slot: Slot, fitted: FittedText) -> tuple[float, float]:
    """The baseline of the first of several lines, and the step down to the next, in points."""
    middle = slot.y_pt + slot.size_pt * BASELINE_MM_PER_PT * PT_PER_MM
    if slot.rules:
        step = slot.height_pt / slot.rules
        return middle + slot.height_pt / 2 - step + ABOVE_RULE_PT, step
    step = fitted.size_pt * LINE
    # Smaller print stands higher: the slot's baseline is that of its full size.
    return middle - fitted.size_pt * BASELINE_MM_PER_PT * PT_PER_MM + (len(fitted.lines) - 1) * step / 2, step


@lru_cache(maxsize=4096)
def _fit(text: str, face: Face, size_pt: float, room_pt: float, height_pt: float, rules: int) -> FittedText:
    """Text that is too long for one line, on as few lines as it needs, at a size at which so many lines have room.

    With `rules` the lines are ruled already. The same orders and names come again on page after page: each is fitted
    once.
    """
    if rules:
        return fit_text(text, face, size_pt, room_pt, LEAST_PT, rules)
    most = max(1, int(height_pt // (LEAST_PT * LINE)))
    for lines in range(min(2, most), most + 1):
        size = min(size_pt, max(LEAST_PT, height_pt / (lines * LINE)))
        fitted = fit_text(text, face, size, room_pt, LEAST_PT, lines)
        if not fitted.truncated:
            break
    return fitted


__all__ = ["PageFill", "Slot"]

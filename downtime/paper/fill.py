"""Writing known values into the fields of a printed page: the patient's name, an order, a due time.

Each field has one place for machine print, worked out once a form; a page then costs a look-up, a width and a few
bytes for each value. What does not fit at its size shrinks to 8 pt, then wraps or is cut with a mark and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import FittedText, FontBook, fit_text
from downtime.paper.ink import Face
from downtime.paper.sheet import SheetPage
from downtime.paper.textflow import wrap

LEAST_PT = 8.0
PAD_MM = 0.8
# How far below the middle of its field print stands, so that capitals are in the middle.
BASELINE_MM_PER_PT = 0.12
# From line to line, in parts of the size.
LINE = 1.15


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
    key: tuple[Face, float]


class PageFill:
    """The slots of one page of a form; makes the operators for the values of one copy."""

    def __init__(self, page: SheetPage, bold: frozenset[str] = frozenset()) -> None:
        """`bold` are field ids, or their last parts, whose values print large and bold (drug, dose, surname)."""
        height = page.frame.height_mm
        self._slots: dict[str, Slot] = {}
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
                key=(face, size),
            )

    def fits(self, field_id: str, text: str, book: FontBook) -> bool:
        """Whether a text has room in a field, whole, at a size that can be read."""
        slot = self._slots[field_id]
        width, _ = book.measured(text, slot.face)
        if width * LEAST_PT <= slot.room_pt:
            return True
        return not self._cut(slot, text)

    def shown(self, field_id: str, text: str) -> str:
        """A text as it prints in a field: whole, or cut with “…”."""
        slot = self._slots[field_id]
        fitted = _fit(text, slot.face, slot.size_pt, slot.room_pt, slot.height_pt)
        return " ".join(fitted.lines) if fitted.truncated else text

    @staticmethod
    def _cut(slot: Slot, text: str) -> bool:
        return _fit(text, slot.face, slot.size_pt, slot.room_pt, slot.height_pt).truncated

    def parts(self, field_id: str, text: str) -> list[str]:
        """A text in parts of which each has room in the field, for fields that follow one another."""
        slot = self._slots[field_id]
        lines = wrap(text, slot.face, LEAST_PT, slot.room_pt / PT_PER_MM)
        most = max(1, int(slot.height_pt // (LEAST_PT * LINE)))
        parts: list[str] = []
        while lines:
            count = most
            while count > 1 and self._cut(slot, " ".join(lines[:count])):
                count -= 1
            parts.append(" ".join(lines[:count]))
            lines = lines[count:]
        return parts

    def slot(self, field_id: str) -> Slot:
        """The slot of one field; raises KeyError for a field that this page does not have."""
        return self._slots[field_id]

    def operators(self, values: Mapping[str, str], book: FontBook) -> tuple[str, tuple[str, ...]]:
        """The operators that print `values` (field id to text), and the ids of those that had to be cut."""
        plain: dict[tuple[Face, float], list[str]] = {}
        others: dict[tuple[Face, float], list[tuple[str, float, float]]] = {}
        from_right: list[str] = []
        cut: list[str] = []
        slots, measured = self._slots, book.measured
        for field_id, text in values.items():
            slot = slots[field_id]
            key = slot.key
            width, shown = measured(text, slot.face)
            wide = width * slot.size_pt
            if wide > slot.room_pt:
                # One smaller size for all that nearly fits, so that the text of a page stays in few groups.
                if wide * LEAST_PT > slot.room_pt * slot.size_pt:
                    self._fitted(text, slot, book, others, from_right, cut, field_id)
                    continue
                key = (slot.face, LEAST_PT)
            if shown is None:
                others.setdefault(key, []).append((text, slot.x_pt, slot.y_pt))
            else:
                items = plain.get(key)
                if items is None:
                    items = plain[key] = []
                items.append(slot.move + shown + ") Tj")
        parts = ["BT 0 g"]
        for (face, size), shown_items in plain.items():
            parts.append(f"{book.resource_name(face)} {size:g} Tf")
            parts += shown_items
        parts.append("ET")
        parts += [book.block_ops(items, face, size) for (face, size), items in others.items()]
        parts += from_right
        return "\n".join(parts), tuple(cut)

    def _fitted(
        self,
        text: str,
        slot: Slot,
        book: FontBook,
        groups: dict[tuple[Face, float], list[tuple[str, float, float]]],
        from_right: list[str],
        cut: list[str],
        field_id: str,
    ) -> None:
        fitted = _fit(text, slot.face, slot.size_pt, slot.room_pt, slot.height_pt)
        if fitted.truncated:
            cut.append(field_id)
        step = fitted.size_pt * LINE
        # Smaller print stands higher: the slot's baseline is that of its full size.
        raised = (slot.size_pt - fitted.size_pt) * BASELINE_MM_PER_PT * PT_PER_MM
        top = slot.y_pt + raised + (len(fitted.lines) - 1) * step / 2
        items = groups.setdefault((slot.face, fitted.size_pt), [])
        for number, line in enumerate(fitted.lines):
            y_pt = top - number * step
            if fitted.direction == "rtl":
                # A line may begin with a Latin word: it is still read from the right.
                from_right.append(book.text_ops(line, slot.face, fitted.size_pt, slot.x_pt, y_pt, 0, fitted.direction))
            else:
                items.append((line, slot.x_pt, y_pt))


@lru_cache(maxsize=4096)
def _fit(text: str, face: Face, size_pt: float, room_pt: float, height_pt: float) -> FittedText:
    """Text that is too long for one line, on as few lines as it needs, at a size at which so many lines have room.

    The same orders and names come again on page after page: each is fitted once.
    """
    most = max(1, int(height_pt // (LEAST_PT * LINE)))
    for lines in range(min(2, most), most + 1):
        size = min(size_pt, max(LEAST_PT, height_pt / (lines * LINE)))
        fitted = fit_text(text, face, size, room_pt, LEAST_PT, lines)
        if not fitted.truncated:
            break
    return fitted


__all__ = ["PageFill", "Slot"]

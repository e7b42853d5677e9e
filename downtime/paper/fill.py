"""Writing known values into the fields of a printed page: the patient's name, an order, a due time.

Each field has one place for machine print, worked out once a form; a page then costs a look-up, a width and a few
bytes for each value. What does not fit at its size shrinks to 8 pt, then wraps or is cut with a mark and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from downtime.page.geometry import PT_PER_MM
from downtime.paper.fonts import FontBook, fit_text, text_width_pt
from downtime.paper.ink import Face
from downtime.paper.sheet import SheetPage

LEAST_PT = 8.0
PAD_MM = 0.8


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a value prints: left end and baseline in PDF points, the room it has, its face and size."""

    x_pt: float
    y_pt: float
    room_pt: float
    height_pt: float
    face: Face
    size_pt: float


class PageFill:
    """The slots of one page of a form; makes the operators for the values of one copy."""

    def __init__(self, page: SheetPage, bold: frozenset[str] = frozenset()) -> None:
        """`bold` are the last parts of field ids whose values print large and bold (drug, dose, surname)."""
        height = page.frame.height_mm
        self._slots: dict[str, Slot] = {}
        for field in page.fields:
            rect = field.rect
            strong = field.id.rsplit(".", 1)[-1].split("@")[0] in bold
            size = min(11.0 if strong else 9.5, max(LEAST_PT, rect.h * PT_PER_MM * 0.8))
            baseline = rect.y + rect.h / 2 + size * 0.12
            self._slots[field.id] = Slot(
                x_pt=(rect.x + PAD_MM) * PT_PER_MM,
                y_pt=(height - baseline) * PT_PER_MM,
                room_pt=(rect.w - 2 * PAD_MM) * PT_PER_MM,
                height_pt=rect.h * PT_PER_MM,
                face="bold" if strong else "regular",
                size_pt=size,
            )

    def slot(self, field_id: str) -> Slot:
        """The slot of one field; raises KeyError for a field that this page does not have."""
        return self._slots[field_id]

    def operators(self, values: Mapping[str, str], book: FontBook) -> tuple[str, tuple[str, ...]]:
        """The operators that print `values` (field id to text), and the ids of those that had to be cut."""
        groups: dict[tuple[Face, float], list[tuple[str, float, float]]] = {}
        cut: list[str] = []
        slots = self._slots
        for field_id, text in values.items():
            slot = slots[field_id]
            key = (slot.face, slot.size_pt)
            if text_width_pt(text, slot.face, slot.size_pt) <= slot.room_pt:
                items = groups.get(key)
                if items is None:
                    groups[key] = [(text, slot.x_pt, slot.y_pt)]
                else:
                    items.append((text, slot.x_pt, slot.y_pt))
                continue
            self._fitted(text, slot, groups, cut, field_id)
        parts = [book.block_ops(items, face, size) for (face, size), items in groups.items()]
        return "\n".join(parts), tuple(cut)

    def _fitted(
        self,
        text: str,
        slot: Slot,
        groups: dict[tuple[Face, float], list[tuple[str, float, float]]],
        cut: list[str],
        field_id: str,
    ) -> None:
        most = max(1, int(slot.height_pt // (LEAST_PT * 1.15)))
        fitted = fit_text(text, slot.face, slot.size_pt, slot.room_pt, LEAST_PT, most)
        if fitted.truncated:
            cut.append(field_id)
        step = fitted.size_pt * 1.15
        top = slot.y_pt + (len(fitted.lines) - 1) * step / 2
        items = groups.setdefault((slot.face, fitted.size_pt), [])
        for number, line in enumerate(fitted.lines):
            items.append((line, slot.x_pt, top - number * step))


__all__ = ["PageFill", "Slot"]

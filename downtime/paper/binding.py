"""Which fields of a form take a value that is known at printing, and the ink that puts it there.

A definition binds a field with `data:`. Known here: ``downtime_number`` (the number of this copy, or of this row of a
log), and ``block.first``, ``block.last`` and ``block.site`` of the department's block of downtime numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from downtime.library.schema import FormSpec
from downtime.page.geometry import Rect
from downtime.paper.header import fitted_size
from downtime.paper.ink import Ink, Text
from downtime.paper.sheet import PrintedForm

DOWNTIME_NUMBER = "downtime_number"
BLOCK = ("block.first", "block.last", "block.site")

Value = Callable[[str, int], str | None]
"""The value of a binding in a row (0-based), or None where there is none."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A field that takes a value: its id, page and rectangle, what it is bound to, its row in a grid (0-based)."""

    id: str
    page: int
    rect: Rect
    data: str
    row: int


@dataclass(frozen=True, slots=True)
class Bindings:
    """The bound places of a form; `rows_of_numbers` is how many downtime numbers a log has in its grid."""

    places: tuple[_Place, ...]
    rows_of_numbers: int

    @property
    def wants_number(self) -> bool:
        """Whether the form prints downtime numbers at all."""
        return any(place.data == DOWNTIME_NUMBER for place in self.places)

    def inks(self, page: int, value: Value) -> tuple[Ink, ...]:
        """The values on one page (0-based)."""
        inks: list[Ink] = []
        for place in self.places:
            text = value(place.data, place.row) if place.page == page else None
            if text:
                size = fitted_size(text, "bold", 12, place.rect.w - 1.6, 7)
                y = place.rect.y + place.rect.h / 2 + size * 0.12
                inks.append(Text(place.rect.x + 0.8, y, text, size, "bold"))
        return tuple(inks)

    def values(self, value: Value) -> dict[str, str]:
        """The values of a whole copy by field id, as the manifest lists what was printed."""
        found = ((place.id, value(place.data, place.row)) for place in self.places)
        return {name: text for name, text in found if text}


def bindings_of(form: FormSpec, printed: PrintedForm) -> Bindings:
    """Find the fields that the definition binds to something known here."""
    known = {DOWNTIME_NUMBER, *BLOCK}
    wanted: dict[str, tuple[str, int]] = {}
    rows = 0
    for section in (part for whole in form.sections for part in whole.whole):
        wanted.update({field.id: (field.data, 0) for field in section.fields if field.data in known})
        if section.grid:
            count = section.grid.rows.count or len(section.grid.rows.labels)
            for column in section.grid.columns:
                if column.data in known:
                    rows = count if column.data == DOWNTIME_NUMBER else rows
                    ids = (f"{section.grid.id}.{row + 1}.{column.id}" for row in range(count))
                    wanted.update({name: (column.data, row) for row, name in enumerate(ids)})
    places = [
        _Place(box.id, index, box.rect, *wanted[box.id])
        for index, page in enumerate(printed.pages)
        for box in page.fields
        if box.id in wanted
    ]
    return Bindings(tuple(places), rows)

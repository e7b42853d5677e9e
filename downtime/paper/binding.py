"""Which fields of a form take a value that is known at printing, and the ink that puts it there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from downtime.library.schema import FormSpec
from downtime.page.geometry import Rect
from downtime.paper.header import fitted_size
from downtime.paper.ink import Ink, Text
from downtime.paper.sheet import PrintedForm

DOWNTIME_NUMBER = "downtime_number"


@dataclass(frozen=True, slots=True)
class _Place:
    """A field that takes a downtime number: its page, its rectangle, its row in a grid (0-based)."""

    page: int
    rect: Rect
    row: int


@dataclass(frozen=True, slots=True)
class Bindings:
    """The places of a form that take downtime numbers; `rows_of_numbers` is how many a log has in its grid."""

    places: tuple[_Place, ...]
    rows_of_numbers: int

    @property
    def wants_number(self) -> bool:
        """Whether the form prints downtime numbers at all."""
        return bool(self.places)

    def inks(self, page: int, number: Callable[[int], str | None]) -> tuple[Ink, ...]:
        """The numbers on one page; `number` gives the one for a row, or None when the block is used up."""
        inks: list[Ink] = []
        for place in self.places:
            text = number(place.row) if place.page == page else None
            if text:
                size = fitted_size(text, "bold", 12, place.rect.w - 1.6, 7)
                y = place.rect.y + place.rect.h / 2 + size * 0.12
                inks.append(Text(place.rect.x + 0.8, y, text, size, "bold"))
        return tuple(inks)


def bindings_of(form: FormSpec, printed: PrintedForm) -> Bindings:
    """Find the fields that the definition binds to downtime numbers (`data: downtime_number`)."""
    wanted: dict[str, int] = {}
    rows = 0
    for section in (part for whole in form.sections for part in (whole, *whole.beside)):
        for field in section.fields:
            if field.data == DOWNTIME_NUMBER:
                wanted[field.id] = 0
        if section.grid:
            count = section.grid.rows.count or len(section.grid.rows.labels)
            for column in section.grid.columns:
                if column.data == DOWNTIME_NUMBER:
                    rows = count
                    wanted.update({f"{section.grid.id}.{row + 1}.{column.id}": row for row in range(count)})
    places = [
        _Place(index, box.rect, wanted[box.id])
        for index, page in enumerate(printed.pages)
        for box in page.fields
        if box.id in wanted
    ]
    return Bindings(tuple(places), rows)

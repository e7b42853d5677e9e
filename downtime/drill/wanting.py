"""Which fields of a page get filled in: required ones nearly always, rows from the top, a cell whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from downtime.drill.profiles import Profile
from downtime.drill.sense import base_id
from downtime.drill.story import Story
from downtime.page.layout import FieldBox
from downtime.paper.fillable_words import FieldPlace

# Whoever fills a page in leaves the re-entry strip to the clerk.
_REENTRY = 0.08
_REQUIRED = 0.97
_LABELLED = 0.25
"""How often the patient block is written although a label says the same."""


class Wanting:
    """Decides for the fields of one page; `named` gives a stream of chance that all pages of the sheet share."""

    def __init__(
        self,
        places: Sequence[tuple[FieldBox, FieldPlace]],
        story: Story,
        profile: Profile,
        stream: random.Random,
        named: Callable[..., random.Random],
    ) -> None:
        """Look at the whole page first: how many rows its grids have."""
        self._story, self._profile, self._stream, self._named = story, profile, stream, named
        self._rows: dict[str, int] = {}
        self._limits: dict[str, int] = {}
        self._cells: dict[str, bool] = {}
        for field, place in places:
            if place.row:
                grid = _grid(base_id(field.id), place.row)
                self._rows[grid] = max(self._rows.get(grid, 0), place.row)

    def wants(self, field: FieldBox, place: FieldPlace, labelled: bool) -> bool:
        """Whether this field gets filled in; `labelled` pages have the patient on a sticky label."""
        name, stream = base_id(field.id), self._stream
        if name.startswith("reentry"):
            return stream.random() < _REENTRY
        if name.startswith("patient."):
            return stream.random() < (_LABELLED if labelled and name != "patient.page_date" else _REQUIRED)
        required = place.spec is not None and place.spec.required
        if not (place.in_grid and place.row):
            return stream.random() < (_REQUIRED if required else self._profile.fill)
        alone = self._rows[_grid(name, place.row)] == 1
        if place.row > self._limit(_grid(name, place.row)) or not (self._used(name) or (alone and required)):
            return False
        return stream.random() < (_REQUIRED if required else 0.5 + self._profile.fill / 2)

    def _limit(self, grid: str) -> int:
        """The last row that is used of a grid: a share of however many there are, the first one nearly always."""
        if grid not in self._limits:
            stream = self._named("rows", grid)
            share = min(max(stream.gauss(self._story.rows, 0.2), 0), 1)
            self._limits[grid] = max(round(self._rows[grid] * share), stream.random() < 0.9)
        return self._limits[grid]

    def _used(self, name: str) -> bool:
        """Whether the cell of several fields is used in which a field stands; a field of its own always is."""
        cell, _, _ = name.rpartition(".")
        if cell.count(".") < 2:
            return True
        if cell not in self._cells:
            self._cells[cell] = self._named("cell", cell).random() < self._profile.fill
        return self._cells[cell]


def _grid(name: str, row: int) -> str:
    return name.partition(f".{row}.")[0]

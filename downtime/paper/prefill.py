"""Which fields of a form take values at printing, as its definition binds them, and where on its pages they stand.

A definition binds with `data:`: a field to a value, the rows of a grid to a list of things, a column with the hours of
a day to times. This module reads those bindings once for each form; nothing in it knows a form by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from downtime.clinical.clock import minutes
from downtime.library.data_names import CHARTS, PATIENT, ROWS
from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, FormSpec, GridSpec
from downtime.paper.fields import slug
from downtime.paper.sheet import PrintedForm

DUE = "due"
MARK = "mark"
# The header's fields are called by what they hold; a choice of the header by its state.
_HEADER_CHOICES = {"allergies": "allergies.state", "weight": "weight.method"}
_HEADER = {**{name: name for name in PATIENT}, "patient.page_date": "sheet.date"}
_LARGE = frozenset({"patient.surname", "patient.given", "patient.mrn", "weight.kg"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One bound field: its id (within its row, for rows), what it takes, and what the definition says of it."""

    id: str
    data: str
    bold: bool = False
    options: tuple[str, ...] = ()
    multiple: bool = False
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """A column with the hours of a day: how often it repeats, when it begins, and its field for the due time."""

    column: str
    count: int
    starts: str
    due: str
    fields: tuple[str, ...]
    instead: str

    def index(self, hhmm_minutes: int) -> int:
        """The column (from 1) that holds a time of day, given in minutes since midnight."""
        return (hhmm_minutes - minutes(self.starts)) % 1440 // 60 + 1


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a grid that are bound to a list: `ids` is the beginning of each row's field ids."""

    source: str
    ids: tuple[str, ...]
    cells: tuple[Cell, ...]
    labels: tuple[str, ...] = ()
    hours: Hours | None = None
    spill: bool = False

    @property
    def is_chart(self) -> bool:
        """Whether its rows are medicine orders on a chart."""
        return self.source in CHARTS


@dataclass(frozen=True)
class BoundForm:
    """A form ready to take values."""

    spec: FormSpec
    printed: PrintedForm
    fixed: tuple[Cell, ...]
    rows: tuple[Rows, ...]
    starts: str

    @cached_property
    def places(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """Where each field stands: its id without the page's suffix, to page (0-based) and whole id."""
        found: dict[str, list[tuple[int, str]]] = {}
        for page, content in enumerate(self.printed.pages):
            for field in content.fields:
                found.setdefault(base_id(field.id), []).append((page, field.id))
        return {name: tuple(places) for name, places in found.items()}

    def rows_from(self, source: str) -> Rows | None:
        """The rows that are bound to a list of this name, if any are."""
        return next((rows for rows in self.rows if rows.source == source), None)

    @property
    def takes_orders(self) -> bool:
        """Whether it is a medicine chart, so that it makes as many sheets as its orders need."""
        return any(rows.is_chart for rows in self.rows)

    @cached_property
    def ruled(self) -> Mapping[str, int]:
        """How many lines are ruled in the fields that have some: print stands on them, as writing does."""
        flows = (field for whole in self.spec.sections for part in whole.whole for field in part.fields)
        return {field.id: field.lines for field in flows if field.type is FieldType.LINES}


def base_id(field_id: str) -> str:
    """A field's id without the suffix of the page where it stands once more (``patient.mrn@p2``)."""
    return field_id.partition("@")[0]


def bound_form(spec: FormSpec, printed: PrintedForm) -> BoundForm:
    """Read the bindings of a composed form that has been laid out."""
    grids = [part.grid for whole in spec.sections for part in whole.whole if part.grid]
    flows = [field for whole in spec.sections for part in whole.whole for field in part.fields]
    ids = {base_id(field.id) for page in printed.pages for field in page.fields}
    fixed = [_cell(field, field.id) for field in flows if field.data]
    rows = []
    for grid in grids:
        if grid.rows.data in ROWS:
            rows.append(_rows(grid, ids))
        else:
            fixed += _fixed_cells(grid, ids)
    fixed += _header(ids)
    return BoundForm(spec, printed, tuple(fixed), tuple(rows), _starts(grids))


def _cell(field: FieldSpec, name: str) -> Cell:
    loinc = field.code.loinc if field.code and field.code.loinc else ""
    return Cell(name, field.data, field.bold, tuple(field.options), field.multiple, loinc)


def _cells(column: ColumnSpec) -> Iterator[Cell]:
    if column.cell:
        for field in (field for line in column.cell for field in line):
            if field.data:
                yield _cell(field, f"{column.id}.{field.id}")
    elif column.data:
        yield _cell(column, column.id)


def _fixed_cells(grid: GridSpec, ids: set[str]) -> Iterator[Cell]:
    """Values of the patient or the sheet in a grid that has no list: they print in its first row."""
    for column in grid.columns:
        for cell in _cells(column):
            if (name := f"{grid.id}.1.{cell.id}") in ids or any(i.startswith(f"{name}#") for i in ids):
                yield replace(cell, id=name)


def _rows(grid: GridSpec, ids: set[str]) -> Rows:
    pattern = re.compile(rf"{re.escape(grid.id)}\.([0-9]+)\.")
    numbers = sorted({int(found[1]) for name in ids if (found := pattern.match(name))})
    cells: list[Cell] = []
    hours = None
    for column in grid.columns:
        if column.repeat and column.hours_from:
            fields = [field for line in column.cell for field in line]
            due = next((field.id for field in fields if field.data == DUE), "")
            names = tuple(field.id for field in fields)
            first = column.repeat_labels[0] if column.repeat_labels else "0000"
            hours = Hours(column.id, column.repeat, first, due, names, column.instead)
        else:
            cells += _cells(column)
    row_ids = tuple(f"{grid.id}.{number}" for number in numbers)
    return Rows(grid.rows.data, row_ids, tuple(cells), tuple(grid.rows.labels), hours, grid.rows.spill)


def _header(ids: set[str]) -> Iterator[Cell]:
    for name in sorted(ids & _HEADER.keys()):
        yield Cell(name, _HEADER[name], bold=name in _LARGE)
    for name, data in _HEADER_CHOICES.items():
        options = tuple(sorted(option.partition("#")[2] for option in ids if option.startswith(f"{name}#")))
        if options:
            yield Cell(name, data, options=options)


def _starts(grids: Sequence[GridSpec]) -> str:
    """When the day of the form begins, as HHMM, where it has the hours of a day; an empty text where it has not."""
    for grid in grids:
        for column in grid.columns:
            if column.hours_from and column.repeat_labels:
                return column.repeat_labels[0]
        if grid.rows.hours_from and grid.rows.labels:
            return grid.rows.labels[0]
    return ""


def option_id(cell: Cell, value: str) -> str | None:
    """The id of the box of the option that a value names; None where it names none of them."""
    wanted = slug(value)
    return next((f"{cell.id}#{slug(option)}" for option in cell.options if slug(option) == wanted), None)

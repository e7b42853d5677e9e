"""What a printed id means: finds the definition behind it, with the words of its row, column and section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from downtime.clinical.ranges import RANGES
from downtime.desk.fields.keyed import Bounds
from downtime.library.schema import ColumnSpec, FieldSpec, FormSpec, GridSpec, RepeatSpec, SectionSpec

_TEMPLATE = re.compile(r"\{[{%].*?[%}]\}")
_NUMBER = re.compile(r"[0-9]+")
_ORDER_A_ROW = 10_000


@dataclass(frozen=True, slots=True)
class Meaning:
    """The definition of a field, its words, and its place in the order of keying inside its section."""

    spec: FieldSpec
    label: str
    group: str
    part: str
    critical: bool
    order: int


class FormMeanings:
    """All fields of a composed form by the ids that they print under; rows are looked up as they come."""

    def __init__(self, form: FormSpec) -> None:
        """`form` as it was composed for the department; texts that were not filled in are left out of labels."""
        self._flow: dict[str, Meaning] = {}
        self._rows: dict[str, _Rows] = {}
        for number, section in enumerate(all_parts(form.sections)):
            heading = plain(section.heading)
            for at, spec in enumerate(section.fields):
                label = plain(spec.label) or name_words(spec.id)
                self._flow[spec.id] = Meaning(spec, label, heading or form.title, "", spec.critical, number * 100 + at)
            if section.grid:
                self._rows[section.grid.id] = _grid_rows(section.grid, heading)
            if section.repeat:
                self._rows[section.repeat.id] = _card_rows(section.repeat, heading)

    def of(self, printed: str) -> Meaning | None:
        """The meaning of an id without option and side, such as ``drugs.3.h12.time``; None if it is not the form's."""
        if printed in self._flow:
            return self._flow[printed]
        for prefix, rest in _splits(printed):
            rows = self._rows.get(prefix)
            if rows is not None:
                number, _, column = rest.partition(".")
                return rows.meaning(number, column)
        return None


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the rows of a grid, or the cards of a group, have in common."""

    title: str
    labels: tuple[str, ...]
    single: bool
    columns: Mapping[str, Meaning]

    def meaning(self, number: str, column: str) -> Meaning | None:
        found = self.columns.get(column)
        if found is None or not _NUMBER.fullmatch(number):
            return None
        row = int(number)
        order = row * _ORDER_A_ROW + found.order
        return Meaning(found.spec, found.label, self._group(row), found.part, found.critical, order)

    def _group(self, row: int) -> str:
        label = self.labels[row - 1] if row <= len(self.labels) else ""
        words = "" if self.single and not label else label if label and not label.isdigit() else f"row {row}"
        said = ", ".join(part for part in (self.title, words) if part)
        return said[:1].upper() + said[1:]


def all_parts(sections: tuple[SectionSpec, ...]) -> Iterator[SectionSpec]:
    """Every section, those side by side and stacked too, in the order of the page."""
    for section in sections:
        yield from section.whole


def _grid_rows(grid: GridSpec, heading: str) -> _Rows:
    columns: dict[str, Meaning] = {}
    for column in grid.columns:
        for key, words in _column_keys(column):
            if not column.cell:
                columns[key] = Meaning(column, words or name_words(column.id), "", "", column.critical, len(columns))
            for name, meaning in _cell_meanings(column, words, len(columns)):
                columns[f"{key}.{name}"] = meaning
    written = FieldSpec(id="label", label=grid.rows.heading)
    columns.setdefault("label", Meaning(written, plain(grid.rows.heading) or "Written in front", "", "", False, -1))
    single = grid.rows.count == 1 or len(grid.rows.labels) == 1
    return _Rows(heading, tuple(plain(label) for label in grid.rows.labels), single, columns)


def _cell_meanings(column: ColumnSpec, words: str, start: int) -> Iterator[tuple[str, Meaning]]:
    """The fields of a cell.

    Where the first has no label of its own, it is what the heading says, and the others are parts of it; where all have
    one, the heading stands over them as a group.
    """
    specs = [spec for line in column.cell for spec in line]
    parts_of_first = bool(specs) and not plain(specs[0].label) and not column.repeat
    for at, spec in enumerate(specs):
        part = plain(spec.label)
        if parts_of_first:
            label, over = (f"{words}, {part}" if part and words else words or part), ""
        else:
            label, over = part, words if len(specs) > 1 or column.repeat else ""
            label = label or (name_words(spec.id) if over else words)
        critical = column.critical or spec.critical
        yield spec.id, Meaning(spec, label or name_words(spec.id), "", over, critical, start + at)


def _column_keys(column: ColumnSpec) -> Iterator[tuple[str, str]]:
    """The ids under which a column prints, with its heading; a repeated one has a number for each time."""
    words = plain(column.label)
    if not column.repeat:
        yield column.id, words
        return
    for index in range(column.repeat):
        own = plain(column.repeat_labels[index]) if index < len(column.repeat_labels) else str(index + 1)
        yield f"{column.id}{index + 1}", f"{words} {own}".strip()


def _card_rows(repeat: RepeatSpec, heading: str) -> _Rows:
    labels = tuple(plain(repeat.label.replace("{n}", str(number))) for number in range(1, repeat.count + 1))
    columns = {
        spec.id: Meaning(spec, plain(spec.label) or name_words(spec.id), "", "", spec.critical, at)
        for at, spec in enumerate(repeat.fields)
    }
    return _Rows(heading, labels, False, columns)


def _splits(printed: str) -> Iterator[tuple[str, str]]:
    """The id cut in two at each point, shortest front first: grids of blocks have a point in their own id."""
    at = printed.find(".")
    while at >= 0:
        yield printed[:at], printed[at + 1 :]
        at = printed.find(".", at + 1)


def plain(text: str) -> str:
    """A label as it can be shown: without parts that were never filled in, on one line."""
    return " ".join(_TEMPLATE.sub("", text).split())


def name_words(name: str) -> str:
    """An id as words, for what has no label: ``last_dose`` is “Last dose”."""
    words = re.sub(r"[._#-]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def bounds_of(spec: FieldSpec) -> Bounds | None:
    """Which numbers are plausible, from a named range or the form's own two limits."""
    if spec.range is None:
        return None
    if isinstance(spec.range, tuple):
        low, high = (Decimal(str(limit)) for limit in spec.range)
        return Bounds((low, high), (low, high))
    return named_bounds(spec.range, spec.unit)


def named_bounds(name: str, unit: str) -> Bounds | None:
    """The bounds of a named range; of temperature and glucose, that for the unit which the page prints."""
    local = {
        "temperature": "temp_f" if "F" in unit else "temp_c",
        "glucose": "glucose_mmol" if "mmol" in unit else "glucose_mgdl",
    }
    found = RANGES.get(local.get(name, name))
    if found is None or found.hard is None or found.soft is None:
        return None
    return Bounds(found.hard, found.soft)

"""Walking a form definition: every field with the id it prints under, every printed text, where each was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from downtime.library.schema import ColumnSpec, FieldSpec, FormSpec, GridSpec, LabelSpec, RepeatSpec, SectionSpec
from downtime.textyaml import Path_

Standing = Literal["flow", "card", "column", "cell"]
TextKind = Literal["prose", "label", "unit", "option"]

_ROW = re.compile(r"(total)?[0-9]+")
_MORE = re.compile(r"[#@].*")


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A field of a definition: where it stands, the ids it prints under without row numbers, and its neighbours."""

    spec: FieldSpec
    path: Path_
    keys: tuple[str, ...]
    standing: Standing
    critical: bool
    siblings: frozenset[str]
    turned: bool = False

    @property
    def name(self) -> str:
        """The field's own id, without the ids of the block, grid or card around it."""
        return self.spec.id.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class PrintedText:
    """A text that stands on the page as the definition writes it; `field` is the id of the field that it belongs to."""

    path: Path_
    text: str
    kind: TextKind
    field: str = ""


def all_sections(sections: tuple[SectionSpec, ...], path: Path_ = ("sections",)) -> Iterator[tuple[SectionSpec, Path_]]:
    """Every section with its path, those side by side and stacked too."""
    for index, section in enumerate(sections):
        here = (*path, index)
        yield section, here
        yield from all_sections(section.beside, (*here, "beside"))
        yield from all_sections(section.stack, (*here, "stack"))


def field_places(form: FormSpec) -> Iterator[FieldPlace]:
    """Every field of a form, in order; a column that holds a cell is not one itself, its fields are."""
    for section, path in all_sections(form.sections):
        yield from _flow(section.fields, (*path, "fields"), "", "flow")
        if section.grid:
            yield from _in_grid(section.grid, (*path, "grid"))
        if section.repeat:
            yield from _flow(section.repeat.fields, (*path, "repeat", "fields"), f"{section.repeat.id}.", "card")


def _flow(fields: tuple[FieldSpec, ...], path: Path_, prefix: str, standing: Standing) -> Iterator[FieldPlace]:
    names = frozenset(field.id.rsplit(".", 1)[-1] for field in fields)
    for index, field in enumerate(fields):
        yield FieldPlace(field, (*path, index), (prefix + field.id,), standing, field.critical, names)


def _in_grid(grid: GridSpec, path: Path_) -> Iterator[FieldPlace]:
    names = frozenset(name for column in grid.columns for name in _names(column))
    for index, column in enumerate(grid.columns):
        here = (*path, "columns", index)
        columns = [f"{grid.id}.{column.id}{number}" for number in _numbers(column)]
        if not column.cell:
            yield FieldPlace(column, here, tuple(columns), "column", column.critical, names, grid.turned)
        for line, fields in enumerate(column.cell):
            for at, field in enumerate(fields):
                keys = tuple(f"{key}.{field.id}" for key in columns)
                critical = column.critical or field.critical
                yield FieldPlace(field, (*here, "cell", line, at), keys, "cell", critical, names, grid.turned)


def _names(column: ColumnSpec) -> list[str]:
    return [field.id for line in column.cell for field in line] or [column.id]


def _numbers(column: ColumnSpec) -> list[str]:
    return [str(number) for number in range(1, column.repeat + 1)] if column.repeat else [""]


class FieldIndex:
    """Finds the definition behind the id of a place on paper (`drugs.3.h12.time@2`)."""

    def __init__(self, form: FormSpec) -> None:
        self._fields: dict[str, FieldPlace] = {key: place for place in field_places(form) for key in place.keys}
        self._paths: dict[str, Path_] = {}
        for section, path in all_sections(form.sections):
            if section.grid:
                self._paths[section.grid.id] = (*path, "grid")
                for index, column in enumerate(section.grid.columns):
                    for number in _numbers(column):
                        self._paths[f"{section.grid.id}.{column.id}{number}"] = (*path, "grid", "columns", index)
            if section.repeat:
                self._paths[section.repeat.id] = (*path, "repeat")
        # A remark about a column's heading names the column alone.
        self._columns: Mapping[str, Path_] = {key.rsplit(".", 1)[-1]: path for key, path in self._paths.items()}

    def field(self, printed_id: str) -> FieldPlace | None:
        """The field that prints under this id; None for the page's own fields and for row labels written by hand."""
        return next((self._fields[key] for key in _shorter(printed_id) if key in self._fields), None)

    def path(self, printed_id: str) -> Path_ | None:
        """Where the field, grid or column of this id is defined; None where it is not in the definition."""
        for key in _shorter(printed_id):
            if key in self._fields:
                return self._fields[key].path
            if key in self._paths:
                return self._paths[key]
        return self._columns.get(printed_id)


def _shorter(printed_id: str) -> Iterator[str]:
    """The id without rows, options and sides, then without its last parts, one after the other."""
    parts = [part for part in _MORE.sub("", printed_id).split(".") if not _ROW.fullmatch(part)]
    for length in range(len(parts), 0, -1):
        yield ".".join(parts[:length])


def printed_texts(form: FormSpec) -> Iterator[PrintedText]:
    """Every text of a definition that is printed, in order; reference tables have checks of their own."""
    yield PrintedText(("title",), form.title, "prose")
    if form.safety:
        yield PrintedText(("safety",), form.safety, "prose")
    for section, path in all_sections(form.sections):
        for key in ("heading", "note", "text"):
            yield from _text((*path, key), getattr(section, key), "prose")
        for index, field in enumerate(section.fields):
            yield from _field_texts(field, (*path, "fields", index))
        if section.grid:
            yield from _grid_texts(section.grid, (*path, "grid"))
        if section.repeat:
            yield from _repeat_texts(section.repeat, (*path, "repeat"))
    for index, label in enumerate(form.labels):
        yield from _label_texts(label, ("labels", index))


def _text(path: Path_, text: str, kind: TextKind, field: str = "") -> Iterator[PrintedText]:
    if text.strip():
        yield PrintedText(path, text, kind, field)


def _field_texts(field: FieldSpec, path: Path_) -> Iterator[PrintedText]:
    name = field.id.rsplit(".", 1)[-1]
    for key in ("label", "signer"):
        yield from _text((*path, key), getattr(field, key), "label", name)
    for key in ("hint", "print"):
        yield from _text((*path, key), getattr(field, key), "prose", name)
    yield from _text((*path, "unit"), field.unit, "unit", name)
    for index, option in enumerate(field.options):
        yield from _text((*path, "options", index), option, "option", name)
    if field.graph:
        for key in ("left", "below"):
            for index, text in enumerate(getattr(field.graph, key)):
                yield from _text((*path, "graph", key, index), text, "label", name)


def _grid_texts(grid: GridSpec, path: Path_) -> Iterator[PrintedText]:
    for key in ("heading", "total"):
        yield from _text((*path, "rows", key), getattr(grid.rows, key), "label")
    for key in ("labels", "details"):
        for index, text in enumerate(getattr(grid.rows, key)):
            yield from _text((*path, "rows", key, index), text, "prose")
    for index, column in enumerate(grid.columns):
        here = (*path, "columns", index)
        yield from _field_texts(column, here)
        yield from _text((*here, "group"), column.group, "prose")
        for number, text in enumerate(column.repeat_labels):
            yield from _text((*here, "repeat_labels", number), text, "label")
        for line, fields in enumerate(column.cell):
            for at, field in enumerate(fields):
                yield from _field_texts(field, (*here, "cell", line, at))


def _repeat_texts(repeat: RepeatSpec, path: Path_) -> Iterator[PrintedText]:
    yield from _text((*path, "label"), repeat.label.replace("{n}", ""), "label")
    for index, field in enumerate(repeat.fields):
        yield from _field_texts(field, (*path, "fields", index))


def _label_texts(label: LabelSpec, path: Path_) -> Iterator[PrintedText]:
    for index, line in enumerate(label.lines):
        yield from _text((*path, "lines", index, "print"), line.print, "label")

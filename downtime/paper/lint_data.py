"""Bindings: every name after `data:` is one that a kit has a value for at that place, and the place can take it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from downtime.errors import Finding
from downtime.library.data_names import LABEL_NAMES, NUMBERS, ORDER, PATIENT, ROWS, SHEET, names_for
from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, GridSpec, Scope
from downtime.library.shelf import LibraryForm
from downtime.paper.lint_walk import all_sections
from downtime.textyaml import Path_, nearest

_BOXED = (FieldType.DATE, FieldType.TIME, FieldType.DATETIME, FieldType.COMB)
_NEVER = (FieldType.SIGNATURE, FieldType.LABEL, FieldType.DIAGRAM, FieldType.BARCODE, FieldType.INITIALS)


def data_findings(form: LibraryForm) -> Iterator[Finding]:
    """Everything wrong with the bindings of a form."""
    for section, path in all_sections(form.spec.sections):
        for index, field in enumerate(section.fields):
            here = (*path, "fields", index)
            yield from _name(form, field.data, here, _everywhere(form))
            yield from _place(form, field, here, in_flow=True)
        if section.grid:
            yield from _grid(form, section.grid, (*path, "grid"))
        for index, field in enumerate(section.repeat.fields if section.repeat else ()):
            if field.data:
                what = f"{field.id}: a card takes no value from data"
                yield form.finding(
                    (*path, "repeat", "fields", index, "data"), what, "", "use a grid with `rows: data:`"
                )
    for number, label in enumerate(form.spec.labels):
        for at, line in enumerate(label.lines):
            yield from _name(form, line.data, ("labels", number, "lines", at), LABEL_NAMES)
        if label.barcode:
            yield from _name(form, label.barcode, ("labels", number), LABEL_NAMES, key="barcode")


def _everywhere(form: LibraryForm) -> Collection[str]:
    """The names that stand for something anywhere on a form: those of a patient only where there is one."""
    if form.spec.scope is Scope.PATIENT:
        return names_for("")
    return {*SHEET, *NUMBERS}


def _grid(form: LibraryForm, grid: GridSpec, path: Path_) -> Iterator[Finding]:
    source = grid.rows.data
    if source and source not in ROWS:
        what, do = f"there are no rows “{source}”", nearest(source, list(ROWS))
        yield form.finding((*path, "rows", "data"), what, "the grid would stay empty", do)
        return
    if grid.rows.spill and not source:
        what = f"{grid.id}: only rows with `data:` can spill"
        yield form.finding((*path, "rows", "spill"), what, "it has no effect", "remove it")
    names = {*names_for(source)} if source else {*_everywhere(form)}
    for index, column in enumerate(grid.columns):
        here = (*path, "columns", index)
        yield from _hours(form, column, here)
        for field, there in _fields(column, here):
            if field.data == "due" and not column.hours_from:
                what, do = f"{field.id}: `due` needs a column with `hours_from`", "give the column its hours"
                yield form.finding((*there, "data"), what, "there is no hour to mark", do)
            else:
                yield from _name(form, field.data, there, {*names, "due"} if source.startswith("orders.") else names)
            yield from _place(form, field, there, in_flow=False)


def _hours(form: LibraryForm, column: ColumnSpec, path: Path_) -> Iterator[Finding]:
    if not column.instead:
        return
    if not any(field.data == "due" for line in column.cell for field in line):
        what = f"{column.id}: `instead:` stands in a column without `data: due`"
        yield form.finding((*path, "instead"), what, "there is no line for it", "add a field `data: due` to the cell")
    elif column.instead not in ORDER:
        yield from _name(form, column.instead, path, ORDER, key="instead")


def _fields(column: ColumnSpec, path: Path_) -> Iterator[tuple[FieldSpec, Path_]]:
    if not column.cell:
        yield column, path
    for line, fields in enumerate(column.cell):
        for at, field in enumerate(fields):
            yield field, (*path, "cell", line, at)


def _name(form: LibraryForm, name: str, path: Path_, known: Collection[str], key: str = "data") -> Iterator[Finding]:
    if not name or name in known:
        return
    elsewhere = name in {*PATIENT, *SHEET, *NUMBERS, *(one for _, names in ROWS.values() for one in names)}
    why = "it has a value elsewhere, not here" if elsewhere else "nothing has that name"
    do = "put it where it has one, or remove it" if elsewhere else nearest(name, sorted(known))
    yield form.finding((*path, key), f"“{name}” prints nothing here", why, do or "see forms/README.md for the names")


def _place(form: LibraryForm, field: FieldSpec, path: Path_, *, in_flow: bool) -> Iterator[Finding]:
    if not field.data:
        return
    boxed = in_flow and (field.type in _BOXED or (field.type is FieldType.NUMBER and (field.boxes or field.decimals)))
    if boxed:
        what = f"{field.id}: a value prints over the boxes for single characters"
        yield form.finding((*path, "data"), what, "it could be misread", "use `type: text`, or put it in a grid")
    elif field.type in _NEVER or field.type is FieldType.CHECKBOX:
        what = f"{field.id}: a field of type {field.type.value} takes no value from data"
        yield form.finding((*path, "data"), what, "it would never print", "remove `data:`")
    elif field.data == "latest" and not (field.code and field.code.loinc):
        what = f"{field.id}: `latest` needs `code: {{loinc: …}}`"
        yield form.finding((*path, "data"), what, "nobody could tell which value is meant", "add the LOINC code")

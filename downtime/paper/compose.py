"""Composing: a form definition and a department become the form as it will print.

Texts with `{{ … }}` are filled in, conditional parts decided, named lists of options and rows resolved, and the
references to plausible ranges replaced by their unit and digits. The result is a form definition again, only without
anything left open, so that layout knows nothing of sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from downtime.clinical.legend_tables import LegendTable
from downtime.errors import ConfigError, Finding
from downtime.library.data_names import BEDS
from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, FormSpec, GridSpec, RowsSpec, SectionSpec
from downtime.library.shelf import LibraryForm
from downtime.textyaml import nearest

MISSING_LIST = "there is no list of that name"


@dataclass(frozen=True)
class Surroundings:
    """What a form may ask of the place it is printed for."""

    variables: Mapping[str, Any]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mar_starts: str = "0700"
    shift_starts: str = "0700"
    temperature_unit: str = "C"
    glucose_unit: str = "mg/dL"


def compose(form: LibraryForm, around: Surroundings) -> FormSpec:
    """The form for one department; raises ConfigError (file and line) for a text that cannot be filled in."""
    composer = _Composer(form, around)
    spec = form.spec
    sections = composer.sections(spec.sections, ("sections",))
    title = composer.text(spec.title, ("title",))
    if composer.problems:
        raise ConfigError(findings=composer.problems)
    return spec.model_copy(update={"sections": sections, "title": title})


def _table_text(table: LegendTable) -> str:
    """A table of reference words as text; the section keeps the table's name, so checks know whose words they are."""
    from downtime.clinical.legend import legend_rows

    return "\n".join(f"= {term} | {words}" for term, words in legend_rows(table))


class _Composer:
    def __init__(self, form: LibraryForm, around: Surroundings) -> None:
        self._form = form
        self._around = around
        self.problems: list[Finding] = []

    def text(self, text: str, path: tuple[str | int, ...]) -> str:
        if "{{" not in text and "{%" not in text:
            return text
        from downtime.library.templating import render

        source, there = self._form.place(path)
        line = source.line(there)
        variables = self._around.variables
        if "news2" in text:
            from downtime.clinical.legend import news2_words

            variables = {**variables, "news2": news2_words(self._around.temperature_unit)}
        try:
            rendered = render(text, source.shown_as, variables, markup="plain", first_line=line).text
        except ConfigError as error:
            self.problems += error.findings
            return ""
        # The renderer keeps a blank line for each line of the file before this text.
        return rendered.removeprefix("\n" * (line - 1))

    def holds(self, condition: str, path: tuple[str | int, ...]) -> bool:
        if not condition:
            return True
        answer = self.text("{% if " + condition + " %}yes{% else %}no{% endif %}", path)
        return answer.strip() == "yes"

    def sections(self, sections: tuple[SectionSpec, ...], path: tuple[str | int, ...]) -> tuple[SectionSpec, ...]:
        result = []
        for index, section in enumerate(sections):
            here = (*path, index)
            if not self.holds(section.when, (*here, "when")):
                continue
            update: dict[str, Any] = {
                "heading": self.text(section.heading, (*here, "heading")),
                "note": self.text(section.note, (*here, "note")),
                "text": self.text(section.text, (*here, "text")),
                "when": "",
            }
            if section.table:
                update["text"] = _table_text(section.table)
            if section.fields:
                update["fields"] = self.fields(section.fields, (*here, "fields"))
            if section.grid:
                update["grid"] = self.grid(section.grid, (*here, "grid"))
            if section.repeat:
                inner = self.fields(section.repeat.fields, (*here, "repeat", "fields"))
                update["repeat"] = section.repeat.model_copy(update={"fields": inner})
            if section.beside:
                update["beside"] = self.sections(section.beside, (*here, "beside"))
            if section.stack:
                update["stack"] = self.sections(section.stack, (*here, "stack"))
            result.append(section.model_copy(update=update))
        return tuple(result)

    def fields(self, fields: tuple[FieldSpec, ...], path: tuple[str | int, ...]) -> tuple[FieldSpec, ...]:
        return tuple(
            spec.model_copy(update=self.resolved(spec, (*path, index)))
            for index, spec in enumerate(fields)
            if self.holds(spec.when, (*path, index, "when"))
        )

    def resolved(self, spec: FieldSpec, path: tuple[str | int, ...]) -> dict[str, Any]:
        update: dict[str, Any] = {"when": ""}
        for key in ("label", "hint", "print", "unit"):
            value = getattr(spec, key)
            if "{" in value:
                update[key] = self.text(value, (*path, key))
        if spec.options_from:
            chosen = self._around.lists.get(spec.options_from, spec.options)
            if not chosen:
                self.problems.append(
                    self._form.finding(
                        (*path, "options_from"),
                        f"the department has no list “{spec.options_from}”",
                        "the choice would be empty",
                        f"add `lists: {{{spec.options_from}: […]}}` to the department, or `options:` to the form",
                    )
                )
            update["options"] = tuple(dict.fromkeys(chosen))
        elif any("{" in option for option in spec.options):
            update["options"] = tuple(self.text(option, (*path, "options")) for option in spec.options)
        if isinstance(spec.range, str):
            update.update(self._from_range(spec, spec.range, path))
        return update

    def _from_range(self, spec: FieldSpec, name: str, path: tuple[str | int, ...]) -> dict[str, Any]:
        from downtime.clinical.ranges import RANGES

        local = {
            "temperature": f"temp_{self._around.temperature_unit.lower()}",
            "glucose": "glucose_mmol" if self._around.glucose_unit == "mmol/L" else "glucose_mgdl",
        }
        known = RANGES.get(local.get(name, name))
        if known is None:
            do = nearest(name, [*RANGES, *local]) or "name one of the clinical ranges"
            self.problems.append(self._form.finding((*path, "range"), f"there is no range “{name}”", "", do))
            return {}
        update: dict[str, Any] = {"unit": spec.unit or known.unit}
        if spec.type is FieldType.NUMBER:
            if spec.boxes is None:
                update["boxes"] = known.boxes_before or None
            if spec.decimals is None:
                update["decimals"] = known.decimals
        return update

    def grid(self, grid: GridSpec, path: tuple[str | int, ...]) -> GridSpec:
        columns = []
        for index, column in enumerate(grid.columns):
            here = (*path, "columns", index)
            if not self.holds(column.when, (*here, "when")):
                continue
            update = self.resolved(column, here)
            if column.cell:
                update["cell"] = tuple(
                    self.fields(line, (*here, "cell", number)) for number, line in enumerate(column.cell)
                )
            update["group"] = self.text(column.group, (*here, "group"))
            if column.hours_from and column.repeat:
                update["repeat_labels"] = self._hours(column.hours_from, column.repeat, 60)
            columns.append(column.model_copy(update=update))
        rows = self.rows(grid.rows, (*path, "rows"))
        return grid.model_copy(update={"columns": tuple(columns), "rows": rows})

    def rows(self, rows: RowsSpec, path: tuple[str | int, ...]) -> RowsSpec:
        update: dict[str, Any] = {
            "heading": self.text(rows.heading, (*path, "heading")),
            "labels": tuple(self.text(label, (*path, "labels", n)) for n, label in enumerate(rows.labels)),
            "details": tuple(self.text(text, (*path, "details", n)) for n, text in enumerate(rows.details)),
        }
        if rows.hours_from and rows.count:
            update["labels"] = self._hours(rows.hours_from, rows.count, rows.step_minutes)
        if rows.data == BEDS:
            known = self._around.rows.get(rows.data, ())
            count = max(len(known), rows.at_least, rows.count or 0, 1)
            update["labels"] = (*known, *[""] * (count - len(known))) if known else ()
            update["count"] = count
        return rows.model_copy(update=update)

    def _hours(self, which: str, count: int, step_minutes: int) -> tuple[str, ...]:
        """Clock times as ``HHMM``, from the start of the MAR day or of the shift; midnight is 0000."""
        start = self._around.mar_starts if which == "mar_starts" else self._around.shift_starts
        first = int(start[:2]) * 60 + int(start[2:])
        minutes = [(first + index * step_minutes) % 1440 for index in range(count)]
        return tuple(f"{minute // 60:02d}{minute % 60:02d}" for minute in minutes)


__all__ = ["ColumnSpec", "Surroundings", "compose"]

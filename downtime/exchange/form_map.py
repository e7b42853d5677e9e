"""What each printed field of a form is in the record: read from the form's own definition, never from a second list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from downtime.clinical.ranges import RANGES
from downtime.library.means import IMPLIED, SIGNED
from downtime.library.option_ids import slug
from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, FormSpec, GridSpec, RepeatSpec, SectionSpec

_SIDE = re.compile(r"@p?[0-9]+$")
_LOCAL = {"temperature": ("temp_c", "temp_f"), "glucose": ("glucose_mgdl", "glucose_mmol")}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What one printed field is: its meaning or its codes, and what it stands together with.

    `key` is its id without row number, `row` and `cell` the row and the repeated cell that it is part of, `section`
    the number of its part of the form, `hour` the clock time (HHMM) that is printed above its row or column. `alone`:
    it stands once on its page of the form, not in one of several rows, so it can hold for other rows too.
    """

    key: str
    means: str
    type: FieldType
    label: str
    loinc: str = ""
    snomed: str = ""
    ucum: str = ""
    panel: str = ""
    unit: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    section: int = 0
    row: str = ""
    row_number: int = 0
    cell: str = ""
    hour: str = ""
    alone: bool = True

    @property
    def is_observation(self) -> bool:
        """Whether it is a value with a code of its own, which a flowsheet can take."""
        return bool(self.loinc or self.snomed or self.ucum)


class FormMap:
    """Finds what a printed id such as ``drugs.3.h12.time@p2`` is; `form` is composed for the department."""

    def __init__(self, form: FormSpec) -> None:
        self.form = form
        self._flow: dict[str, Mapped] = {}
        self._rows: dict[str, dict[str, Mapped]] = {}
        self._hours: dict[str, tuple[str, ...]] = {}
        self.first_hour = ""
        for number, section in enumerate(form.sections):
            for part in section.whole:
                self._section(part, number)

    def of(self, field_id: str) -> Mapped | None:
        """What the field is; None for page furniture, words beside an option, and whatever the form does not have."""
        bare = _SIDE.sub("", field_id)
        if bare in self._flow:
            return self._flow[bare]
        for front, rest in _splits(bare):
            if front in self._rows:
                number, _, column = rest.partition(".")
                found = self._rows[front].get(column)
                if found is None or not number.isdecimal():
                    return None
                return self._in_row(found, front, int(number))
        return None

    def _in_row(self, found: Mapped, front: str, number: int) -> Mapped:
        row, hours = f"{front}.{number}", self._hours.get(front, ())
        hour = found.hour or (hours[number - 1] if 0 < number <= len(hours) else "")
        return replace(found, row=row, row_number=number, cell=f"{row}.{found.cell}" if found.cell else "", hour=hour)

    def _section(self, section: SectionSpec, number: int) -> None:
        for spec in section.fields:
            for key, found in _of_field(spec, spec.id):
                self._flow[key] = replace(found, section=number)
        if section.grid:
            self._grid(section.grid, number)
        if section.repeat:
            self._rows[section.repeat.id] = _cards(section.repeat, number)

    def _grid(self, grid: GridSpec, number: int) -> None:
        columns: dict[str, Mapped] = {}
        for column in grid.columns:
            for name, hour in _names(column):
                for spec, key in _cells(column, name):
                    for full, found in _of_field(spec, key):
                        cell = name if column.repeat else ""
                        columns[full] = replace(
                            found, key=f"{grid.id}.{found.key}", section=number, cell=cell, hour=hour,
                            label=found.label or column.label, alone=_one_row(grid) and not column.repeat,
                        )  # fmt: skip
        self._rows[grid.id] = columns
        hours = grid.rows.labels if grid.rows.hours_from else ()
        self._hours[grid.id] = hours
        timed = [column for column in grid.columns if column.hours_from and column.repeat_labels]
        first = [*hours, *(column.repeat_labels[0] for column in timed)]
        if first and not self.first_hour:
            self.first_hour = first[0]


def _one_row(grid: GridSpec) -> bool:
    return grid.rows.count == 1 or (grid.rows.count is None and len(grid.rows.labels) == 1)


def _cards(repeat: RepeatSpec, number: int) -> dict[str, Mapped]:
    return {
        key: replace(found, key=f"{repeat.id}.{found.key}", section=number, alone=False)
        for spec in repeat.fields
        for key, found in _of_field(spec, spec.id)
    }


def _names(column: ColumnSpec) -> Iterator[tuple[str, str]]:
    if not column.repeat:
        yield column.id, ""
        return
    for index in range(column.repeat):
        hour = column.repeat_labels[index] if column.hours_from and index < len(column.repeat_labels) else ""
        yield f"{column.id}{index + 1}", hour


def _cells(column: ColumnSpec, name: str) -> Iterator[tuple[FieldSpec, str]]:
    if not column.cell:
        yield column, name
    for line in column.cell:
        for spec in line:
            yield spec, f"{name}.{spec.id}"


def _of_field(spec: FieldSpec, key: str) -> Iterator[tuple[str, Mapped]]:
    """The field under the ids that it prints under: a signature prints one for each of its parts."""
    means = spec.means or IMPLIED.get(spec.data, "")
    if spec.type is FieldType.SIGNATURE:
        date_means, time_means = SIGNED.get(means.partition(".")[0], ("", ""))
        for part, part_means in (("name", means), ("date", date_means), ("time", time_means)):
            kind = {"date": FieldType.DATE, "time": FieldType.TIME}.get(part, FieldType.TEXT)
            yield f"{key}.{part}", Mapped(key=f"{key}.{part}", means=part_means, type=kind, label=spec.label)
        return
    code, known = spec.code, RANGES.get(_range_name(spec)) if isinstance(spec.range, str) else None
    yield (
        key,
        Mapped(
            key=key,
            means=means,
            type=spec.type,
            label=spec.label,
            loinc=(code.loinc if code else None) or (known.loinc if known else None) or "",
            snomed=(code.snomed if code else None) or "",
            ucum=(code.ucum if code else None) or (known.ucum if known else None) or "",
            panel=(known.panel if known else None) or "",
            unit=spec.unit,
            options={slug(option): option.replace("____", "").strip() for option in spec.options},
        ),
    )


def _range_name(spec: FieldSpec) -> str:
    """The named range of the unit that the page prints: °F or °C, mg/dL or mmol/L."""
    name = str(spec.range)
    if name not in _LOCAL:
        return name
    first, second = _LOCAL[name]
    return second if "F" in spec.unit or "mmol" in spec.unit else first


def _splits(bare: str) -> Iterator[tuple[str, str]]:
    at = bare.find(".")
    while at >= 0:
        yield bare[:at], bare[at + 1 :]
        at = bare.find(".", at + 1)

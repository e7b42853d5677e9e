"""What a definition says of a field that the layout record does not: its label, its options, how much goes into it.

The layout record knows where a field lies and of what kind it is. Everything else is looked up here by the field's id,
in the composed form that was printed, so that nothing about a field is written down a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from downtime.library.schema import ColumnSpec, FieldSpec, FieldType, FormSpec, GridSpec, SectionSpec
from downtime.page.filled import split_option
from downtime.page.layout import FieldBox
from downtime.paper.fields import BLANK, SIGNATURE_PARTS, comb_groups, slug
from downtime.paper.grids import row_labels_of

# The gap between two groups of character boxes, and the narrowest box, as `fields` draws them.
_GROUP_GAP_MM = 1.6
_LEAST_BOX_MM = 4.0
# DD MMM YYYY and HHMM, as they are written where no boxes are drawn.
_FREE_LENGTHS = {"date": 11, "time": 4, "datetime": 16}
_FORMATS = {"date": "DD MMM YYYY", "time": "24 h, HHMM", "datetime": "DD MMM YYYY HHMM"}
_BOXED_FORMATS = {"date": "DDMMMYYYY", "datetime": "DDMMMYYYYHHMM"}
# What may have a box for each character.
_BOXED = frozenset({"date", "time", "datetime", "number", "comb"})
# What the header of a form without a patient asks with boxes for characters, as `header` draws it.
_UNIT_LINE = (
    FieldSpec(id="date", type=FieldType.DATE, label="Date"),
    FieldSpec(id="from", type=FieldType.TIME, label="From"),
    FieldSpec(id="to", type=FieldType.TIME, label="To"),
)
# Of the header's own choices only this one takes several marks: a page may be both entered and scanned.
_MULTIPLE_IN_HEADER = frozenset({"reentry"})


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a person or a viewer is told of one field; `comb` where the paper draws `max_length` even boxes."""

    label: str
    max_length: int | None = None
    comb: bool = False
    required: bool = False
    multiple: bool = False
    option: str = ""


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Which field of the definition a place on the paper is, None for one that every page has.

    `row` counts from 1 in a grid or on cards, 0 elsewhere; `part` is what is left of the id (``date`` of a signature,
    ``other.text`` of an option with words); `groups` are the character boxes that the paper draws, () where none;
    `label` is what is printed at the head of its row and column.
    """

    spec: FieldSpec | None
    row: int
    part: str
    option: str
    in_grid: bool
    groups: tuple[int, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A field of the definition: its own label, the labels of its rows, and whether it stands in a grid."""

    spec: FieldSpec
    label: str
    rows: tuple[str, ...] = ()
    in_grid: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


class FormWords:
    """Looks up what one composed form says of its fields; without a form, what their ids say themselves."""

    def __init__(self, form: FormSpec | None) -> None:
        """Read the definition once."""
        self._known: dict[str, _Known] = {f"unit.{spec.id}": _Known(spec, spec.label) for spec in _UNIT_LINE}
        for section in form.sections if form else ():
            for part in section.whole:
                self._add_section(part)

    def of(self, box: FieldBox) -> FieldWords:
        """The words of one field or one option of a choice."""
        group, option = split_option(box.id)
        known, row, rest = self._found(group.partition("@")[0])
        if known is None:
            name = group.partition("@")[0]
            length = _FREE_LENGTHS.get(box.kind)
            return FieldWords(_told(_spelled(name), box), length, multiple=name in _MULTIPLE_IN_HEADER, option=option)
        part = _part_words(known, rest)
        label = ", ".join(word for word in (_row_words(known, row), known.label, part) if word)
        length, comb = (_FREE_LENGTHS.get(box.kind), False) if rest else _length(known, box)
        # In a grid “required” means: where the row is used at all. A viewer would ask for every empty row.
        required = known.spec.required and not known.in_grid and rest in ("", "signature")
        return FieldWords(
            _told(label, box, comb), length, comb, required, known.spec.multiple, known.options.get(option, option)
        )

    def place(self, box: FieldBox) -> FieldPlace:
        """The field of the definition that a place of the layout belongs to."""
        group, option = split_option(box.id)
        known, row, rest = self._found(group.partition("@")[0])
        if known is None:
            return FieldPlace(None, 0, "", option, False)
        boxed = box.kind in _BOXED and not rest and not known.in_grid and _has_boxes(known.spec, box)
        groups = comb_groups(known.spec) if boxed else ()
        label = ", ".join(word for word in (_row_words(known, row), known.label) if word)
        return FieldPlace(known.spec, row, rest, option, known.in_grid, groups, label)

    def _add_section(self, section: SectionSpec) -> None:
        for spec in section.fields:
            self._add(spec.id, spec, _with_unit(spec))
        if section.repeat:
            repeat = section.repeat
            rows = tuple(repeat.label.replace("{n}", str(number)) for number in range(1, repeat.count + 1))
            for spec in repeat.fields:
                self._add(f"{repeat.id}.*.{spec.id}", spec, _with_unit(spec), rows)
        if section.grid:
            self._add_grid(section.grid)

    def _add_grid(self, grid: GridSpec) -> None:
        rows = row_labels_of(grid)
        for column in grid.columns:
            for column_id, heading in _headings(column):
                name = f"{grid.id}.*.{column_id}"
                self._add(name, column, heading, rows, in_grid=True)
                for spec in (spec for line in column.cell for spec in line):
                    own = ", ".join(word for word in (heading, _with_unit(spec) or _spelled(spec.id)) if word)
                    self._add(f"{name}.{spec.id}", spec, own, rows, in_grid=True)

    def _add(
        self, name: str, spec: FieldSpec, label: str, rows: tuple[str, ...] = (), *, in_grid: bool = False
    ) -> None:
        options = {slug(option): option.replace(BLANK, "…") for option in spec.options}
        self._known[name] = _Known(spec, label or _spelled(spec.id), rows, in_grid, options)

    def _found(self, name: str) -> tuple[_Known | None, int, str]:
        """The field that a name belongs to, its row (from 1, 0 for none), and what is left: a part of that field."""
        segments = name.split(".")
        for count in range(len(segments), 0, -1):
            own, rest = segments[:count], ".".join(segments[count:])
            if known := self._known.get(".".join(own)):
                return known, 0, rest
            # The row's number comes after the grid's id, which may itself have several parts.
            for place in range(len(own) - 2, 0, -1):
                if own[place].isdigit():
                    key = ".".join([*own[:place], "*", *own[place + 1 :]])
                    if known := self._known.get(key):
                        return known, int(own[place]), rest
        return None, 0, ""


def _headings(column: ColumnSpec) -> list[tuple[str, str]]:
    if not column.repeat:
        return [(column.id, _with_unit(column))]
    labels = column.repeat_labels or tuple(f"{column.label}{n}" for n in range(1, column.repeat + 1))
    return [(f"{column.id}{number}", label) for number, label in enumerate(labels, start=1)]


def _spelled(name: str) -> str:
    return re.sub(r"[._-]+", " ", name)


def _with_unit(spec: FieldSpec) -> str:
    return f"{spec.label} ({spec.unit})" if spec.unit and spec.unit not in spec.label else spec.label


def _row_words(known: _Known, row: int) -> str:
    if not row:
        return ""
    label = known.rows[row - 1] if row <= len(known.rows) else ""
    return label if label and not label.isdigit() else f"row {row}"


def _part_words(known: _Known, rest: str) -> str:
    """The part of a signature, or of the words to write beside an option."""
    if known.spec.type is FieldType.SIGNATURE and rest in SIGNATURE_PARTS:
        return SIGNATURE_PARTS[rest][0].lower()
    return known.options.get(rest.partition(".")[0], "")


def _told(label: str, box: FieldBox, comb: bool = False) -> str:
    told = (_BOXED_FORMATS if comb else {}).get(box.kind) or _FORMATS.get(box.kind)
    return f"{label} ({told})" if told and told not in label else label


def _length(known: _Known, box: FieldBox) -> tuple[int | None, bool]:
    """How many characters a field takes, and whether the paper has a box for each of them."""
    spec = known.spec
    if box.kind not in _BOXED:
        return None, False
    if not known.in_grid and _has_boxes(spec, box):
        groups = comb_groups(spec)
        # A number's point is drawn on the paper and typed on a screen, so its characters cannot stand in the boxes.
        # Those of a date can: the gaps between day, month and year move none of them out of its box.
        point = spec.type is FieldType.NUMBER and len(groups) > 1
        return sum(groups) + point, not point
    return (spec.boxes if box.kind == "comb" else _FREE_LENGTHS.get(box.kind)), False


def _has_boxes(spec: FieldSpec, box: FieldBox) -> bool:
    if spec.type is FieldType.NUMBER and spec.boxes is None and spec.decimals is None:
        return False
    groups = comb_groups(spec)
    return (box.rect.w - _GROUP_GAP_MM * (len(groups) - 1)) / sum(groups) >= _LEAST_BOX_MM - 0.01

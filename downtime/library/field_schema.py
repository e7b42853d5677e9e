"""The fields of a form: every place to write or mark, alone, in the cells of a grid, or on cards that repeat.

Field ids are stable for ever: they are FHIR linkIds.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from downtime.library.means import MEANS
from downtime.textyaml import TextModel, nearest

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
Label = Annotated[str, StringConstraints(max_length=300)]
Prose = Annotated[str, StringConstraints(max_length=6000)]


class FieldType(StrEnum):
    """Every kind of place to write or mark."""

    TEXT = "text"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    CHECKBOX = "checkbox"
    CHOICE = "choice"
    INITIALS = "initials"
    SIGNATURE = "signature"
    LABEL = "label"
    BARCODE = "barcode"
    COMB = "comb"
    PRINT = "print"
    DIAGRAM = "diagram"


def _known_meaning(word: str) -> str:
    if word and word not in MEANS:
        raise ValueError(f"“{word[:60]}” is no part of the record; {nearest(word, list(MEANS))}")
    return word


class Code(TextModel):
    """What a value is called outside: LOINC or SNOMED CT, and its UCUM unit."""

    loinc: str | None = None
    snomed: str | None = None
    ucum: str | None = None


class GraphSpec(TextModel):
    """The axes of a graph: a label on each horizontal line from the top, and one under each column."""

    left: Annotated[tuple[Label, ...], Field(min_length=2, max_length=40)]
    columns: Annotated[int, Field(ge=1, le=60)]
    below: tuple[Label, ...] = ()
    label_width: Annotated[float, Field(gt=0, le=40)] = 5


class FieldSpec(TextModel):
    """One place to write or mark; which keys apply depends on `type`."""

    id: Id
    type: FieldType = FieldType.TEXT
    label: Label = ""
    hint: Label = ""
    required: bool = False
    width: Annotated[float, Field(gt=0, le=300)] = 12
    lines: Annotated[int, Field(ge=1, le=40)] = 1
    unit: Label = ""
    range: Id | tuple[float, float] | None = None
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    options: tuple[Label, ...] = ()
    options_from: Id | None = None
    multiple: bool = False
    across: Annotated[int, Field(ge=1, le=12)] | None = None
    boxes: Annotated[int, Field(ge=1, le=40)] | None = None
    height_mm: Annotated[float, Field(ge=3.5, le=200)] | None = None
    signer: Label = ""
    parts: tuple[Literal["name", "credential", "date", "time", "contact"], ...] | None = None
    print: Prose = ""
    diagram: Literal["graph", "blank"] = "blank"
    graph: GraphSpec | None = None
    code: Code | None = None
    critical: bool = False
    data: Annotated[str, StringConstraints(max_length=60)] = ""
    means: Annotated[str, AfterValidator(_known_meaning)] = ""
    bold: bool = False
    when: str = ""

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type is FieldType.CHOICE and not self.options and not self.options_from:
            raise ValueError(f"the choice “{self.id}” has no options; add `options:` or `options_from:`")
        if self.options and self.type is not FieldType.CHOICE:
            raise ValueError(f"only a choice has options; “{self.id}” is a {self.type.value}")
        if len(set(self.options)) != len(self.options):
            raise ValueError(f"two options of “{self.id}” are the same")
        if self.type is FieldType.COMB and not self.boxes:
            raise ValueError(f"the comb “{self.id}” needs `boxes:`, the number of characters")
        if self.type is FieldType.PRINT and not (self.print or self.data):
            raise ValueError(f"the printed field “{self.id}” needs `print:` or `data:`")
        if self.graph and self.diagram != "graph":
            raise ValueError(f"“{self.id}” has axes, so it needs `diagram: graph`")
        return self


class ColumnSpec(FieldSpec):
    """A column of a grid: a field in each row, or a `cell` of several fields on several lines."""

    cell: tuple[tuple[FieldSpec, ...], ...] = ()
    repeat: Annotated[int, Field(ge=1, le=60)] | None = None
    repeat_labels: tuple[Label, ...] = ()
    hours_from: Literal["", "mar_starts", "shift_starts"] = ""
    per_side: Annotated[int, Field(ge=1, le=60)] | None = None
    instead: Annotated[str, StringConstraints(max_length=60)] = ""
    group: Label = ""

    @model_validator(mode="after")
    def _cell_is_whole(self) -> Self:
        ids = [field.id for line in self.cell for field in line]
        if len(set(ids)) != len(ids):
            raise ValueError(f"two fields in the cell “{self.id}” have the same id")
        if self.repeat_labels and self.repeat is not None and len(self.repeat_labels) != self.repeat:
            raise ValueError(f"“{self.id}” repeats {self.repeat} times but has {len(self.repeat_labels)} labels")
        return self


class RowsSpec(TextModel):
    """The rows of a grid: a number, fixed labels, hours of the day, or as many as the data has."""

    count: Annotated[int, Field(ge=1, le=200)] | None = None
    labels: tuple[Label, ...] = ()
    details: tuple[Label, ...] = ()
    heading: Label = ""
    numbered: bool = False
    hours_from: Literal["", "mar_starts", "shift_starts"] = ""
    step_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    data: Annotated[str, StringConstraints(max_length=60)] = ""
    spill: bool = False
    at_least: Annotated[int, Field(ge=0, le=200)] = 0
    label_width: Annotated[float, Field(gt=0, le=40)] | None = None
    total: Label = ""

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if self.count is None and not self.labels and not self.data:
            raise ValueError("rows need `count:`, `labels:` or `data:`")
        if self.details and len(self.details) != len(self.labels):
            raise ValueError(f"there are {len(self.labels)} labels but {len(self.details)} details")
        return self


class GridSpec(TextModel):
    """Rows × columns of fields; rows never break across pages, the heading is printed again on each page.

    `turned` prints the same grid with time running from left to right: each row becomes a column and each column a
    line. Only the picture turns: ids, types, units and codes stay those of rows and columns. `per_page` is then how
    many rows stand side by side on one page, and `rows.total` the heading of a last one in which numbers are added up.
    """

    id: Id
    turned: bool = False
    rows: RowsSpec
    columns: Annotated[tuple[ColumnSpec, ...], Field(min_length=1)]
    row_mm: Annotated[float, Field(ge=4, le=80)] = 7
    fill: bool = False
    heavy_every: Annotated[int, Field(ge=0, le=30)] = 5
    per_page: Annotated[int, Field(ge=1, le=200)] | None = None

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [column.id for column in self.columns]
        if len(set(ids)) != len(ids):
            raise ValueError(f"two columns of the grid “{self.id}” have the same id")
        if self.turned and any(column.repeat for column in self.columns):
            raise ValueError(f"the grid “{self.id}” is turned: its rows repeat, its columns cannot")
        if self.rows.total and not self.turned:
            raise ValueError(f"only a turned grid adds up its rows; “{self.id}” has `rows.total:`")
        return self


class RepeatSpec(TextModel):
    """A group of fields printed `count` times as framed cards, `across` side by side."""

    id: Id
    count: Annotated[int, Field(ge=1, le=40)]
    label: Label = "{n}"
    across: Annotated[int, Field(ge=1, le=3)] = 1
    fields: Annotated[tuple[FieldSpec, ...], Field(min_length=1)]

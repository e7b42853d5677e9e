"""The form definition: one YAML file that is printed, read back, keyed and exported.

A form is a list of sections; a section holds exactly one of: a flow of fields, a grid, printed text, a table of
reference words, a common block, a repeated group, sections side by side or under one another, or a page break. Field
ids are stable for ever: they are FHIR linkIds.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from downtime.clinical.legend_tables import LegendTable
from downtime.clinical.vocabulary import Priority, Retention, Target
from downtime.textyaml import TextModel

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
Label = Annotated[str, StringConstraints(max_length=300)]
Prose = Annotated[str, StringConstraints(max_length=6000)]
Columns = Annotated[int, Field(ge=1, le=12)]


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


class Scope(StrEnum):
    """Whom one sheet of the form is about."""

    PATIENT = "patient"
    UNIT = "unit"
    FACILITY = "facility"


class Fate(StrEnum):
    """What happens to the filled page, in the words that stand on it."""

    ENTER_AND_SCAN = "ENTER AND SCAN"
    SCAN_ONLY = "SCAN ONLY"
    DISCARD = "DISCARD AFTER CHECK"


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
    data: str = ""
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
    data: str = ""
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


class SectionSpec(TextModel):
    """One part of a form: exactly one of fields, grid, text, table, use, repeat, beside, stack, page_break."""

    heading: Label = ""
    note: Label = ""
    when: str = ""
    width: Columns = 12
    keep: bool = True
    high_alert: bool = False
    fields: tuple[FieldSpec, ...] = ()
    grid: GridSpec | None = None
    text: Prose = ""
    table: LegendTable | None = None
    text_columns: Annotated[int, Field(ge=1, le=6)] = 1
    size_pt: Annotated[float, Field(ge=8, le=14)] = 9
    use: Id | None = None
    as_id: Id | None = None
    rows: Annotated[int, Field(ge=1, le=40)] | None = None
    repeat: RepeatSpec | None = None
    beside: tuple[SectionSpec, ...] = ()
    stack: tuple[SectionSpec, ...] = ()
    page_break: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        kinds = [
            name
            for name, present in {
                "fields": self.fields, "grid": self.grid, "text": self.text, "table": self.table, "use": self.use,
                "repeat": self.repeat, "beside": self.beside, "stack": self.stack, "page_break": self.page_break,
            }.items()
            if present
        ]  # fmt: skip
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none of them"
            raise ValueError(
                "a section holds one of fields, grid, text, table, use, repeat, beside, stack, page_break; "
                f"this one has {found}"
            )
        return self

    @property
    def whole(self) -> Iterator[SectionSpec]:
        """This section and all that it holds, side by side or stacked, at any depth."""
        yield self
        for part in (*self.beside, *self.stack):
            yield from part.whole


class PaperSpec(TextModel):
    """How the form lies on paper."""

    orientation: Literal["portrait", "landscape"] = "portrait"
    sides: Literal["simplex", "duplex"] = "simplex"


class HeaderSpec(TextModel):
    """What the header carries besides the identity; the allergy and weight lines cannot be left off drug forms."""

    allergies: bool = False
    weight: bool = False
    high_alert: bool = False


class RecordSpec(TextModel):
    """Where the filled form goes: who keys it into what, how soon, and how long the paper is kept."""

    targets: Annotated[tuple[Target, ...], Field(min_length=1)]
    priority: Priority
    fate: Fate
    by: Label = ""
    keep: Retention


class LabelLine(TextModel):
    """One line of a label: printed words, or a value of the patient, or a blank to write on (____)."""

    print: Label = ""
    data: str = ""
    size_pt: Annotated[float, Field(ge=7, le=16)] = 9
    bold: bool = False


class LabelSpec(TextModel):
    """A kind of label on a label sheet, and how many of the sheet's labels it takes; 0 means all that are left."""

    id: Id
    count: Annotated[int, Field(ge=0, le=100)] = 0
    lines: Annotated[tuple[LabelLine, ...], Field(min_length=1, max_length=6)]
    barcode: str = ""

    @property
    def takes_the_rest(self) -> bool:
        """Whether this kind fills the places that the others leave."""
        return self.count == 0


class FormSpec(TextModel):
    """A fillable form, or a sheet of labels: one definition, four uses."""

    form: Id
    title: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    revision: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(\.\d+)?$")]
    owner: Label
    source: Annotated[tuple[Label, ...], Field(min_length=1)]
    scope: Scope
    audience: Label
    level: Label = "L1+"
    paper: PaperSpec = PaperSpec()
    header: HeaderSpec = HeaderSpec()
    record: RecordSpec
    safety: Prose = ""
    sections: tuple[SectionSpec, ...] = ()
    labels: tuple[LabelSpec, ...] = ()

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if bool(self.sections) == bool(self.labels):
            raise ValueError("a form has either `sections:` or, for a sheet of labels, `labels:`")
        if self.labels and sum(label.takes_the_rest for label in self.labels) != 1:
            raise ValueError("exactly one kind of label has no `count:`; it takes the places that are left")
        return self


class BlockSpec(TextModel):
    """A common block: sections that several forms share; its field ids are prefixed with the block's id."""

    block: Id
    revision: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(\.\d+)?$")]
    sections: Annotated[tuple[SectionSpec, ...], Field(min_length=1)]

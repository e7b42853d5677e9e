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
from downtime.library.field_schema import (
    Code,
    ColumnSpec,
    FieldSpec,
    FieldType,
    GraphSpec,
    GridSpec,
    Id,
    Label,
    Prose,
    RepeatSpec,
    RowsSpec,
)
from downtime.textyaml import TextModel

Columns = Annotated[int, Field(ge=1, le=12)]


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


__all__ = [
    "BlockSpec", "Code", "ColumnSpec", "Fate", "FieldSpec", "FieldType", "FormSpec", "GraphSpec", "GridSpec",
    "HeaderSpec", "Id", "Label", "LabelLine", "LabelSpec", "PaperSpec", "Prose", "RecordSpec", "RepeatSpec", "RowsSpec",
    "Scope", "SectionSpec",
]  # fmt: skip

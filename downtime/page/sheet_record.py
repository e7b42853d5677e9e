"""The sheet record: what people keyed and verified of one filled sheet, with who, when and from which page.

The desk makes it, the exchange room sends it, nothing else is needed to send it. It says what stands on the paper and
who says so; it never says more: a field that nobody could read is there, without a value.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from downtime.page.layout import canonical_json
from downtime.page.manifest import Named, Sha256

FORMAT_VERSION = 1


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FieldState(StrEnum):
    """What is known of one field."""

    VALUE = "value"
    BLANK = "blank"
    ILLEGIBLE = "illegible"


class ValueSource(StrEnum):
    """Where a value came from."""

    TYPED = "typed"
    CONFIRMED = "confirmed"
    ELECTRONIC = "electronic"
    PRINTED = "printed"


class Person(_Record):
    """Somebody of the desk or of the ward: the id under which the record system knows them, if any, and the name."""

    id: str = ""
    name: str = ""


class Act(_Record):
    """Who did something to a value, and when."""

    by: Person
    at: AwareDatetime


class FieldEntry(_Record):
    """The last word on one field: its linkId, its value as written on paper, and who keyed and verified it.

    A choice has the ids of its marked boxes in `options`, in the order of the form, and no `value` unless one of them
    asks for words. `page` is the page of the kit on which the field lies.
    """

    field: str
    state: FieldState
    value: str = ""
    options: tuple[str, ...] = ()
    source: ValueSource = ValueSource.TYPED
    page: int
    keyed: Act | None = None
    verified: Act | None = None
    decided: Act | None = None
    note: str = ""

    @model_validator(mode="after")
    def _only_a_value_has_one(self) -> Self:
        if self.state is not FieldState.VALUE and (self.value or self.options):
            raise ValueError(f"“{self.field}” is {self.state.value}, so it cannot have a value")
        return self


class PatientNumber(_Record):
    """A number of the patient, and who assigned it; `kind` is mrn, downtime, national, encounter or account."""

    kind: str
    value: str
    authority: str = ""


class SheetPatient(_Record):
    """Whom the sheet is about, as a person confirmed; `resolved` once a downtime number was matched with an MRN."""

    numbers: tuple[PatientNumber, ...]
    family: str = ""
    given: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: str = ""
    resolved: bool = False
    matched: Act | None = None

    def number(self, kind: str) -> str:
        """The first number of a kind, or an empty text."""
        return next((number.value for number in self.numbers if number.kind == kind), "")


class PageImage(_Record):
    """The picture of one page that entries were taken from: number in the kit, code for people, hash of the image."""

    page: int
    code: str
    sha256: Sha256
    media_type: str = "image/png"


class SheetRecord(_Record):
    """One filled sheet, keyed and verified: what is exported.

    `instance` tells sheets that were photocopied for several patients apart. `drill` records never leave the house.
    `untouched` are the fields in which nothing was printed and nobody wrote, as people who looked at the page say.
    """

    format_version: Annotated[int, Field(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION
    facility: Named
    department: Named
    kit: str
    sheet: Annotated[int, Field(ge=1)]
    instance: Annotated[int, Field(ge=0)] = 0
    form: str
    title: str
    revision: str
    layout: Sha256
    drill: bool
    unit: str = ""
    patient: SheetPatient | None = None
    encounter: str = ""
    printed_at: AwareDatetime
    data_as_of: AwareDatetime | None = None
    entries: tuple[FieldEntry, ...]
    untouched: tuple[str, ...] = ()
    pages: tuple[PageImage, ...]
    completed: Act

    @model_validator(mode="after")
    def _each_field_once(self) -> Self:
        names = [*(entry.field for entry in self.entries), *self.untouched]
        if len(set(names)) != len(names):
            raise ValueError("a field stands twice in one sheet record")
        return self

    @property
    def id(self) -> str:
        """What names the sheet in ledgers and messages: ``KKKKK-KKKKK/12`` and ``.1`` behind it for a photocopy."""
        return f"{self.kit}/{self.sheet}" + (f".{self.instance}" if self.instance else "")

    @cached_property
    def by_field(self) -> dict[str, FieldEntry]:
        """The entries by linkId."""
        return {entry.field: entry for entry in self.entries}

    def to_json(self) -> bytes:
        """The canonical JSON: equal records give equal bytes."""
        return canonical_json(self.model_dump(mode="json")).encode("utf-8")

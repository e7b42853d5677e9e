"""Codes written by hand on medication records: why a dose was not given, where it was given, and by which route."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field, field_validator

from downtime.clinical._data import LazyTable, Row, by_name, load

TwoDigits = Annotated[str, Field(pattern=r"^[0-9]{2}$")]


class CountsAs(StrEnum):
    """What a circled code means for the record of a dose."""

    NOT_GIVEN = "not_given"
    GIVEN = "given"
    OTHER_RECORD = "other_record"


class NotGivenReason(Row):
    """A two-digit code that is circled in the cell of a dose."""

    code: TwoDigits
    printed: str = Field(alias="print")
    counts_as: CountsAs
    call_prescriber: bool
    fhir_reason: str | None = None
    escalate: str = ""
    source: str


class Site(Row):
    """A two-digit code of a place on the body or of a line."""

    code: TwoDigits
    printed: str = Field(alias="print")
    uses: tuple[str, ...]
    hl7_0163: str | None = None
    source: str


class Route(Row):
    """A route with its printed words; ``hl7_0162`` is for export, and missing where the table has no code."""

    id: str
    printed: str = Field(alias="print")
    hl7_0162: str | None = None
    note: str = ""
    source: str

    @field_validator("hl7_0162")
    @classmethod
    def _never_intraocular(cls, code: str | None) -> str | None:
        if code == "IO":
            raise ValueError("IO is intraocular in HL7 table 0162 and must never stand for intraosseous")
        return code


class _CodesFile(Row):
    not_given: tuple[NotGivenReason, ...]
    sites: tuple[Site, ...]
    routes: tuple[Route, ...]


@cache
def _file() -> _CodesFile:
    return load("codes.yaml", _CodesFile)


@cache
def _not_given() -> dict[str, NotGivenReason]:
    return by_name(_file().not_given, lambda row: row.code, "codes.yaml")


@cache
def _sites() -> dict[str, Site]:
    return by_name(_file().sites, lambda row: row.code, "codes.yaml")


@cache
def _routes() -> dict[str, Route]:
    return by_name(_file().routes, lambda row: row.id, "codes.yaml")


NOT_GIVEN: LazyTable[NotGivenReason] = LazyTable(_not_given)
SITES: LazyTable[Site] = LazyTable(_sites)
ROUTES: LazyTable[Route] = LazyTable(_routes)

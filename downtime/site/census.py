"""How this house's census files are to be read: the columns of its CSV, its dates, and who assigns its numbers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from downtime.site.values import Name, Text, Whole
from downtime.textyaml import TextModel

ColumnMeaning = Literal[
    "taken_at", "mrn", "authority", "surname", "given", "name", "birth_date", "sex", "unit", "room", "bed", "encounter",
    "attending", "service", "admitted", "allergies", "code_status", "isolation", "weight_kg", "weight_date",
    "weight_method", "diagnosis", "diet", "lines", "deceased", "discharged", "merged_into", "order_id", "step", "drug",
    "dose", "route", "frequency", "sig", "start", "stop", "prn", "prn_reason", "most_in_24_hours", "rate", "reason",
    "instructions", "order_status", "ordered_by", "last_given", "last_dose",
]  # fmt: skip
"""What a column of a census CSV can mean."""

Encoding = Literal[
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
    "windows-1258", "iso-8859-1", "iso-8859-15",
]  # fmt: skip


class Hl7Settings(TextModel):
    """Where HL7 v2 messages carry what the standard has no place for: a code of OBX-3 or OBR-4, or a field as ZPV-5."""

    code_status: tuple[Name, ...] = Field(default=(), description="codes, or fields of your own segments, as ZPV-5")
    isolation: tuple[Name, ...] = Field(default=(), description="the same, for isolation")
    diet: tuple[Name, ...] = Field(default=(), description="the same, for the diet")
    lines: tuple[Name, ...] = Field(default=(), description="the same, for lines, drains and airways")
    weight: tuple[Name, ...] = Field(default=(), description="codes of OBX-3 for the weight, beside LOINC's")


class CensusSettings(TextModel):
    """What a reader of census files must be told, because a file cannot say it."""

    authority: Name | None = Field(default=None, description="who assigns your patient numbers, in one word")
    authority_also: tuple[Name, ...] = Field(default=(), description="what files call it: a system URL, an OID …")
    mrn_length: Annotated[int, Whole(1, 30)] | None = Field(default=None, description="characters of a whole number")
    date_order: Literal["dmy", "mdy"] | None = Field(default=None, description="of 03/04/2026; without it: refused")
    encoding: Encoding | None = Field(default=None, description="of CSV files not in Unicode; without it: refused")
    list_separator: Annotated[str, Text(3)] = Field(default="|", description="between the items of one cell")
    columns: dict[ColumnMeaning, Name] = Field(default={}, description="meaning -> that column's header in your export")
    stale_after_minutes: Annotated[int, Whole(1, 1440)] = Field(
        # Most doses may be given up to an hour early or late (CMS memorandum 12-05): in data older than that, a dose
        # that is due may have been given since.
        default=60,
        description="kit pages warn where the data are older",
    )
    code_status_codes: tuple[Name, ...] = Field(default=(), description="codes of the FHIR Flag, Observation or order")
    isolation_codes: tuple[Name, ...] = Field(default=(), description="codes of the FHIR Flag or order for isolation")
    no_allergy_codes: tuple[Name, ...] = Field(default=(), description="your own codes for: no known allergies")
    no_drug_allergy_codes: tuple[Name, ...] = Field(default=(), description="the same for: no known drug allergies")
    hl7: Hl7Settings = Hl7Settings()

    @model_validator(mode="after")
    def _headers_differ(self) -> Self:
        seen: dict[str, str] = {}
        for meaning, header in self.columns.items():
            first = seen.setdefault(" ".join(header.casefold().split()), meaning)
            if first != meaning:
                raise ValueError(f"“{header}” stands for {first} and for {meaning}; one column has one meaning")
        return self

    def authority_of(self, named: str) -> str:
        """The house's own word for an authority that a file names in its own way, or the file's word."""
        known = (self.authority, *self.authority_also)
        return self.authority if self.authority is not None and named in known else named

"""What a message must be told about the place that it comes from and goes to: names, authorities, site codes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from downtime.site.values import Name, Text, WordName
from downtime.textyaml import TextModel

MessageKind = Literal[
    "ADT^A04", "ADT^A01", "ADT^A08", "ADT^A03", "ADT^A40", "ORU^R01", "MDM^T02", "DFT^P03", "RAS^O17", "OMP^O09",
    "OML^O21",
]  # fmt: skip
"""The HL7 messages that can be made."""

Word = Annotated[str, Text(40)]


class Sending(TextModel):
    """Names and codes in messages and files; the receiving system's own interface sheet says what it wants."""

    application: Word = Field(default="DOWNTIME", description="MSH-3: what this sender is called")
    facility: Word | None = Field(default=None, description="MSH-4; else the id of the facility in capitals")
    receiving_application: Word | None = Field(default=None, description="MSH-5")
    receiving_facility: Word | None = Field(default=None, description="MSH-6")
    processing: Literal["P", "T"] = Field(default="T", description="MSH-11: T for tests, P for real patients")
    downtime_authority: Word | None = Field(default=None, description="who assigns downtime numbers; else FACILITY-DT")
    # Table 0203 has MRT for a temporary number, but a merge joins numbers of the same type (HL7 chapter 3, A40).
    downtime_number_type: Literal["MR", "MRT"] = Field(default="MR", description="PID-3.5 of a downtime number")
    merge_structure: Literal["ADT_A39", "ADT_A40"] = Field(default="ADT_A39", description="MSH-9.3 of a merge")
    picture_type: tuple[Word, Word] = Field(default=("AP", "PDF"), description="OBX-5.2 and 5.3 of a page")
    row_codes: dict[Name, Word] = Field(
        default={}, description="form.field without row -> the record system's own code of that flowsheet row"
    )
    also: tuple[MessageKind, ...] = Field(
        default=(), description="messages that the vendor does not promise, and your interface team has agreed to"
    )
    note_type: Word = Field(default="DT", description="TXA-2 where document_types has none for the form")
    index_file: Literal["tagged", "ordered", "csv", "xml"] = Field(
        default="tagged", description="the document-import system's kind of index file"
    )
    index_tags: dict[WordName, Word] = Field(default={}, description="what the index file calls each value")
    index_dates: Literal["MM/DD/YYYY", "DD/MM/YYYY", "YYYY-MM-DD"] = Field(
        default="YYYY-MM-DD", description="how the index file writes dates"
    )
    ods_code: Word | None = Field(default=None, description="UK: the ODS code of the practice that gets documents")

"""What a batch folder keeps of files and pages: enough to go on after any interruption, and to judge anew later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from downtime.page.layout import canonical_json
from downtime.page.states import PageReason
from downtime.scan.model import PageReading

FORMAT_VERSION: Literal[1] = 1
_ID_DIGITS = 24

Bytes = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def page_id(sha256: str, index: int) -> str:
    """Name a page by its file's hash and its place in it, counted from 1: never by a name that a person gave."""
    return f"{sha256[:_ID_DIGITS]}-{index + 1:04d}"


def record_bytes(record: BaseModel) -> bytes:
    """The canonical JSON of a record; what says nothing is left out, its format never."""
    data = record.model_dump(mode="json", exclude_defaults=True)
    return canonical_json(data | {"format_version": FORMAT_VERSION}).encode("utf-8")


class FileRecord(_Record):
    """One file by its bytes: the names it came in under, its pages, or why it has none.

    The first name is the one it is told by; under the others the same bytes came in again.
    """

    format_version: Literal[1] = FORMAT_VERSION
    sha256: str
    size: Bytes
    names: tuple[str, ...]
    pages: int = 0
    failure: PageReason | None = None


class PageRecord(_Record):
    """One page: what was read, and the pictures that were kept of it with their size in bytes.

    `known` is the digest of the manifests and key that it was read with; `typed` the code a person typed for it.
    `entered` is what was typed into the fields of a filled PDF, None for a page of ink; `drawn` says that something was
    drawn onto such a page as well.
    """

    format_version: Literal[1] = FORMAT_VERSION
    reading: PageReading
    known: str
    typed: str = ""
    entered: dict[str, str] | None = None
    drawn: bool = False
    dpi: float | None = None
    pictures: dict[str, Bytes] = {}


class TypedCodes(_Record):
    """The codes that people typed for pages, by page id: kept, so that a later run does not undo their work."""

    format_version: Literal[1] = FORMAT_VERSION
    codes: dict[str, str] = {}

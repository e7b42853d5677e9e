"""The manifest: what was issued – kit, sheets, pages, layouts. It travels inside the PDF and stands beside it.

Reading a kit back needs the manifest and nothing else, years later too. Its JSON is canonical: the same kit always
gives the same bytes. A sheet's pages follow each other, so two numbers name them however long the kit is.
"""

from __future__ import annotations

import hashlib
import io
import json
from bisect import bisect_right
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from downtime.errors import InputError
from downtime.page.code import MAX_PAGES, kit_text, parse_kit
from downtime.page.code_failure import CodeFailure
from downtime.page.layout import Layout, canonical_json

FORMAT_VERSION = 1

_SHOWN_ERRORS = 3

Sha256 = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Name = Annotated[str, Field(min_length=1)]
PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGES)]


def _canonical_kit(text: str) -> str:
    kit = parse_kit(text)
    if isinstance(kit, CodeFailure) or kit_text(kit) != text:
        raise ValueError("a kit id is written XXXXX-XXXXX, in base-32 capitals")
    return text


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ManifestKind(StrEnum):
    """Why something was printed: ahead (packet), in an outage (kit), or for a rehearsal (drill)."""

    PACKET = "packet"
    KIT = "kit"
    DRILL = "drill"


class Named(_Record):
    """The id and the name of a facility or department, as configured when it was printed."""

    id: Name
    name: Name


class Sheet(_Record):
    """One issued copy of a form, for one patient, one unit, or nobody yet.

    ``step`` is 2 where each page of the sheet stands on a paper of its own, with an empty back between.
    ``patient`` is the record's reference to the patient (an MRN or downtime number), ``unit`` a department or ward.
    ``printed`` is what was printed into its fields, by field id without the suffix of a page (``@p2``); a box that was
    ticked in print says ``X``. Any other ink in a field is a person's.
    """

    number: Annotated[int, Field(ge=1)]
    form: Name
    title: str
    revision: str
    layout: Sha256
    first_page: PageNumber
    last_page: PageNumber
    step: Literal[1, 2] = 1
    patient: Name | None = None
    unit: Name | None = None
    copy_number: Annotated[int, Field(ge=1)] = 1
    printed: dict[Name, str] = {}

    @model_validator(mode="after")
    def _pages_in_order(self) -> Self:
        if self.last_page < self.first_page:
            raise ValueError("a sheet cannot end before its first page")
        if (self.last_page - self.first_page) % self.step:
            raise ValueError("a sheet with a page on every second side must end on one of them")
        return self

    @property
    def pages(self) -> range:
        """The page numbers in the kit, from 1."""
        return range(self.first_page, self.last_page + 1, self.step)

    def printed_in(self, field_id: str) -> str:
        """What was printed into a field of this sheet; an empty text where nothing was."""
        return self.printed.get(field_id.partition("@")[0], "")


class Manifest(_Record):
    """What one run of ``packet``, ``kit`` or ``drill`` issued for one department.

    ``people`` has for each patient of a kit digests of what was known, by element, so that a later kit can tell what
    has changed; they hold no words. ``follows`` is the earlier kit that one of changes alone goes with.
    """

    format_version: Annotated[int, Field(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION
    kit: Annotated[str, AfterValidator(_canonical_kit)]
    facility: Named
    department: Named
    kind: ManifestKind
    made_at: AwareDatetime
    data_as_of: AwareDatetime | None = None
    station: str = ""
    software_version: str
    signed: bool
    sheets: tuple[Sheet, ...]
    layouts: dict[Sha256, Layout]
    downtime_numbers: tuple[Name, ...] = ()
    sources: dict[Name, Sha256] = {}
    people: dict[Name, dict[Name, str]] = {}
    follows: str = ""

    @model_validator(mode="after")
    def _sheets_fit(self) -> Self:
        """Refuse what would make two answers possible, or none, to the question which sheet a page belongs to."""
        if len({sheet.number for sheet in self.sheets}) != len(self.sheets):
            raise ValueError("two sheets have the same number")
        last = 0
        for sheet in self._by_first_page:
            if sheet.first_page <= last:
                raise ValueError(f"page {sheet.first_page} belongs to two sheets")
            last = sheet.last_page
            layout = self.layouts.get(sheet.layout)
            if layout is None:
                raise ValueError(f"the layout of sheet {sheet.number} is missing")
            if len(layout.pages) != len(sheet.pages):
                raise ValueError(f"sheet {sheet.number} has {len(sheet.pages)} pages, its layout {len(layout.pages)}")
        return self

    @property
    def page_count(self) -> int:
        """How many pages the kit has: the number of its last page."""
        return self._by_first_page[-1].last_page if self.sheets else 0

    def page_sheet(self, page: int) -> Sheet | None:
        """Return the sheet that a page of the kit belongs to, or None if the kit has no such page."""
        index = bisect_right(self._first_pages, page) - 1
        if index < 0 or page not in self._by_first_page[index].pages:
            return None
        return self._by_first_page[index]

    def to_json(self) -> bytes:
        """Return the canonical JSON: sorted keys, no spaces, UTF-8; fields that say nothing are left out of sheets."""
        for layout_id, layout in self.layouts.items():
            if layout.id != layout_id:
                raise ValueError(f"layout {layout_id[:12]} is listed under an id that is not its own")
        data = self.model_dump(mode="json", exclude={"sheets", "layouts"})
        texts = {key: canonical_json(value) for key, value in data.items()}
        # Piece by piece: as plain data or text all at once, those of a large kit would take more memory than its PDF.
        out = io.BytesIO()
        for key in sorted((*texts, "sheets", "layouts")):
            out.write(f'{"," if out.tell() else "{"}"{key}":'.encode())
            if key == "sheets":
                _write_all(out, "[]", (canonical_json(_sheet_data(sheet)) for sheet in self.sheets))
            elif key == "layouts":
                # Layouts are most of a packet's manifest, and each has its own text already.
                layouts = sorted(self.layouts.items())
                _write_all(out, "{}", (f'"{key}":{layout.canonical_json()}' for key, layout in layouts))
            else:
                out.write(texts[key].encode())
        out.write(b"}")
        return out.getvalue()

    @cached_property
    def _by_first_page(self) -> tuple[Sheet, ...]:
        return tuple(sorted(self.sheets, key=lambda sheet: sheet.first_page))

    @cached_property
    def _first_pages(self) -> list[int]:
        return [sheet.first_page for sheet in self._by_first_page]


def _write_all(out: io.BytesIO, brackets: str, items: Iterable[str]) -> None:
    """Write items with commas between them, in brackets."""
    out.write(brackets[0].encode())
    for number, item in enumerate(items):
        out.write(f"{',' if number else ''}{item}".encode())
    out.write(brackets[1].encode())


def _sheet_data(sheet: Sheet) -> dict[str, Any]:
    """A sheet without what says nothing: a packet's sheets are thousands, and all of them are blank."""
    return sheet.model_dump(mode="json", exclude_none=True, exclude=None if sheet.printed else {"printed"})


def from_json(content: bytes | str, *, where: str = "manifest") -> Manifest:
    """Read a manifest; raises InputError that names ``where`` it stood and what is wrong with it."""
    data = _load(content, where)
    _check_version(data, where)
    # Checked on what the file says and not on the model: a later Layout may write fields that this one did not have.
    for layout_id, layout in _layouts(data).items():
        if hashlib.sha256(canonical_json(layout).encode("utf-8", "surrogatepass")).hexdigest() != layout_id:
            raise _broken(where, f"the layout {layout_id[:12]} was changed after it was issued")
    try:
        return Manifest.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise _broken(where, _summary(error)) from None


def _load(content: bytes | str, where: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        data = json.loads(text, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _broken(where, "it is not UTF-8 text") from None
    except RecursionError:
        raise _broken(where, "it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise _broken(where, f"it is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise _broken(where, f"it is not JSON: {error}") from None
    if not isinstance(data, dict):
        raise _broken(where, "it is not a JSON object")
    return data


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _check_version(data: dict[str, Any], where: str) -> None:
    version = data.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise InputError(
            "the manifest was written by a newer version of Downtime",
            where=where,
            why=f"it has format {version}, this version reads up to {FORMAT_VERSION}",
            do="update Downtime on this computer",
        )
    if version is None:
        raise _broken(where, "it has no format_version")


def _layouts(data: dict[str, Any]) -> dict[str, Any]:
    layouts = data.get("layouts")
    return layouts if isinstance(layouts, dict) else {}


def _summary(error: ValidationError) -> str:
    """Name the first few places that are wrong, without their values: a manifest holds patient data."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    shown = [f"{'.'.join(str(part) for part in detail['loc']) or 'manifest'}: {detail['msg']}" for detail in details]
    more = f" (and {len(shown) - _SHOWN_ERRORS} more)" if len(shown) > _SHOWN_ERRORS else ""
    return "; ".join(shown[:_SHOWN_ERRORS]) + more


def _broken(where: str, why: str) -> InputError:
    return InputError(
        "this is not a usable manifest",
        where=where,
        why=why,
        do="use the kit's PDF itself, which carries the manifest, or the manifest file written with it",
    )

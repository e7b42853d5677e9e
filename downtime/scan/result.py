"""What a batch of scans comes to: every page in one state, every sheet with its pages. Written as ``result.json``.

The same pages, manifests and settings give the same bytes, whatever the order in which they came and however often the
run was interrupted: so there is no time, duration or path in it. It holds patient data, in a private folder only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from downtime.page.code_failure import CodeReason
from downtime.page.layout import canonical_json
from downtime.page.states import NEED_A_PERSON, PageReason, PageState
from downtime.scan.model import HowRead, Mark

FORMAT_VERSION: Literal[1] = 1
RESULT = "result.json"

Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SheetStatus(StrEnum):
    """What came of an issued sheet."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


class Measured(_Record):
    """What was measured on a page that was registered, for whoever sets up printer and scanner."""

    dpi: float | None = None
    scale_x: float
    scale_y: float
    stretch: float
    rotation_deg: float
    residual_mm: float
    marks: Count
    streaks_mm: tuple[float, ...] = ()


class PageEntry(_Record):
    """One page that came in: where it stood, which page it is, its one state, and what is on it.

    `id` names it for people and programs. `same_as` is the page that stands for it: the one of the same bytes, or of
    which it is another picture; in a conflict `conflicts_with` names the others. `marks` are the boxes that are not
    blank, `fields` the write-in fields with ink and their pictures (`""` where there is none), `entered` what was typed
    on a screen. Pictures are paths below the folder of this file.
    """

    id: str
    file: str
    sha256: str
    index: Count
    state: PageState
    reasons: tuple[PageReason, ...] = ()
    code_failure: CodeReason | None = None
    kit: str = ""
    page: Count = 0
    sheet: Count = 0
    how: HowRead | None = None
    drill: bool = False
    same_as: str = ""
    conflicts_with: tuple[str, ...] = ()
    picture: str = ""
    thumbnail: str = ""
    marks: dict[str, Mark] = {}
    unsure_marks: dict[str, str] = {}
    fields: dict[str, str] = {}
    unsure_fields: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    entered: dict[str, str] | None = None
    barcodes: tuple[tuple[str, str], ...] = ()
    measured: Measured | None = None

    @property
    def needs_a_person(self) -> bool:
        """Whether it waits for a person."""
        return self.state in NEED_A_PERSON


class SheetPage(_Record):
    """One page of a sheet: its number in the kit, its place in the sheet, and what came of it.

    `entry` is the page that stands for it (empty if none came), `others` all that came beside it. A page without a
    field is not waited for.
    """

    page: Count
    index: Count
    entry: str = ""
    others: tuple[str, ...] = ()
    expected: bool = True


class SheetEntry(_Record):
    """One issued sheet, or one photocopy or filled file of it, and its pages.

    `instance` is 0 for the sheet itself; photocopies of a copy master and filled files are counted from 1 within this
    result. `empty` says that all its pages came and nothing stands on them; `older` that a newer revision was issued.
    """

    kit: str
    sheet: Count
    instance: Count = 0
    form: str
    title: str
    revision: str
    department: str
    unit: str = ""
    bed: str = ""
    patient: str = ""
    copy_number: Count = 1
    drill: bool = False
    electronic: bool = False
    status: SheetStatus
    pages: tuple[SheetPage, ...]
    empty: bool = False
    older: bool = False

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the pages that are waited for and did not come."""
        return tuple(page.page for page in self.pages if page.expected and not page.entry)


class KitEntry(_Record):
    """One manifest, and how much of it came back; `unused` are blank copies that nothing says were used."""

    kit: str
    facility: str
    department: str
    department_name: str
    kind: str
    signed: bool
    issued: Count
    complete: Count
    partial: Count
    missing: Count
    unused: Count


class ScanResult(_Record):
    """Everything about one batch of scans."""

    format_version: Literal[1] = FORMAT_VERSION
    software_version: str
    drill: bool
    checked: bool
    files: Count
    states: dict[PageState, Count]
    pages: tuple[PageEntry, ...]
    sheets: tuple[SheetEntry, ...]
    kits: tuple[KitEntry, ...]

    def to_json(self) -> bytes:
        """The canonical JSON: sorted keys, UTF-8; what says nothing is left out."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return canonical_json(data | {"format_version": FORMAT_VERSION}).encode("utf-8")

    @property
    def waiting(self) -> tuple[PageEntry, ...]:
        """The pages that wait for a person."""
        return tuple(page for page in self.pages if page.needs_a_person)

    @property
    def incomplete(self) -> tuple[SheetEntry, ...]:
        """The sheets of which a page is waited for."""
        return tuple(sheet for sheet in self.sheets if sheet.status is not SheetStatus.COMPLETE)

    @property
    def is_settled(self) -> bool:
        """Whether nobody need do anything but key what was read."""
        return not self.waiting and not self.incomplete

"""Small manifests and judged pages, made of nothing, to collate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from downtime.page.code import facility_number, kit_text
from downtime.page.geometry import PaperSize
from downtime.page.layout import FieldBox, Layout, PageLayout
from downtime.page.manifest import Manifest, ManifestKind, Named, Sheet
from downtime.page.states import PageReason
from downtime.scan.judge import JudgedPage, Trust, judge
from downtime.scan.known import KnownPages
from downtime.scan.model import (
    AreaScore,
    BoxScore,
    HowRead,
    Identity,
    PageReading,
    PageSource,
    Quality,
    Registration,
)
from downtime.scan.records import FileRecord, PageRecord
from downtime.scan.result import ScanResult
from downtime.scan.thresholds import Thresholds

SITE = Trust(site_given=True, has_key=True)
MADE_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@lru_cache
def layout(pages: int = 2, revision: str = "2026-11", fields: bool = True) -> Layout:
    """A form of some pages with a tick box and a line on each."""
    box = (10.0, 10.0, 200.0, 200.0)
    return Layout(
        form="form", revision=revision, paper=PaperSize.LETTER, landscape=False, width_mm=215.9, height_mm=279.4,
        pages=tuple(
            PageLayout(
                fields=(
                    FieldBox(f"tick{number}", "checkbox", (20.0, 20.0, 4.0, 4.0)),
                    FieldBox(f"line{number}", "text", (20.0, 40.0, 80.0, 8.0)),
                ) if fields else (),
                marks=(box,) * 4, codes=(box, box), references=(box,) * 3,
            )
            for number in range(pages)
        ),
    )  # fmt: skip


def manifest(
    kit: int = 1, *, sheets: int = 3, kind: ManifestKind = ManifestKind.PACKET, revision: str = "2026-11",
    patients: Sequence[str | None] = (), names: bool = False, days: int = 0, signed: bool = True,
    pages: int = 2, facility: str = "mill-hill", fields: bool = True,
) -> Manifest:  # fmt: skip
    """A kit of sheets of one form; `patients` by sheet, `names` printed as for a kit of patients."""
    form = layout(pages, revision, fields)
    return Manifest(
        kit=kit_text(kit), facility=Named(id=facility, name="Mill Hill"), department=Named(id="ward", name="Ward"),
        kind=kind, made_at=MADE_AT + timedelta(days=days), software_version="0", signed=signed,
        layouts={form.id: form},
        sheets=tuple(
            Sheet(
                number=number, form="form", title="A form", revision=revision, layout=form.id,
                first_page=(number - 1) * pages + 1, last_page=number * pages, unit="ward",
                patient=patients[number - 1] if number <= len(patients) else None,
                printed={"patient.name": "A. B.", "patient.bed": f"{number}"} if names else {},
                copy_number=number,
            )
            for number in range(1, sheets + 1)
        ),
    )  # fmt: skip


def record(
    issued: Manifest, page: int, *, file: str = "a", index: int = 0, ink: float = 0.0, marks: int = 4,
    failure: PageReason | None = None, copy_master: bool = False, signed: bool | None = None,
    entered: Mapping[str, str] | None = None, how: HowRead = HowRead.CODE,
) -> PageRecord:  # fmt: skip
    """The record of one page that came in; `ink` is written in its tick box."""
    sheet = issued.page_sheet(page)
    number = sheet.pages.index(page) if sheet else 0
    identity = Identity(
        kit=issued.kit, page=page, pages=issued.page_count,
        layout48=next(iter(issued.layouts.values())).id48, facility=facility_number(issued.facility.id),
        drill=issued.kind is ManifestKind.DRILL, copy_master=copy_master,
        signed=issued.signed if signed is None else signed, how=how,
    )  # fmt: skip
    place = Registration(
        matrix=(8.0, 0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 1.0), marks=tuple(range(marks)), codes_used=2,
        residual_mm=0.1, rotation_deg=0.0, scale_x=1.0, scale_y=1.0, stretch=1.0,
    )  # fmt: skip
    reading = PageReading(
        source=PageSource(file=file, sha256=sha(file), index=index), width_px=1700, height_px=2200,
        identity=identity, failure=failure, registration=None if failure else place,
        quality=Quality(paper=250, print=10, noise=0.0, references=(0.0, 0.28, 1.0)),
        boxes=() if failure else (BoxScore(f"tick{number}", ink, ink, 0.0, span=(float(ink > 0), float(ink > 0))),),
        areas=() if failure else (AreaScore(id=f"line{number}", ink=0.0, blob_mm2=0.0),),
    )  # fmt: skip
    return PageRecord(reading=reading, known="", entered=dict(entered) if entered is not None else None)


def lost(file: str, reason: PageReason, index: int = 0) -> PageRecord:
    """The record of a picture that told nothing."""
    source = PageSource(file=file, sha256=sha(file), index=index)
    return PageRecord(reading=PageReading(source=source, width_px=9, height_px=9, ink=0.1, failure=reason), known="")


def sha(file: str) -> str:
    """A hash for a name."""
    import hashlib

    return hashlib.sha256(file.encode()).hexdigest()


def judged(
    records: Sequence[PageRecord], manifests: Sequence[Manifest], *, drill: bool = False, trust: Trust = SITE
) -> list[JudgedPage]:
    """The pages with their verdicts."""
    known = KnownPages.of(manifests, "mill-hill", b"k" * 32)
    return [judge(one, known, Thresholds(), trust, drill=drill) for one in records]


def files_of(pages: Sequence[PageRecord], again: Mapping[str, Sequence[str]] | None = None) -> dict[str, FileRecord]:
    """The files of the pages; `again` has more names of the same bytes."""
    count: dict[str, int] = {}
    for page in pages:
        name = page.reading.source.file
        count[name] = max(count.get(name, 0), page.reading.source.index + 1)
    return {
        sha(name): FileRecord(sha256=sha(name), size=1, names=(name, *(again or {}).get(name, ())), pages=number)
        for name, number in count.items()
    }


def states(result: ScanResult) -> dict[str, str]:
    """The state of each page by where it stood."""
    return {f"{entry.file}{entry.index}": entry.state.value for entry in result.pages}

"""The entries of a result: for pages that came in, for files that never became pages, for bytes seen before."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from downtime.page.states import PageState
from downtime.scan.intake_files import RefusedFile
from downtime.scan.judge import JudgedPage
from downtime.scan.model import Mark
from downtime.scan.picture_names import PAGE_PICTURE, THUMBNAIL, field_picture_name, mark_picture_name
from downtime.scan.records import FileRecord, page_id
from downtime.scan.result import Measured, PageEntry

_PAGES = "pages"


def entry_of(page: JudgedPage) -> PageEntry:
    """The entry of a page by itself, before it is compared with others."""
    reading, verdict, issued = page.reading, page.verdict, page.issued
    identity = reading.identity

    def path(name: str) -> str:
        return f"{_PAGES}/{page.id}/{name}" if name in page.pictures else ""

    ids = [field.id for field in issued.page_layout.fields] if issued else []
    number = {name: at for at, name in enumerate(ids)}
    marked: dict[str, Mark] = {name: mark for name, mark in verdict.marks.items() if mark is not Mark.BLANK}
    inked = [name for name in (*verdict.written, *verdict.unsure_fields) if name in number]
    unsure = [name for name, mark in marked.items() if mark is Mark.UNSURE and name in number]
    return PageEntry(
        id=page.id,
        file=reading.source.file,
        sha256=reading.source.sha256,
        index=reading.source.index,
        state=verdict.state,
        reasons=verdict.reasons,
        code_failure=reading.code_failure,
        kit=identity.kit if identity else "",
        page=identity.page if identity else 0,
        sheet=issued.sheet.number if issued else 0,
        how=identity.how if identity else None,
        drill=identity.drill if identity else False,
        picture=path(PAGE_PICTURE),
        thumbnail=path(THUMBNAIL),
        marks=marked,
        unsure_marks={name: path(mark_picture_name(number[name], name)) for name in unsure},
        fields={} if page.entered else {name: path(field_picture_name(number[name], name)) for name in inked},
        unsure_fields=verdict.unsure_fields,
        conflicts=verdict.conflicts,
        entered=page.entered,
        barcodes=reading.barcodes,
        measured=_measured(page),
    )


def _measured(page: JudgedPage) -> Measured | None:
    place, quality = page.reading.registration, page.reading.quality
    if place is None:
        return None
    return Measured(
        dpi=page.dpi,
        scale_x=round(place.scale_x, 4),
        scale_y=round(place.scale_y, 4),
        stretch=round(place.stretch, 4),
        rotation_deg=round(place.rotation_deg, 2),
        residual_mm=round(place.residual_mm, 3),
        marks=len(place.marks),
        streaks_mm=tuple(round(at, 1) for at in quality.streaks_mm) if quality else (),
    )


def already_seen(files: Mapping[str, FileRecord], entries: Mapping[str, PageEntry]) -> Iterator[PageEntry]:
    """Entries for the pages of files whose bytes came in before under another name."""
    for record in files.values():
        for copy, name in enumerate(record.names[1:], start=2):
            for index in range(max(record.pages, 1)):
                first = page_id(record.sha256, index)
                yield PageEntry(
                    id=f"{first}.{copy}", file=name, sha256=record.sha256, index=index,
                    state=PageState.ALREADY_SEEN, same_as=first,
                )  # fmt: skip


def unopened_entry(record: FileRecord) -> PageEntry:
    """The entry of a file from which no page could be taken."""
    reasons = (record.failure,) if record.failure is not None else ()
    return PageEntry(
        id=page_id(record.sha256, 0), file=record.names[0], sha256=record.sha256, index=0,
        state=PageState.UNREADABLE_FILE, reasons=reasons,
    )  # fmt: skip


def refused_entries(refused: Iterable[RefusedFile]) -> Iterator[PageEntry]:
    """Entries of what was no file to be read: it has no bytes to be named by, so its name names it."""
    count: Counter[str] = Counter()
    for one in sorted(refused, key=lambda each: (each.name, str(each.path))):
        name = hashlib.sha256(one.name.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        count[name] += 1
        yield PageEntry(
            id=f"file-{name}-{count[name]}", file=one.name, sha256="", index=0, state=PageState.UNREADABLE_FILE,
            reasons=(one.reason,),
        )  # fmt: skip

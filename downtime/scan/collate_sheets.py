"""The sheets that were issued, with what came of each: complete, partial, missing; and how much of each kit came back.

Of a kit for patients every sheet is waited for. Of a packet's blank copies only those of which a page came, or whose
downtime number is on something that came: nobody knows how many were used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from downtime.page.manifest import Manifest, ManifestKind, Sheet
from downtime.scan.collate_repeats import SamePage
from downtime.scan.judge import JudgedPage
from downtime.scan.result import KitEntry, PageEntry, SheetEntry, SheetPage, SheetStatus

PATIENT_NAME, BED = "patient.name", "patient.bed"
"""The header's fields, as `downtime/library` names them; what a kit printed into them stands in its manifest."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one printed page, or of one filled sheet: the pages that stand for it, and all beside them."""

    leaders: tuple[str, ...]
    others: tuple[str, ...] = ()
    copies: bool = False
    by_index: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, same: SamePage, *, copies: bool) -> Arrived:
        """What came of one printed page on paper."""
        leaders = [picture.leader.id for picture in same.pictures]
        others = [page.id for picture in same.pictures for page in picture.rescans]
        others += [page.id for page in same.unregistered]
        if not leaders and others:
            leaders, others = others[:1], others[1:]
        return cls(tuple(leaders), tuple(others), copies)

    @classmethod
    def filled(cls, pages: Sequence[JudgedPage]) -> Arrived:
        """One file's pages of a sheet that was filled on a screen."""
        return cls(
            tuple(page.id for page in pages),
            by_index={page.issued.index: page.id for page in reversed(pages) if page.issued},
        )


Paper = Mapping[tuple[str, int], Arrived]
Electronic = Mapping[tuple[str, int], Sequence[Arrived]]


def sheets_and_kits(
    paper: Paper,
    electronic: Electronic,
    manifests: Iterable[Manifest],
    entries: Mapping[str, PageEntry],
    *,
    drill: bool,
) -> tuple[tuple[SheetEntry, ...], tuple[KitEntry, ...]]:
    """Every sheet that came in part or whole or is waited for, and a line for each kit: live ones, or those of drills.

    The order is by department, kit and sheet.
    """
    wanted = sorted(
        (one for one in manifests if (one.kind is ManifestKind.DRILL) == drill),
        key=lambda one: (one.department.id, one.made_at, one.kit),
    )
    claimed = _claimed(paper, electronic, wanted)
    newest = _newest_revisions(wanted)
    sheets, kits = [], []
    for manifest in wanted:
        own: list[SheetEntry] = []
        unused = 0
        for sheet in sorted(manifest.sheets, key=lambda one: one.number):
            found = _entries_of(manifest, sheet, paper, electronic, entries)
            if found:
                own += found
            elif not _fields_on(manifest, sheet):
                continue
            elif _is_waited_for(manifest, sheet, claimed):
                own.append(_missing(manifest, sheet))
            else:
                unused += 1
        sheets += [one.model_copy(update={"older": one.revision != newest[one.form]}) for one in own]
        kits.append(_kit_entry(manifest, own, unused))
    return tuple(sheets), tuple(kits)


def _entries_of(
    manifest: Manifest, sheet: Sheet, paper: Paper, electronic: Electronic, entries: Mapping[str, PageEntry]
) -> list[SheetEntry]:
    """The sheet itself as far as pages of it came, each copy of a copy master, each filled file."""
    arrived = [paper.get((manifest.kit, number)) for number in sheet.pages]
    found = []
    if any(one is not None and not one.copies for one in arrived):
        pages = [
            _sheet_page(manifest, sheet, index, one if one and not one.copies else None)
            for index, one in enumerate(arrived)
        ]
        found.append(_entry(manifest, sheet, pages, entries))
    instance = 0
    for index, one in enumerate(arrived):
        for leader in sorted(one.leaders) if one and one.copies else ():
            # The code cannot tell which copy of page 1 belongs to which of page 2: each stands by itself.
            instance += 1
            page = SheetPage(page=sheet.pages[index], index=index, entry=leader)
            found.append(_entry(manifest, sheet, [page], entries, instance=instance))
    for one in electronic.get((manifest.kit, sheet.number), ()):
        instance += 1
        pages = [
            SheetPage(page=number, index=index, entry=one.by_index.get(index, ""), expected=False)
            for index, number in enumerate(sheet.pages)
        ]
        found.append(_entry(manifest, sheet, pages, entries, instance=instance, electronic=True))
    return found


def _sheet_page(manifest: Manifest, sheet: Sheet, index: int, arrived: Arrived | None) -> SheetPage:
    expected = bool(manifest.layouts[sheet.layout].pages[index].fields)
    if arrived is None:
        return SheetPage(page=sheet.pages[index], index=index, expected=expected)
    others = tuple(sorted((*arrived.leaders[1:], *arrived.others)))
    return SheetPage(page=sheet.pages[index], index=index, entry=arrived.leaders[0], others=others, expected=expected)


def _entry(
    manifest: Manifest,
    sheet: Sheet,
    pages: Sequence[SheetPage],
    entries: Mapping[str, PageEntry],
    *,
    instance: int = 0,
    electronic: bool = False,
) -> SheetEntry:
    whole = all(page.entry or not page.expected for page in pages)
    came = [entries[page.entry] for page in pages if page.entry]
    return _bare(manifest, sheet).model_copy(
        update={
            "instance": instance,
            "electronic": electronic,
            "status": SheetStatus.COMPLETE if whole else SheetStatus.PARTIAL,
            "pages": tuple(pages),
            "empty": whole and not any(one.marks or one.fields or one.entered or one.reasons for one in came),
        }
    )


def _missing(manifest: Manifest, sheet: Sheet) -> SheetEntry:
    pages = tuple(_sheet_page(manifest, sheet, index, None) for index in range(len(sheet.pages)))
    return _bare(manifest, sheet).model_copy(update={"pages": pages})


def _bare(manifest: Manifest, sheet: Sheet) -> SheetEntry:
    return SheetEntry(
        kit=manifest.kit,
        sheet=sheet.number,
        form=sheet.form,
        title=sheet.title,
        revision=sheet.revision,
        department=manifest.department.id,
        unit=sheet.unit or "",
        bed=sheet.printed_in(BED),
        patient=sheet.patient or "",
        copy_number=sheet.copy_number,
        drill=manifest.kind is ManifestKind.DRILL,
        status=SheetStatus.MISSING,
        pages=(),
    )


def _fields_on(manifest: Manifest, sheet: Sheet) -> bool:
    return any(page.fields for page in manifest.layouts[sheet.layout].pages)


def _is_waited_for(manifest: Manifest, sheet: Sheet, claimed: frozenset[str]) -> bool:
    return bool(sheet.printed_in(PATIENT_NAME)) or (sheet.patient is not None and sheet.patient in claimed)


def _claimed(paper: Paper, electronic: Electronic, manifests: Iterable[Manifest]) -> frozenset[str]:
    """The patients and downtime numbers of the sheets of which something came."""
    return frozenset(
        sheet.patient
        for manifest in manifests
        for sheet in manifest.sheets
        if sheet.patient is not None
        and ((manifest.kit, sheet.number) in electronic or any((manifest.kit, page) in paper for page in sheet.pages))
    )


def _newest_revisions(manifests: Iterable[Manifest]) -> dict[str, str]:
    """The revision of each form that was issued last."""
    newest: dict[str, str] = {}
    for manifest in sorted(manifests, key=lambda one: (one.made_at, one.kit)):
        newest |= {sheet.form: sheet.revision for sheet in manifest.sheets}
    return newest


def _kit_entry(manifest: Manifest, sheets: Sequence[SheetEntry], unused: int) -> KitEntry:
    own = [sheet.status for sheet in sheets if not sheet.instance]
    return KitEntry(
        kit=manifest.kit,
        facility=manifest.facility.id,
        department=manifest.department.id,
        department_name=manifest.department.name,
        kind=manifest.kind.value,
        signed=manifest.signed,
        issued=len(manifest.sheets),
        complete=own.count(SheetStatus.COMPLETE),
        partial=own.count(SheetStatus.PARTIAL),
        missing=own.count(SheetStatus.MISSING),
        unused=unused,
    )

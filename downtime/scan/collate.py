"""Pages become sheets: what came, what is missing, what came twice. Pure: no file is looked at here.

Nothing is put together by its place in a file: only a page's own code says where it belongs. Every page that came in
is in the result once, in one state; the result does not depend on the order in which pages came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from downtime import __version__
from downtime.page.manifest import Manifest
from downtime.page.states import PageReason, PageState
from downtime.scan.collate_entries import already_seen, entry_of, refused_entries, unopened_entry
from downtime.scan.collate_repeats import Picture, SameInk, SamePage, by_printed_page, told_apart
from downtime.scan.collate_sheets import Arrived, sheets_and_kits
from downtime.scan.intake_files import RefusedFile
from downtime.scan.judge import JudgedPage
from downtime.scan.records import FileRecord
from downtime.scan.result import PageEntry, ScanResult

_PLACED = frozenset({PageState.READ, PageState.NEEDS_REVIEW, PageState.UNREGISTERED})


def collate(
    pages: Iterable[JudgedPage],
    files: Mapping[str, FileRecord],
    refused: Sequence[RefusedFile],
    manifests: Iterable[Manifest],
    same_ink: SameInk,
    *,
    drill: bool,
    checked: bool,
) -> ScanResult:
    """Put the pages of a batch together.

    `files` are all files by hash, with every name they came under; `refused` what was no file to be read. `drill` says
    that rehearsal pages are what is wanted; `checked` that signed codes could be checked.
    """
    every = list(pages)
    placed = [page for page in every if _belongs(page, drill=drill)]
    entries = {page.id: entry_of(page) for page in every}
    paper: dict[tuple[str, int], Arrived] = {}
    for key, group in by_printed_page(one for one in placed if one.entered is None).items():
        same = told_apart(group, same_ink)
        entries |= _told(same, entries, copies=_is_copy(group[0]))
        paper[key] = Arrived.of(same, copies=_is_copy(group[0]))
    electronic, changed = _electronic([one for one in placed if one.entered is not None], entries, same_ink)
    entries |= changed
    sheets, kits = sheets_and_kits(paper, electronic, manifests, entries, drill=drill)
    listed = sorted(
        [
            *entries.values(),
            *already_seen(files, entries),
            *refused_entries(refused),
            *(unopened_entry(record) for record in files.values() if record.failure is not None),
        ],
        key=lambda entry: (entry.file, entry.sha256, entry.index, entry.id),
    )
    return ScanResult(
        software_version=__version__,
        drill=drill,
        checked=checked,
        files=sum(len(record.names) for record in files.values()) + len(refused),
        states=dict(sorted(Counter(entry.state for entry in listed).items())),
        pages=tuple(listed),
        sheets=sheets,
        kits=kits,
    )


def _belongs(page: JudgedPage, *, drill: bool) -> bool:
    """Whether a page is put into a sheet: of a kit that is here, and live or drill as was asked for."""
    identity = page.reading.identity
    return (
        page.issued is not None and identity is not None and identity.drill == drill and page.verdict.state in _PLACED
    )


def _is_copy(page: JudgedPage) -> bool:
    return page.reading.identity is not None and page.reading.identity.copy_master


def _told(same: SamePage, entries: Mapping[str, PageEntry], *, copies: bool) -> dict[str, PageEntry]:
    """The states of all pictures of one printed page."""
    changed: dict[str, PageEntry] = {}
    leaders = [picture.leader.id for picture in same.pictures]
    for picture in same.pictures:
        changed |= _rescans(picture, entries)
        if len(leaders) > 1 and not copies:
            others = tuple(sorted(one for one in leaders if one != picture.leader.id))
            update = {"state": PageState.CONFLICT, "conflicts_with": others}
            changed[picture.leader.id] = entries[picture.leader.id].model_copy(update=update)
    return changed


def _rescans(picture: Picture, entries: Mapping[str, PageEntry]) -> dict[str, PageEntry]:
    update = {"state": PageState.RESCAN, "same_as": picture.leader.id}
    return {page.id: entries[page.id].model_copy(update=update) for page in picture.rescans}


def _electronic(
    pages: Sequence[JudgedPage], entries: Mapping[str, PageEntry], same_ink: SameInk
) -> tuple[dict[tuple[str, int], list[Arrived]], dict[str, PageEntry]]:
    """Sheets that were filled on a screen, by kit and sheet: each file is one, as people save one form many times.

    Files of one sheet with the same values are one; with other values they are other sheets, and where the form names
    no patient a person must say whose each is.
    """
    by_file: dict[tuple[str, int], dict[str, list[JudgedPage]]] = {}
    for page in sorted(pages, key=lambda one: one.id):
        if page.issued is not None:
            key = page.issued.manifest.kit, page.issued.sheet.number
            by_file.setdefault(key, {}).setdefault(page.reading.source.sha256, []).append(page)
    changed: dict[str, PageEntry] = {}
    arrived: dict[tuple[str, int], list[Arrived]] = {}
    for key, files in sorted(by_file.items()):
        kept: list[list[JudgedPage]] = []
        for _, group in sorted(files.items()):
            twin = next((one for one in kept if _values(one) == _values(group)), None)
            if twin is None:
                kept.append(group)
                continue
            for page, leader in zip(_by_page(group), _by_page(twin), strict=False):
                changed |= _rescans(Picture(leader, (page,)), entries)
        for group in kept:
            if len(kept) > 1 and group[0].issued is not None and group[0].issued.sheet.patient is None:
                changed |= {page.id: _copied(entries[page.id]) for page in group}
        arrived[key] = [Arrived.filled(group) for group in kept]
    return arrived, changed


def _values(pages: Sequence[JudgedPage]) -> dict[str, str]:
    return {name: value for page in pages for name, value in (page.entered or {}).items()}


def _by_page(pages: Sequence[JudgedPage]) -> list[JudgedPage]:
    return sorted(pages, key=lambda page: (page.issued.index if page.issued else 0, page.id))


def _copied(entry: PageEntry) -> PageEntry:
    reasons = tuple(sorted({*entry.reasons, PageReason.COPY}))
    return entry.model_copy(update={"state": PageState.NEEDS_REVIEW, "reasons": reasons})

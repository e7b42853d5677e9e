"""The report of a batch as one HTML page beside its pictures: opens from a folder, needs no network and no server."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from downtime import __version__
from downtime.library.procedures import shipped_templates
from downtime.page.states import REASON_REMEDIES, STATE_REMEDIES, PageState
from downtime.scan.result import PageEntry, ScanResult, SheetEntry, SheetStatus
from downtime.scan.words import Why, counts, label, page_names, pages_came, place, reasons_of, remarks

TEMPLATE, STYLE = "scan.html", "scan.css"
REPORT = "report.html"


@dataclass(frozen=True, slots=True)
class OtherPicture:
    """Another picture of the same page: its name, and its own pictures."""

    name: str
    picture: str
    thumbnail: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page in the report; `cuts` are pictures of fields by name."""

    entry: PageEntry
    name: str
    place: str
    state: str
    waits: bool
    why: tuple[Why, ...]
    form: str
    cuts: tuple[tuple[str, str], ...]
    typed: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    doubtful: tuple[tuple[str, str], ...]
    doubts: int
    others: tuple[OtherPicture, ...]


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """One sheet in the report, with the pages that stand for it and those that did not come."""

    sheet: SheetEntry
    status: str
    came: str
    pages: tuple[tuple[int, ReportPage | None], ...]


@dataclass(frozen=True, slots=True)
class ReportPatient:
    """The sheets of one patient or downtime number, or of nobody in particular."""

    patient: str
    bed: str
    sheets: tuple[ReportSheet, ...]


@dataclass(frozen=True, slots=True)
class ReportKit:
    """One kit: its line of figures, what came of it by patient, and what is missing."""

    title: str
    kit: str
    figures: str
    patients: tuple[ReportPatient, ...]
    missing: tuple[ReportSheet, ...]


def report_page(result: ScanResult) -> str:
    """The report as HTML; whatever a file or form says is text in it, never markup."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folder = shipped_templates()
    style = (folder / STYLE).read_text("utf-8")
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = page_names(result)
    forms = {page.entry: sheet.form for sheet in result.sheets for page in sheet.pages if page.entry}
    others = {entry.id: OtherPicture(names[entry.id], entry.picture, entry.thumbnail) for entry in result.pages}
    pages = {entry.id: _page(entry, names, forms, others) for entry in result.pages}
    return environment.get_template(TEMPLATE).render(
        version=__version__,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        result=result,
        counts=counts(result),
        remarks=list(remarks(result)),
        waiting=[page for page in pages.values() if page.waits],
        kits=_kits(result, pages),
        beside=[page for page in pages.values() if page.entry.state in _BESIDE],
        states=[(label(state), *STATE_REMEDIES[state]) for state in PageState],
        reasons=[(label(reason), *remedy) for reason, remedy in REASON_REMEDIES.items()],
    )


_BESIDE = (PageState.BLANK, PageState.RESCAN, PageState.ALREADY_SEEN)


def _page(
    entry: PageEntry, names: Mapping[str, str], forms: Mapping[str, str], pictures: Mapping[str, OtherPicture]
) -> ReportPage:
    return ReportPage(
        entry=entry,
        name=names[entry.id],
        place=place(entry),
        state=label(entry.state),
        waits=entry.needs_a_person,
        why=reasons_of(entry),
        form=forms.get(entry.id, ""),
        cuts=tuple((name, picture) for name, picture in entry.fields.items() if picture),
        typed=tuple((entry.entered or {}).items()),
        marks=tuple(name for name in entry.marks if name not in entry.unsure_marks),
        doubtful=tuple((name, picture) for name, picture in entry.unsure_marks.items() if picture),
        doubts=len(entry.unsure_marks),
        others=tuple(pictures[one] for one in (entry.same_as, *entry.conflicts_with) if one in pictures),
    )


def _kits(result: ScanResult, pages: Mapping[str, ReportPage]) -> list[ReportKit]:
    kits = []
    for kit in result.kits:
        sheets = [_sheet(sheet, pages) for sheet in result.sheets if sheet.kit == kit.kit]
        came = [one for one in sheets if one.sheet.status is not SheetStatus.MISSING]
        missing = tuple(one for one in sheets if one.sheet.status is SheetStatus.MISSING)
        if not came and not missing:
            continue
        by_patient: dict[str, list[ReportSheet]] = {}
        for one in came:
            by_patient.setdefault(one.sheet.patient, []).append(one)
        figures = (
            f"{kit.issued} sheets issued: {kit.complete} complete, {kit.partial} in part, {kit.missing} missing, "
            f"{kit.unused} blank copies of which nothing came"
        )
        patients = tuple(
            ReportPatient(patient, next((one.sheet.bed for one in group if one.sheet.bed), ""), tuple(group))
            for patient, group in sorted(by_patient.items())
        )
        title = f"{kit.department_name}: {kit.kind}"
        kits.append(ReportKit(title, kit.kit, figures, patients, missing))
    return kits


def _sheet(sheet: SheetEntry, pages: Mapping[str, ReportPage]) -> ReportSheet:
    shown = tuple((page.page, pages.get(page.entry)) for page in sheet.pages if page.entry or page.expected)
    return ReportSheet(sheet, label(sheet.status), pages_came(sheet), shown)

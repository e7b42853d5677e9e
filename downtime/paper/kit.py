"""A kit: paper for the patients who are in the beds now, from a snapshot of the census, as one PDF for a unit.

In four steps: who gets paper, what stands on each of their sheets, how it fits, and the document. Nothing is written
here, and nothing is read: the same site, snapshot, options and run give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from downtime import __version__
from downtime.census.snapshot import Snapshot
from downtime.errors import ConfigError, UsageError
from downtime.library.schema import FormSpec
from downtime.library.shelf import Shelf
from downtime.page.code import MAX_PAGES, PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.layout import canonical_json
from downtime.page.manifest import Manifest, ManifestKind, Named
from downtime.paper.contents import Run
from downtime.paper.document import Document
from downtime.paper.finish import Bookmark, PageLabels, finish_pdf
from downtime.paper.imprint import Imprint
from downtime.paper.kit_build import KitBuilder, PersonSheets, beds_of
from downtime.paper.kit_data_page import DataPage, age_words, bed_of, name_of
from downtime.paper.kit_days import KitHours
from downtime.paper.kit_front import front_jobs, since_words
from downtime.paper.kit_model import FinishedKit, KitOptions, Person
from downtime.paper.kit_people import CLARIFY, Roll, roll_call
from downtime.paper.kit_plan import kit_plan
from downtime.paper.kit_press import Job, KitPress
from downtime.paper.kit_since import check_since
from downtime.paper.surroundings import moment_text
from downtime.site import Department, Site
from downtime.site.kit_settings import MOST_HOURS

Progress = Callable[[int, int], None]


def make_kit(
    site: Site,
    department: Department,
    shelf: Shelf,
    snapshot: Snapshot,
    options: KitOptions,
    run: Run,
    progress: Progress | None = None,
) -> FinishedKit:
    """Print the kit of one department from a snapshot.

    Raises ConfigError for a form that cannot be printed or more pages than a page code can count, UsageError for hours
    that cannot be, a number that nobody has or an earlier kit of somewhere else, InputError where nobody of the census
    is in the department.
    """
    if not 1 <= options.hours <= MOST_HOURS:
        raise UsageError(f"a kit for {options.hours} hours", do=f"ask for 1 to {MOST_HOURS}")
    if options.since is not None:
        check_since(options.since, site.facility.id, department.id, run.drill)
    ready = _drawn(site, department, shelf, snapshot, options, run, progress)
    content = ready.manifest.to_json()
    pdf = finish_pdf(ready.pdf, content, ready.marks, ready.labels, duplex=not run.single_sided)
    if run.fillable:
        from downtime.paper.fillable import add_fields

        pdf = add_fields(pdf, ready.manifest, ready.forms)
    return replace(ready.kit, pdf=pdf, manifest_json=content)


@dataclass(frozen=True)
class _Drawn:
    """A kit whose pages are drawn, without manifest, outline and labels in its PDF; nothing else of it is kept."""

    kit: FinishedKit
    pdf: bytes
    manifest: Manifest
    marks: list[Bookmark]
    labels: list[PageLabels]
    forms: dict[str, FormSpec]


def _drawn(
    site: Site,
    department: Department,
    shelf: Shelf,
    snapshot: Snapshot,
    options: KitOptions,
    run: Run,
    progress: Progress | None,
) -> _Drawn:
    hours = KitHours(snapshot.taken_at, run.made_at, options.hours, ZoneInfo(str(site.facility.timezone)))
    roll = roll_call(site, department, snapshot, options)
    kit = new_kit_id(_seed(snapshot, department, options, run) if run.fixed else None)
    name, printed = f"Downtime kit {department.name}", f"Printed {moment_text(run.made_at)}"
    document = Document(None, kit, drill=run.drill, title=name, subject=printed)
    imprint = _imprint(site, department, hours, run, kit)
    press = KitPress(site, department, shelf, run, imprint, document, beds_of(department, roll))
    builder = KitBuilder(site, department, snapshot, options, hours, kit_plan(department, shelf), roll, press)
    people = builder.people()
    unit_jobs = list(builder.unit_jobs(people)) if options.patient is None else []
    sheets = [found for who in people if (found := builder.sheets(who)) is not None]
    facts = DataPage(
        unit=department.name, kit=kit_text(kit), hours=hours, snapshot=snapshot, age=hours.age,
        stale_after=_stale_after(site), people=people, left_out=roll.left_out, elsewhere=roll.elsewhere,
        shortened=[(one.person, len(one.shortened)) for one in sheets if one.shortened],
        since=since_words(options.since, people, sheets), only=options.patient is not None,
    )  # fmt: skip
    front = front_jobs(press, facts, imprint, sheets, unit_jobs)
    total = sum(press.sides(job) for job in (*front, *unit_jobs, *(job for one in sheets for job in one.jobs)))
    if total > MAX_PAGES:
        raise ConfigError(
            f"the kit of {department.name} has {total:,} pages",
            why=f"the limit is {MAX_PAGES:,}",
            do="ask for fewer hours, or make the kits of single patients",
        )
    document.number(PageCoder(facility_number(site.facility.id), kit, total, drill=run.drill, key=run.key))
    marks, labels = _draw(press, front, unit_jobs, sheets, progress, total)
    manifest = _manifest(site, department, hours, options, run, kit, press, builder.digests(people, kit_text(kit)))
    finished = _counted(department, hours, snapshot, options, run, people, sheets, roll, press, manifest)
    forms = {form: pressed.spec for form, pressed in press.forms.items()} if run.fillable else {}
    return _Drawn(finished, document.save(), manifest, marks, labels, forms)


def _counted(
    department: Department,
    hours: KitHours,
    snapshot: Snapshot,
    options: KitOptions,
    run: Run,
    people: Sequence[Person],
    sheets: Sequence[PersonSheets],
    roll: Roll,
    press: KitPress,
    manifest: Manifest,
) -> FinishedKit:
    """What the kit came to, without its PDF."""
    pages = press.document.page_count
    return FinishedKit(
        department=department.id, pdf=b"", manifest=manifest, pages=pages,
        sheets_of_paper=pages if run.single_sided else -(-pages // 2),
        patients=sum(one.person.patient is not None for one in sheets),
        arrivals=len(options.numbers), left_out=len(roll.left_out),
        unchanged=len(people) - len(sheets),
        to_clarify=sum(any(alert.startswith(CLARIFY) for alert in who.alerts) for who in people),
        not_computed=sum(bool(order.check) for who in people for order in who.orders),
        problems=len(snapshot.problems), age=hours.age, stale=hours.age > _stale_after(press.site),
        unapproved=tuple(dict.fromkeys(press.unapproved)), fillable=run.fillable,
        empty=pages - sum(len(sheet.pages) for sheet in manifest.sheets),
    )  # fmt: skip


def _stale_after(site: Site) -> timedelta:
    return timedelta(minutes=site.facility.census.stale_after_minutes)


def _draw(
    press: KitPress,
    front: Sequence[Job],
    unit_jobs: Sequence[Job],
    sheets: Sequence[PersonSheets],
    progress: Progress | None,
    total: int,
) -> tuple[list[Bookmark], list[PageLabels]]:
    """Draw everything in order; returns outline and page labels."""
    document = press.document
    marks, labels = [], []
    parts: list[tuple[str, str, list[Job]]] = [("Data page", "data ", list(front))]
    if unit_jobs:
        parts.append(("Unit", "unit ", list(unit_jobs)))
    for one in sheets:
        bed = bed_of(one.person)
        parts.append((f"{bed}  {name_of(one.person)}", f"{bed} ", one.jobs))
    for title, label, jobs in parts:
        first = document.page_count
        marks.append(Bookmark(title, first))
        for job in jobs:
            if len(jobs) > 1:
                marks.append(Bookmark(job.layout.title, document.page_count, 1))
            press.draw(job)
            if progress is not None:
                progress(document.page_count, total)
        jobs.clear()
        if document.page_count > first:
            labels.append(PageLabels(label, first, document.page_count - 1))
    return marks, labels


def _imprint(site: Site, department: Department, hours: KitHours, run: Run, kit: int) -> Imprint:
    age, facility, stale_after = hours.age, site.facility, _stale_after(site)
    taken = moment_text(hours.taken_at.astimezone(hours.zone))
    warning = f"OLD DATA: {age_words(age)} old when printed, check against another source" if age > stale_after else ""
    if hours.is_void:
        warning = f"VOID: data {age_words(age)} old when printed, check every line against another source"
    return Imprint(
        facility=facility.name, department=department.name, made_at=moment_text(run.made_at),
        expires=moment_text(hours.void_at.astimezone(hours.zone)), approval="", kit=kit_text(kit),
        software=__version__, approved=True, signed=run.key is not None, drill=run.drill,
        number_label=facility.patient_number.label, kind="Kit",
        data_as_of=f"{taken}, {age_words(age)} before printing", warning=warning,
    )  # fmt: skip


def _manifest(
    site: Site,
    department: Department,
    hours: KitHours,
    options: KitOptions,
    run: Run,
    kit: int,
    press: KitPress,
    people: dict[str, dict[str, str]],
) -> Manifest:
    return Manifest(
        kit=kit_text(kit),
        facility=Named(id=site.facility.id, name=site.facility.name),
        department=Named(id=department.id, name=department.name),
        kind=ManifestKind.DRILL if run.drill else ManifestKind.KIT,
        made_at=run.made_at,
        data_as_of=hours.taken_at,
        station=run.station,
        software_version=__version__,
        signed=run.key is not None,
        sheets=tuple(press.sheets),
        layouts=press.layouts,
        downtime_numbers=options.numbers,
        people=people,
        follows=options.since.kit if options.since else "",
    )


def _seed(snapshot: Snapshot, department: Department, options: KitOptions, run: Run) -> bytes:
    """What decides the kit id when the same input must give the same bytes."""
    settings = [run.made_at.isoformat(), run.drill, run.paper, run.single_sided, run.key is not None, run.fillable]
    asked = [options.hours, options.patient, list(options.numbers), options.since.kit if options.since else ""]
    return canonical_json(
        [snapshot.model_dump(mode="json"), department.id, settings, asked, __version__]
    ).encode()  # fmt: skip


__all__ = ["FinishedKit", "KitOptions", "Roll", "make_kit"]

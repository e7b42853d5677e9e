"""A kit: paper for the patients who are in the beds now, from a snapshot of the census, as one PDF for a unit.

In four steps: who gets paper, what stands on each of their sheets, how it fits, and the document. Nothing is written
here, and nothing is read: the same site, snapshot, options and run give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from downtime import __version__
from downtime.census.snapshot import Snapshot
from downtime.clinical.due import Schedule, Window
from downtime.clinical.due_clock import utc
from downtime.errors import ConfigError, UsageError
from downtime.library.shelf import Shelf
from downtime.page.code import MAX_PAGES, PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.layout import canonical_json
from downtime.page.manifest import Manifest, ManifestKind, Named
from downtime.paper.contents import Run
from downtime.paper.document import Document
from downtime.paper.finish import Bookmark, PageLabels, finish_pdf
from downtime.paper.header import Imprint
from downtime.paper.kit_content import person_sheets
from downtime.paper.kit_days import KitHours, sheet_days
from downtime.paper.kit_ink import all_shortened
from downtime.paper.kit_list import list_sheets
from downtime.paper.kit_model import FinishedKit, KitOptions, Person
from downtime.paper.kit_orders import planned_orders
from downtime.paper.kit_people import Roll, bed_of, person, roll_call
from downtime.paper.kit_plan import ORDER_LIST, KitPlan, copies_for, is_wanted, kit_plan
from downtime.paper.kit_press import Job, KitPress
from downtime.paper.kit_values import patient_values
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

    Raises ConfigError for a form that cannot be printed, UsageError for hours that cannot be or a number that nobody
    has, InputError where nobody of the census is in the department.
    """
    if not 1 <= options.hours <= MOST_HOURS:
        raise UsageError(f"a kit for {options.hours} hours", do=f"ask for 1 to {MOST_HOURS}")
    return _KitMaker(site, department, shelf, snapshot, options, run).made(progress)


@dataclass
class _KitMaker:
    site: Site
    department: Department
    shelf: Shelf
    snapshot: Snapshot
    options: KitOptions
    run: Run

    def __post_init__(self) -> None:
        facility = self.site.facility
        self.zone = ZoneInfo(str(facility.timezone))
        self.hours = KitHours(self.snapshot.taken_at, self.run.made_at, self.options.hours, self.zone)
        self.plan: KitPlan = kit_plan(self.department, self.shelf)
        self.roll: Roll = roll_call(self.site, self.department, self.snapshot, self.options.patient)
        self.kit = new_kit_id(self._seed() if self.run.fixed else None)

    def made(self, progress: Progress | None) -> FinishedKit:
        age = utc(self.run.made_at) - utc(self.snapshot.taken_at)
        stale = age.total_seconds() > self.site.facility.census.stale_after_minutes * 60
        document = Document(
            None, self.kit, drill=self.run.drill, title=f"Downtime kit {self.department.name}",
            subject=f"Printed {moment_text(self.run.made_at)}",
        )  # fmt: skip
        press = KitPress(
            self.site, self.department, self.shelf, self.run, self._imprint(), document, self._beds(),
        )  # fmt: skip
        people = self._people(press)
        jobs: list[tuple[Person | None, list[Job]]] = []
        for who in people:
            jobs.append((who, list(self._jobs(press, who))))
        total = sum(press.sides(job) for _, part in jobs for job in part)
        if total > MAX_PAGES:
            raise ConfigError(
                f"the kit of {self.department.name} has {total:,} pages", why=f"the limit is {MAX_PAGES:,}",
                do="ask for fewer hours, or make kits of parts of the unit",
            )  # fmt: skip
        document.number(
            PageCoder(facility_number(self.site.facility.id), self.kit, total, drill=self.run.drill, key=self.run.key)
        )
        marks: list[Bookmark] = []
        labels: list[PageLabels] = []
        for whose, part in jobs:
            first = document.page_count
            for job in part:
                press.draw(job, self.department.id)
                if progress is not None:
                    progress(document.page_count, total)
            if whose is not None:
                name = str(whose.values.get("patient.name", "")) or str(whose.ref)
                marks.append(Bookmark(f"{whose.bed or 'no bed'}  {name}", first))
                labels.append(PageLabels(f"{whose.bed or whose.key} ", first, document.page_count - 1))
        manifest = self._manifest(press)
        pdf = finish_pdf(document.save(), manifest.to_json(), marks, labels, duplex=not self.run.single_sided)
        pages = document.page_count
        return FinishedKit(
            department=self.department.id, pdf=pdf, manifest=manifest, pages=pages,
            sheets_of_paper=pages if self.run.single_sided else -(-pages // 2),
            patients=sum(who.patient is not None for who in people),
            arrivals=sum(who.patient is None for who in people),
            left_out=len(self.roll.left_out),
            to_clarify=sum(bool(who.patient and who.patient.clarify) for who in people),
            not_computed=sum(bool(order.check) for who in people for order in who.orders),
            problems=len(self.snapshot.problems), age=age, stale=stale,
            unapproved=tuple(dict.fromkeys(press.unapproved)),
        )  # fmt: skip

    def _people(self, press: KitPress) -> list[Person]:
        charts = {rows.source for entry in self.plan.patient for rows in press.form(entry.form).bound.rows}
        people = []
        for position, patient in enumerate(self.roll.people, start=1):
            who = person(patient, self.roll.people, position)
            values = patient_values(patient, self.snapshot.taken_at.date())
            orders = planned_orders(
                patient.medications, window=self._window(), schedule=self._schedule(), zone=self.zone, charts=charts
            )
            people.append(replace(who, orders=orders, values=values))
        for number in self.options.numbers:
            people.append(Person(key=number, ref=number, bed="", values={"patient.mrn": number}))
        return people

    def _jobs(self, press: KitPress, who: Person) -> Iterator[Job]:
        """The sheets of one person in order; the list of orders is made last, because it takes what had no room."""
        parts: dict[int, list[Job]] = {}
        lists = []
        for place, entry in enumerate(self.plan.patient):
            form = press.form(entry.form)
            if form.bound.rows_from(ORDER_LIST):
                lists.append(place)
            elif is_wanted(entry, who):
                contents = person_sheets(form.bound, who, self.hours)
                copies = range(1, copies_for(entry, self.options.hours) + 1)
                parts[place] = [press.job(content, who, copy) for copy in copies for content in contents]
        short = tuple(all_shortened(job.ink for jobs in parts.values() for job in jobs if job.ink))
        for place in lists:
            entry = self.plan.patient[place]
            if short or is_wanted(entry, who):
                contents = list_sheets(press.form(entry.form).ink, ORDER_LIST, who, self.hours, short)
                parts[place] = [press.job(content, who) for content in contents]
        for place in sorted(parts):
            yield from parts[place]

    def _window(self) -> Window:
        times = self.site.medication_times(self.department)
        days = sheet_days(self.hours, times.mar_starts)
        start = utc(self.hours.taken_at)
        end = max(min(days[-1].end, self.hours.void_at), start)
        return Window(start, end if end > start else self.hours.void_at)

    def _schedule(self) -> Schedule:
        times = self.site.medication_times(self.department)
        return Schedule.from_profile(times.profile, times.overrides)

    def _beds(self) -> tuple[str, ...]:
        listed = self.department.bed_names
        return (*listed, *(bed for patient in self.roll.people if (bed := bed_of(patient)) and bed not in listed))

    def _imprint(self) -> Imprint:
        facility, run = self.site.facility, self.run
        taken = self.snapshot.taken_at.astimezone(self.zone)
        return Imprint(
            facility=facility.name, department=self.department.name, made_at=moment_text(run.made_at),
            expires=moment_text(self.hours.void_at.astimezone(self.zone)), approval="", kit=kit_text(self.kit),
            software=__version__, approved=True, signed=run.key is not None, drill=run.drill,
            number_label=facility.patient_number.label, kind="Kit", data_as_of=moment_text(taken),
        )  # fmt: skip

    def _manifest(self, press: KitPress) -> Manifest:
        return Manifest(
            kit=kit_text(self.kit),
            facility=Named(id=self.site.facility.id, name=self.site.facility.name),
            department=Named(id=self.department.id, name=self.department.name),
            kind=ManifestKind.DRILL if self.run.drill else ManifestKind.KIT,
            made_at=self.run.made_at,
            data_as_of=self.snapshot.taken_at,
            station=self.run.station,
            software_version=__version__,
            signed=self.run.key is not None,
            sheets=tuple(press.sheets),
            layouts=press.layouts,
            downtime_numbers=self.options.numbers,
        )

    def _seed(self) -> bytes:
        settings = [self.run.made_at.isoformat(), self.run.drill, self.run.paper, self.run.single_sided]
        return canonical_json(
            [self.snapshot.model_dump(mode="json"), self.department.id, settings, self.options.hours,
             self.options.patient, list(self.options.numbers), __version__]
        ).encode()  # fmt: skip


__all__ = ["FinishedKit", "KitOptions", "make_kit"]

"""From a snapshot to the sheets of a kit: the people, what is planned for each, and their sheets, fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from downtime.census.snapshot import Snapshot
from downtime.clinical.due import Schedule, Window
from downtime.clinical.due_clock import utc
from downtime.page.manifest import Sheet
from downtime.paper.kit_charts import chart_sheets
from downtime.paper.kit_content import SheetContent, plain_sheets, unit_sheet
from downtime.paper.kit_days import KitHours, sheet_days
from downtime.paper.kit_list import list_sheets
from downtime.paper.kit_model import Chart, KitOptions, Person, Shortened
from downtime.paper.kit_orders import planned_orders
from downtime.paper.kit_people import Roll, bed_of, namesakes_of, person
from downtime.paper.kit_plan import ORDER_LIST, KitPlan, copies_for, is_wanted
from downtime.paper.kit_press import Job, KitPress, PressedForm
from downtime.paper.kit_since import Change, change, digests_of, sheets_of, still_good
from downtime.paper.kit_values import Value, patient_values
from downtime.site import Department, Site
from downtime.site.kit_settings import KitForm

_CHART_OPTIONS = {Chart.AS_NEEDED: "PRN", Chart.INFUSION: "infusion"}


@dataclass(frozen=True)
class PersonSheets:
    """The sheets of one person, what had no room on them, and what changed since an earlier kit.

    The list of `jobs` is emptied when they have been drawn: a large kit would hold every page twice.
    """

    person: Person
    jobs: list[Job]
    shortened: tuple[Shortened, ...] = ()
    change: Change | None = None
    void: tuple[Sheet, ...] = ()
    kept: tuple[Sheet, ...] = ()


@dataclass
class KitBuilder:
    """Makes people and sheets of one kit."""

    site: Site
    department: Department
    snapshot: Snapshot
    options: KitOptions
    hours: KitHours
    plan: KitPlan
    roll: Roll
    press: KitPress

    def people(self) -> list[Person]:
        """Everybody with paper: the patients in the order of their beds, then the arrivals."""
        charts = {rows.source for entry in self.plan.patient for rows in self.press.form(entry.form).bound.rows}
        window, schedule = self._window(), self._schedule()
        namesakes = namesakes_of(self.roll.everybody)
        found = []
        for position, patient in enumerate(self.roll.people, start=1):
            who = person(patient, namesakes, position)
            orders = planned_orders(
                patient.medications, window=window, schedule=schedule, zone=self.hours.zone, charts=charts,
                void=self.hours.is_void,
            )  # fmt: skip
            values: dict[str, Value] = dict(patient_values(patient, self.snapshot.taken_at.date()))
            values["charts"] = tuple(
                _CHART_OPTIONS[one] for one in _CHART_OPTIONS if any(o.chart is one for o in orders)
            )
            found.append(replace(who, orders=orders, values=values))
        for number in self.options.numbers:
            found.append(Person(key=number, ref=number, bed="", values={"patient.mrn": number}))
        return found

    def unit_jobs(self, people: Sequence[Person]) -> Iterator[Job]:
        """The unit's own sheets."""
        for entry in self.plan.unit:
            form = self.press.form(entry.form)
            for copy in range(1, copies_for(entry, self.options.hours) + 1):
                yield self.press.job(unit_sheet(form.bound, people, self.hours, self.press.beds), None, copy)

    def sheets(self, who: Person) -> PersonSheets | None:
        """The sheets of one person; None where nothing changed since the earlier kit."""
        before: tuple[Sheet, ...] = ()
        changed = None
        if self.options.since is not None and who.patient is not None:
            changed = self._change(who)
            if changed is None:
                return None
            before = sheets_of(self.options.since, who.ref) if who.ref else ()
        jobs, shortened = self._jobs(who)
        if changed is None or not before:
            return PersonSheets(who, jobs, shortened, changed)
        kept = [] if changed.on_every_page else self._kept(jobs, before)
        fresh = [job for job in jobs if not any(job is one for one, _ in kept)]
        stays = tuple(sheet for _, sheet in kept)
        void = tuple(sheet for sheet in before if sheet not in stays)
        return PersonSheets(who, fresh, shortened, changed, void, stays)

    def _kept(self, jobs: Sequence[Job], before: Sequence[Sheet]) -> list[tuple[Job, Sheet]]:
        """The new sheets that an earlier one says already."""
        counts: dict[tuple[str, int], int] = {}
        found = []
        for job in jobs:
            nth = counts.get((job.form, job.copy_number), 0)
            counts[job.form, job.copy_number] = nth + 1
            if still_good(job.printed, job.form, job.copy_number, nth, before):
                same = [sheet for sheet in before if sheet.form == job.form and sheet.copy_number == job.copy_number]
                found.append((job, same[nth]))
        return found

    def _change(self, who: Person) -> Change | None:
        since = self.options.since
        if since is None or who.patient is None:
            return None
        if who.ref is None:  # nobody can be compared without a number
            return Change(("no number to compare by",), True)
        return change(since.people.get(who.ref), digests_of(who.patient, who.alerts, since.kit))

    def digests(self, people: Sequence[Person], salt: str) -> dict[str, dict[str, str]]:
        """The digests that a later kit compares with: of everybody, whether printed this time or not."""
        return {
            who.ref: digests_of(who.patient, who.alerts, salt)
            for who in people
            if who.ref is not None and who.patient is not None
        }

    def _jobs(self, who: Person) -> tuple[list[Job], tuple[Shortened, ...]]:
        """The sheets of one person in order; the list of orders is made last, because it takes what had no room."""
        parts: dict[int, list[Job]] = {}
        lists: list[tuple[int, KitForm]] = []
        for place, entry in enumerate(self.plan.patient):
            form = self.press.form(entry.form)
            if form.bound.rows_from(ORDER_LIST):
                lists.append((place, entry))
            elif is_wanted(entry, who):
                copies = range(1, copies_for(entry, self.options.hours) + 1)
                if form.spec.labels:
                    parts[place] = [self.press.label_job(entry.form, who, copy) for copy in copies]
                else:
                    parts[place] = [
                        self.press.job(content, who, copy)
                        for copy in copies
                        for content in self._contents(form, who, copy)
                    ]
        short = tuple(dict.fromkeys(entry for jobs in parts.values() for job in jobs for entry in job.shortened))
        for place, entry in lists:
            if short or (who.patient is not None and is_wanted(entry, who)):
                form = self.press.form(entry.form)
                contents = list_sheets(form.bound, ORDER_LIST, who, self.hours, short, form.ink.parts)
                parts[place] = [self.press.job(content, who) for content in contents]
        return [job for place in sorted(parts) for job in parts[place]], short

    def _contents(self, form: PressedForm, who: Person, copy: int) -> list[SheetContent]:
        """The sheets of one copy of a form; further copies of a chart are for new orders.

        An order that stood on two of them would be given twice.
        """
        if not form.bound.takes_orders:
            return plain_sheets(form.bound, who, self.hours, form.ink.parts)
        return chart_sheets(form.bound, who if copy == 1 else replace(who, orders=()), self.hours)

    def _window(self) -> Window:
        """From the data to the end of the last day that has a sheet, or until the data are void."""
        days = sheet_days(self.hours, self.site.medication_times(self.department).mar_starts)
        start = utc(self.hours.taken_at)
        return Window(start, max(min(days[-1].end, self.hours.void_at), start + (self.hours.void_at - start) / 24))

    def _schedule(self) -> Schedule:
        times = self.site.medication_times(self.department)
        return Schedule.from_profile(times.profile, times.overrides)


def beds_of(department: Department, roll: Roll) -> tuple[str, ...]:
    """The rows of the unit's census: its beds, then other places in which its patients are, then those without one."""
    listed = department.bed_names
    beds = [bed_of(patient) for patient in roll.people]
    others = tuple(dict.fromkeys(bed for bed in beds if bed and bed not in listed))
    # A row without a name for whoever has no bed, or shares one: nobody falls off the list.
    spare = len(beds) - len({bed for bed in beds if bed})
    return (*listed, *others, *("" for _ in range(spare)))

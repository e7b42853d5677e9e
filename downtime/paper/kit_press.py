"""The forms of a kit as they print for one department, and the document that their sheets go into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from downtime.census.identity import number_of
from downtime.census.snapshot import IdentifierKind
from downtime.errors import ConfigError
from downtime.library.schema import FormSpec
from downtime.library.shelf import Shelf
from downtime.page.layout import Layout
from downtime.page.manifest import Sheet
from downtime.paper.contents import Run
from downtime.paper.document import Document, Extras
from downtime.paper.imprint import Imprint
from downtime.paper.ink import Ink
from downtime.paper.issuing import approval_words, issued_form, label_setting, site_code_words
from downtime.paper.kit_bars import alert_bar
from downtime.paper.kit_content import SheetContent
from downtime.paper.kit_ink import FormInk
from downtime.paper.kit_model import Person, Shortened
from downtime.paper.labels import label_stamps
from downtime.paper.packet import sides_of
from downtime.paper.prefill import BoundForm, bound_form
from downtime.paper.sheet import PrintedForm, SheetPage
from downtime.paper.site_codes import site_code_inks
from downtime.paper.surroundings import surroundings
from downtime.site import Department, Site


@dataclass(frozen=True)
class PressedForm:
    """A form ready for the press: composed, laid out, its bindings read."""

    spec: FormSpec
    printed: PrintedForm
    bound: BoundForm
    ink: FormInk


@dataclass(frozen=True)
class Job:
    """One sheet to print: its form, what is on each page, what that says, whose it is, and which copy.

    A sheet of labels has `labels` instead of pages: their values by name. They are drawn only when it is their turn.
    """

    form: str
    layout: PrintedForm
    pages: tuple[Extras, ...]
    printed: Mapping[str, str] = field(default_factory=dict)
    shortened: tuple[Shortened, ...] = ()
    person: Person | None = None
    copy_number: int = 1
    labels: Mapping[str, str] | None = None


@dataclass
class KitPress:
    """Lays forms out once each, fits contents into them, and draws the sheets in order."""

    site: Site
    department: Department
    shelf: Shelf
    run: Run
    imprint: Imprint
    document: Document
    beds: tuple[str, ...]
    sheets: list[Sheet] = field(default_factory=list)
    layouts: dict[str, Layout] = field(default_factory=dict)
    unapproved: list[str] = field(default_factory=list)
    forms: dict[str, PressedForm] = field(default_factory=dict)

    def form(self, form_id: str) -> PressedForm:
        """A form, composed and laid out; raises ConfigError for one that cannot be printed."""
        if form_id not in self.forms:
            library = self.shelf.form(form_id)
            approved, approval = approval_words(self.site, self.department, library, self.run.made_at.date())
            if not approved:
                self.unapproved.append(form_id)
            around = surroundings(self.site, self.department)
            around = replace(around, rows={**around.rows, "beds": self.beds})
            imprint = replace(self.imprint, approved=approved, approval=approval)
            spec, printed = issued_form(self.site, self.department, library, around, imprint, self.run.paper)
            bound = bound_form(spec, printed)
            self.forms[form_id] = PressedForm(spec, printed, bound, FormInk(bound, self.document.book))
        return self.forms[form_id]

    def job(self, content: SheetContent, person: Person | None, copy_number: int = 1) -> Job:
        """Fit a content into its form."""
        form = self.form(content.form)
        ink = form.ink.fitted(content)
        return Job(
            content.form, form.printed, tuple(ink.pages), ink.printed, tuple(ink.shortened), person, copy_number
        )  # fmt: skip

    def label_job(self, form_id: str, person: Person, copy_number: int) -> Job:
        """A sheet of labels for one person."""
        form = self.form(form_id)
        names = {line.data for label in form.spec.labels for line in label.lines if line.data}
        values = {name: text for name in sorted(names) if (text := _first(person.values.get(name, "")))}
        printed = {f"label.{name}": text for name, text in values.items()}
        return Job(form_id, form.printed, (), printed, (), person, copy_number, values)

    def _label_page(self, form_id: str, values: Mapping[str, str]) -> Extras:
        stock, dx, dy = label_setting(self.site.facility, self.run.paper)
        return Extras(
            stamps=label_stamps(self.form(form_id).spec, stock, values, dx, dy, filled=True, drill=self.run.drill)
        )

    def sides(self, job: Job) -> int:
        """How many sides of the document a sheet takes, empty backs included."""
        return len(sides_of(job.layout, self.run.single_sided))

    def draw(self, job: Job) -> Sheet:
        """Add the pages of a sheet to the document, and its line to the manifest."""
        layout, person = job.layout, job.person
        self.document.define_form(job.form, layout)
        self.layouts[layout.layout.id] = layout.layout
        number = len(self.sheets) + 1
        pages = []
        for side in sides_of(layout, self.run.single_sided):
            if side is None:
                self.document.empty_back(layout)
                continue
            extras = job.pages[side] if job.pages else Extras()
            if job.labels is not None:
                extras = self._label_page(job.form, job.labels)
            if person is not None:
                extras = self._with_person(extras, layout.pages[side], person, job.form)
            pages.append(self.document.place(job.form, side, sheet=number, extras=extras))
        sheet = Sheet(
            number=number, form=layout.id, title=layout.title, revision=layout.revision, layout=layout.layout.id,
            first_page=pages[0], last_page=pages[-1], step=2 if pages[-1] - pages[0] >= len(pages) else 1,
            patient=person.ref if person else None, unit=self.department.id, copy_number=job.copy_number,
            printed=dict(sorted(job.printed.items())),
        )  # fmt: skip
        self.sheets.append(sheet)
        return sheet

    def _with_person(self, extras: Extras, page: SheetPage, person: Person, form_id: str) -> Extras:
        """What else is a person's on a page: alerts over the top, and the site's own codes with their numbers."""
        if person.alerts:
            bar = alert_bar(self.document.book, person.alerts, page.frame)
            extras = replace(extras, operators=f"{extras.operators}\n{bar}")
        codes = self._site_codes(page, person, form_id)
        return replace(extras, inks=(*extras.inks, *codes)) if codes else extras

    def _site_codes(self, page: SheetPage, person: Person, form_id: str) -> list[Ink]:
        """The site's own codes that need a patient; one that cannot carry their number stays an empty frame."""
        inks: list[Ink] = []
        spec = self.form(form_id).spec if form_id in self.forms else None
        if spec is None:
            return inks
        known = site_code_words(self.site.facility, self.department, spec)
        for place, code in zip(page.frame.site_codes, self.site.facility.site_codes, strict=False):
            try:
                code.text.format(**known)
            except KeyError:
                try:
                    text = code.text.format(**known, **_numbers(person), page=self.document.page_count + 1)
                    inks += site_code_inks(code.kind, text, place)
                except (KeyError, ConfigError):
                    continue
        return inks


def _numbers(person: Person) -> dict[str, str]:
    """The numbers of a person that a site's own code may carry; those that are not known are left away."""
    found = {"mrn": person.ref or "", "patient_number": person.ref or ""}
    if person.patient is not None and person.ref:
        found["mrn"] = number_of(person.patient)
        found["encounter"] = person.patient.identifier(IdentifierKind.ENCOUNTER)
    return {name: text for name, text in found.items() if text}


def _first(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else (value[0] if value else "")

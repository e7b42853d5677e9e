"""The forms of a kit as they print for one department, and the document that their sheets go into."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from downtime.library.schema import FormSpec
from downtime.library.shelf import Shelf
from downtime.page.layout import Layout
from downtime.page.manifest import Sheet
from downtime.paper.contents import Run
from downtime.paper.document import Document, Extras
from downtime.paper.header import Imprint
from downtime.paper.issuing import approval_words, issued_form
from downtime.paper.kit_bars import alert_bar
from downtime.paper.kit_content import SheetContent
from downtime.paper.kit_ink import FormInk, SheetInk
from downtime.paper.kit_model import Person
from downtime.paper.packet import sides_of
from downtime.paper.prefill import BoundForm, bound_form
from downtime.paper.sheet import PrintedForm
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
    """One sheet to print: its form, what is on it, whose it is, and which copy."""

    form: str
    printed: PrintedForm
    ink: SheetInk | None = None
    person: Person | None = None
    copy_number: int = 1


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
        return Job(content.form, form.printed, form.ink.fitted(content), person, copy_number)

    def sides(self, job: Job) -> int:
        """How many sides of the document a sheet takes, empty backs included."""
        return len(sides_of(job.printed, self.run.single_sided))

    def draw(self, job: Job, unit: str) -> Sheet:
        """Add the pages of a sheet to the document, and its line to the manifest."""
        printed, ink, person = job.printed, job.ink, job.person
        self.document.define_form(job.form, printed)
        self.layouts[printed.layout.id] = printed.layout
        number = len(self.sheets) + 1
        pages = []
        for side in sides_of(printed, self.run.single_sided):
            if side is None:
                self.document.empty_back(printed)
                continue
            extras = ink.pages[side] if ink is not None else Extras()
            if person is not None and person.alerts:
                bar = alert_bar(self.document.book, person.alerts, printed.pages[side].frame)
                extras = replace(extras, operators=f"{extras.operators}\n{bar}")
            pages.append(self.document.place(job.form, side, sheet=number, extras=extras))
        sheet = Sheet(
            number=number,
            form=printed.id,
            title=printed.title,
            revision=printed.revision,
            layout=printed.layout.id,
            first_page=pages[0],
            last_page=pages[-1],
            step=2 if pages[-1] - pages[0] >= len(pages) else 1,
            patient=person.ref if person else None,
            unit=unit,
            copy_number=job.copy_number,
            printed=_printed(ink),
        )
        self.sheets.append(sheet)
        return sheet


def _printed(ink: SheetInk | None) -> dict[str, str]:
    return dict(sorted(ink.printed.items())) if ink is not None else {}

"""The parts of a packet: role cards, phone tree, dividers and forms, each laid out once and printed so many times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from downtime import __version__
from downtime.library.procedures import Procedure, load_procedure, parse_procedure, shipped_templates
from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm, Shelf, shown_path
from downtime.page.code import kit_text
from downtime.paper.binding import DOWNTIME_NUMBER, Bindings, Value, bindings_of
from downtime.paper.card_context import card_context
from downtime.paper.cards import card_pages
from downtime.paper.cover import CoverWords, acts_body, cover_bodies, divider_body
from downtime.paper.document import Extras
from downtime.paper.header import Imprint
from downtime.paper.ink import Ink
from downtime.paper.issuing import approval_words, issued_form, label_setting
from downtime.paper.labels import label_stamps
from downtime.paper.part import Part, Run
from downtime.paper.phonetree import phone_tree_pages
from downtime.paper.plain import plain_body, plain_form
from downtime.paper.sheet import PrintedForm
from downtime.paper.surroundings import date_text, moment_text, surroundings
from downtime.site import Department, PacketLine, Site, packet_quantities, supply_quantities
from downtime.site.department import DRILL_PREFIX
from downtime.site.numbers import block_numbers

FRONT_MATTER = "Role cards and phone tree"


def cover_path(site: Site) -> Path:
    """The template of the cover: the site's own, or the shipped one."""
    own = site.templates_folder / "cover.md"
    return own if own.is_file() else shipped_templates() / "cover.md"


@dataclass
class PacketParts:
    """Makes the parts of one department's packet."""

    site: Site
    department: Department
    shelf: Shelf
    run: Run
    kit: int
    unapproved: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Settle what all parts share."""
        self._paper = self.run.paper or self.site.facility.paper
        self._around = surroundings(self.site, self.department)
        self._today = self.run.made_at.date()
        self._tree = self.site.phone_tree(self.department, self._today)
        self._titles = self.shelf.titles()
        self._forms: dict[str, tuple[FormSpec, PrintedForm, Bindings]] = {}
        self._acts: tuple[Procedure, list[list[Ink]]] | None = None
        self._printed_before: dict[str, int] = {}
        block = self.department.downtime_numbers
        if block and self.run.drill:
            block = block.model_copy(update={"prefix": DRILL_PREFIX})
        self.numbers: tuple[str, ...] = tuple(block_numbers(block)) if block and not self.run.fillable else ()

    def parts(self) -> list[Part]:
        """All parts but the cover, in the order of use."""
        parts = [*self._cards(), *self._phone_tree()]
        lines = packet_quantities(self.site.facility, self.department)
        if self.run.fillable:
            lines = [replace(line, copies=1) for line in lines if self._wanted_on_a_screen(line)]
        for number, section in enumerate(dict.fromkeys(line.section for line in lines)):
            inside = [line for line in lines if line.section == section and line.copies]
            if inside:
                forms = [self._form_part(line) for line in inside]
                parts += [self._divider(section, number, forms), *forms]
        return parts

    @property
    def forms(self) -> dict[str, FormSpec]:
        """The definitions that were laid out so far, composed, by id."""
        return {name: spec for name, (spec, _, _) in self._forms.items()}

    def _wanted_on_a_screen(self, line: PacketLine) -> bool:
        return bool(line.copies) and not self.shelf.form(line.form).spec.labels

    def cover(self, parts: list[Part]) -> PrintedForm:
        """The cover: first acts, contents with their pages, supplies, seal."""
        department, facility = self.department, self.site.facility
        body = plain_body(self._paper, False)
        if self._acts is None:
            path = cover_path(self.site)
            acts = parse_procedure(path.read_bytes(), shown_path(path))
            self._acts = acts, card_pages(acts, self._context(acts), acts_body(body), body)
        numbers = self.numbers
        words = CoverWords(
            department=department.name,
            box=department.box.id,
            location=department.box.location,
            second_location=department.box.second_location or "",
            use_until=date_text(self._today + timedelta(days=facility.packet_valid_days)),
            sides="Made to be filled on a screen, with one copy of each form; not for the box."
            if self.run.fillable
            else "Made for printing on one side only."
            if self.run.single_sided
            else "Made for printing on both sides, flipped on the long edge: single-sided forms have an empty back.",
            replaces="Take an older packet out of the box when this one goes in, and destroy it."
            + (f" Its downtime numbers {numbers[0]} to {numbers[-1]} are the same." if numbers else ""),
        )
        contents = [part.content for part in parts if part.listed]
        supplies = [(line.item, line.quantity) for line in supply_quantities(facility, department) if line.quantity]
        bodies = cover_bodies(words, self._acts[1], contents, supplies, body)
        revision = self._acts[0].head.revision
        return plain_form(
            "cover", "Downtime packet", revision, self._paper, False, bodies, self._imprint(None), duplex=True
        )

    def _cards(self) -> list[Part]:
        body = plain_body(self._paper, False)
        parts = []
        for name in self.department.procedures:
            procedure = load_procedure(name, self.site.root)
            bodies = [tuple(page) for page in card_pages(procedure, self._context(procedure), body, body)]
            head = procedure.head
            title = f"{head.title}: role card"
            printed = plain_form(
                f"card-{name}", title, head.revision, self._paper, False, bodies, self._imprint(None), duplex=True
            )
            parts.append(Part(printed, 1, FRONT_MATTER, head.title))
        return parts

    def _context(self, procedure: Procedure) -> dict[str, object]:
        return card_context(procedure, self.site.facility, self.department, self._tree, self._titles)

    def _phone_tree(self) -> list[Part]:
        if self._tree is None:
            return []
        pages = phone_tree_pages(self._tree, plain_body(self._paper, True))
        bodies = [tuple(page.inks) for page in pages]
        suffixes = [page.title_suffix for page in pages]
        printed = plain_form(
            "phone-tree",
            "Phone tree: who calls whom",
            "site",
            self._paper,
            True,
            bodies,
            self._imprint(None),
            suffixes,
            duplex=True,
        )
        return [Part(printed, 1, FRONT_MATTER, "Phone tree")]

    def _divider(self, section: str, number: int, forms: list[Part]) -> Part:
        body = divider_body(section, "", [part.content for part in forms], number, plain_body(self._paper, False))
        printed = plain_form("divider", section, "2026-11", self._paper, False, [body], self._imprint(None))
        return Part(printed, 1, section, section, listed=False)

    def _form_part(self, line: PacketLine) -> Part:
        spec, printed, bindings = self._form(line.form)
        part = Part(printed, line.copies, line.section, spec.title, note=line.note)
        if not spec.labels and not bindings.wants_number:
            return part
        # A form that stands in two sections goes on counting: one number is one person, on one sheet of each form.
        first = self._printed_before.get(line.form, 0)
        self._printed_before[line.form] = first + line.copies
        if spec.labels:
            stock, dx, dy = label_setting(self.site.facility, self.run.paper)

            def labels(copy: int, page: int) -> Extras:
                number = self._number_at(first + copy)
                values = dict.fromkeys((DOWNTIME_NUMBER, "patient.mrn"), number or "")
                return Extras(stamps=label_stamps(spec, stock, values, dx, dy)) if number else Extras()

            part.extras = labels
        else:
            rows = bindings.rows_of_numbers

            def bound(copy: int) -> Value:
                start = (first + copy) * rows if rows else first + copy
                return lambda data, row: self._bound(data, start + row)

            part.extras = lambda copy, page: Extras(inks=bindings.inks(page, bound(copy)))
            part.values = lambda copy: bindings.values(bound(copy))
        if not bindings.rows_of_numbers:
            part.number = lambda copy: self._number_at(first + copy)
        return part

    def _bound(self, data: str, index: int) -> str | None:
        """The value of a binding: the block's numbers and its ends."""
        if data == DOWNTIME_NUMBER:
            return self._number_at(index)
        block = self.department.downtime_numbers
        if not self.numbers or block is None:
            return None
        return {"block.first": self.numbers[0], "block.last": self.numbers[-1], "block.site": block.site}[data]

    def _number_at(self, index: int) -> str | None:
        return self.numbers[index] if index < len(self.numbers) else None

    def _form(self, form_id: str) -> tuple[FormSpec, PrintedForm, Bindings]:
        if form_id not in self._forms:
            library = self.shelf.form(form_id)
            imprint = self._imprint(library)
            spec, printed = issued_form(self.site, self.department, library, self._around, imprint, self.run.paper)
            self._forms[form_id] = (spec, printed, bindings_of(spec, printed))
        return self._forms[form_id]

    def _imprint(self, library: LibraryForm | None) -> Imprint:
        facility, run = self.site.facility, self.run
        expires = self._today + timedelta(days=facility.packet_valid_days)
        approved, approval = True, ""
        if library is not None:
            approved, approval = approval_words(self.site, self.department, library, self._today)
            if not approved:
                self.unapproved.append(library.spec.form)
        return Imprint(
            facility=facility.name, department=self.department.name, made_at=moment_text(run.made_at),
            expires=date_text(expires), approval=approval, kit=kit_text(self.kit), software=__version__,
            approved=approved, signed=run.key is not None, drill=run.drill,
            number_label=facility.patient_number.label,
        )  # fmt: skip


__all__ = ["FRONT_MATTER", "PacketParts", "Part", "Run", "cover_path"]

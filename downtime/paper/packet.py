"""The packet: what is printed ahead for one department, as one PDF with its manifest inside and beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from downtime import __version__
from downtime.errors import ConfigError, Finding
from downtime.library.procedures import Procedure, load_procedure, parse_procedure, procedure_paths, shipped_templates
from downtime.library.schema import FormSpec
from downtime.library.shelf import LibraryForm, Shelf, shown_path
from downtime.page.code import MAX_PAGES, PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.geometry import PaperSize
from downtime.page.layout import Layout, canonical_json
from downtime.page.manifest import Manifest, ManifestKind, Named, Sheet
from downtime.paper.binding import Bindings, bindings_of
from downtime.paper.card_context import card_context
from downtime.paper.cards import card_pages
from downtime.paper.cover import Content, CoverWords, cover_bodies, divider_body
from downtime.paper.document import Document
from downtime.paper.finish import Bookmark, PageLabels, finish_pdf
from downtime.paper.header import Imprint
from downtime.paper.ink import Ink
from downtime.paper.issue import approval_words, issued_form, label_setting
from downtime.paper.labels import label_values
from downtime.paper.phonetree import phone_tree_pages
from downtime.paper.plain import plain_body, plain_form
from downtime.paper.sheet import PrintedForm
from downtime.paper.surroundings import date_text, moment_text, surroundings
from downtime.site import Department, PacketLine, Site, packet_quantities, supply_quantities
from downtime.site.numbers import block_numbers

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of printing: when, for which paper, and whether the printer prints on one side only."""

    made_at: datetime
    fixed: bool = False
    single_sided: bool = False
    drill: bool = False
    paper: PaperSize | None = None
    key: bytes | None = None
    station: str = ""


@dataclass(frozen=True)
class FinishedPacket:
    """A packet ready to be written: nothing is on disk yet."""

    department: str
    pdf: bytes
    manifest: Manifest
    pages: int
    sheets_of_paper: int
    unapproved: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass
class _Part:
    """A document in the packet: printed `copies` times, each copy with its own values."""

    printed: PrintedForm
    copies: int
    section: str
    bookmark: str
    note: str = ""
    values: Callable[[int, int], tuple[Ink, ...]] | None = None
    number: Callable[[int], str | None] | None = None
    labels: bool = True
    first_page: int = 0
    last_page: int = 0
    contents: bool = field(default=True)


def make_packet(site: Site, department: Department, shelf: Shelf, run: Run, progress: Progress | None = None) -> FinishedPacket:
    """Print the packet of one department.

    Raises ConfigError for a form or template that cannot be printed, UsageError for more pages than a code can count.
    The same site, department and `made_at` (with `fixed`) give the same bytes.
    """
    return _Packet(site, department, shelf, run).finished(progress or (lambda done, total: None))


@dataclass(frozen=True, slots=True)
class PartSize:
    """How much paper one part of a packet takes: pages and sheets of one copy."""

    id: str
    title: str
    revision: str
    section: str
    copies: int
    pages: int
    sheets: int


def packet_sizes(site: Site, department: Department, shelf: Shelf, run: Run) -> tuple[PartSize, ...]:
    """What a department's packet is made of, cover first, measured without printing it; raises as `make_packet`."""
    return _Packet(site, department, shelf, run).sizes()


class _Packet:
    """The making of one packet; thrown away when it is finished."""

    def __init__(self, site: Site, department: Department, shelf: Shelf, run: Run) -> None:
        self._site, self._department, self._shelf, self._run = site, department, shelf, run
        self._paper = run.paper or PaperSize(site.facility.paper)
        self._around = surroundings(site, department)
        self._today = run.made_at.date()
        self._sources = _sources(site, department, shelf)
        seed = canonical_json([self._sources, run.made_at.isoformat(), department.id, run.drill, self._paper, run.single_sided, __version__])
        self._kit = new_kit_id(seed.encode() if run.fixed else None)
        self._numbers = tuple(block_numbers(department.downtime_numbers)) if department.downtime_numbers else ()
        self._unapproved: list[str] = []
        self._forms: dict[str, tuple[FormSpec, PrintedForm, Bindings]] = {}
        self._used_numbers = 0
        self._tree = site.phone_tree(department, self._today)
        self._titles = shelf.titles()

    def finished(self, progress: Progress) -> FinishedPacket:
        """Lay out, number, draw and finish the packet."""
        parts = self._parts()
        cover_pages = len(self._cover(parts).pages)
        total = self._number(parts, cover_pages)
        cover = self._cover(parts)
        parts.insert(0, _Part(cover, 1, "", "Cover and contents", contents=False, first_page=1, last_page=len(cover.pages)))
        coder = PageCoder(facility_number(self._site.facility.id), self._kit, total, drill=self._run.drill, key=self._run.key)
        made = moment_text(self._run.made_at)
        title = f"Downtime packet {self._department.name}"
        document = Document(coder, self._kit, drill=self._run.drill, title=title, made_at_text=f"Printed {made}")
        sheets: list[Sheet] = []
        layouts: dict[str, Layout] = {}
        for part in parts:
            self._draw(document, part, sheets, layouts, progress, total)
        manifest = self._manifest(sheets, layouts)
        pdf = finish_pdf(
            document.save(), manifest.to_json(), _bookmarks(parts), _page_labels(parts), duplex=not self._run.single_sided
        )
        return FinishedPacket(
            department=self._department.id,
            pdf=pdf,
            manifest=manifest,
            pages=document.page_count,
            sheets_of_paper=document.page_count if self._run.single_sided else -(-document.page_count // 2),
            unapproved=tuple(dict.fromkeys(self._unapproved)),
        )

    def sizes(self) -> tuple[PartSize, ...]:
        """Lay out, and count instead of drawing."""
        parts = self._parts()
        cover = _Part(self._cover(parts), 1, "", "Cover and contents")
        self._number(parts, len(cover.printed.pages))
        sides_a_sheet = 1 if self._run.single_sided else 2
        return tuple(
            PartSize(
                part.printed.id, part.printed.title, part.printed.revision, part.section, part.copies,
                len(part.printed.pages), len(self._sides(part.printed)) // sides_a_sheet,
            )
            for part in (cover, *parts)
        )  # fmt: skip

    def _parts(self) -> list[_Part]:
        parts = [*self._cards(), *self._phone_tree()]
        lines = packet_quantities(self._site.facility, self._department)
        for number, section in enumerate(dict.fromkeys(line.section for line in lines)):
            inside = [line for line in lines if line.section == section and line.copies]
            if not inside:
                continue
            forms = [self._form_part(line) for line in inside]
            parts += [self._divider(section, number, forms), *forms]
        return parts

    def _cards(self) -> list[_Part]:
        body = plain_body(self._paper, False)
        parts = []
        for name in self._department.procedures:
            procedure = load_procedure(name, self._site.root)
            bodies = [tuple(page) for page in card_pages(procedure, self._context(procedure), body, body)]
            head = procedure.head
            printed = plain_form(
                f"card-{name}", f"{head.title}: role card", head.revision, self._paper, False, bodies, self._imprint(None)
            )
            parts.append(_Part(printed, 1, "Role cards and phone tree", head.title))
        return parts

    def _context(self, procedure: Procedure) -> dict[str, object]:
        return card_context(procedure, self._site.facility, self._department, self._tree, self._titles)

    def _phone_tree(self) -> list[_Part]:
        if self._tree is None:
            return []
        pages = phone_tree_pages(self._tree, plain_body(self._paper, True))
        printed = plain_form(
            "phone-tree", "Phone tree: who calls whom", "site", self._paper, True,
            [tuple(page.inks) for page in pages], self._imprint(None), [page.title_suffix for page in pages],
        )  # fmt: skip
        return [_Part(printed, 1, "Role cards and phone tree", "Phone tree")]

    def _divider(self, section: str, number: int, forms: list[_Part]) -> _Part:
        contents = [_content(part) for part in forms]
        body = divider_body(section, "", contents, number, plain_body(self._paper, False))
        printed = plain_form("divider", section, "2026-11", self._paper, False, [body], self._imprint(None))
        return _Part(printed, 1, section, section, contents=False, labels=False)

    def _form_part(self, line: PacketLine) -> _Part:
        spec, printed, bindings = self._form(line.form)
        part = _Part(printed, line.copies, line.section, spec.title, note=line.note)
        if spec.labels:
            first = self._take_numbers(line)
            stock, dx, dy = label_setting(self._site.facility, self._run.paper)
            imprint = self._imprint(self._shelf.form(line.form))

            def label_inks(copy: int, page: int) -> tuple[Ink, ...]:
                number = self._number_at(first + copy)
                return label_values(spec, stock, imprint, number, dx, dy) if number else ()

            part.values = label_inks
            part.number = lambda copy: self._number_at(first + copy)
        elif bindings.wants_number:
            first = self._take_numbers(line) if not bindings.rows_of_numbers else 0
            step = bindings.rows_of_numbers

            def number_inks(copy: int, page: int) -> tuple[Ink, ...]:
                return bindings.inks(page, lambda row: self._number_at((first + copy) if not step else copy * step + row))

            part.values = number_inks
            if not step:
                part.number = lambda copy: self._number_at(first + copy)
        return part

    def _take_numbers(self, line: PacketLine) -> int:
        """Copies of every form that carries one patient's number count from the block's first: one number, one set."""
        self._used_numbers = max(self._used_numbers, min(line.copies, len(self._numbers)))
        return 0

    def _number_at(self, index: int) -> str | None:
        return self._numbers[index] if index < len(self._numbers) else None

    def _form(self, form_id: str) -> tuple[FormSpec, PrintedForm, Bindings]:
        if form_id not in self._forms:
            library = self._shelf.form(form_id)
            imprint = self._imprint(library)
            spec, printed = issued_form(
                self._site, self._department, library, self._around, imprint, self._run.paper
            )
            self._forms[form_id] = (spec, printed, bindings_of(spec, printed))
        return self._forms[form_id]

    def _imprint(self, library: LibraryForm | None) -> Imprint:
        facility, run = self._site.facility, self._run
        expires = self._today + timedelta(days=facility.packet_valid_days)
        approved, approval = True, ""
        if library is not None:
            approved, approval = approval_words(self._site, self._department, library, self._today)
            if not approved:
                self._unapproved.append(library.spec.form)
        return Imprint(
            facility=facility.name, department=self._department.name, made_at=moment_text(run.made_at),
            expires=date_text(expires), approval=approval, kit=kit_text(self._kit), software=__version__,
            approved=approved, signed=run.key is not None, drill=run.drill,
        )  # fmt: skip

    def _cover(self, parts: list[_Part]) -> PrintedForm:
        department, facility = self._department, self._site.facility
        expires = date_text(self._today + timedelta(days=facility.packet_valid_days))
        own = self._site.templates_folder / "cover.md"
        sides = (
            "Made for printing on one side only."
            if self._run.single_sided
            else "Made for printing on both sides, flipped on the long edge: single-sided forms have an empty back."
        )
        replaces = (
            "Take an older packet out of the box when this one goes in, and destroy it."
            + (f" Its downtime numbers {self._numbers[0]} to {self._numbers[-1]} are the same." if self._numbers else "")
        )
        words = CoverWords(
            department=department.name, box=department.box.id, location=department.box.location,
            second_location=department.box.second_location or "", use_until=expires, sides=sides, replaces=replaces,
        )  # fmt: skip
        path = own if own.is_file() else shipped_templates() / "cover.md"
        acts = parse_procedure(path.read_bytes(), shown_path(path))
        contents = [_content(part) for part in parts if part.contents]
        supplies = [(line.item, line.quantity) for line in supply_quantities(facility, department) if line.quantity]
        bodies = cover_bodies(words, acts, self._context(acts), contents, supplies, plain_body(self._paper, False))
        return plain_form("cover", "Downtime packet", "2026-11", self._paper, False, bodies, self._imprint(None))

    def _number(self, parts: list[_Part], cover_pages: int) -> int:
        """Give each part its pages; returns the total. A sheet begins on a front."""
        page = self._padded(cover_pages, duplex=True)
        for part in parts:
            part.first_page = page + 1
            per_copy = sum(1 for _ in self._sides(part.printed))
            page += per_copy * part.copies
            part.last_page = page if part.printed.duplex or self._run.single_sided else page - 1
        if page > MAX_PAGES:
            raise ConfigError(
                f"the packet of {self._department.name} has {page:,} pages", why=f"the limit is {MAX_PAGES:,}",
                do="print fewer copies, or split the department",
            )  # fmt: skip
        return page

    def _padded(self, pages: int, *, duplex: bool) -> int:
        return pages if self._run.single_sided or (duplex and pages % 2 == 0) else pages + 1 if duplex else pages * 2

    def _sides(self, printed: PrintedForm) -> list[int | None]:
        """The sides of one copy in order: the index of a page, or None for an empty back."""
        pages = list(range(len(printed.pages)))
        if self._run.single_sided:
            return list(pages)
        if printed.duplex or printed.id in ("cover", "phone-tree") or printed.id.startswith("card-"):
            return [*pages, None] if len(pages) % 2 else list(pages)
        return [side for page in pages for side in (page, None)]

    def _draw(
        self, document: Document, part: _Part, sheets: list[Sheet], layouts: dict[str, Layout], progress: Progress, total: int
    ) -> None:
        printed = part.printed
        key = f"{printed.id}/{part.section}" if printed.id == "divider" else printed.id
        document.define_form(key, printed)
        layouts[printed.layout.id] = printed.layout
        for copy in range(part.copies):
            first = document.page_count + 1
            last = first
            for side in self._sides(printed):
                if side is None:
                    document.empty_back(printed)
                    continue
                inks = part.values(copy, side) if part.values else ()
                last = document.place(key, side, inks=inks)
            sheets.append(self._sheet(len(sheets) + 1, part, copy, first, last))
            progress(document.page_count, total)

    def _sheet(self, number: int, part: _Part, copy: int, first: int, last: int) -> Sheet:
        printed = part.printed
        return Sheet(
            number=number, form=printed.id, title=printed.title, revision=printed.revision, layout=printed.layout.id,
            first_page=first, last_page=last, step=2 if last - first + 1 > len(printed.pages) else 1, patient=part.number(copy) if part.number else None,
            unit=self._department.id, copy_number=copy + 1,
        )  # fmt: skip

    def _manifest(self, sheets: list[Sheet], layouts: dict[str, Layout]) -> Manifest:
        facility = self._site.facility
        return Manifest(
            kit=kit_text(self._kit), facility=Named(id=facility.id, name=facility.name),
            department=Named(id=self._department.id, name=self._department.name),
            kind=ManifestKind.DRILL if self._run.drill else ManifestKind.PACKET, made_at=self._run.made_at,
            station=self._run.station, software_version=__version__, signed=self._run.key is not None,
            sheets=tuple(sheets), layouts=layouts, downtime_numbers=self._numbers, sources=self._sources,
        )  # fmt: skip


def _content(part: _Part) -> Content:
    printed = part.printed
    return Content(
        section=part.section, title=printed.title, id=printed.id, revision=printed.revision, copies=part.copies,
        pages=len(printed.pages), first_page=part.first_page, last_page=part.last_page, note=part.note,
    )  # fmt: skip


def _bookmarks(parts: list[_Part]) -> list[Bookmark]:
    marks, section = [], ""
    for part in parts:
        if part.section != section:
            section = part.section
            marks.append(Bookmark(section, part.first_page - 1))
        if part.contents:
            marks.append(Bookmark(f"{part.bookmark} × {part.copies}", part.first_page - 1, 1))
        elif not part.section:
            marks.append(Bookmark(part.bookmark, part.first_page - 1))
    return marks


def _page_labels(parts: list[_Part]) -> list[PageLabels]:
    return [PageLabels(f"{part.printed.id} ", part.first_page - 1, max(part.last_page, part.first_page) - 1) for part in parts]


def _sources(site: Site, department: Department, shelf: Shelf) -> dict[str, str]:
    """What the packet was made from, as digests: when one of them changes, the printed packet is out of date."""
    files = {"facility": "facility.yaml", "contacts": "contacts.yaml", "department": site.department_files[department.id]}
    sources = {name: _digest(canonical_json(site.files[file].data).encode()) for name, file in files.items() if file in site.files}
    for entry in department.packet.entries():
        sources[f"form:{entry.form.form}"] = shelf.form(entry.form.form).digest
    paths = procedure_paths(site.root)
    for name in department.procedures:
        if name in paths:
            sources[f"card:{name}"] = _digest(paths[name].read_bytes())
    return sources


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

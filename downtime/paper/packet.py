"""The packet: what is printed ahead for one department, as one PDF with its manifest inside and beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from downtime import __version__
from downtime.errors import ConfigError
from downtime.library.procedures import procedure_paths
from downtime.library.shelf import Shelf
from downtime.page.code import MAX_PAGES, PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.layout import Layout, canonical_json
from downtime.page.manifest import Manifest, ManifestKind, Named, Sheet
from downtime.paper.contents import PacketParts, Part, Run, cover_path
from downtime.paper.document import Document
from downtime.paper.finish import Bookmark, PageLabels, finish_pdf
from downtime.paper.sheet import PrintedForm
from downtime.paper.surroundings import moment_text
from downtime.site import Department, Site

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FinishedPacket:
    """A packet ready to be written: nothing is on disk yet."""

    department: str
    pdf: bytes
    manifest: Manifest
    pages: int
    sheets_of_paper: int
    unapproved: tuple[str, ...]
    fillable: bool = False


@dataclass(frozen=True, slots=True)
class PartSize:
    """One part of a packet in numbers: pages of one copy, and the sheets of paper that a copy takes."""

    id: str
    title: str
    revision: str
    section: str
    copies: int
    pages: int
    sheets: int


def make_packet(
    site: Site, department: Department, shelf: Shelf, run: Run, progress: Progress | None = None
) -> FinishedPacket:
    """Print the packet of one department.

    Raises ConfigError for a form or template that cannot be printed, or for more pages than a page code can count.
    The same site, department and `made_at` (with `fixed`) give the same bytes.
    """
    sources = packet_sources(site, department, shelf)
    kit = new_kit_id(_seed(sources, department, run) if run.fixed else None)
    maker = PacketParts(site, department, shelf, run, kit)
    parts, total = _counted(maker)
    last = parts[-1].last_page
    coder = PageCoder(facility_number(site.facility.id), kit, last, drill=run.drill, key=run.key)
    title = f"Downtime packet {department.name}"
    document = Document(coder, kit, drill=run.drill, title=title, subject=f"Printed {moment_text(run.made_at)}")
    sheets: list[Sheet] = []
    layouts: dict[str, Layout] = {}
    for part in parts:
        document.define_form(part.key, part.printed)
        layouts[part.printed.layout.id] = part.printed.layout
        for copy in range(part.copies):
            sheets.append(_draw_copy(document, part, copy, len(sheets) + 1, department.id, run.single_sided))
            if progress is not None:
                progress(document.page_count, total)
    manifest = _manifest(site, department, run, kit, sheets, layouts, maker.numbers, sources)
    marks, labels = _bookmarks(parts), _page_labels(parts)
    pdf = finish_pdf(document.save(), manifest.to_json(), marks, labels, duplex=not run.single_sided)
    if run.fillable:
        from downtime.paper.fillable import add_fields

        pdf = add_fields(pdf, manifest, maker.forms)
    pages = document.page_count
    return FinishedPacket(
        department=department.id,
        pdf=pdf,
        manifest=manifest,
        pages=pages,
        sheets_of_paper=pages if run.single_sided else -(-pages // 2),
        unapproved=tuple(dict.fromkeys(maker.unapproved)),
        fillable=run.fillable,
    )


def packet_sizes(site: Site, department: Department, shelf: Shelf, run: Run) -> tuple[PartSize, ...]:
    """What a department's packet is made of, cover first, measured without printing it; raises as `make_packet`."""
    parts, _ = _counted(PacketParts(site, department, shelf, run, kit=0))
    sides_a_sheet = 1 if run.single_sided else 2
    return tuple(
        PartSize(
            part.printed.id, part.printed.title, part.printed.revision, part.section, part.copies,
            len(part.printed.pages), len(sides_of(part.printed, run.single_sided)) // sides_a_sheet,
        )
        for part in parts
    )  # fmt: skip


def sides_of(printed: PrintedForm, single_sided: bool) -> list[int | None]:
    """The sides of one copy in order: the index of a page, or None for an empty back. A copy begins on a front."""
    pages: list[int | None] = list(range(len(printed.pages)))
    if single_sided:
        return pages
    if printed.duplex:
        return [*pages, None] if len(pages) % 2 else pages
    return [side for page in pages for side in (page, None)]


def _counted(maker: PacketParts) -> tuple[list[Part], int]:
    """All parts, cover first, with the pages where they stand; and the number of pages."""
    parts = maker.parts()
    # The cover lists pages that follow from its own length: laid out once to be counted, and again with the numbers.
    cover = Part(maker.cover(parts), 1, "", "Cover and contents", listed=False)
    page = 0
    for part in (cover, *parts):
        part.first_page = page + 1
        sides = sides_of(part.printed, maker.run.single_sided)
        page += len(sides) * part.copies
        part.last_page = page - 1 if sides[-1] is None else page
    if page > MAX_PAGES:
        raise ConfigError(
            f"the packet of {maker.department.name} has {page:,} pages",
            why=f"the limit is {MAX_PAGES:,}",
            do="print fewer copies, or split the department",
        )
    cover.printed = maker.cover(parts)
    return [cover, *parts], page


def _draw_copy(document: Document, part: Part, copy: int, number: int, unit: str, single_sided: bool) -> Sheet:
    """Add the pages of one copy; returns its line of the manifest."""
    printed = part.printed
    pages = []
    for side in sides_of(printed, single_sided):
        if side is None:
            document.empty_back(printed)
        else:
            extras = part.extras(copy, side) if part.extras else None
            pages.append(document.place(part.key, side, sheet=number, extras=extras))
    return Sheet(
        number=number,
        form=printed.id,
        title=printed.title,
        revision=printed.revision,
        layout=printed.layout.id,
        first_page=pages[0],
        last_page=pages[-1],
        step=2 if pages[-1] - pages[0] >= len(pages) else 1,
        patient=part.number(copy) if part.number else None,
        unit=unit,
        copy_number=copy + 1,
        printed=part.values(copy) if part.values else {},
    )


def _manifest(
    site: Site,
    department: Department,
    run: Run,
    kit: int,
    sheets: list[Sheet],
    layouts: dict[str, Layout],
    numbers: tuple[str, ...],
    sources: dict[str, str],
) -> Manifest:
    return Manifest(
        kit=kit_text(kit),
        facility=Named(id=site.facility.id, name=site.facility.name),
        department=Named(id=department.id, name=department.name),
        kind=ManifestKind.DRILL if run.drill else ManifestKind.PACKET,
        made_at=run.made_at,
        station=run.station,
        software_version=__version__,
        signed=run.key is not None,
        sheets=tuple(sheets),
        layouts=layouts,
        downtime_numbers=numbers,
        sources=sources,
    )


def _bookmarks(parts: list[Part]) -> list[Bookmark]:
    marks, section = [], ""
    for part in parts:
        if part.section != section:
            section = part.section
            marks.append(Bookmark(section, part.first_page - 1))
        if part.listed:
            marks.append(Bookmark(f"{part.bookmark} × {part.copies}", part.first_page - 1, 1))
        elif not part.section:
            marks.append(Bookmark(part.bookmark, part.first_page - 1))
    return marks


def _page_labels(parts: list[Part]) -> list[PageLabels]:
    return [PageLabels(f"{part.printed.id} ", part.first_page - 1, part.last_page - 1) for part in parts]


def _seed(sources: dict[str, str], department: Department, run: Run) -> bytes:
    """What decides the kit id when the same input must give the same bytes."""
    settings = [run.made_at.isoformat(), run.drill, run.paper, run.single_sided, run.key is not None]
    settings += ["fillable"] if run.fillable else []
    return canonical_json([sources, department.id, settings, __version__]).encode()


def packet_sources(site: Site, department: Department, shelf: Shelf) -> dict[str, str]:
    """What the packet is made from, as digests: when one of them changes, the printed packet is out of date."""
    files = {"facility": "facility.yaml", "contacts": "contacts.yaml", "approvals": "approvals.yaml"}
    files["department"] = site.department_files[department.id]
    sources = {
        name: _digest(canonical_json(site.files[file].data).encode())
        for name, file in files.items()
        if file in site.files
    }
    for entry in department.packet.entries():
        sources[f"form:{entry.form.form}"] = shelf.form(entry.form.form).digest
    paths = procedure_paths(site.root)
    for name in department.procedures:
        if name in paths:
            sources[f"card:{name}"] = _digest(paths[name].read_bytes())
    sources["card:cover"] = _digest(cover_path(site).read_bytes())
    return sources


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


__all__ = ["FinishedPacket", "PartSize", "Run", "make_packet", "packet_sizes", "packet_sources", "sides_of"]

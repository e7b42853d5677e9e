"""The pull list: the plan on paper for the storekeeper, a table to tick for each box and one for the central store."""

from __future__ import annotations

from collections.abc import Sequence

from downtime import __version__
from downtime.page.code import PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.geometry import PaperSize, Rect
from downtime.page.layout import canonical_json
from downtime.paper.amounts import Amount, counted
from downtime.paper.document import Document
from downtime.paper.header import Imprint
from downtime.paper.ink import Ink
from downtime.paper.packet import Run
from downtime.paper.paginate import paginate
from downtime.paper.pieces import Piece, gap
from downtime.paper.plain import plain_body, plain_form
from downtime.paper.plan import DepartmentPlan, Plan, PlanLine
from downtime.paper.production import print_run
from downtime.paper.sheet import PrintedForm
from downtime.paper.surroundings import moment_text
from downtime.paper.tick_table import Column, Row, item_pieces, signing_piece, table_pieces, word_pieces
from downtime.site import Site

REVISION = "2026-11"
LABEL_REMARK = "label stock, not paper"

_TICK = Column("", 8)
_TAKE = Column("take", 12, "right")
_FORM = Column("form", 0)
_BOX_COLUMNS = (
    _TICK, _TAKE, _FORM, Column("from shelf", 26), Column("pages each", 17, "right"),
    Column("sheets", 15, "right"), Column("remark", 42),
)  # fmt: skip
_STORE_COLUMNS = (
    _TICK, Column("hold", 18, "right"), _FORM, Column("shelf", 22), Column("on hand", 22), Column("to order", 22),
    Column("pages each", 17, "right"), Column("sheets", 17, "right"),
)  # fmt: skip


def pull_list_pdf(site: Site, plan: Plan, run: Run | None = None) -> bytes:
    """Print the plan as a pull list; the same plan and `run` with a fixed time give the same bytes."""
    run = run or print_run(site)
    paper = run.paper or site.facility.paper
    seed = canonical_json(["pull list", plan.as_data(), run.made_at.isoformat(), site.facility.id, __version__])
    kit = new_kit_id(seed.encode() if run.fixed else None)
    made = moment_text(run.made_at)

    def printed(number: int, department: str, title: str, pages: Sequence[Sequence[Ink]]) -> PrintedForm:
        imprint = Imprint(
            facility=site.facility.name, department=department, made_at=made, expires="",
            approval="A pull list: counts paper, and is no record.", kit=kit_text(kit), software=__version__,
            approved=True, signed=False, kind="Pull list",
        )  # fmt: skip
        bodies = [tuple(page) for page in pages]
        return plain_form(f"pull-list-{number}", title, REVISION, paper, False, bodies, imprint)

    body = plain_body(PaperSize(paper), False)
    parts = [
        printed(number, unit.name, f"Pull list: box {unit.box_id}", _box_pages(unit, body))
        for number, unit in enumerate(plan.departments, start=1)
    ]
    store = _store_pages(plan, body)
    parts.append(printed(len(parts) + 1, "all departments", "Pull list: central store", store))
    coder = PageCoder(facility_number(site.facility.id), kit, sum(len(part.pages) for part in parts))
    title = f"Pull list {site.facility.name}"
    document = Document(coder, kit, drill=False, title=title, subject=f"Printed {made}")
    for part in parts:
        document.define_form(part.id, part)
        for index in range(len(part.pages)):
            document.place(part.id, index)
    return document.save()


def _box_pages(unit: DepartmentPlan, body: Rect) -> list[list[Ink]]:
    place = f"Stands at: {unit.location}." + (
        f" Second box, the same again: {unit.second_location}." if unit.second_location else ""
    )
    sections = dict.fromkeys(line.section for line in unit.lines)
    groups: list[tuple[str, list[Row]]] = [
        (name, [_box_row(line) for line in unit.lines if line.section == name]) for name in sections
    ]
    if unit.labels:
        row = Row(f"{unit.labels.sheets:,}", "Blank label sheets", unit.labels.stock, ("", "–", "labels", LABEL_REMARK))
        groups.append(("Labels for the patients who are there", [row]))
    beside = sum(part.sheets for part in unit.beside)
    pieces = [
        *word_pieces(place, body.w),
        *word_pieces(f"Counted {unit.terms}.", body.w),
        _signing("Taken by", "Checked by"),
        *table_pieces(_BOX_COLUMNS, groups, body.w),
        gap(3),
        *word_pieces(f"In all: {unit.box.words}.", body.w, 11, bold=True),
        *word_pieces(f"{counted(beside, 'sheet')} of these are cover, dividers, role cards and phone tree.", body.w),
        *word_pieces("They come out of the printer with the forms of the packet.", body.w),
        *(word_pieces(unit.kit.words, body.w) if unit.kit else ()),
        gap(3),
        *item_pieces("Beside the paper", [(line.item, line.quantity) for line in unit.supplies]),
    ]
    return _pages(pieces, body, f"the pull list of {unit.name}")


def _signing(first: str, second: str) -> Piece:
    return signing_piece(((first, 0.3), ("Date, time", 0.2), (second, 0.3), ("Date, time", 0.2)))


def _pages(pieces: list[Piece], body: Rect, what: str) -> list[list[Ink]]:
    return [list(drawn.inks) for drawn in paginate(pieces, lambda _: body, what)]


def _box_row(line: PlanLine) -> Row:
    sheets = "labels" if line.is_labels else f"{line.box.sheets:,}"
    remark = line.note or (LABEL_REMARK if line.is_labels else "")
    under = f"{line.form}  ·  {line.revision}"
    return Row(f"{line.copies:,}", line.title, under, ("", str(line.pages_each), sheets, remark))


def _store_pages(plan: Plan, body: Rect) -> list[list[Ink]]:
    days = sorted({unit.days for unit in plan.departments})
    span = counted(days[0], "day") if len(days) == 1 else f"{days[0]} to {counted(days[-1], 'day')}"
    by_form: dict[str, list[PlanLine]] = {}
    for line in (line for unit in plan.departments for line in unit.lines):
        by_form.setdefault(line.form, []).append(line)
    rows = [_store_row(by_form[form]) for form in sorted(by_form) if not by_form[form][0].is_labels]
    labels = [_store_row(by_form[form]) for form in sorted(by_form) if by_form[form][0].is_labels]
    needs = [unit.labels for unit in plan.departments if unit.labels]
    if needs:
        sheets = f"{sum(need.stock_sheets for need in needs):,}"
        labels.append(Row(sheets, "Blank label sheets", needs[0].stock, ("", "", "", "–", "labels")))
    groups = [("Forms", rows), ("Label stock", labels)]
    second = [unit.name for unit in plan.departments if unit.second_location]
    supplies: dict[str, int] = {}
    for item in (item for unit in plan.departments for item in unit.supplies):
        supplies[item.item] = supplies.get(item.item, 0) + item.quantity
    held = f"What the central store holds for {span}, over and above the boxes, all departments together."
    twice = f"A second box, which takes the same again, stands ready for: {', '.join(second)}."
    pieces = [
        *word_pieces(held, body.w),
        _signing("Counted by", "Ordered by"),
        *table_pieces(_STORE_COLUMNS, [(name, inside) for name, inside in groups if inside], body.w),
        gap(3),
        *word_pieces(f"In all: {plan.store.words}.", body.w, 11, bold=True),
        *word_pieces(f"The boxes take {plan.box.words}. One ream is 500 sheets.", body.w),
        *(word_pieces(twice, body.w) if second else []),
        gap(3),
        *item_pieces("Beside the paper, for all boxes", list(supplies.items())),
    ]
    return _pages(pieces, body, "the pull list of the central store")


def _store_row(lines: Sequence[PlanLine]) -> Row:
    total = sum((line.store for line in lines), start=Amount())
    pages = sorted({line.pages_each for line in lines})
    each = str(pages[0]) if len(pages) == 1 else f"{pages[0]} to {pages[-1]}"
    copies = sum(line.stock_copies for line in lines)
    sheets = "labels" if lines[0].is_labels else f"{total.sheets:,}"
    under = f"{lines[0].form}  ·  {lines[0].revision}"
    return Row(f"{copies:,}", lines[0].title, under, ("", "", "", each, sheets))

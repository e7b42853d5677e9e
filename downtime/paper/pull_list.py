"""The pull list: the plan on paper for the storekeeper, a table to tick for each box and one for the central store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from downtime import __version__
from downtime.page.code import PageCoder, facility_number, kit_text, new_kit_id
from downtime.page.geometry import PaperSize, Rect
from downtime.page.layout import canonical_json
from downtime.paper.document import Document
from downtime.paper.header import Imprint
from downtime.paper.ink import HAIRLINE_GRAY, HAIRLINE_PT, LABEL_GRAY, STRUCTURE_PT, TINT, Align, Box, Ink, Line, Text
from downtime.paper.packet import Run
from downtime.paper.plain import plain_body, plain_form
from downtime.paper.plan import Amount, DepartmentPlan, Plan, PlanLine, counted
from downtime.paper.production import print_run
from downtime.paper.sheet import PrintedForm
from downtime.paper.surroundings import moment_text
from downtime.paper.textflow import ellipsized, fitted, wrap
from downtime.site import Site

REVISION = "2026-11"
ROW_MM = 8.4
BAR_MM = 6.0
TICK_MM = 4.2
SIGNING_MM = 16.0
PAD_MM = 1.5
LABEL_REMARK = "label stock, not paper"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table; `width_mm` 0 takes what the others leave."""

    head: str
    width_mm: float
    align: Align = "left"


_TICK = _Column("", 8)
_TAKE = _Column("take", 12, "right")
_FORM = _Column("form", 0)
_BOX_COLUMNS = (
    _TICK, _TAKE, _FORM, _Column("from shelf", 26), _Column("pages each", 17, "right"),
    _Column("sheets", 15, "right"), _Column("remark", 42),
)  # fmt: skip
_STORE_COLUMNS = (
    _TICK, _Column("hold", 18, "right"), _FORM, _Column("shelf", 22), _Column("on hand", 22), _Column("to order", 22),
    _Column("pages each", 17, "right"), _Column("sheets", 17, "right"),
)  # fmt: skip

_Row = tuple[str, str, str, tuple[str, ...]]
"""How many, the title, what stands under it, and the text of each further column."""


class _Writer:
    """Fills pages from top to bottom; a table's head is repeated where it goes on."""

    def __init__(self, body: Rect) -> None:
        self.body = body
        self.pages: list[list[Ink]] = [[]]
        self.y = body.y

    def ink(self, *inks: Ink) -> None:
        self.pages[-1].extend(inks)

    def room(self, height_mm: float, again: Callable[[], None] | None = None) -> None:
        """Start a new page where less than this is left; `again` repeats a heading there."""
        if self.y + height_mm > self.body.bottom and self.pages[-1]:
            self.pages.append([])
            self.y = self.body.y
            if again:
                again()

    def words(self, text: str, size_pt: float = 10, *, bold: bool = False) -> None:
        for line in wrap(text, "bold" if bold else "regular", size_pt, self.body.w):
            self.room(5)
            self.ink(Text(self.body.x, self.y + 3.8, line, size_pt, "bold" if bold else "regular"))
            self.y += 4.9

    def table(self, columns: Sequence[_Column], groups: Sequence[tuple[str, Sequence[_Row]]]) -> None:
        spare = self.body.w - sum(column.width_mm for column in columns)
        widths = [column.width_mm or spare for column in columns]

        def heads() -> None:
            x = self.body.x
            for column, width in zip(columns, widths, strict=True):
                at = x + width - PAD_MM if column.align == "right" else x + PAD_MM
                self.ink(Text(at, self.y + 3.4, column.head, 8.5, "bold", column.align, gray=LABEL_GRAY))
                x += width
            self.y += 4.8
            self.ink(Line(self.body.x, self.y, self.body.right, self.y, STRUCTURE_PT, 0))

        self.room(4.8 + BAR_MM + ROW_MM)
        heads()
        for name, rows in groups:
            self.room(BAR_MM + ROW_MM, heads)
            if name:
                self.ink(Box(Rect(self.body.x, self.y, self.body.w, BAR_MM), None, fill=TINT))
                shown = ellipsized(name, "bold", 10, self.body.w - 3)
                self.ink(Text(self.body.x + 1.5, self.y + 4.3, shown, 10, "bold"))
                self.y += BAR_MM
            for row in rows:
                self.room(ROW_MM, heads)
                self._row(columns, widths, row)

    def _row(self, columns: Sequence[_Column], widths: Sequence[float], row: _Row) -> None:
        number, title, under, rest = row
        base, x = self.y + 5.4, self.body.x
        self.ink(Box(Rect(x + 1.0, self.y + (ROW_MM - TICK_MM) / 2, TICK_MM, TICK_MM), STRUCTURE_PT))
        x += widths[0]
        self.ink(Text(x + widths[1] - PAD_MM, base, number, 11, "bold", "right"))
        x += widths[1]
        room = widths[2] - PAD_MM - 2
        lines, size = fitted(title, "regular", 10, room, least_pt=8.5)
        self.ink(Text(x + PAD_MM, self.y + 3.9, lines[0], size))
        self.ink(Text(x + PAD_MM, self.y + 7.1, ellipsized(under, "regular", 8, room), 8, gray=LABEL_GRAY))
        x += widths[2]
        for column, width, text in zip(columns[3:], widths[3:], rest, strict=True):
            if not text:
                low = self.y + ROW_MM - 1.6
                self.ink(Line(x + PAD_MM, low, x + width - PAD_MM, low, HAIRLINE_PT))
            elif column.align == "right":
                self.ink(Text(x + width - PAD_MM, base, text, 10, "regular", "right"))
            else:
                noted, small = fitted(text, "regular", 9, width - 2 * PAD_MM, most_lines=2)
                first = base if len(noted) == 1 else self.y + 3.6
                self.ink(*(Text(x + PAD_MM, first + at * 3.5, line, small) for at, line in enumerate(noted)))
            x += width
        self.y += ROW_MM
        self.ink(Line(self.body.x, self.y, self.body.right, self.y, HAIRLINE_PT, HAIRLINE_GRAY))

    def signing(self, first: str, second: str) -> None:
        x = self.body.x
        for label, share in ((first, 0.3), ("Date, time", 0.2), (second, 0.3), ("Date, time", 0.2)):
            width = self.body.w * share
            self.ink(Text(x + 0.5, self.y + 3.2, label, 8.5, gray=LABEL_GRAY))
            self.ink(Box(Rect(x, self.y + 4, width - 2, 9), STRUCTURE_PT))
            x += width
        self.y += SIGNING_MM


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
    document = Document(coder, kit, drill=False, title=title, made_at_text=f"Printed {made}")
    for part in parts:
        document.define_form(part.id, part)
        for index in range(len(part.pages)):
            document.place(part.id, index)
    return document.save()


def _box_pages(unit: DepartmentPlan, body: Rect) -> list[list[Ink]]:
    writer = _Writer(body)
    place = f"Stands at: {unit.location}." + (
        f" Second box, the same again: {unit.second_location}." if unit.second_location else ""
    )
    writer.words(place)
    writer.words(f"Counted {unit.terms}.")
    writer.signing("Taken by", "Checked by")
    sections = dict.fromkeys(line.section for line in unit.lines)
    groups: list[tuple[str, list[_Row]]] = [
        (name, [_box_row(line) for line in unit.lines if line.section == name]) for name in sections
    ]
    if unit.labels:
        row = (str(unit.labels.sheets), "Blank label sheets", unit.labels.stock)
        groups.append(("Labels for the patients who are there", [(*row, ("", "–", "labels", LABEL_REMARK))]))
    writer.table(_BOX_COLUMNS, groups)
    writer.y += 3
    beside = sum(part.sheets for part in unit.beside)
    writer.words(f"In all: {unit.box.words}.", 11, bold=True)
    writer.words(f"{counted(beside, 'sheet')} of these are cover, dividers, role cards and phone tree.")
    writer.words("The packet prints them with the forms: `downtime packet`.")
    writer.y += 3
    _supplies(writer, [(line.item, line.quantity) for line in unit.supplies])
    return writer.pages


def _box_row(line: PlanLine) -> _Row:
    sheets = "labels" if line.is_labels else f"{line.box.sheets:,}"
    remark = line.note or (LABEL_REMARK if line.is_labels else "")
    under = f"{line.form}  ·  {line.revision}"
    return f"{line.copies:,}", line.title, under, ("", str(line.pages_each), sheets, remark)


def _supplies(writer: _Writer, supplies: Sequence[tuple[str, int]]) -> None:
    if not supplies:
        return
    writer.room(7 + 7)
    writer.words("Beside the paper", 12, bold=True)
    writer.y += 1
    half = (writer.body.w - 6) / 2
    for row in range(0, len(supplies), 2):
        writer.room(7)
        for column, (item, quantity) in enumerate(supplies[row : row + 2]):
            x = writer.body.x + column * (half + 6)
            lines, size = fitted(item, "regular", 10, half - 23)
            writer.ink(
                Box(Rect(x + 1.0, writer.y + 1.4, TICK_MM, TICK_MM), STRUCTURE_PT),
                Text(x + 18.5, writer.y + 4.8, f"{quantity:,}", 11, "bold", "right"),
                Text(x + 20, writer.y + 4.8, lines[0], size),
                Line(x, writer.y + 7, x + half, writer.y + 7, HAIRLINE_PT, HAIRLINE_GRAY),
            )
        writer.y += 7


def _store_pages(plan: Plan, body: Rect) -> list[list[Ink]]:
    writer = _Writer(body)
    days = sorted({unit.days for unit in plan.departments})
    span = counted(days[0], "day") if len(days) == 1 else f"{days[0]} to {counted(days[-1], 'day')}"
    writer.words(f"What the central store holds for {span}, over and above the boxes, all departments together.")
    writer.signing("Counted by", "Ordered by")
    by_form: dict[str, list[PlanLine]] = {}
    for line in (line for unit in plan.departments for line in unit.lines):
        by_form.setdefault(line.form, []).append(line)
    rows = [_store_row(by_form[form]) for form in sorted(by_form) if not by_form[form][0].is_labels]
    labels = [_store_row(by_form[form]) for form in sorted(by_form) if by_form[form][0].is_labels]
    needs = [unit.labels for unit in plan.departments if unit.labels]
    if needs:
        sheets = f"{sum(need.stock_sheets for need in needs):,}"
        labels.append((sheets, "Blank label sheets", needs[0].stock, ("", "", "", "–", "labels")))
    groups = [("Forms", rows), ("Label stock", labels)]
    writer.table(_STORE_COLUMNS, [(name, inside) for name, inside in groups if inside])
    writer.y += 3
    writer.words(f"In all: {plan.store.words}.", 11, bold=True)
    writer.words(f"The boxes take {plan.box.words}. One ream is 500 sheets.")
    if second := [unit.name for unit in plan.departments if unit.second_location]:
        writer.words(f"A second box, which takes the same again, stands ready for: {', '.join(second)}.")
    writer.y += 3
    supplies: dict[str, int] = {}
    for item in (item for unit in plan.departments for item in unit.supplies):
        supplies[item.item] = supplies.get(item.item, 0) + item.quantity
    _supplies(writer, list(supplies.items()))
    return writer.pages


def _store_row(lines: Sequence[PlanLine]) -> _Row:
    total = sum((line.store for line in lines), start=Amount())
    pages = sorted({line.pages_each for line in lines})
    each = str(pages[0]) if len(pages) == 1 else f"{pages[0]} to {pages[-1]}"
    copies = sum(line.stock_copies for line in lines)
    sheets = "labels" if lines[0].is_labels else f"{total.sheets:,}"
    under = f"{lines[0].form}  ·  {lines[0].revision}"
    return f"{copies:,}", lines[0].title, under, ("", "", "", each, sheets)

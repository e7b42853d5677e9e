"""What the keying screen shows: each field with what is known of it, and what the clerk still has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.page_parts import PATIENT_GROUP
from downtime.desk.fields.sheet_fields import bare_id
from downtime.desk.fields.values import TICKED
from downtime.desk.store.entries import newest, reopened
from downtime.desk.store.models import Entry, EntryKind, EntryRound, EntrySource, Sheet
from downtime.desk.store.scans import Ink, Scan, scans_of
from downtime.desk.store.sheet_forms import fields_of, layout_of
from downtime.page.states import REASON_REMEDIES, PageReason

_MOST_WORDS = 4
OF_FIELDS = frozenset(
    {
        PageReason.UNSURE_MARK, PageReason.CONFLICTING_MARKS, PageReason.INK_WITHOUT_MARK, PageReason.MARK_WITHOUT_INK,
    }
)  # fmt: skip
UNCONFIRMED = "unconfirmed"
CONFIRMED = "confirmed as written"


class Need(StrEnum):
    """What a field still asks of the clerk."""

    KEY = "key"  # something is written, or perhaps is: say what
    CONFIRM = "confirm"  # the machine read it, or it is implausible: say that it is so
    DONE = "done"
    NOTHING = "nothing"  # the machine saw no ink; the look at the whole page covers it
    NO_PICTURE = "no_picture"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field on the screen."""

    field: KeyedField
    need: Need
    ink: Ink
    value: str = ""
    kind: str = ""
    read: bool = False
    printed: str = ""
    question: str = ""
    by: str = ""
    on_screen: bool = False

    @property
    def shown(self) -> bool:
        """Whether the field stands on the screen without being asked for."""
        return self.need is not Need.NOTHING or bool(self.kind)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under one heading."""

    title: str
    page: int
    cells: tuple[Cell, ...]

    @property
    def shown(self) -> bool:
        """Whether any of its fields stands on the screen."""
        return any(cell.shown for cell in self.cells)

    @property
    def about(self) -> str:
        """What the row is about, to stand beside its heading: its medicine, dose and route, printed or keyed before."""
        if self.title == PATIENT_GROUP:
            return ""
        words = (cell.printed or cell.value for cell in self.cells if cell.field.critical and cell.field.kind == "text")
        return ", ".join([word for word in words if word][:_MOST_WORDS])

    def shows(self, part: str) -> bool:
        """Whether any field of a part stands on the screen."""
        return any(cell.shown for cell in self.cells if cell.field.part == part)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One page of the sheet: its size in mm, and the picture it is keyed from, if it came back."""

    index: int
    number: int
    width_mm: float
    height_mm: float
    scan: Scan | None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is in doubt about the page as a whole, in words; doubts about single fields stand at the fields."""
        reasons = self.scan.verdict.reasons if self.scan is not None and self.scan.verdict is not None else ()
        return tuple(
            f"{remedy.meaning} {remedy.do}"
            for reason in reasons
            if reason not in OF_FIELDS and (remedy := REASON_REMEDIES[reason])
        )

    @property
    def is_straight(self) -> bool:
        """Whether fields lie where the layout says, so that the picture can be zoomed to them."""
        return self.scan is not None and bool(self.scan.straight)


@dataclass(frozen=True, slots=True)
class Screen:
    """The whole screen of one sheet."""

    sheet: Sheet
    pages: tuple[PagePicture, ...]
    groups: tuple[Group, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All fields, in order."""
        return tuple(cell for group in self.groups for cell in group.cells)

    @property
    def open_cells(self) -> tuple[Cell, ...]:
        """The fields that still ask something."""
        return tuple(cell for cell in self.cells if cell.need in (Need.KEY, Need.CONFIRM))

    @property
    def missing_pages(self) -> tuple[int, ...]:
        """The pages that have not come back, counted from 1."""
        return tuple(page.index + 1 for page in self.pages if page.scan is None)


def keying_screen(sheet: Sheet, round_: EntryRound = EntryRound.FIRST) -> Screen:
    """Build the screen of a sheet; a constant number of queries, whatever its size."""
    layout = layout_of(sheet.layout_id)
    scans = scans_of(sheet)
    entries = newest(sheet.pk, round_)
    pages = tuple(
        PagePicture(index, number, layout.width_mm, layout.height_mm, scans.get(index))
        for index, number in enumerate(sheet.pages)
    )
    fields = fields_of(sheet)
    used = _used_groups(fields, scans)
    again = reopened(sheet.pk)
    cells = [
        cell_of(field, sheet.printed, scans.get(field.page), entries, in_use=(field.page, field.group) in used)
        for field in fields
    ]
    # What a correction opened asks for its word, whatever the machine thinks of the ink.
    cells = [replace(cell, need=Need.KEY) if cell.field.id in again else cell for cell in cells]
    return Screen(sheet, pages, _grouped(cells))


def _used_groups(fields: Sequence[KeyedField], scans: Mapping[int, Scan]) -> set[tuple[int, str]]:
    """The rows, cards and sections in which anything is written: only there an empty required field is asked for."""
    return {
        (field.page, field.group)
        for field in fields
        if not field.is_check
        and (scan := scans.get(field.page)) is not None
        and (scan.ink(field) is not Ink.NO or scan.typed_on_screen(field))
    }


def cell_of(
    field: KeyedField, printed: Mapping[str, str], scan: Scan | None, entries: Mapping[str, Entry], *, in_use: bool
) -> Cell:
    """One field with what is known of it; `in_use` says that something is written in its row or section."""
    entry = entries.get(field.id)
    words = printed.get(bare_id(field.id), "")
    if entry is not None:
        return _entered(field, entry, words, scan)
    if scan is None:
        return Cell(field, Need.NO_PICTURE, Ink.UNKNOWN, printed=words)
    ink = scan.ink(field)
    if field.kind == "page":
        return Cell(field, Need.CONFIRM, Ink.UNKNOWN)
    if field.kind == "same":
        return _check(field, printed, ink)
    if typed := scan.typed_on_screen(field):
        # Somebody typed it, so it is no guess; but who prefilled, copied or mistyped it is not known: a person looks.
        return Cell(field, Need.CONFIRM, ink, value=typed, read=True, printed=words, on_screen=True)
    if words and ink in (Ink.NO, Ink.YES) and field.kind not in ("choice", "checkbox"):
        # What was printed is known. Ink that the reader sees there beyond the print is a person's.
        return Cell(field, Need.KEY if ink is Ink.YES else Need.NOTHING, ink, printed=words)
    marked = scan.marked(field)
    if marked and ink is Ink.YES:
        value = TICKED if field.kind == "checkbox" else " ".join(marked)
        return Cell(field, Need.CONFIRM, ink, value=value, read=True, printed=words)
    asks = ink is not Ink.NO or (field.required and in_use and not _on_the_sticker(field, scan))
    return Cell(field, Need.KEY if asks else Need.NOTHING, ink, printed=words)


def _on_the_sticker(field: KeyedField, scan: Scan) -> bool:
    """Whether a sticker stands in for the patient block: then its lines stay empty."""
    return field.group == PATIENT_GROUP and scan.has_sticker


def _entered(field: KeyedField, entry: Entry, words: str, scan: Scan | None) -> Cell:
    waits = entry.kind == EntryKind.VALUE and entry.note == UNCONFIRMED
    return Cell(
        field,
        Need.CONFIRM if waits else Need.DONE,
        scan.ink(field) if scan is not None else Ink.UNKNOWN,
        value=entry.value,
        kind=entry.kind,
        read=entry.source != EntrySource.TYPED,
        printed=words,
        question="Is it what is written?" if waits else "",
        by=entry.by.username if entry.by_id else "",
    )


def _check(field: KeyedField, printed: Mapping[str, str], ink: Ink) -> Cell:
    """The look at what is written again: asked for where there is ink or print, as that is what could differ."""
    asks = ink is not Ink.NO or any(bare_id(name) in printed for name in field.covers)
    return Cell(field, Need.CONFIRM if asks else Need.NOTHING, ink)


def _grouped(cells: Sequence[Cell]) -> tuple[Group, ...]:
    parts = groupby(cells, key=lambda cell: (cell.field.page, cell.field.group))
    return tuple(Group(title, page, tuple(members)) for (page, title), members in parts)

"""What the second and the third person see of a sheet: never more than they may know.

The second person keys the critical fields first, without any value, the machine's neither. Only when all of them are
done are the other fields shown with their values, to be looked at beside the page. The third person sees the page and
two values, in an order that does not tell whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.sheet_fields import bare_id
from downtime.desk.keying.screen import UNCONFIRMED, Cell, Group, Need, PagePicture, Screen
from downtime.desk.store.models import Entry, EntryKind, EntrySource, Sheet
from downtime.desk.store.scans import Ink, Scan, scans_of
from downtime.desk.store.sheet_forms import layout_of
from downtime.desk.verification.standing import FieldStanding, Standing, newest_first, standings_of


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The screen of the second person; `blind` while critical fields wait, `up_to` is what the look then covers."""

    screen: Screen
    blind: bool
    up_to: int
    critical: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One field where two people differ, as the third sees it: `values` as (kind, value, words), sorted."""

    field: KeyedField
    printed: str
    values: tuple[tuple[str, str, str], ...]


def second_look(sheet: Sheet) -> SecondLook:
    """Build the second person's screen; a constant number of queries."""
    found = standings_of(sheet)
    scans = scans_of(sheet)
    blind = any(item.field.critical and item.standing is Standing.KEYED for item in found) or any(
        _second_waits(item) for item in found
    )
    cells = [
        _blind_cell(item, sheet.printed, scans.get(item.field.page))
        if blind
        else _shown_cell(item, sheet.printed, scans.get(item.field.page))
        for item in found
        if item.field.critical is blind
    ]
    critical = sum(item.field.critical and item.first is not None for item in found)
    return SecondLook(Screen(sheet, pictures_of(sheet, scans), grouped(cells)), blind, newest_first(found), critical)


def differences(sheet: Sheet) -> tuple[Difference, ...]:
    """The fields where two people differ; a constant number of queries."""
    return tuple(
        Difference(item.field, sheet.printed.get(bare_id(item.field.id), ""), _two_values(item))
        for item in standings_of(sheet)
        if item.standing is Standing.DIFFERS
    )


def said(field: KeyedField, kind: str, value: str) -> str:
    """A word on a field as people read it: an option by its label, what is not a value in words."""
    if kind != EntryKind.VALUE:
        return {"blank": "blank on paper", "illegible": "cannot be read", "ask": "the ward is asked"}.get(kind, "–")
    if field.kind == "choice":
        labels = {option.id: option.label for option in field.options}
        return ", ".join(labels.get(name, name) for name in value.split())
    if field.kind == "checkbox":
        return "ticked"
    if field.kind == "same":
        return "the same as on the first page"
    if field.kind == "page":
        return "nothing else is written"
    return f"{value} {field.unit}".strip()


def pictures_of(sheet: Sheet, scans: Mapping[int, Scan]) -> tuple[PagePicture, ...]:
    """The pages of a sheet with the pictures that it is keyed from."""
    layout = layout_of(sheet.layout_id)
    return tuple(
        PagePicture(index, number, layout.width_mm, layout.height_mm, scans.get(index))
        for index, number in enumerate(sheet.pages)
    )


def grouped(cells: Sequence[Cell]) -> tuple[Group, ...]:
    """Cells under the heading that they share."""
    parts = groupby(cells, key=lambda cell: (cell.field.page, cell.field.group))
    return tuple(Group(title, page, tuple(members)) for (page, title), members in parts)


def _blind_cell(item: FieldStanding, printed: Mapping[str, str], scan: Scan | None) -> Cell:
    """A critical field for the second person: their own word if they have given it, nothing of the first one's."""
    words = printed.get(bare_id(item.field.id), "")
    ink = scan.ink(item.field) if scan is not None else Ink.UNKNOWN
    if item.second is not None:
        waits = _second_waits(item)
        return Cell(
            item.field, Need.CONFIRM if waits else Need.DONE, ink, value=item.second.value, kind=item.second.kind,
            printed=words, question="Is it what is written?" if waits else "",
        )  # fmt: skip
    if item.standing is Standing.ASKED:
        return Cell(item.field, Need.DONE, ink, kind=EntryKind.ASK, printed=words)
    return Cell(item.field, Need.KEY if item.standing is Standing.KEYED else Need.NOTHING, ink, printed=words)


def _shown_cell(item: FieldStanding, printed: Mapping[str, str], scan: Scan | None) -> Cell:
    """Another field, with the word that waits for the look; the second person's own word where they put it right."""
    words = printed.get(bare_id(item.field.id), "")
    ink = scan.ink(item.field) if scan is not None else Ink.UNKNOWN
    entry = item.second or item.first
    if entry is None:
        return Cell(item.field, Need.NOTHING, ink, printed=words)
    read = entry.source != EntrySource.TYPED and not item.field.is_check
    return Cell(item.field, Need.DONE, ink, value=entry.value, kind=entry.kind, read=read, printed=words)


def _second_waits(item: FieldStanding) -> bool:
    return item.second is not None and item.second.kind == EntryKind.VALUE and item.second.note == UNCONFIRMED


def _two_values(item: FieldStanding) -> tuple[tuple[str, str, str], ...]:
    def told(entry: Entry | None) -> tuple[str, str, str]:
        if entry is None:
            return (EntryKind.BLANK.value, "", "nothing keyed")
        return (str(entry.kind), entry.value, said(item.field, entry.kind, entry.value))

    # Sorted by what they say: the order tells nothing about who said it, or who said it first.
    return tuple(sorted({told(item.first), told(item.second)}))

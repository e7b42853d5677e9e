"""How far each field of a sheet is: keyed, seen by two people, in dispute, decided; and whose word counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from downtime.desk.fields.agreement import same_value
from downtime.desk.fields.keyed import KeyedField
from downtime.desk.store.entries import CORRECTION
from downtime.desk.store.models import Entry, EntryKind, EntryRound, Sheet, SheetStatus
from downtime.desk.store.sheet_forms import fields_of
from downtime.desk.verification.models import SheetLook


class Standing(StrEnum):
    """How far a field is."""

    ABSENT = "absent"  # nobody said anything: nothing stands there
    REOPENED = "reopened"  # a correction took the words back
    ASKED = "asked"
    KEYED = "keyed"  # one person's word, waits for the second look
    AGREED = "agreed"
    DIFFERS = "differs"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class FieldStanding:
    """One field with the words that count in each round, and the look that covered it, if one did."""

    field: KeyedField
    standing: Standing
    first: Entry | None = None
    second: Entry | None = None
    third: Entry | None = None
    look: SheetLook | None = None

    @property
    def counts(self) -> Entry | None:
        """The word that counts now."""
        return self.third if self.standing is Standing.DECIDED else self.first


def standings_of(sheet: Sheet) -> tuple[FieldStanding, ...]:
    """Every field of a sheet in the order of keying. Two queries; the fields are remembered."""
    entries = Entry.objects.filter(sheet_id=sheet.pk).select_related("by", "page").order_by("pk")
    looks = list(SheetLook.objects.filter(sheet_id=sheet.pk).select_related("by").order_by("pk"))
    return standings(fields_of(sheet), entries, looks)


def standings(
    fields: Sequence[KeyedField], entries: Iterable[Entry], looks: Sequence[SheetLook]
) -> tuple[FieldStanding, ...]:
    """As `standings_of`, from what was read; `entries` oldest first."""
    newest: dict[tuple[int, str], Entry] = {(entry.round, entry.field): entry for entry in entries}
    return tuple(_standing(field, newest, looks) for field in fields)


def newest_first(found: Iterable[FieldStanding]) -> int:
    """The number of the newest first-round entry that counts: what a look at the sheet covers; 0 without any."""
    return max((item.first.pk for item in found if item.first is not None), default=0)


def outcome(found: Iterable[FieldStanding]) -> SheetStatus:
    """Where a sheet stands by its fields: asked, differing, keyed (something waits for its look) or verified."""
    seen = {item.standing for item in found}
    if seen & {Standing.KEYED, Standing.REOPENED}:
        return SheetStatus.KEYED
    if Standing.ASKED in seen:
        return SheetStatus.ASKED
    return SheetStatus.DISPUTED if Standing.DIFFERS in seen else SheetStatus.VERIFIED


def _standing(field: KeyedField, newest: Mapping[tuple[int, str], Entry], looks: Sequence[SheetLook]) -> FieldStanding:
    first, second, third = (_counting(newest.get((round_, field.id))) for round_ in EntryRound)
    opened = newest.get((EntryRound.FIRST, field.id))
    if first is None and opened is not None and opened.note.startswith(CORRECTION):
        return FieldStanding(field, Standing.REOPENED)
    if first is not None and first.kind == EntryKind.ASK:
        return FieldStanding(field, Standing.ASKED, first, second, third)
    if third is not None and third.pk > max(entry.pk if entry else 0 for entry in (first, second)):
        return FieldStanding(field, Standing.DECIDED, first, second, third)
    if second is not None:
        return FieldStanding(field, _compared(field, first, second), first, second)
    if first is None:
        return FieldStanding(field, Standing.ABSENT)
    look = None if field.critical else next((look for look in looks if _covers(look, first)), None)
    return FieldStanding(field, Standing.AGREED if look else Standing.KEYED, first, look=look)


def _counting(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.kind == EntryKind.WITHDRAWN else entry


def _covers(look: SheetLook, first: Entry) -> bool:
    return look.up_to >= first.pk and look.by_id != first.by_id


def _compared(field: KeyedField, first: Entry | None, second: Entry) -> Standing:
    """What two looks make; a field that only the second saw something in differs, a blank nobody keyed does not."""
    if first is None:
        return Standing.ABSENT if second.kind == EntryKind.BLANK else Standing.DIFFERS
    same = first.kind == second.kind and same_value(field, first.value, second.value)
    return Standing.AGREED if same and first.by_id != second.by_id else Standing.DIFFERS

"""Sheets that are keyed and verified through the store, for the tests of what comes after keying."""

from __future__ import annotations

from itertools import count

from paper_help import empty_scan, paper, sheet_named, store_kit

from downtime.desk.accounts.models import User
from downtime.desk.store.entries import Word, enter
from downtime.desk.store.leases import give_back, take
from downtime.desk.store.models import EntryKind, EntryRound, LeasePurpose, Sheet, SheetStatus
from downtime.desk.store.sheets import move
from downtime.desk.verification.acts import finish_look
from downtime.desk.verification.standing import newest_first, standings_of

_tokens = count(1)

MAR = {
    "patient.surname": "Okafor", "patient.given": "Ada", "patient.birth_date": "04 MAR 1951", "patient.mrn": "10004417",
    "drugs.1.order.drug": "vancomycin", "drugs.1.order.dose": "1 g", "sheet.1.kidney.egfr": "48",
}  # fmt: skip


def word(field: str, value: str, kind: EntryKind = EntryKind.VALUE, note: str = "") -> Word:
    return Word(field, kind, f"{next(_tokens):032d}", value, note)


def came_back(form: str = "mar-scheduled", department: str = "icu", nth: int = 0) -> Sheet:
    """A sheet all of whose pages came back."""
    made = paper(department)
    store_kit(made.manifest)
    sheet = sheet_named(form, nth)
    for index in range(len(sheet.pages)):
        empty_scan(sheet, made.manifest.layouts[sheet.layout_id], index)
    sheet.refresh_from_db()
    return sheet


def key(sheet: Sheet, by: User, values: dict[str, str]) -> Sheet:
    """Key fields of a sheet, and finish it."""
    take(sheet.pk, by, LeasePurpose.KEYING, over=True)
    move(sheet.pk, SheetStatus.KEYING, by)
    page = sheet.scans.filter(in_use=True).first()
    for field, value in values.items():
        enter(sheet.pk, word(field, value), by=by, page_id=page.pk if page else None)
    move(sheet.pk, SheetStatus.KEYED, by)
    give_back(sheet.pk, by)
    sheet.refresh_from_db()
    return sheet


def key_again(sheet: Sheet, by: User, values: dict[str, str]) -> None:
    """Key critical fields of a sheet the second time."""
    take(sheet.pk, by, LeasePurpose.VERIFYING, over=True)
    for field, value in values.items():
        enter(sheet.pk, word(field, value), by=by, page_id=None, round_=EntryRound.SECOND)


def verify(sheet: Sheet, by: User) -> Sheet:
    """Key every critical field as the first person did, look at the rest, and finish."""
    found = standings_of(sheet)
    again = {i.field.id: i.first.value for i in found if i.field.critical and i.first and not i.second}
    key_again(sheet, by, again)
    finish_look(sheet.pk, by, up_to=newest_first(standings_of(sheet)))
    sheet.refresh_from_db()
    return sheet

"""Saving one field: what the browser sends becomes an entry, or an answer that says why it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from downtime.desk.accounts.models import User
from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.moments import Unclear
from downtime.desk.fields.values import read_value
from downtime.desk.keying.screen import CONFIRMED, UNCONFIRMED
from downtime.desk.store.entries import LookedBeforeError, Word, enter
from downtime.desk.store.models import Entry, EntryKind, EntryRound, EntrySource, Sheet
from downtime.desk.store.scans import Scan, scans_of
from downtime.desk.store.sheet_forms import fields_of

_TOKEN = re.compile(r"[0-9a-zA-Z-]{16,64}")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the browser sends for one field. `confirmed` says that an implausible value is what stands on paper."""

    field: str
    kind: str
    value: str
    token: str
    confirmed: bool = False
    read: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """An entry that is stored; `ask` is a question about it that still waits."""

    entry: Entry
    ask: str = ""


def save(sheet: Sheet, typed: Typed, by: User, round_: EntryRound = EntryRound.FIRST) -> Saved | Unclear:
    """Store what was typed; raises NotInYourHandsError where the sheet is somebody else's by now."""
    fields = {field.id: field for field in fields_of(sheet)}
    field = fields.get(typed.field)
    if field is None or not _TOKEN.fullmatch(typed.token) or typed.kind not in EntryKind.values:
        return Unclear("this does not belong to the sheet", "load the page again")
    scan = scans_of(sheet).get(field.page)
    source = _source(field, typed, scan)
    word = _word(field, typed, _near(sheet), source)
    if isinstance(word, Unclear):
        return word
    try:
        entry = enter(sheet.pk, word[0], by=by, page_id=scan.id if scan else None, round_=round_)
    except LookedBeforeError:
        return Unclear("you have looked at this field before", "leave it to somebody else: give the sheet back")
    return Saved(entry, word[1])


def _source(field: KeyedField, typed: Typed, scan: Scan | None) -> EntrySource:
    """Where a value comes from: typed, or confirmed as the machine read it or as it was typed on a screen."""
    if not typed.read:
        return EntrySource.TYPED
    on_screen = scan.typed_on_screen(field) if scan is not None else ""
    return EntrySource.ELECTRONIC if on_screen and on_screen == typed.value else EntrySource.CONFIRMED


def _word(field: KeyedField, typed: Typed, near: date | None, source: EntrySource) -> tuple[Word, str] | Unclear:
    kind = EntryKind(typed.kind)
    if kind is not EntryKind.VALUE:
        return Word(typed.field, kind, typed.token, note=_note(typed) if kind is EntryKind.ASK else ""), ""
    if field.is_check:
        return Word(typed.field, kind, typed.token, value="yes", source=source), ""
    value = read_value(field, typed.value, near)
    if isinstance(value, Unclear):
        return value
    note = "" if not value.ask else CONFIRMED if typed.confirmed else UNCONFIRMED
    return Word(typed.field, kind, typed.token, value.text, note, source), "" if typed.confirmed else value.ask


def _note(typed: Typed) -> str:
    """The question that a clerk types for the ward; none is needed."""
    return " ".join(typed.value.split())[:500]


def _near(sheet: Sheet) -> date:
    """The day around which the sheet's dates lie: when its first page came back, or when the kit was made."""
    return (sheet.first_returned_at or sheet.kit.made_at).date()

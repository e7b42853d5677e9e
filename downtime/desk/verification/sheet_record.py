"""The sheet record of a verified sheet: all that is exported of it, made from the store, the same bytes each time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from downtime.desk.accounts.models import User
from downtime.desk.fields.keyed import KeyedField
from downtime.desk.fields.sheet_fields import bare_id
from downtime.desk.store.models import Entry, EntryKind, PatientLink, ScannedPage, Sheet, SheetEvent, SheetStatus
from downtime.desk.store.patients import all_names_of, is_downtime_number
from downtime.desk.store.pictures import pictures
from downtime.desk.store.sheet_forms import fields_of
from downtime.desk.verification.models import SheetLook
from downtime.desk.verification.standing import FieldStanding, standings_of
from downtime.errors import InputError
from downtime.page.manifest import Named
from downtime.page.sheet_record import (
    Act,
    FieldEntry,
    FieldState,
    PageImage,
    PatientNumber,
    Person,
    SheetPatient,
    SheetRecord,
    ValueSource,
)
from downtime.page.typed_code import parse_kit, short_text

_PATIENT = "patient."
_READY = frozenset({SheetStatus.VERIFIED, SheetStatus.CLOSED})


@dataclass(frozen=True, slots=True)
class NotReady:
    """Why no record can be made of a sheet yet, in a sentence."""

    why: str


def record_of(sheet: Sheet) -> SheetRecord | NotReady:
    """The record of a sheet; `sheet.kit` and `sheet.patient` should be loaded with it.

    Its entries are the words that count: keyed and verified, or decided; and what was printed where nobody wrote. The
    looks at pages as a whole are not fields and are left out. A field that nobody wrote in is named as untouched.
    """
    completed = SheetEvent.objects.filter(sheet=sheet, status=SheetStatus.VERIFIED).select_related("by").last()
    if sheet.status not in _READY or completed is None:
        return NotReady(f"The sheet is “{SheetStatus(sheet.status).label}”; only a verified one is sent.")
    fields = fields_of(sheet)
    about_a_patient = any(field.id.startswith(_PATIENT) for field in fields)
    if about_a_patient and sheet.patient is None:
        return NotReady("Nobody has confirmed yet whose sheet this is.")
    found = standings_of(sheet)
    words = tuple(entry for item in found if (entry := _field_entry(sheet, item)) is not None)
    by_id = {word.field: word for word in words}
    encounter = by_id.get("patient.encounter")
    return SheetRecord(
        facility=Named(id=sheet.kit.facility, name=sheet.kit.facility_name),
        department=Named(id=sheet.kit.department, name=sheet.kit.department_name),
        kit=sheet.kit.kit,
        sheet=sheet.number,
        instance=sheet.instance,
        form=sheet.form,
        title=sheet.title,
        revision=sheet.revision,
        layout=sheet.layout_id,
        drill=sheet.kit.drill,
        unit=sheet.unit,
        patient=_patient(sheet),
        encounter=encounter.value if encounter is not None else "",
        printed_at=sheet.kit.made_at,
        data_as_of=sheet.kit.data_as_of,
        entries=words,
        untouched=_untouched(found, by_id),
        pages=tuple(_pages(sheet, found)),
        completed=Act(by=_person(completed.by), at=completed.at),
    )


def _field_entry(sheet: Sheet, item: FieldStanding) -> FieldEntry | None:
    field, entry = item.field, item.counts
    if field.is_check:
        return None
    if entry is None:
        return _printed(sheet, field)
    chosen = field.kind == "choice" and entry.kind == EntryKind.VALUE
    return FieldEntry(
        field=field.id,
        state=FieldState(str(entry.kind)),
        value="" if chosen else entry.value,
        options=tuple(entry.value.split()) if chosen else (),
        source=ValueSource(str(entry.source)),
        page=sheet.pages[field.page],
        keyed=_act(item.first),
        verified=_act(item.second or item.look),
        decided=_act(item.third) if entry is item.third else None,
        note=entry.note,
    )


def _untouched(found: Sequence[FieldStanding], said: Collection[str]) -> tuple[str, ...]:
    """The fields without a word on pages of which people said that nothing else is written there."""
    seen = {item.field.page for item in found if item.field.kind == "page" and item.counts is not None}
    return tuple(
        item.field.id
        for item in found
        if item.field.page in seen and not item.field.is_check and item.field.id not in said
    )


def _printed(sheet: Sheet, field: KeyedField) -> FieldEntry | None:
    """What was printed into a field in which nobody wrote; a box that was ticked in print says X."""
    name, page = bare_id(field.id), sheet.pages[field.page]
    options = tuple(option.id for option in field.options if sheet.printed.get(f"{name}#{option.id}"))
    value = "" if field.options else sheet.printed.get(name, "")
    if not value and not options:
        return None
    return FieldEntry(
        field=field.id, state=FieldState.VALUE, value=value, options=options, source=ValueSource.PRINTED, page=page
    )


def _patient(sheet: Sheet) -> SheetPatient | None:
    if sheet.patient is None:
        return None
    names = all_names_of(sheet.patient)
    own = names[0]
    family, _, given = own.name.partition(",")
    link = PatientLink.objects.filter(retired__in=names, undone=False).select_related("by").last()
    numbers = tuple(
        PatientNumber(kind="downtime" if is_downtime_number(row) else "mrn", value=row.reference) for row in names
    )
    return SheetPatient(
        numbers=numbers,
        family=family.strip(),
        given=tuple(given.split()),
        birth_date=own.birth_date,
        sex=own.sex,
        resolved=not is_downtime_number(own),
        matched=Act(by=_person(link.by), at=link.at) if link is not None and len(names) > 1 else None,
    )


def _pages(sheet: Sheet, found: tuple[FieldStanding, ...]) -> Iterator[PageImage]:
    """The pictures that are keyed from, and of pages without one now, the one that entries were taken from."""
    kit = parse_kit(sheet.kit.kit)
    rows = {row.page: row for row in ScannedPage.objects.filter(sheet=sheet, in_use=True).order_by("pk") if row.page}
    for item in found:
        entry = item.counts
        if entry is not None and entry.page is not None and entry.page.page:
            rows.setdefault(entry.page.page, entry.page)
    for number, row in sorted(rows.items()):
        name = row.straight or row.picture
        if name and isinstance(kit, int):
            code = short_text(kit, number, sheet.kit.drill)
            yield PageImage(page=number, code=code, sha256=name, media_type=_media_type(name))


def _media_type(name: str) -> str:
    """What kind of picture it is, from its first bytes; one that was purged is called just bytes."""
    with suppress(InputError):
        return "image/jpeg" if pictures().get(name).startswith(b"\xff\xd8\xff") else "image/png"
    return "application/octet-stream"


def _act(word: Entry | SheetLook | None) -> Act | None:
    return Act(by=_person(word.by), at=word.at) if word is not None else None


def _person(user: User | None) -> Person:
    return Person(id=user.record_id, name=user.name) if user is not None else Person(name="the desk")

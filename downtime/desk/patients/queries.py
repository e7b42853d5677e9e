"""Reading for the patients' pages: what paper says of whom, and who could be meant; a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from downtime.desk.fields.moments import date_of
from downtime.desk.patients.comparing import Point, Told, plain_name, points
from downtime.desk.patients.models import MatchProposal, MatchState
from downtime.desk.store.models import Entry, EntryKind, EntryRound, Patient, Sheet, SheetStatus

A_PAGE = 30
MOST_SUGGESTIONS = 5
_SAYS = {
    "patient.surname": "surname", "patient.given": "given", "patient.birth_date": "born", "patient.mrn": "number",
    "patient.sex": "sex",
}  # fmt: skip
_KEYED = (SheetStatus.KEYED, SheetStatus.DISPUTED, SheetStatus.VERIFIED, SheetStatus.ASKED)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who could be meant, with what agrees and what does not."""

    patient: Patient
    points: tuple[Point, ...]

    @property
    def same_number(self) -> bool:
        """Whether the number is the same: of two that agree as much, this one is shown first."""
        return any(point.agrees and point.words.startswith("number") for point in self.points)

    @property
    def agreeing(self) -> int:
        """How many things agree, less those that differ."""
        return sum(1 if point.agrees else -1 for point in self.points if point.agrees is not None)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A downtime number, or a sheet, whose patient nobody has said yet."""

    told: Told
    suggestions: tuple[Suggestion, ...]
    patient: Patient | None = None
    sheet: Sheet | None = None
    sheets: int = 0


def waiting() -> int:
    """How many proposed matches wait for a person."""
    return MatchProposal.objects.filter(state=MatchState.WAITING).count()


def told_of(patient: Patient) -> Told:
    """What the store says of a person."""
    return Told(patient.reference, patient.name, patient.birth_date, patient.sex)


def unmatched_numbers(after: int = 0) -> tuple[list[Unmatched], bool]:
    """Downtime numbers without a record number, oldest first, and whether there are more."""
    rows = list(
        Patient.objects.filter(same_as=None, mrn="")
        .exclude(downtime_number="")
        .annotate(count=Count("sheets"))
        .order_by("pk")[after : after + A_PAGE + 1]
    )
    shown = rows[:A_PAGE]
    written = written_on(Sheet.objects.filter(patient__in=[row.pk for row in shown]).values_list("pk", "patient_id"))
    accounts = [_joined(told_of(row), written.get(row.pk)) for row in shown]
    found = suggestions(accounts, record_numbers_only=True)
    return [
        Unmatched(told, some, patient=row, sheets=row.count)
        for row, told, some in zip(shown, accounts, found, strict=True)
    ], len(rows) > A_PAGE


def sheets_of_nobody(after: int = 0) -> tuple[list[Unmatched], bool]:
    """Keyed sheets on which a number or name was written and whose patient nobody has confirmed."""
    rows = list(
        Sheet.objects.filter(patient=None, status__in=_KEYED, entries__field__in=list(_SAYS))
        .select_related("kit")
        .distinct()
        .order_by("rank", "pk")[after : after + A_PAGE + 1]
    )
    shown = rows[:A_PAGE]
    written = written_on((sheet.pk, sheet.pk) for sheet in shown)
    accounts = [written.get(sheet.pk, Told()) for sheet in shown]
    found = suggestions(accounts)
    return [Unmatched(told, some, sheet=sheet) for sheet, told, some in zip(shown, accounts, found, strict=True)], len(
        rows
    ) > A_PAGE


def written_on(sheets: Iterable[tuple[int, int]]) -> dict[int, Told]:
    """What was keyed in the patient blocks of sheets, by whom or what they belong to. One query."""
    owner = dict(sheets)
    rows = Entry.objects.filter(
        sheet__in=list(owner), field__in=list(_SAYS), round__in=(EntryRound.FIRST, EntryRound.THIRD)
    )
    newest: dict[tuple[int, str], tuple[str, str]] = {}
    for sheet, field, kind, value in rows.order_by("round", "pk").values_list("sheet_id", "field", "kind", "value"):
        newest[owner[sheet], field] = (kind, value)
    said: dict[int, dict[str, str]] = {}
    for (key, field), (kind, value) in newest.items():
        if kind == EntryKind.VALUE:
            said.setdefault(key, {})[_SAYS[field]] = value
    return {key: _told(words) for key, words in said.items()}


def suggestions(accounts: Sequence[Told], *, record_numbers_only: bool = False) -> list[tuple[Suggestion, ...]]:
    """Who could be meant by each account: those with its number, date of birth, or surname. One query for all."""
    wanted = Q(pk=None)
    for told in accounts:
        if told.number:
            wanted |= Q(reference__iexact=told.number)
        if told.birth_date:
            wanted |= Q(birth_date=told.birth_date)
        if surname := told.name.partition(",")[0].strip():
            wanted |= Q(name__istartswith=surname)
    people = Patient.objects.filter(wanted, same_as=None)
    if record_numbers_only:
        people = people.exclude(mrn="")
    candidates = list(people.order_by("pk")[:500])
    return [_for(told, candidates) for told in accounts]


def search(text: str) -> list[Patient]:
    """People by number, name or date of birth (as 04 MAR 1951), at most thirty."""
    words = " ".join(text.split())
    if not words:
        return []
    wanted = Q(reference__icontains=words) | Q(name__icontains=words)
    if (born := date_of(words)) is not None:
        wanted |= Q(birth_date=born)
    return list(Patient.objects.filter(wanted).select_related("same_as").order_by("name", "pk")[:A_PAGE])


def _for(told: Told, candidates: Iterable[Patient]) -> tuple[Suggestion, ...]:
    surname = plain_name(told.name.partition(",")[0])
    found = [
        Suggestion(row, points(told, told_of(row)))
        for row in candidates
        if (told.birth_date and row.birth_date == told.birth_date)
        or (told.number and row.reference.casefold() == told.number.casefold())
        or (surname and plain_name(row.name.partition(",")[0]) == surname)
    ]
    return tuple(sorted(found, key=lambda one: (-one.agreeing, not one.same_number, one.patient.pk))[:MOST_SUGGESTIONS])


def _told(words: Mapping[str, str]) -> Told:
    name = ", ".join(part for part in (words.get("surname", ""), words.get("given", "")) if part)
    return Told(words.get("number", ""), name, date_of(words.get("born", "")), words.get("sex", ""))


def _joined(stored: Told, written: Told | None) -> Told:
    """What the store says, and where it says nothing what was written on the person's sheets."""
    if written is None:
        return stored
    return Told(
        stored.number, stored.name or written.name, stored.birth_date or written.birth_date, stored.sex or written.sex
    )
